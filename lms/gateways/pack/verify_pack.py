#!/usr/bin/env python3
"""Check an evidence pack of Xueshi. Needs plain Python 3.9 or later and no network.

    python3 verify_pack.py [PACK.zip or folder] [--checkpoint FILE] [--key TEXT]

It says INTACT, or names the first thing that is wrong and ends with 1. What it proves:

1. every line of evidence is what was written then, and none is missing between two
   lines of one stream (each line carries the hash of the one before);
2. every line stands in the public tree under a checkpoint that the house signed;
3. with --checkpoint: that the tree is a continuation of the checkpoint which you kept
   (from the daily mail, a certificate's foot, or /transparency/), so that nobody can
   have rewritten it since;
4. papers, answers and certificates in the pack are those that the lines speak of.

It cannot prove who sat before the screen. Without --checkpoint and --key it must
believe the key in the pack.

    核验证据包：在任意装有 Python 3.9 以上版本的电脑上离线运行，不需要本系统的服务器。
    结果为 INTACT 即“完好”；否则指出第一处不符并以 1 退出。
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

START = bytes(32)
WIDTH = 32

Line = dict[str, Any]
Key = tuple[str, bytes, bytes]
Point = tuple[int, int, int, int]


class Bad(Exception):
    """The first thing that is wrong."""


class Pack:
    """The files of a pack, from a ZIP or a folder."""

    def __init__(self, place: str) -> None:
        self.place = Path(place)
        self.zip = None if self.place.is_dir() else zipfile.ZipFile(self.place)

    def names(self) -> list[str]:
        """List every file."""
        if self.zip:
            return sorted(self.zip.namelist())
        found = (p for p in self.place.rglob("*") if p.is_file())
        return sorted(str(p.relative_to(self.place)).replace("\\", "/") for p in found)

    def read(self, name: str) -> bytes:
        """Read one file."""
        try:
            if self.zip:
                return self.zip.read(name)
            return (self.place / name).read_bytes()
        except (KeyError, OSError, zipfile.BadZipFile) as wrong:
            raise Bad(f"{name}: cannot be read ({wrong})") from None

    def json(self, name: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Read one file as JSON."""
        try:
            return json.loads(self.read(name))
        except ValueError:
            raise Bad(f"{name}: is no JSON") from None


def line_hash(line: Line) -> bytes:
    """Give the SHA-256 over 0x00 and one JSON array: the leaf hash of RFC 6962."""
    told = [
        line["stream"], line["n"], line["at"], line["kind"], line["account"],
        line["association"], line["facts"], line["prev"],
    ]  # fmt: skip
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(b"\x00" + text.encode()).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash two children of the tree."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_lines(lines: list[Line]) -> None:
    """Walk each stream: nothing changed, nothing missing, nothing out of place."""
    ends: dict[str, tuple[int, str]] = {}
    for line in lines:
        name = f"{line['stream']} line {line['n']}"
        n, prev = ends.get(line["stream"], (0, START.hex()))
        if line["n"] != n + 1:
            raise Bad(f"{name}: follows line {n}, so a line is missing or moved")
        if line["prev"] != prev:
            raise Bad(f"{name}: is not linked to the line before it")
        if line_hash(line).hex() != line["hash"]:
            raise Bad(f"{name}: its content was changed")
        ends[line["stream"]] = (line["n"], line["hash"])


def included(
    leaf: bytes, place: int, size: int, path: Iterable[bytes], root: bytes
) -> bool:
    """Check that a leaf stands in a tree. RFC 9162, 2.1.3.2."""
    if not 0 <= place < size:
        return False
    number, last, value = place, size - 1, leaf
    for part in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            value = node(part, value)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            value = node(value, part)
        number, last = number >> 1, last >> 1
    return last == 0 and value == root


def consistent(
    old: tuple[int, bytes], new: tuple[int, bytes], path: list[bytes]
) -> bool:
    """Check that the bigger tree begins with the smaller. RFC 9162, 2.1.4.2."""
    (old_size, old_root), (size, root) = old, new
    if old_size == size:
        return old == new and not path
    if not 0 < old_size < size or not path:
        return False
    parts = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    number, last = old_size - 1, size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    return both(parts, number, last) == (old_root, root)


def both(parts: list[bytes], number: int, last: int) -> tuple[bytes, bytes]:
    """Fold a proof into the old root and the new one; nothing where it is none."""
    before = after = parts[0]
    for part in parts[1:]:
        if last == 0:
            return b"", b""
        if number & 1 or number == last:
            before, after = node(part, before), node(part, after)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            after = node(after, part)
        number, last = number >> 1, last >> 1
    return (before, after) if last == 0 else (b"", b"")


NOTE = re.compile(
    r"^(?P<signed>(?P<origin>\S+)\n(?P<size>\d{1,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<at>\S+)\n)\n\u2014 (?P<signer>[^\s+]+) (?P<mark>[A-Za-z0-9+/]{91}=)$",
    re.MULTILINE,
)


def read_note(text: str, keys: Iterable[Key], where: str) -> tuple[int, bytes, str]:
    """Read a signed checkpoint and check its signature by the keys that we have."""
    rows = (row.strip() for row in text.replace("\r\n", "\n").split("\n"))
    plain = "\n".join(re.sub(r"^>\s?", "", row) for row in rows)
    found = NOTE.search(plain)
    if not found:
        raise Bad(f"{where}: holds no checkpoint")
    mark = base64.b64decode(found["mark"])
    for name, number, public in keys:
        if name == found["signer"] and number == mark[:4]:
            if not ed25519_good(public, found["signed"].encode(), mark[4:]):
                raise Bad(f"{where}: the signature is wrong")
            return int(found["size"]), base64.b64decode(found["root"]), found["at"]
    raise Bad(f"{where}: signed by a key that is not among the given ones")


def read_keys(text: str) -> list[Key]:
    """Read the house's public keys, one a line."""
    keys = []
    for row in text.split():
        name, number, public = [*row.split("+", 2), "", ""][:3]
        raw = base64.b64decode(public + "=" * (-len(public) % 4))
        told = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        if len(raw) != 1 + WIDTH or raw[:1] != b"\x01" or told.hex() != number:
            raise Bad("keys.txt: holds something that is no key")
        keys.append((name, told, raw[1:]))
    return keys


# Ed25519 by RFC 8032, for one check: slow, and without anything to install.
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a: Point, b: Point) -> Point:
    """Add two points of the curve."""
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e = (y1 - x1) * (y2 - x2) % P
    f = (y1 + x1) * (y2 + x2) % P
    g, h = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    i, j, k, m = f - e, h - g, h + g, f + e
    return i * j % P, k * m % P, j * k % P, i * m % P


def times(count: int, point: Point) -> Point:
    """Add a point to itself so many times."""
    total: Point = (0, 1, 1, 0)
    while count:
        if count & 1:
            total = add(total, point)
        point, count = add(point, point), count >> 1
    return total


def same(a: Point, b: Point) -> bool:
    """Compare two points."""
    across = (a[0] * b[2] - b[0] * a[2]) % P
    along = (a[1] * b[2] - b[1] * a[2]) % P
    return across == along == 0


def point_of(raw: bytes) -> Point | None:
    """Read a point from its 32 bytes."""
    if len(raw) != WIDTH:
        return None
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_good(public: bytes, text: bytes, signature: bytes) -> bool:
    """Check a signature."""
    key, first = point_of(public), point_of(signature[:32])
    count = int.from_bytes(signature[32:], "little")
    if key is None or first is None or len(signature) != 2 * WIDTH or count >= Q:
        return False
    seed = hashlib.sha512(signature[:32] + public + text).digest()
    challenge = int.from_bytes(seed, "little") % Q
    assert BASE is not None  # noqa: S101 - it is a constant
    return same(times(count, BASE), add(first, times(challenge, key)))


def check_proofs(
    lines: list[Line], proofs: dict[str, Any], size: int, root: bytes
) -> int:
    """Find every line in the tree; count those younger than its checkpoint."""
    waiting = 0
    for line in lines:
        proof = proofs.get(line["hash"])
        if proof is None:
            waiting += 1
            continue
        path = [bytes.fromhex(part) for part in proof["path"]]
        leaf = bytes.fromhex(line["hash"])
        if not included(leaf, proof["place"], size, path, root):
            raise Bad(f"{line['stream']} line {line['n']}: does not stand in the tree")
    return waiting


def check_bodies(pack: Pack, lines: list[Line]) -> tuple[int, int]:
    """Compare what is kept beside lines with what they hashed; count what has gone."""
    said = {(line["stream"], line["n"]): json.loads(line["facts"]) for line in lines}
    named, listed = set(), pack.json("bodies.json")
    for one in listed:
        where = f"{one['stream']} line {one['n']}"
        body = said.get((one["stream"], one["n"]), {}).get("body")
        raw = bytes.fromhex(one["salt"]) + pack.read(one["file"])
        if not body or hashlib.sha256(raw).hexdigest() != body["sha256"]:
            raise Bad(f"{one['file']}: is not what {where} was written about")
        named.add(one["file"])
    for name in pack.names():
        if name.startswith("bodies/") and name not in named:
            raise Bad(f"{name}: no line speaks of it")
    bodied = sum("body" in facts for facts in said.values())
    return len(listed), bodied - len(listed)


def check_files(pack: Pack, lines: list[Line]) -> int:
    """Check that each certificate is one that a line speaks of, byte for byte."""
    known = " ".join(line["facts"] for line in lines)
    count = 0
    for name in pack.names():
        if name.startswith("certificates/"):
            digest = hashlib.sha256(pack.read(name)).hexdigest()
            if digest not in known:
                raise Bad(f"{name}: is not the file that was issued")
            count += 1
    return count


def told(lines: list[Line]) -> tuple[int, dict[str, int]]:
    """Sum what the lines say: seconds by the server's clock, hours posted."""
    seconds = 0
    credit: dict[str, int] = {}
    for line in lines:
        facts = json.loads(line["facts"])
        if line["kind"] == "study.segment":
            seconds += facts.get("seconds", 0)
        if line["kind"] == "hours.posted":
            key = " ".join(str(facts.get(x)) for x in ("specialty", "track", "entry"))
            credit[key] = credit.get(key, 0) + facts.get("credit", 0)
    return seconds, credit


def check(pack: Pack, checkpoint: str | None, key: str | None) -> Iterator[str]:
    """Check everything, and say what was seen. Raises Bad at the first fault."""
    lines = pack.json("lines.json")
    keys = read_keys(key if key else pack.read("keys.txt").decode())
    note = pack.read("checkpoint.txt").decode()
    size, root, at = read_note(note, keys, "checkpoint.txt")
    check_lines(lines)
    proofs = pack.json("proofs.json")
    waiting = check_proofs(lines, proofs["lines"], size, root)
    bodies, gone = check_bodies(pack, lines)
    files = check_files(pack, lines)
    if checkpoint:
        outside(Path(checkpoint).read_text("utf-8"), keys, (size, root), proofs)
    seconds, credit = told(lines)
    yield f"{len(lines)} lines in {len({x['stream'] for x in lines})} streams"
    yield f"checkpoint of {at}: {size} lines, root {root.hex()[:16]}"
    if waiting:
        yield f"{waiting} are younger than the checkpoint: linked, not yet sealed"
    yield f"{bodies} papers and records, {gone} gone; {files} certificates"
    yield f"{seconds} seconds of study by the server's clock"
    for key_, value in sorted(credit.items()):
        yield f"hours posted: {key_}: {value / 100:g}"


def outside(
    text: str,
    keys: Sequence[Key],
    tree: tuple[int, bytes],
    proofs: dict[str, Any],
) -> None:
    """Check that the tree continues a checkpoint that was kept outside the house."""
    size, root, _at = read_note(text, keys, "the checkpoint given")
    if size == tree[0] and root == tree[1]:
        return
    path = proofs.get("from", {}).get(str(size))
    if path is None:
        raise Bad(
            f"the pack holds no proof from a checkpoint of {size} lines: ask for one "
            "made from it, or fetch /transparency/consistency"
        )
    if not consistent((size, root), tree, [bytes.fromhex(x) for x in path]):
        raise Bad("the tree does not continue the checkpoint given: it was rewritten")


def say(row: str) -> None:
    """Print a row."""
    sys.stdout.write(row + "\n")


def main() -> int:
    """Check the pack that the command line names."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("pack", nargs="?", default=str(Path(__file__).resolve().parent))
    asked.add_argument("--checkpoint", help="a checkpoint that you kept (file)")
    asked.add_argument("--key", help="the house's public key, as it publishes it")
    given = asked.parse_args()
    try:
        for row in check(Pack(given.pack), given.checkpoint, given.key):
            say(row)
    except Bad as bad:
        say(f"NOT INTACT \u4e0d\u5b8c\u597d: {bad}")
        return 1
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        say(f"NOT INTACT \u4e0d\u5b8c\u597d: the pack is malformed ({wrong!r})")
        return 1
    say("INTACT \u5b8c\u597d")
    return 0


if __name__ == "__main__":
    sys.exit(main())

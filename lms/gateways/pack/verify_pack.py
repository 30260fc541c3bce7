#!/usr/bin/env python3
"""Check an evidence pack of Xueshi. Needs plain Python 3.9 or later and no network.

    python3 verify_pack.py [PACK.zip or folder] [--checkpoint FILE] [--key TEXT]

It says INTACT, or names what is wrong and ends with 1. What it proves:

1. every line of evidence is what was written then, and none is missing between two
   lines of one stream (each line carries the hash of the one before);
2. every line stands in the public tree under a checkpoint that the house signed;
3. with --checkpoint: that the tree is a continuation of the checkpoint which you kept
   (from the daily mail, a certificate's foot, or /transparency/), so that nobody can
   have rewritten it since;
4. papers, answers and certificates in the pack are those that the lines speak of;
5. no file of the pack was changed, added or taken out since the house made it: the
   house signed MANIFEST.json, which lists them all. That holds for the summary too,
   which no line speaks of.

It cannot prove who sat before the screen, and a copy of itself that somebody changed
may say anything: use one that you had before, or from another pack. Without
--checkpoint and --key it must believe the key in the pack.

    核验证据包：在任意装有 Python 3.9 以上版本的电脑上离线运行，不需要本系统的服务器。
    结果为 INTACT 即“完好”；否则逐项指出不符之处并以 1 退出。能证明：每条记录是当时
    写下的、中间没有缺失；每条都在平台签名的检查点之下；试卷、照片和证书与记录相符；
    包里的文件（含摘要）自制作以来没有改动、增加或减少。不能证明屏幕前坐的是谁；核验
    程序本身若被换过，请改用另一份。没有 --checkpoint 和 --key 时，只能相信包里的公钥。
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

from lms.gateways.pack.curve import WIDTH, ed25519_good
from lms.gateways.pack.tree import consistent, included

START = bytes(32)
MOST_NAMED = 20

Line = dict[str, Any]
Key = tuple[str, bytes, bytes]


IN_CHINESE = {
    "cannot be read": "无法读取，文件缺失或损坏",
    "is no JSON": "格式损坏",
    "so a line is missing or moved": "前面缺少记录，或顺序被调换",
    "is not linked": "没有接在上一条记录之后",
    "its content was changed": "记录内容被改动",
    "holds no checkpoint": "没有检查点",
    "the signature is wrong": "签名不对",
    "not among the given ones": "签名所用的公钥不在给出的公钥之内",
    "is no key": "公钥文件损坏",
    "does not stand in the tree": "记录不在签名的检查点之下",
    "was written about": "试卷或附件与记录不符",
    "no line speaks of it": "没有记录提到这个文件",
    "is not the file that was issued": "不是当时签发的证书",
    "holds no proof": "包里没有从您那个检查点起的证明，请另要一份",
    "it was rewritten": "与您保存的检查点不相接：记录被改写过",
    "list of files": "文件清单在平台签名之后被改动",
    "changed since": "文件在制作之后被改动",
    "added since": "文件是制作之后加进来的",
    "taken out": "文件被取走",
    "stands twice": "压缩包里有两个同名文件",
    "malformed": "证据包格式不对",
}


class Bad(Exception):
    """Something that is wrong."""

    def __str__(self) -> str:
        """Say it in English, and what it means in Chinese."""
        text = str(self.args[0])
        meant = next((zh for en, zh in IN_CHINESE.items() if en in text), "")
        return f"{text} / {meant}" if meant else text


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
    signed(found, keys, where)
    return int(found["size"]), base64.b64decode(found["root"]), found["at"]


def signed(found: re.Match[str], keys: Iterable[Key], where: str) -> None:
    """Check a signature by the keys that we have."""
    mark = base64.b64decode(found["mark"])
    for name, number, public in keys:
        if name == found["signer"] and number == mark[:4]:
            if not ed25519_good(public, found["signed"].encode(), mark[4:]):
                raise Bad(f"{where}: the signature is wrong")
            return
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


SEAL = re.compile(
    r"^(?P<signed>Xueshi evidence pack\nsha256 (?P<sha256>[0-9a-f]{64})\n)\n"
    r"\u2014 (?P<signer>[^\s+]+) (?P<mark>[A-Za-z0-9+/]{91}=)\n$"
)


def check_manifest(pack: Pack, keys: Iterable[Key], kept: str | None) -> Iterator[Bad]:
    """Name every file that is not as the house packed it."""
    manifest, seal = pack.read("MANIFEST.json"), pack.read("MANIFEST.sig")
    found = SEAL.match(seal.decode("utf-8", "replace").replace("\r\n", "\n"))
    if not found or found["sha256"] != hashlib.sha256(manifest).hexdigest():
        yield Bad("MANIFEST.json: the list of files was changed after it was signed")
        return
    signed(found, keys, "MANIFEST.sig")
    listed = dict(pack.json("MANIFEST.json")["files"])
    names = [n for n in pack.names() if not kept or pack.place / n != Path(kept)]
    for name in sorted({n for n in names if names.count(n) > 1}):
        yield Bad(f"{name}: stands twice in the pack")
    for name in sorted({*listed, *names} - {"MANIFEST.json", "MANIFEST.sig"}):
        if name not in listed:
            yield Bad(f"{name}: was added since the pack was made")
        elif name not in names:
            yield Bad(f"{name}: was taken out of the pack")
        elif hashlib.sha256(pack.read(name)).hexdigest() != listed[name]:
            yield Bad(f"{name}: was changed since the pack was made")


def whose(pack: Pack) -> str:
    """Say whose pack it is, masked, and over which days."""
    of = pack.json("MANIFEST.json")["pack"]
    return f"证据包 / pack: {of['name']} {of['id']}, {of['since']} – {of['until']}"


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


def check(pack: Pack, checkpoint: str | None, keys: Sequence[Key]) -> Iterator[str]:
    """Check the evidence, and say what was seen. Raises Bad at the first fault."""
    lines = pack.json("lines.json")
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
    streams = len({line["stream"] for line in lines})
    yield f"{len(lines)} lines in {streams} streams / {len(lines)} 条记录"
    yield f"checkpoint of {at}: {size} lines, root {root.hex()[:16]} / 检查点 {size} 条"
    if waiting:
        yield (
            f"{waiting} are younger than the checkpoint: linked, not yet sealed"
            f" / {waiting} 条晚于检查点，已相接、尚未封存"
        )
    yield (
        f"{bodies} papers and records, {gone} gone; {files} certificates"
        f" / 试卷与附件 {bodies} 份，已到期或未附 {gone} 份；证书 {files} 份"
    )
    yield f"{seconds} seconds of study by the server's clock / 服务器计时 {seconds} 秒"
    for key_, value in sorted(credit.items()):
        yield f"hours posted: {key_}: {value / 100:g} / 学时入账"


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


def caught(part: Iterable[Bad]) -> Iterator[Bad]:
    """Give the faults that a part names, and the one that it stops at."""
    try:
        yield from part
    except Bad as bad:
        yield bad
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as wrong:
        yield Bad(f"the pack is malformed ({wrong!r})")


def all_faults(place: str, checkpoint: str | None, key: str | None) -> Iterator[Bad]:
    """Look for faults in the evidence, then among the files."""
    pack = Pack(place)
    keys = read_keys(key or pack.read("keys.txt").decode())
    yield from caught(evidence_faults(pack, checkpoint, keys))
    yield from caught(check_manifest(pack, keys, checkpoint))


def evidence_faults(
    pack: Pack, checkpoint: str | None, keys: Sequence[Key]
) -> Iterator[Bad]:
    """Say what was seen; the first fault stops it."""
    say(whose(pack))
    for row in check(pack, checkpoint, keys):
        say(row)
    yield from ()


def main() -> int:
    """Check the pack that the command line names."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    asked.add_argument("pack", nargs="?", default=str(Path(__file__).resolve().parent))
    asked.add_argument("--checkpoint", help="a checkpoint that you kept (file)")
    asked.add_argument("--key", help="the house's public key, as it publishes it")
    given = asked.parse_args()
    faults = list(caught(all_faults(given.pack, given.checkpoint, given.key)))
    for bad in faults[:MOST_NAMED]:
        say(f"NOT INTACT 不完好: {bad}")
    if not faults:
        say("INTACT 完好")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

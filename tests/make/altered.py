"""Files of a certificate as somebody might alter them."""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from collections.abc import Iterator

from lms.credentials import queries
from lms.credentials.queries import CertificateCard
from lms.credentials.rules.files import ISSUED, FileKind
from lms.kernel.db import db


def files(card: CertificateCard) -> dict[FileKind, bytes]:
    """Each form of a certificate, as issued."""
    found = {kind: queries.open_file(db.session(), card.id, kind) for kind in ISSUED}
    db.session.remove()
    return found


def flips(data: bytes, count: int, seed: int = 5) -> Iterator[bytes]:
    """The file with one bit changed, at places all over it."""
    chance = random.Random(seed)
    for _ in range(count):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        yield bytes(changed)


def bytes_changed(data: bytes, count: int, seed: int = 7) -> Iterator[bytes]:
    """The file with one byte made any other, at places all over it."""
    chance = random.Random(seed)
    for _ in range(count):
        changed = bytearray(data)
        changed[chance.randrange(len(data))] ^= chance.randrange(1, 256)
        yield bytes(changed)


def repacked(data: bytes, **more: bytes) -> bytes:
    """An OFD packed anew, perhaps with entries that were not there."""
    return _packed(data, {}, more)


def renamed(data: bytes, name: str, to: str) -> bytes:
    """An OFD in which one entry has another name."""
    return _packed(data, {name: to}, {})


def _packed(data: bytes, names: dict[str, str], more: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for one in old.infolist():
            name = names.get(one.filename, one.filename)
            new.writestr(name, old.read(one), one.compress_type)
        for name, body in more.items():
            new.writestr(name, body)
    return out.getvalue()


def appended(data: bytes) -> bytes:
    """A PDF with an update behind it that changes nothing to the eye."""
    update = b"\n9999 0 obj\n<< /Note (x) >>\nendobj\n"
    (*_, root) = re.findall(rb"/Root (\d+) 0 R", data)
    was = data.rpartition(b"startxref")[2].split()[0]
    return (
        data
        + update
        + f"xref\n9999 1\n{len(data) + 1:010d} 00000 n \n".encode()
        + b"trailer\n<< /Size 10000 /Root %s 0 R /Prev %s >>\n" % (root, was)
        + f"startxref\n{len(data) + len(update)}\n%%EOF\n".encode()
    )


def reordered(data: bytes) -> bytes:
    """A credential with the same members in another order."""
    said = json.loads(data)
    turned = dict(reversed(said.items()))
    return json.dumps(turned, ensure_ascii=False, separators=(",", ":")).encode()


def spaced(data: bytes) -> bytes:
    """A credential with the same members, written for eyes."""
    return json.dumps(json.loads(data), ensure_ascii=False, indent=1).encode()


def said(data: bytes, old: str, new: str) -> bytes:
    """A credential that says another thing in one place."""
    changed = data.replace(old.encode(), new.encode())
    assert changed != data
    return changed

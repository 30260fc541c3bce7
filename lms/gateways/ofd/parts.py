"""The parts of a package, and the package: a zip file that leaves nothing to chance.

No clock, no comments, no extra fields: from the same parts come the same bytes, so a
reader can write the package again and compare.
"""

import base64
import hashlib
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

STORED, DEFLATED = 0, 8
_VERSION = 20
_FIRST_DAY = 0x21
"""1 January 1980, where the calendar of zip files begins."""


@lru_cache(maxsize=1)
def _house_has_sm3() -> bool:
    return "sm3" in hashlib.algorithms_available


def sm3(data: bytes) -> bytes:
    """Hash by SM3. Not every OpenSSL was built with it; the SM2 library always is."""
    if _house_has_sm3():
        return hashlib.new("sm3", data).digest()
    import gmssl_pyx  # noqa: PLC0415 - slow to import, seldom wanted

    digest: bytes = gmssl_pyx.sm3_hash(data)
    return digest


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a package, ready to be written.

    `digest` is of the content, `packed_digest` of the bytes as they lie in the zip.
    """

    name: str
    method: int
    crc: int
    size: int
    packed: bytes
    digest: bytes
    packed_digest: bytes


def stored(name: str, content: bytes) -> Part:
    """Take a file up as it is."""
    mark, size = sm3(content), len(content)
    return Part(name, STORED, zlib.crc32(content), size, content, mark, mark)


def deflated(name: str, content: bytes, level: int = 6) -> Part:
    """Take a file up and press it together."""
    tool = zlib.compressobj(level, zlib.DEFLATED, -15)
    packed = tool.compress(content) + tool.flush()
    crc, size = zlib.crc32(content), len(content)
    return Part(name, DEFLATED, crc, size, packed, sm3(content), sm3(packed))


def package(parts: Iterable[Part]) -> bytes:
    """Join parts into a zip file."""
    bodies: list[bytes] = []
    listing: list[bytes] = []
    at = 0
    for part in parts:
        name = part.name.encode("ascii")
        told = struct.pack(
            "<5H3I2H", _VERSION, 0, part.method, 0, _FIRST_DAY,
            part.crc, len(part.packed), part.size, len(name), 0,
        )  # fmt: skip
        bodies += (b"PK\3\4", told, name, part.packed)
        listing.append(
            b"PK\1\2"
            + struct.pack("<H", _VERSION)
            + told
            + struct.pack("<3H2I", 0, 0, 0, 0, at)
            + name
        )
        at += 30 + len(name) + len(part.packed)
    names = b"".join(listing)
    count = len(listing)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(names), at, 0)
    return b"".join((*bodies, names, end))


def packing(parts: Iterable[Part]) -> str:
    """Sum up how parts lie in the zip: their order, and their bytes as pressed.

    Two different streams can unpack to the same content, so the digests that a seal
    is over would not notice every changed byte; this sum does.
    """
    listed = (
        b"%s %d %s\n"
        % (p.name.encode("ascii"), p.method, p.packed_digest.hex().encode())
        for p in parts
    )
    return base64.b64encode(sm3(b"".join(listed))).decode()

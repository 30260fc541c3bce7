"""Fonts embedded in an OFD: complete TrueType files, cut down to what is written.

A PDF names glyphs by number; readers of OFD look characters up in the font itself, so
the subset needs a character map and what else operating systems expect of a font.
"""

import struct
from dataclasses import dataclass

from lms.gateways.drawing.faces import Face

_BMP = 0xFFFF


@dataclass(frozen=True, slots=True)
class Cut:
    """A font file and, for each character, its glyph."""

    data: bytes
    glyphs: dict[str, int]


def cut(face: Face, characters: str) -> Cut:
    """Cut out a font that draws these characters and stands on its own."""
    glyphs = {character: 1 + n for n, character in enumerate(characters)}
    codes = sorted((ord(character), glyph) for character, glyph in glyphs.items())
    more = {
        b"OS/2": _os2(face, codes),
        b"cmap": _cmap(codes),
        b"name": _name(face.name),
        b"post": struct.pack(">IihhI16x", 0x30000, 0, -face.units // 10, 50, 0),
    }
    return Cut(_joined(face.subset(characters).data, more), glyphs)


def _os2(face: Face, codes: list[tuple[int, int]]) -> bytes:
    """Say what weight and height the font has, and that it may be embedded."""
    first, last = (min(codes[n][0], _BMP) for n in (0, -1)) if codes else (0, 0)
    em, rise, fall = face.units, face.ascent, face.descent
    return struct.pack(
        ">HhHHH10hh10s4I4sHHHhhhHH2IhhHHH",
        4, em, 400, 5, 0,
        em * 65 // 100, em * 70 // 100, 0, em * 14 // 100,
        em * 65 // 100, em * 70 // 100, 0, em * 48 // 100, em // 20, em // 4,
        0, b"\2" + bytes(9), 0, 1 << 27, 0, 0, b"NONE", 0x40, first, last,
        rise, fall, 0, max(rise, 0), max(-fall, 0), 1 << 18, 0,
        em // 2, em * 7 // 10, 0, 32, 1,
    )  # fmt: skip


def _name(name: str) -> bytes:
    records, words = b"", b""
    for kind, value in ((1, name), (2, "Regular"), (3, name), (4, name), (6, name)):
        raw = value.encode("utf-16-be")
        records += struct.pack(">6H", 3, 1, 0x409, kind, len(raw), len(words))
        words += raw
    return struct.pack(">3H", 0, 5, 6 + len(records)) + records + words


def _cmap(codes: list[tuple[int, int]]) -> bytes:
    """Map characters to glyphs twice: as old readers know it, and beyond the BMP."""
    four = _four([pair for pair in codes if pair[0] < _BMP])
    groups = b"".join(struct.pack(">3I", code, code, glyph) for code, glyph in codes)
    twelve = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(codes)) + groups
    top = struct.pack(">HHHHIHHI", 0, 2, 3, 1, 20, 3, 10, 20 + len(four))
    return top + four + twelve


def _four(codes: list[tuple[int, int]]) -> bytes:
    rows = [(code, (glyph - code) & _BMP) for code, glyph in codes]
    rows.append((_BMP, 1))
    count = len(rows)
    power = count.bit_length() - 1
    shape = f">{count}H"
    ends = struct.pack(shape, *(code for code, _ in rows))
    deltas = struct.pack(shape, *(delta for _, delta in rows))
    search = 2 << power
    top = struct.pack(
        ">7H", 4, 16 + 8 * count, 0, 2 * count, search, power, 2 * count - search
    )
    return top + ends + b"\0\0" + ends + deltas + bytes(2 * count)


# -- the file -------------------------------------------------------------------

_CHECKED_WHOLE = 0xB1B0AFBA


def _sum(data: bytes) -> int:
    padded = data + b"\0" * (-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF


def _joined(font: bytes, more: dict[bytes, bytes]) -> bytes:
    """Add tables to a font file; the sums of those that it has are kept."""
    tables = {tag: (_sum(body), body) for tag, body in more.items()}
    for n in range(struct.unpack_from(">H", font, 4)[0]):
        tag, check, start, size = struct.unpack_from(">4sIII", font, 12 + 16 * n)
        body = font[start : start + size]
        if tag == b"head":  # its own field of the sum counts as nothing
            body = body[:8] + bytes(4) + body[12:]
        tables[tag] = (check, body)
    count = len(tables)
    power = count.bit_length() - 1
    at = 12 + 16 * count
    top = struct.pack(
        ">IHHHH", 0x10000, count, 16 << power, power, 16 * (count - (1 << power))
    )
    bodies, total, head_at = [], 0, 0
    for tag in sorted(tables):
        check, body = tables[tag]
        if tag == b"head":
            head_at = at
        top += struct.pack(">4sIII", tag, check, at, len(body))
        bodies.append(body + b"\0" * (-len(body) % 4))
        at += len(bodies[-1])
        total += check
    whole = bytearray(top + b"".join(bodies))
    check = (_CHECKED_WHOLE - total - _sum(top)) & 0xFFFFFFFF
    struct.pack_into(">I", whole, head_at + 8, check)
    return bytes(whole)

"""Read a TrueType font from its file: characters, widths, outlines, subsets.

The file is mapped, not read: a face of 15 MB costs what is touched of it.
"""

import mmap
import struct
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

Point = tuple[float, float, bool]
"""x, y, and whether the point lies on the curve. Units: the font's."""

_COMPOSITE_MORE = 0x20
_WORDS, _XY, _SCALE, _XY_SCALE, _MATRIX = 0x1, 0x2, 0x8, 0x40, 0x80


@dataclass(frozen=True, slots=True)
class Subset:
    """Part of a font: the file and the widths of its glyphs.

    Units: `widths` in thousandths of the size.
    """

    data: bytes
    widths: tuple[int, ...]


class Face:
    """One font: a file, or the bytes of one that something else brought along."""

    def __init__(self, source: Path | bytes) -> None:
        self._map: mmap.mmap | bytes
        if isinstance(source, bytes):
            self._map = source
        else:
            with source.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        count = struct.unpack_from(">H", self._map, 4)[0]
        self._tables: dict[str, tuple[int, int]] = {}
        for i in range(count):
            tag, _sum, start, length = struct.unpack_from(
                ">4sIII", self._map, 12 + 16 * i
            )
            self._tables[tag.decode()] = (start, length)
        head = self._table("head")
        self.units: int = struct.unpack_from(">H", head, 18)[0]
        self.box: tuple[int, ...] = struct.unpack_from(">4h", head, 36)
        self._long = struct.unpack_from(">h", head, 50)[0] == 1
        hhea = self._table("hhea")
        self.ascent, self.descent = struct.unpack_from(">2h", hhea, 4)
        self._measured: int = struct.unpack_from(">H", hhea, 34)[0]
        self._kept: dict[int, tuple[bytes, tuple[tuple[int, int], ...]]] = {}
        # The forms of one certificate need the same part, one after the other.
        self.subset = lru_cache(maxsize=4)(self._subset)

    def _table(self, tag: str) -> bytes:
        start, length = self._tables[tag]
        return self._map[start : start + length]

    @cached_property
    def name(self) -> str:
        """The PostScript name."""
        table = self._table("name")
        count, strings = struct.unpack_from(">HH", table, 2)
        for i in range(count):
            platform, _e, _l, kind, length, at = struct.unpack_from(
                ">6H", table, 6 + 12 * i
            )
            if kind == 6:  # noqa: PLR2004 - name ID 6 is the PostScript name
                raw = table[strings + at : strings + at + length]
                return raw.decode("utf-16-be" if platform != 1 else "ascii")
        return "Unnamed"

    @cached_property
    def _cmap(self) -> "_Cmap":
        return _Cmap(self._table("cmap"))

    def glyph_of(self, character: str) -> int:
        """Give the glyph of a character; 0 when the font has none."""
        return self._cmap.glyph(ord(character))

    def has(self, character: str) -> bool:
        """Tell whether the font can draw a character."""
        return self.glyph_of(character) != 0

    def width(self, character: str) -> float:
        """Give how far a character advances. Units: of the size."""
        return self._metric(self.glyph_of(character))[0] / self.units

    def _metric(self, glyph: int) -> tuple[int, int]:
        start = self._tables["hmtx"][0]
        last = self._measured - 1
        if glyph <= last:
            advance, bearing = struct.unpack_from(">Hh", self._map, start + 4 * glyph)
            return advance, bearing
        advance = struct.unpack_from(">H", self._map, start + 4 * last)[0]
        at = start + 4 * self._measured + 2 * (glyph - self._measured)
        return advance, struct.unpack_from(">h", self._map, at)[0]

    def _place(self, glyph: int) -> tuple[int, int]:
        start = self._tables["loca"][0]
        base = self._tables["glyf"][0]
        if self._long:
            a, b = struct.unpack_from(">2I", self._map, start + 4 * glyph)
        else:
            a, b = (
                2 * v for v in struct.unpack_from(">2H", self._map, start + 2 * glyph)
            )
        return base + a, base + b

    def _glyph(self, glyph: int) -> tuple[bytes, tuple[tuple[int, int], ...]]:
        """Give a glyph's bytes and, for a composite, where its parts are named."""
        found = self._kept.get(glyph)
        if found is None:
            start, end = self._place(glyph)
            raw = self._map[start:end]
            parts = tuple((at + 2, part) for at, part in _parts(raw))
            found = self._kept[glyph] = (raw + b"\0" * (-len(raw) % 4), parts)
        return found

    # -- outlines ---------------------------------------------------------------

    def outline(self, character: str) -> list[list[Point]]:
        """Give the closed contours of a character (y grows upward)."""
        return self._contours(self.glyph_of(character))

    def _contours(self, glyph: int) -> list[list[Point]]:
        raw, parts = self._glyph(glyph)
        if not raw:
            return []
        if not parts:
            return _simple(raw)
        drawn: list[list[Point]] = []
        for at, part in parts:
            a, b, c, d, dx, dy = _placing(raw, at - 2)
            drawn.extend(
                [(a * x + c * y + dx, b * x + d * y + dy, on) for x, y, on in line]
                for line in self._contours(part)
            )
        return drawn

    # -- subsets ----------------------------------------------------------------

    def _subset(self, characters: str) -> Subset:
        """Cut out the font whose glyphs 1, 2, 3... draw these characters in turn."""
        chosen, place = [0], {0: 0}
        for character in characters:
            # Each character has a glyph of its own, also where two look the same:
            # otherwise one of them would be copied as the other.
            glyph = self.glyph_of(character)
            place[glyph] = len(chosen)
            chosen.append(glyph)
        named = len(chosen)
        bodies = self._gather(chosen, place)
        widths = tuple(
            round(self._metric(g)[0] * 1000 / self.units) for g in chosen[:named]
        )
        return Subset(self._file(chosen, bodies), widths)

    def _gather(self, chosen: list[int], place: dict[int, int]) -> list[bytes]:
        """Collect glyphs; the parts of composites join at the end of `chosen`."""
        bodies = []
        at = 0
        while at < len(chosen):
            raw, parts = self._glyph(chosen[at])
            at += 1
            if parts:
                body = bytearray(raw)
                for offset, part in parts:
                    if part not in place:
                        place[part] = len(chosen)
                        chosen.append(part)
                    struct.pack_into(">H", body, offset, place[part])
                raw = bytes(body)
            bodies.append(raw)
        return bodies

    def _file(self, chosen: list[int], bodies: list[bytes]) -> bytes:
        offsets = [0]
        for body in bodies:
            offsets.append(offsets[-1] + len(body))
        head = bytearray(self._table("head"))
        struct.pack_into(">I", head, 8, 0)
        struct.pack_into(">h", head, 50, 1)
        count = len(chosen)
        hhea = self._table("hhea")[:34] + struct.pack(">H", count)
        maxp = self._table("maxp")
        tables = {
            "head": bytes(head),
            "hhea": hhea,
            "maxp": maxp[:4] + struct.pack(">H", count) + maxp[6:],
            "hmtx": b"".join(struct.pack(">Hh", *self._metric(g)) for g in chosen),
            "loca": struct.pack(f">{count + 1}I", *offsets),
            "glyf": b"".join(bodies),
        }
        for tag in ("cvt ", "fpgm", "prep"):
            if tag in self._tables:
                tables[tag] = self._table(tag)
        return _sfnt(tables)


class _Cmap:
    """Which glyph draws a character: formats 4 and 12."""

    def __init__(self, table: bytes) -> None:
        self._table = table
        self._best = (0, 0)
        for i in range(struct.unpack_from(">H", table, 2)[0]):
            at = struct.unpack_from(">4xI", table, 4 + 8 * i)[0]
            form = struct.unpack_from(">H", table, at)[0]
            if form in {4, 12}:
                self._best = max(self._best, (form, at))
        self._found: dict[int, int] = {}

    def glyph(self, code: int) -> int:
        found = self._found.get(code)
        if found is None:
            form, at = self._best
            seek = self._twelve if form == 12 else self._four  # noqa: PLR2004 - the format's number
            found = self._found[code] = seek(code, at)
        return found

    def _twelve(self, code: int, at: int) -> int:
        low, high = 0, struct.unpack_from(">I", self._table, at + 12)[0]
        while low < high:
            middle = (low + high) // 2
            first, last, glyph = struct.unpack_from(
                ">3I", self._table, at + 16 + 12 * middle
            )
            if code > last:
                low = middle + 1
            elif code < first:
                high = middle
            else:
                return int(glyph + code - first)
        return 0

    def _four(self, code: int, at: int) -> int:
        if code > 0xFFFF:  # noqa: PLR2004 - format 4 ends with the BMP
            return 0
        table, double = self._table, struct.unpack_from(">H", self._table, at + 6)[0]
        ends, starts = at + 14, at + 16 + double
        for i in range(0, double, 2):
            if code <= struct.unpack_from(">H", table, ends + i)[0]:
                first = struct.unpack_from(">H", table, starts + i)[0]
                if code < first:
                    return 0
                delta = struct.unpack_from(">H", table, starts + double + i)[0]
                here = starts + 2 * double + i
                jump = struct.unpack_from(">H", table, here)[0]
                if not jump:
                    return int((code + delta) & 0xFFFF)
                glyph = struct.unpack_from(
                    ">H", table, here + jump + 2 * (code - first)
                )
                return int((glyph[0] + delta) & 0xFFFF) if glyph[0] else 0
        return 0


def _parts(raw: bytes) -> list[tuple[int, int]]:
    """List where each part of a composite glyph begins, and which glyph it is."""
    found: list[tuple[int, int]] = []
    if len(raw) < 12 or raw[0] < 0x80:  # noqa: PLR2004 - contours < 0: composite
        return found
    at, flags = 10, _COMPOSITE_MORE
    while flags & _COMPOSITE_MORE:
        flags, part = struct.unpack_from(">2H", raw, at)
        found.append((at, part))
        at += 8 if flags & _WORDS else 6
        at += (
            2
            if flags & _SCALE
            else 4
            if flags & _XY_SCALE
            else 8 * bool(flags & _MATRIX)
        )
    return found


def _placing(raw: bytes, at: int) -> tuple[float, float, float, float, int, int]:
    """Read how a part of a composite is placed."""
    flags = struct.unpack_from(">H", raw, at)[0]
    shape = ">2h" if flags & _WORDS else ">2b"
    dx, dy = struct.unpack_from(shape, raw, at + 4) if flags & _XY else (0, 0)
    at += 8 if flags & _WORDS else 6
    a, b, c, d = 1.0, 0.0, 0.0, 1.0
    if flags & _SCALE:
        a = d = struct.unpack_from(">h", raw, at)[0] / 16384
    elif flags & _XY_SCALE:
        a, d = (v / 16384 for v in struct.unpack_from(">2h", raw, at))
    elif flags & _MATRIX:
        a, b, c, d = (v / 16384 for v in struct.unpack_from(">4h", raw, at))
    return a, b, c, d, dx, dy


def _simple(raw: bytes) -> list[list[Point]]:
    """Read the contours of a simple glyph."""
    count = struct.unpack_from(">h", raw, 0)[0]
    if count <= 0:
        return []
    ends = struct.unpack_from(f">{count}H", raw, 10)
    at = 10 + 2 * count
    at += 2 + struct.unpack_from(">H", raw, at)[0]
    total = ends[-1] + 1
    flags = bytearray()
    while len(flags) < total:
        flag = raw[at]
        at += 1
        flags.append(flag)
        if flag & 8:
            flags.extend([flag] * raw[at])
            at += 1
    xs, at = _deltas(raw, at, flags, 2, 16)
    ys, at = _deltas(raw, at, flags, 4, 32)
    points = [
        (float(x), float(y), bool(f & 1))
        for x, y, f in zip(xs, ys, flags, strict=False)
    ]
    starts = [0, *(end + 1 for end in ends[:-1])]
    return [points[a : b + 1] for a, b in zip(starts, ends, strict=True)]


def _deltas(
    raw: bytes, at: int, flags: bytearray, short: int, same: int
) -> tuple[list[int], int]:
    value, values = 0, []
    for flag in flags:
        if flag & short:
            value += raw[at] if flag & same else -raw[at]
            at += 1
        elif not flag & same:
            value += struct.unpack_from(">h", raw, at)[0]
            at += 2
        values.append(value)
    return values, at


def _sum(data: bytes) -> int:
    padded = data + b"\0" * (-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF


def _sfnt(tables: dict[str, bytes]) -> bytes:
    """Join tables into a font file with right checksums."""
    count = len(tables)
    power = count.bit_length() - 1
    start = 12 + 16 * count
    listing, bodies, head_at = [], [], 0
    for tag in sorted(tables):
        body = tables[tag]
        if tag == "head":
            head_at = start
        listing.append(
            struct.pack(">4sIII", tag.encode(), _sum(body), start, len(body))
        )
        body += b"\0" * (-len(body) % 4)
        bodies.append(body)
        start += len(body)
    top = struct.pack(
        ">IHHHH", 0x10000, count, 16 << power, power, 16 * (count - (1 << power))
    )
    whole = bytearray(top + b"".join(listing) + b"".join(bodies))
    struct.pack_into(
        ">I", whole, head_at + 8, (0xB1B0AFBA - _sum(bytes(whole))) & 0xFFFFFFFF
    )
    return bytes(whole)

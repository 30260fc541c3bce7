"""Scenes as objects of an OFD page. Units: millimetres, in OFD as in scenes.

What is drawn many times is written each time with the same numbers and another matrix:
every reader knows that, and pressing makes the repetition cheap. Nothing finer than a
hundredth of a millimetre is written: that is 2540 dots to the inch.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from lms.gateways.drawing.faces import Face
from lms.gateways.drawing.scene import (
    Colour,
    Ink,
    Item,
    Mark,
    Matrix,
    Path,
    Photo,
    Scene,
    Squares,
    Step,
    Text,
    Use,
)

_LETTERS = {"M": "M", "C": "B"}
_BMP = "\uffff"
_RISE, _HIGH = 0.95, 1.3
"""Of a line's box over its size: where the baseline lies, how high it is."""

_BLACK = "20 20 20"
_GRAIN = 100
"""Steps of a millimetre in what is written."""

_FLAT = 0.006 * _GRAIN
"""How far a curve may leave a line that stands for it. Units: grains."""

_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Font:
    """A font of the package: its number there and the glyphs of its characters."""

    number: int
    face: Face
    glyphs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the package: its number there and its bytes."""

    number: int
    kind: str
    data: bytes


class Content:
    """Writes items one after another; `last` is the highest number given so far."""

    def __init__(self, fonts: Mapping[str, Font], last: int) -> None:
        self._fonts = fonts
        self.last = last
        self.images: list[Image] = []
        self._out: list[str] = []

    def write(self, scene: Scene) -> str:
        """Write a whole scene."""
        symbols = {name: _merged(paths) for name, paths in scene.symbols.items()}
        for item in scene.items:
            if isinstance(item, Use):
                self._use(item, symbols[item.symbol])
            else:
                self._one(item)
        return "".join(self._out)

    def _number(self) -> int:
        self.last += 1
        return self.last

    def _one(self, item: Item) -> None:
        match item:
            case Path():
                self._path(item)
            case Text():
                self._text(item)
            case Squares():
                self._squares(item)
            case Photo():
                box = (item.x, item.y, item.width, item.height)
                self._image(box, "jpg", item.jpeg)
            case Ink():
                self._image(_inside(item), "png", item.png)
            case Use() | Mark():
                pass

    # -- shapes -------------------------------------------------------------------

    def _path(self, path: Path) -> None:
        left, top, right, bottom = _bounds(path)
        data = _data(path.steps, -left, -top)
        self._object(path, (left, top, right - left, bottom - top), data)

    def _use(self, item: Use, symbol: list[tuple[Path, str, _Box]]) -> None:
        for placing in item.placings:
            for path, data, bounds in symbol:
                left, top, right, bottom = _moved(bounds, placing)
                # A line's width is scaled with it, so only areas are told in grains.
                scale = 1 if path.stroke else 1 / _GRAIN
                shape = " ".join(_n(value * scale, 6) for value in placing[:4])
                place = f"{_n(placing[4] - left, 3)} {_n(placing[5] - top, 3)}"
                matrix = f' CTM="{shape} {place}"'
                box = (left, top, right - left, bottom - top)
                self._object(path, box, data, matrix)

    def _object(self, path: Path, box: _Box, data: str, matrix: str = "") -> None:
        told, inside = "", ""
        if path.stroke:
            told = f' LineWidth="{_n(path.width, 3)}"'
            inside = f'<ofd:StrokeColor Value="{_colour(path.stroke)}"/>'
        else:
            told = ' Stroke="false"'
        if path.fill:
            told += ' Fill="true"'
            inside += f'<ofd:FillColor Value="{_colour(path.fill)}"/>'
        self._out.append(
            f'<ofd:PathObject ID="{self._number()}" Boundary="{_box(box)}"{matrix}'
            f"{told}>{inside}<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>"
            "</ofd:PathObject>"
        )

    def _squares(self, item: Squares) -> None:
        unit = item.size / len(item.rows)
        data = " ".join(
            f"M {x} {y} L {x + n} {y} L {x + n} {y + 1} L {x} {y + 1} C"
            for x, y, n in item.runs()
        )
        box = _box((item.x, item.y, item.size, item.size))
        self._out.append(
            f'<ofd:PathObject ID="{self._number()}" Boundary="{box}" '
            f'CTM="{unit:.6f} 0 0 {unit:.6f} 0 0" Stroke="false" Fill="true">'
            f'<ofd:FillColor Value="{_BLACK}"/>'
            f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
        )

    # -- pictures -----------------------------------------------------------------

    def _image(self, box: _Box, kind: str, data: bytes) -> None:
        resource = self._number()
        self.images.append(Image(resource, kind, data))
        self._out.append(
            f'<ofd:ImageObject ID="{self._number()}" Boundary="{_box(box)}" '
            f'CTM="{_n(box[2], 3)} 0 0 {_n(box[3], 3)} 0 0" ResourceID="{resource}"/>'
        )

    # -- text ---------------------------------------------------------------------

    def _text(self, item: Text) -> None:
        font, x = self._fonts[item.font], item.x
        for piece in _pieces(item.text):
            steps = [
                font.face.width(character) * item.size + item.spacing
                for character in piece
            ]
            self._line(item, font, x, piece, steps)
            x += sum(steps)

    def _line(
        self, item: Text, font: Font, x: float, piece: str, steps: list[float]
    ) -> None:
        size = item.size
        box = (x, item.y - size * _RISE, sum(steps) + size * 0.1, size * _HIGH)
        glyph = ""
        if piece[0] > _BMP:
            # Readers that count in UTF-16 would take the next character's glyph.
            glyph = (
                '<ofd:CGTransform CodePosition="0" CodeCount="2" GlyphCount="1">'
                f"<ofd:Glyphs>{font.glyphs[piece]}</ofd:Glyphs></ofd:CGTransform>"
            )
        self._out.append(
            f'<ofd:TextObject ID="{self._number()}" Boundary="{_box(box)}" '
            f'Font="{font.number}" Size="{_n(size, 3)}">'
            f'<ofd:FillColor Value="{_colour(item.colour)}"/>{glyph}'
            f'<ofd:TextCode X="0" Y="{_n(size * _RISE, 3)}"{_deltas(steps[:-1])}>'
            f"{escape(piece, quote=False)}</ofd:TextCode></ofd:TextObject>"
        )


def _pieces(text: str) -> Iterator[str]:
    """Cut a text so that each character beyond the BMP stands alone."""
    held = ""
    for character in text:
        if character > _BMP:
            if held:
                yield held
            yield character
            held = ""
        else:
            held += character
    if held:
        yield held


def _deltas(steps: list[float]) -> str:
    if not steps:
        return ""
    told = [_n(step, 3) for step in steps]
    if len(told) > 1 and len(set(told)) == 1:
        return f' DeltaX="g {len(told)} {told[0]}"'
    return f' DeltaX="{" ".join(told)}"'


# -- geometry -------------------------------------------------------------------


def _merged(paths: tuple[Path, ...]) -> list[tuple[Path, str, _Box]]:
    """Give a symbol's paths with their data; lines drawn alike become one path."""
    kept: list[Path] = []
    for path in paths:
        last = kept[-1] if kept else None
        if last and _lines_alike(last, path):
            steps = last.steps + path.steps
            kept[-1] = Path(steps, stroke=last.stroke, width=last.width)
        else:
            kept.append(path)
    return [
        (path, _data(path.steps, grains=path.stroke is None), _bounds(path))
        for path in kept
    ]


def _lines_alike(one: Path, other: Path) -> bool:
    same = (one.stroke, one.width) == (other.stroke, other.width)
    return same and one.fill is None and other.fill is None


def _bounds(path: Path) -> _Box:
    """Give left, top, right, bottom, with room for the line's width."""
    xs = [v for _, numbers in path.steps for v in numbers[::2]]
    ys = [v for _, numbers in path.steps for v in numbers[1::2]]
    rim = path.width if path.stroke else 0.0
    return min(xs) - rim, min(ys) - rim, max(xs) + rim, max(ys) + rim


def _moved(bounds: _Box, place: Matrix) -> _Box:
    left, top, right, bottom = bounds
    a, b, c, d, e, f = place
    corners = [(x, y) for x in (left, right) for y in (top, bottom)]
    xs = [a * x + c * y + e for x, y in corners]
    ys = [b * x + d * y + f for x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _data(
    steps: tuple[Step, ...], dx: float = 0.0, dy: float = 0.0, *, grains: bool = False
) -> str:
    """Write a path in the letters of OFD: M, L, B for a cubic, C to close.

    Units: millimetres, or grains.
    """
    unit = 1 if grains else _GRAIN
    words: list[str] = []
    here = (0, 0)
    for letter, numbers in steps:
        if letter == "Z":
            words.append("C")
            continue
        points = [
            (round((x + dx) * _GRAIN), round((y + dy) * _GRAIN))
            for x, y in zip(numbers[::2], numbers[1::2], strict=True)
        ]
        straight = letter == "L" or (letter == "C" and _flat(here, points))
        if straight:
            points = points[-1:]
            if points[0] == here:
                continue
        here = points[-1]
        words.append("L" if straight else _LETTERS[letter])
        words += [f"{value / unit:g}" for point in points for value in point]
    return " ".join(words)


def _flat(start: tuple[int, int], points: list[tuple[int, int]]) -> bool:
    """Tell whether a line stands for a curve and nobody sees it."""
    x, y = start
    wide, high = points[-1][0] - x, points[-1][1] - y
    length = math.hypot(wide, high)
    if length < 1:
        return all(math.hypot(a - x, b - y) < 1 for a, b in points)
    far = (abs((a - x) * high - (b - y) * wide) / length for a, b in points[:-1])
    return max(far) <= _FLAT


def _inside(item: Ink) -> _Box:
    """Set a picture into a box as large as it goes: left and middle."""
    wide = int.from_bytes(item.png[16:20], "big") or 1
    high = int.from_bytes(item.png[20:24], "big") or 1
    scale = min(item.width / wide, item.height / high)
    top = item.y + (item.height - high * scale) / 2
    return item.x, top, wide * scale, high * scale


def _colour(colour: Colour) -> str:
    return " ".join(str(round(part * 255)) for part in colour)


def _box(box: _Box) -> str:
    return " ".join(_n(value, 3) for value in box)


def _n(value: float, places: int) -> str:
    """Write a number as short as it can be."""
    text = f"{value:.{places}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text

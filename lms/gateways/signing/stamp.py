"""The picture of a round seal, as electronic seals carry it: a small PNG with alpha."""

import io
from collections.abc import Callable
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw

from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.pen import Pen
from lms.gateways.drawing.scene import Path, Scene, Step
from lms.gateways.drawing.seal import RADIUS, RED, seal

_DOTS = 12
"""Dots of the finished picture to a millimetre: 300 to the inch."""

_FINER = 3
_BENDS, _SMOOTH = 6, 48
"""Pieces of a curve: of a character, and of the rim."""

_ONCE = 40
_SHADES = 16
_MOST_ON_ARC = 24

Spot = tuple[float, float]
Chop = Callable[[Image.Image, Image.Image], Image.Image]


def stamp(fonts: Fonts, name: str, words: str) -> bytes:
    """Draw a seal of 41 mm: PNG, 16 shades of red from clear to full.

    What a name says in brackets is left out, as it is on brass.

    Raises: MissingGlyph.
    """
    shown = name.partition("（")[0][:_MOST_ON_ARC] or name[:_MOST_ON_ARC]
    paths = seal(Pen(Scene(), fonts), shown, words, RADIUS, RADIUS)
    side = round(RADIUS * 2 * _DOTS)
    mask = Image.new("L", (side * _FINER, side * _FINER))
    for path in paths:
        _draw(mask, path)
    return _png(mask.resize((side, side), Image.Resampling.BOX))


def _draw(mask: Image.Image, path: Path) -> None:
    scale = _DOTS * _FINER
    bends = _SMOOTH if path.stroke is not None else _BENDS
    lines = [
        [(x * scale, y * scale) for x, y in line]
        for line in _contours(path.steps, bends)
    ]
    if path.stroke is not None:
        wide = round(path.width * scale)
        for line in lines:
            round_trip = [*line, *line[:2]]
            ImageDraw.Draw(mask).line(round_trip, 255, wide, joint="curve")
    else:
        _fill(mask, lines)


def _fill(mask: Image.Image, lines: list[list[Spot]]) -> None:
    """Fill by winding: strokes of one sign may overlap, and what turns back is a hole.

    The widest contour says which way is forward.
    """
    turned = {id(line): _area(line) for line in lines}
    widest = max(turned.values(), key=abs, default=0.0)
    for add, forward in ((ImageChops.add, True), (ImageChops.subtract, False)):
        for line in lines:
            if (turned[id(line)] * widest > 0) is forward:
                _wind(mask, line, add)
    mask.paste(mask.point([0] + [255] * 255))


def _area(line: list[Spot]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise([*line, line[0]]))


def _wind(mask: Image.Image, line: list[Spot], add: Chop) -> None:
    xs, ys = [x for x, _ in line], [y for _, y in line]
    box = (int(min(xs)), int(min(ys)), int(max(xs)) + 2, int(max(ys)) + 2)
    piece = Image.new("L", (box[2] - box[0], box[3] - box[1]))
    moved = [(x - box[0], y - box[1]) for x, y in line]
    ImageDraw.Draw(piece).polygon(moved, fill=_ONCE)
    mask.paste(add(mask.crop(box), piece), box[:2])


def _contours(steps: tuple[Step, ...], bends: int) -> list[list[Spot]]:
    """Turn strokes of a pen into closed lines of short straight pieces."""
    found: list[list[Spot]] = []
    for kind, numbers in steps:
        if kind == "M":
            found.append([(numbers[0], numbers[1])])
        elif kind == "L":
            found[-1].append((numbers[0], numbers[1]))
        elif kind == "C":
            found[-1].extend(_bent(found[-1][-1], numbers, bends))
    return [line for line in found if len(line) > 2]  # noqa: PLR2004 - an area


def _bent(start: Spot, numbers: tuple[float, ...], bends: int) -> list[Spot]:
    spots = [start, *zip(numbers[::2], numbers[1::2], strict=True)]
    return [_on_curve(spots, i / bends) for i in range(1, bends + 1)]


def _on_curve(spots: list[Spot], t: float) -> Spot:
    while len(spots) > 1:
        spots = [
            (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)
            for a, b in pairwise(spots)
        ]
    return spots[0]


def _png(mask: Image.Image) -> bytes:
    """Write the mask as shades of one red: what is not covered is clear."""
    shades = mask.point([value * (_SHADES - 1) // 255 for value in range(256)])
    picture = Image.new("P", mask.size)
    picture.putdata(shades.tobytes())
    red = [round(part * 255) for part in RED]
    picture.putpalette(red * _SHADES)
    clear = bytes(round(255 * i / (_SHADES - 1)) for i in range(_SHADES))
    out = io.BytesIO()
    picture.save(out, "PNG", bits=4, transparency=clear, optimize=True)
    return out.getvalue()

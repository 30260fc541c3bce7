"""A page as a list of things to draw. Origin top left, y grows downward.

A scene says what, never how: a backend for PDF draws it today, one for OFD may
tomorrow.

Units: millimetres; colours are red, green, blue from 0 to 1.
"""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

Colour = tuple[float, float, float]
Matrix = tuple[float, float, float, float, float, float]
Step = tuple[str, tuple[float, ...]]
"""One stroke of a pen: M move, L line, C curve, Z close."""


@dataclass(frozen=True, slots=True)
class Path:
    """A shape, filled or drawn or both."""

    steps: tuple[Step, ...]
    fill: Colour | None = None
    stroke: Colour | None = None
    width: float = 0.1


@dataclass(frozen=True, slots=True)
class Text:
    """Characters of one font on one line; `spacing` follows each of them."""

    font: str
    size: float
    x: float
    y: float
    text: str
    colour: Colour
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Use:
    """A symbol, drawn once for each placing."""

    symbol: str
    placings: tuple[Matrix, ...]


@dataclass(frozen=True, slots=True)
class Photo:
    """A JPEG in a box."""

    x: float
    y: float
    width: float
    height: float
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class Ink:
    """A handwritten signature as a PNG, set into a box as large as it goes."""

    x: float
    y: float
    width: float
    height: float
    png: bytes


@dataclass(frozen=True, slots=True)
class Squares:
    """A square of black and white modules: a QR code."""

    x: float
    y: float
    size: float
    rows: tuple[bytes, ...]

    def runs(self) -> tuple[tuple[int, int, int], ...]:
        """Give each black run as column, row and length. Units: modules."""
        return _runs(self.rows)


@lru_cache(maxsize=8)
def _runs(rows: tuple[bytes, ...]) -> tuple[tuple[int, int, int], ...]:
    """Find the runs once for all forms that are drawn of a scene."""
    return tuple(
        (run.start(), y, run.end() - run.start())
        for y, row in enumerate(rows)
        for run in _BLACK.finditer(row)
    )


_BLACK = re.compile(rb"\x01+")


@dataclass(frozen=True, slots=True)
class Mark:
    """What follows, up to the next mark, is one part of the text for who cannot see.

    `roles` from the outermost inward (Table, TR, TD), with one number of `order` for
    each: parts are read by it, whichever layer they lie in. Without roles it is
    decoration, as is everything before the first mark. `alt` says what is pictured.
    """

    roles: tuple[str, ...] = ()
    order: tuple[int, ...] = ()
    alt: str = ""


Item = Path | Text | Use | Photo | Ink | Squares | Mark


@dataclass(slots=True)
class Scene:
    """What is drawn, in order, and the symbols that it uses."""

    items: list[Item] = field(default_factory=list)
    symbols: dict[str, tuple[Path, ...]] = field(default_factory=dict)

    def add(self, *items: Item) -> None:
        """Put things on top."""
        self.items.extend(items)

    def characters(self) -> dict[str, str]:
        """Give the characters that each font has to draw, in order of appearance."""
        used: dict[str, dict[str, None]] = {}
        for item in self.items:
            if isinstance(item, Text):
                used.setdefault(item.font, {}).update(dict.fromkeys(item.text))
        return {font: "".join(found) for font, found in used.items()}


# -- shapes ---------------------------------------------------------------------

_ROUND = 0.5522847498


def line(x1: float, y1: float, x2: float, y2: float) -> tuple[Step, ...]:
    """Give a straight line."""
    return (("M", (x1, y1)), ("L", (x2, y2)))


def polygon(points: Iterable[tuple[float, float]]) -> tuple[Step, ...]:
    """Give a closed shape with straight sides."""
    steps: list[Step] = [("L", point) for point in points]
    steps[0] = ("M", steps[0][1])
    return (*steps, ("Z", ()))


def box(x: float, y: float, width: float, height: float) -> tuple[Step, ...]:
    """Give a rectangle."""
    return polygon(((x, y), (x + width, y), (x + width, y + height), (x, y + height)))


def rounded(
    x: float, y: float, width: float, height: float, r: float
) -> tuple[Step, ...]:
    """Give a rectangle with round corners."""
    k, right, bottom = r * (1 - _ROUND), x + width, y + height
    return (
        ("M", (x + r, y)),
        ("L", (right - r, y)),
        ("C", (right - k, y, right, y + k, right, y + r)),
        ("L", (right, bottom - r)),
        ("C", (right, bottom - k, right - k, bottom, right - r, bottom)),
        ("L", (x + r, bottom)),
        ("C", (x + k, bottom, x, bottom - k, x, bottom - r)),
        ("L", (x, y + r)),
        ("C", (x, y + k, x + k, y, x + r, y)),
        ("Z", ()),
    )


def circle(x: float, y: float, r: float) -> tuple[Step, ...]:
    """Give a circle."""
    k = r * _ROUND
    return (
        ("M", (x + r, y)),
        ("C", (x + r, y + k, x + k, y + r, x, y + r)),
        ("C", (x - k, y + r, x - r, y + k, x - r, y)),
        ("C", (x - r, y - k, x - k, y - r, x, y - r)),
        ("C", (x + k, y - r, x + r, y - k, x + r, y)),
        ("Z", ()),
    )


def curve(
    place: Callable[[float], tuple[float, float]],
    start: float,
    end: float,
    pieces: int,
    *,
    closed: bool = False,
) -> tuple[Step, ...]:
    """Follow a parametric curve with cubic pieces that keep its tangents."""
    step = (end - start) / pieces
    small = step * 1e-3

    def slope(t: float) -> tuple[float, float]:
        (ax, ay), (bx, by) = place(t - small), place(t + small)
        return (bx - ax) / (2 * small), (by - ay) / (2 * small)

    here, going = place(start), slope(start)
    steps: list[Step] = [("M", here)]
    for i in range(1, pieces + 1):
        t = start + i * step
        there, next_going = place(t), slope(t)
        first = (here[0] + going[0] * step / 3, here[1] + going[1] * step / 3)
        second = (
            there[0] - next_going[0] * step / 3,
            there[1] - next_going[1] * step / 3,
        )
        steps.append(("C", (*first, *second, *there)))
        here, going = there, next_going
    return (*steps, ("Z", ())) if closed else tuple(steps)


def turned(angle: float, x: float, y: float) -> Matrix:
    """Place a symbol at a point, turned. Units: radians."""
    c, s = math.cos(angle), math.sin(angle)
    return (c, s, -s, c, x, y)

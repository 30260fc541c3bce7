"""What makes a page look official: guilloche frame, rosette, emblem, rule."""

import math
from collections.abc import Callable

from lms.gateways.drawing.pen import Pen
from lms.gateways.drawing.scene import (
    Colour,
    Matrix,
    Path,
    Scene,
    Step,
    Use,
    box,
    circle,
    curve,
    line,
    polygon,
    turned,
)

DEEP: Colour = (0.61, 0.09, 0.10)
GOLD: Colour = (0.72, 0.55, 0.25)
SAND: Colour = (0.80, 0.62, 0.36)
PALE: Colour = (0.945, 0.898, 0.795)
FAINT: Colour = (0.975, 0.945, 0.885)
CREAM: Colour = (1.0, 0.987, 0.955)
PAPER: Colour = (1.0, 0.996, 0.985)

BAND = 9.0
_PERIOD = 7.0
_TURN = 2 * math.pi


def frame(
    scene: Scene, corners: tuple[float, float, float, float], accent: Colour = DEEP
) -> None:
    """Draw the guilloche frame with its corners: left, top, right, bottom."""
    left, top, right, bottom = corners
    scene.symbols["wave"] = _wave()
    scene.add(Use("wave", _along(left, top, right, bottom)))
    scene.symbols["corner"] = _corner(accent)
    half = BAND / 2
    scene.add(
        Use(
            "corner",
            tuple(
                turned(0, x, y)
                for x in (left + half, right - half)
                for y in (top + half, bottom - half)
            ),
        )
    )
    for inset, colour, width in (
        (-0.95, accent, 0.8),
        (0.0, GOLD, 0.22),
        (BAND, GOLD, 0.22),
        (BAND + 1.9, accent, 0.45),
    ):
        shape = box(
            left + inset,
            top + inset,
            right - left - 2 * inset,
            bottom - top - 2 * inset,
        )
        scene.add(Path(shape, stroke=colour, width=width))


def _wave() -> tuple[Path, ...]:
    """Draw one period of the band: two families of crossing waves."""
    middle, reach = BAND / 2, BAND / 2 - 0.65

    def outer(phase: float) -> Callable[[float], tuple[float, float]]:
        return lambda t: (
            t,
            middle
            + reach
            * (
                0.80 * math.sin(_TURN * t / _PERIOD + phase)
                + 0.20 * math.sin(3 * _TURN * t / _PERIOD + 2 * phase)
            ),
        )

    def inner(phase: float) -> Callable[[float], tuple[float, float]]:
        return lambda t: (
            t,
            middle + 0.42 * reach * math.sin(2 * _TURN * t / _PERIOD + phase),
        )

    wide = [
        Path(curve(outer(_TURN * k / 7), 0, _PERIOD, 9), stroke=GOLD, width=0.10)
        for k in range(7)
    ]
    narrow = [
        Path(curve(inner(_TURN * k / 5), 0, _PERIOD, 8), stroke=SAND, width=0.075)
        for k in range(5)
    ]
    return (*wide, *narrow)


def _along(left: float, top: float, right: float, bottom: float) -> tuple[Matrix, ...]:
    """Place the wave along the four sides, stretched to a whole number."""
    placings: list[Matrix] = []
    length = right - left - 2 * BAND
    count = round(length / _PERIOD)
    s = length / (count * _PERIOD)
    for i in range(count):
        x = left + BAND + i * _PERIOD * s
        placings += [(s, 0, 0, 1, x, top), (s, 0, 0, 1, x, bottom - BAND)]
    length = bottom - top - 2 * BAND
    count = round(length / _PERIOD)
    s = length / (count * _PERIOD)
    for i in range(count):
        y = top + BAND + i * _PERIOD * s
        placings += [(0, s, -1, 0, left + BAND, y), (0, s, -1, 0, right, y)]
    return tuple(placings)


def _corner(accent: Colour) -> tuple[Path, ...]:
    def petal(shift: float) -> Callable[[float], tuple[float, float]]:
        return lambda t: (
            3.35 * math.cos(4 * (t + shift)) * math.cos(t),
            3.35 * math.cos(4 * (t + shift)) * math.sin(t),
        )

    half = BAND / 2
    return (
        Path(box(-half, -half, BAND, BAND), fill=CREAM, stroke=GOLD, width=0.25),
        *(
            Path(
                curve(petal(k * math.pi / 20), 0, _TURN, 48, closed=True),
                stroke=GOLD,
                width=0.085,
            )
            for k in range(5)
        ),
        Path(circle(0, 0, 3.8), stroke=GOLD, width=0.2),
        Path(circle(0, 0, 0.55), fill=accent),
    )


def rosette(scene: Scene, x: float, y: float) -> None:
    """Draw the pale rosette behind the text."""

    def ring(r: float, swing: float, petals: int) -> tuple[Step, ...]:
        def place(t: float) -> tuple[float, float]:
            reach = r * (1 + swing * math.cos(petals * t))
            return reach * math.cos(t), reach * math.sin(t)

        return curve(place, 0, _TURN, petals * 4, closed=True)

    scene.symbols["petals"] = tuple(
        Path(ring(*shape), stroke=PALE, width=0.11)
        for shape in ((64, 0.15, 12), (47, 0.24, 12), (30, 0.30, 12))
    )
    count = 12
    scene.add(
        Use("petals", tuple(turned(i * _TURN / 12 / count, x, y) for i in range(count)))
    )


_Points = tuple[tuple[float, float], ...]

_ROOF: tuple[tuple[str, _Points], ...] = (
    ("M", ((-7.0, -2.55),)),
    ("C", ((-4.6, -2.75), (-2.3, -3.9), (-1.15, -5.75))),
    ("L", ((1.15, -5.75),)),
    ("C", ((2.3, -3.9), (4.6, -2.75), (7.0, -2.55))),
    ("L", ((6.45, -1.75),)),
    ("L", ((-6.45, -1.75),)),
    ("Z", ()),
)
_RIDGE: tuple[tuple[str, _Points], ...] = (
    ("M", ((-1.7, -6.55),)),
    ("L", ((1.7, -6.55),)),
    ("L", ((1.35, -6.05),)),
    ("L", ((-1.35, -6.05),)),
    ("Z", ()),
)
_PAGE: tuple[tuple[str, _Points], ...] = (
    ("M", ((0.22, 2.75),)),
    ("C", ((1.7, 1.55), (4.0, 1.55), (6.3, 2.15))),
    ("L", ((5.6, 5.0),)),
    ("C", ((3.8, 4.5), (1.8, 4.6), (0.22, 5.85))),
    ("Z", ()),
)
_COLUMN: tuple[tuple[str, _Points], ...] = (
    ("M", ((-1.0, -1.3),)),
    ("L", ((1.0, -1.3),)),
    ("L", ((0.5, -0.7),)),
    ("L", ((0.5, 1.1),)),
    ("L", ((-0.5, 1.1),)),
    ("L", ((-0.5, -0.7),)),
    ("Z", ()),
)
_COLUMNS = ((-4.6, 1.1), (-1.6, 1.0), (1.6, 1.0), (4.6, 1.1))


def emblem(
    x: float,
    y: float,
    *,
    scale: float = 1.0,
    dark: Colour = DEEP,
    light: Colour = GOLD,
) -> list[Path]:
    """Draw the house's emblem: an eave over an open book, in two rings."""

    def solid(
        drawing: tuple[tuple[str, _Points], ...], dx: float = 0.0, stretch: float = 1.0
    ) -> Path:
        steps: tuple[Step, ...] = tuple(
            (
                letter,
                tuple(
                    value
                    for px, py in points
                    for value in (x + (dx + px * stretch) * scale, y + py * scale)
                ),
            )
            for letter, points in drawing
        )
        return Path(steps, fill=dark)

    return [
        Path(circle(x, y, 9.3 * scale), stroke=dark, width=0.5 * scale),
        Path(circle(x, y, 8.4 * scale), stroke=light, width=0.2 * scale),
        solid(_ROOF),
        solid(_RIDGE),
        *(solid(_COLUMN, dx, width) for dx, width in _COLUMNS),
        solid(_PAGE),
        solid(_PAGE, stretch=-1),
    ]


def divider(scene: Scene, x: float, y: float, accent: Colour = DEEP) -> None:
    """Draw the rule below the title: a lozenge between two lines."""
    for side in (-1, 1):
        scene.add(
            Path(line(x + side * 9, y, x + side * 50, y), stroke=GOLD, width=0.25),
            Path(
                polygon(
                    (
                        (x + side * 50, y),
                        (x + side * 51.5, y - 0.75),
                        (x + side * 53, y),
                        (x + side * 51.5, y + 0.75),
                    )
                ),
                fill=GOLD,
            ),
        )
    for half, high, colour in ((5.2, 1.6, None), (2.6, 0.9, accent)):
        shape = polygon(((x - half, y), (x, y - high), (x + half, y), (x, y + high)))
        scene.add(
            Path(shape, fill=colour) if colour else Path(shape, stroke=GOLD, width=0.25)
        )


def fine_print(
    pen: Pen, words: str, corners: tuple[float, float, float, float]
) -> None:
    """Run words too small for a copier around a box, as shapes."""
    size, left, top, right, bottom = 0.72, *corners
    steps: list[Step] = []
    at = 0.0
    for character in words:
        steps += pen.outline(character, "song", (size, 0, 0, -size, at, 0))
        at += pen.fonts.width("song", character, size) + 0.08
    pen.scene.symbols["words"] = (Path(tuple(steps), fill=GOLD),)
    placings: list[Matrix] = []
    across, down = int((right - left) / at), int((bottom - top) / at)
    sx, sy = (right - left) / across / at, (bottom - top) / down / at
    for i in range(across):
        x = left + i * at * sx
        placings += [(sx, 0, 0, 1, x, top + 0.26), (sx, 0, 0, 1, x, bottom + 0.26)]
    for i in range(down):
        y = top + i * at * sy
        placings += [(0, sy, -1, 0, left - 0.26, y), (0, sy, -1, 0, right - 0.26, y)]
    pen.scene.add(Use("words", tuple(placings)))

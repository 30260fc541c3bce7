"""The round seal of an association, as a drawing.

It is a picture, not a proof: what proves a certificate is the verification page.
"""

import math

from lms.gateways.drawing.pen import Pen
from lms.gateways.drawing.scene import Colour, Path, Step, circle, polygon

RED: Colour = (0.79, 0.07, 0.09)
RADIUS = 20.5
_RIM = 1.15


def seal(pen: Pen, name: str, purpose: str, x: float, y: float) -> list[Path]:
    """Draw a seal of 41 mm: the name in an arc, a star, the purpose below.

    Raises: MissingGlyph.
    """
    return [
        Path(circle(x, y, RADIUS - _RIM / 2), stroke=RED, width=_RIM),
        Path(_star(x, y), fill=RED),
        Path(tuple(_arc(pen, name, x, y)), fill=RED),
        Path(tuple(_foot(pen, purpose, x, y)), fill=RED),
    ]


def _star(x: float, y: float) -> tuple[Step, ...]:
    outer = RADIUS * 0.30
    inner = outer * 0.381966
    return polygon(
        [
            (
                x + r * math.cos(angle),
                y - 0.4 + r * math.sin(angle),
            )
            for i in range(10)
            for r, angle in [
                (inner if i % 2 else outer, -math.pi / 2 + i * math.pi / 5)
            ]
        ]
    )


def _arc(pen: Pen, name: str, x: float, y: float) -> list[Step]:
    count = len(name)
    high = RADIUS * 0.29
    span = math.radians(min(250, 24 * count))
    base = RADIUS - _RIM - 1.0 - high * 0.86
    wide = min(high * 0.84, span * (base + high * 0.4) / count * 0.86)
    steps: list[Step] = []
    for i, character in enumerate(name):
        angle = -math.pi / 2 - span / 2 + span * (i + 0.5) / count
        turn = angle + math.pi / 2
        c, s = math.cos(turn), math.sin(turn)
        foot_x = x + base * math.cos(angle) - wide / 2 * c
        foot_y = y + base * math.sin(angle) - wide / 2 * s
        place = (wide * c, wide * s, high * s, -high * c, foot_x, foot_y)
        steps += pen.outline(character, "song", place)
    return steps


def _foot(pen: Pen, purpose: str, x: float, y: float) -> list[Step]:
    high = RADIUS * 0.20
    wide = min(high, RADIUS * 1.25 / len(purpose))
    left = x - wide * len(purpose) / 2
    steps: list[Step] = []
    for i, character in enumerate(purpose):
        place = (wide * 0.95, 0, 0, -high, left + i * wide, y + RADIUS * 0.60)
        steps += pen.outline(character, "black", place)
    return steps

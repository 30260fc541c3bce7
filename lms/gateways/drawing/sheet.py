"""The sheet that a design is drawn on: pen, choices, colours."""

import struct
from dataclasses import dataclass

from lms.credentials.rules.designs import Design
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.pen import Pen
from lms.gateways.drawing.scene import Colour, Item, Scene

WHITE: Colour = (1.0, 1.0, 1.0)


def rgb(code: str) -> Colour:
    """Read a colour as designs store it.

    >>> rgb("#ff0033")
    (1.0, 0.0, 0.2)
    """
    r, g, b = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (round(r, 4), round(g, 4), round(b, 4))


def mixed(colour: Colour, share: float, other: Colour = WHITE) -> Colour:
    """Mix a share of a colour with another, white unless told.

    >>> mixed((0.5, 0.0, 1.0), 0.5)
    (0.75, 0.5, 1.0)
    """
    r, g, b = (
        round(share * a + (1 - share) * z, 4)
        for a, z in zip(colour, other, strict=True)
    )
    return (r, g, b)


def png_size(png: bytes) -> tuple[int, int]:
    """Read a PNG's width and height from its head. Units: pixels."""
    wide, high = struct.unpack(">II", png[16:24])
    return wide, high


@dataclass(frozen=True, slots=True)
class Sheet:
    """One layer of one certificate while it is drawn.

    `word` is written large and pale behind what is no certificate.
    """

    pen: Pen
    design: Design
    accent: Colour
    ink: Colour
    grey: Colour
    word: str = ""

    @classmethod
    def blank(cls, fonts: Fonts, design: Design, word: str = "") -> "Sheet":
        """Lay out a new sheet."""
        ink = rgb(design.ink)
        return cls(
            Pen(Scene(), fonts),
            design,
            rgb(design.accent),
            ink,
            mixed(ink, 0.69, (0.95, 0.91, 0.84)),
            word or ("演示" if design.demonstration else ""),
        )

    @property
    def scene(self) -> Scene:
        """What was drawn so far."""
        return self.pen.scene

    def add(self, *items: Item) -> None:
        """Put things on top."""
        self.scene.add(*items)

    def tint(self, share: float) -> Colour:
        """Give the accent, thinned with white."""
        return mixed(self.accent, share)

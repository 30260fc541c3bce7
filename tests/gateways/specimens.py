"""A certificate in any design, drawn with the hardest facts that it may meet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from lms.credentials.rules import Facts
from lms.credentials.rules.designs import Design, Part
from lms.gateways.drawing import diploma
from lms.gateways.drawing.codes import qr_rows
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.previews import specimen
from lms.gateways.drawing.scene import Scene
from tests.make import pictures

ISSUER = "示例自治区建筑业协会"
HOST = "https://xueshi.example"
CODE = qr_rows(f"{HOST}/v/4S2K7Q9XZB3M8N5P1R6T0V2W4Y")
EVERYTHING = frozenset(Part)
GHOST = 40
"""So large are the words behind the text."""

SIZE = (diploma.WIDTH, diploma.HEIGHT)
PHOTO = pictures.inch_jpeg()


def logo(wide: int = 320, high: int = 120) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (wide, high), (20, 90, 60, 255)).save(out, "PNG")
    return out.getvalue()


@dataclass(frozen=True)
class Drawn:
    """The layers of one certificate."""

    page: Scene
    stamp: Scene
    free: Scene

    def items(self) -> Iterator[object]:
        yield from self.page.items
        yield from self.free.items


def drawn(
    fonts: Fonts,
    design: Design,
    facts: Facts | None = None,
    photo: bytes | None = PHOTO,
) -> Drawn:
    facts = facts or specimen(ISSUER)
    return Drawn(
        diploma.static(fonts, design, ISSUER, f"{HOST}/verify"),
        diploma.stamp(fonts, design, ISSUER),
        diploma.variable(fonts, design, facts, CODE, PHOTO),
    )

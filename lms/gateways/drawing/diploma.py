"""The certificate of continuing education, in the design that an association chose.

Two layers. The static one is the same for every certificate of an association and is
encoded once; the variable one is all that differs.
"""

from lms.credentials.rules import Facts
from lms.credentials.rules.designs import Design
from lms.gateways.drawing import reading
from lms.gateways.drawing.designs import DRAWINGS
from lms.gateways.drawing.fonts import Fonts
from lms.gateways.drawing.scene import Scene
from lms.gateways.drawing.seal import seal
from lms.gateways.drawing.sheet import Sheet
from lms.gateways.drawing.words import HEIGHT, WIDTH

__all__ = ["HEIGHT", "WIDTH", "seal_place", "stamp", "static", "variable", "written"]

_PURPOSE = "继续教育专用章"


def static(
    fonts: Fonts, design: Design, issuer: str, address: str, word: str = ""
) -> Scene:
    """Draw what all certificates of an association share; `address` is to verify.

    `word` is written large and pale behind all: a specimen says so.

    Raises: MissingGlyph.
    """
    sheet = Sheet.blank(fonts, design, word)
    DRAWINGS[design.layout].static(sheet, issuer, address)
    return sheet.scene


def stamp(fonts: Fonts, design: Design, issuer: str) -> Scene:
    """Draw the association's seal, which lies over the text."""
    sheet = Sheet.blank(fonts, design)
    x, y = seal_place(design)
    drawing = seal(sheet.pen, issuer, _PURPOSE, x, y)
    sheet.add(reading.seal(f"{issuer}{_PURPOSE}"), *drawing)
    return sheet.scene


def variable(
    fonts: Fonts,
    design: Design,
    facts: Facts,
    code: tuple[bytes, ...],
    photo: bytes | None,
) -> Scene:
    """Draw what one certificate says.

    Raises: MissingGlyph.
    """
    sheet = Sheet.blank(fonts, design)
    DRAWINGS[design.layout].variable(sheet, facts, code, photo)
    return sheet.scene


def seal_place(design: Design) -> tuple[float, float]:
    """Say where the middle of the seal lies. Units: millimetres."""
    x, y = DRAWINGS[design.layout].SEAL
    across, down = design.seal
    return x + across, y + down


def written(facts: Facts) -> str:
    """Give every character that a certificate would print in its variable layer."""
    return "".join(
        (
            facts.name,
            facts.employer,
            facts.id_masked,
            facts.registration_no,
            facts.number,
        )
    )

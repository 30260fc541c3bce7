"""Makes pages of photographed papers, at one step of smallness after another."""

import io

from PIL import Image, ImageOps

PDF = "application/pdf"
STEPS = (
    (1400, 75, False),
    (1300, 62, False),
    (1200, 52, False),
    (1100, 45, False),
    (1100, 40, True),
    (1000, 34, True),
)
"""Longest side in pixels, JPEG quality, and whether colour goes: to A4 the last is
86 dots an inch, at which print of ten points can still be read."""

_PAGE = (8.27, 11.69)
_MARGIN = 0.94

Paper = tuple[str, bytes]


class Unfit(Exception):
    """The papers cannot be bound; carries the code of the reason."""


def page(raw: bytes, place: int) -> bytes:
    """Make a page of A4, or of its shape lying, of one picture."""
    with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as opened:
        picture = smaller(opened.convert("RGB"), place)
    wide, high = _PAGE if picture.height >= picture.width else _PAGE[::-1]
    dots = max(picture.width / (wide * _MARGIN), picture.height / (high * _MARGIN))
    sheet = ImageOps.pad(
        picture, (round(wide * dots), round(high * dots)), color="white"
    )
    out = io.BytesIO()
    sheet.save(out, "PDF", resolution=dots, quality=STEPS[place][1])
    return out.getvalue()


def smaller(picture: Image.Image, place: int) -> Image.Image:
    """Bring a picture to one step of `STEPS`."""
    side, _quality, grey = STEPS[place]
    if picture.mode not in {"L", "RGB"}:
        picture = picture.convert("RGB")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture.convert("L") if grey else picture

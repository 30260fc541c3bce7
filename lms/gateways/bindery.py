"""The fenced-in process that binds papers into a PDF. Run by `gateways.binding` alone.

Reads one line of JSON and the papers; answers one line of JSON and the PDF.
"""

import io
import json
import logging
import sys
from typing import Any

from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from lms.gateways import paperroom

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
_PIXELS = 40_000_000
_ROOM = 66_000
_ARCHIVE_END = b"PK\x05\x06"

Paper = tuple[str, bytes]


class Unfit(Exception):
    """The papers cannot be bound; carries the code of the reason."""


def bind(papers: list[Paper], most: int) -> tuple[bytes, int]:
    """Bind papers so that they weigh no more than `most` bytes; give pages too.

    Raises: Unfit.
    """
    for media, raw in papers:
        if media == PDF:
            only_pdf(raw)
    if len(papers) == 1 and papers[0][0] == PDF and len(papers[0][1]) <= most:
        # Whoever signed it electronically signed these bytes.
        return papers[0][1], len(PdfReader(io.BytesIO(papers[0][1])).pages)
    for place in range(len(STEPS)):
        made, pages = press(papers, place)
        if len(made) <= most:
            return made, pages
    raise Unfit("dossier.cannot_fit")


def only_pdf(raw: bytes) -> None:
    """See that a PDF is nothing else as well: no archive or program hangs behind it.

    Raises: Unfit.
    """
    _body, _mark, rest = raw.rpartition(b"%%EOF")
    if rest.strip(b"\r\n\t \0") or _ARCHIVE_END in raw[-_ROOM:]:
        raise Unfit("paper.mixed")


def press(papers: list[Paper], place: int) -> tuple[bytes, int]:
    """Make one PDF with all pictures at one step of `STEPS`."""
    writer = PdfWriter()
    for media, raw in papers:
        if media == PDF:
            _append(writer, raw, place)
        else:
            writer.append(io.BytesIO(page(raw, place)), import_outline=False)
    if place:
        writer.compress_identical_objects()
    out = io.BytesIO()
    writer.write(out)
    made = out.getvalue()
    paperroom.walk(made)
    return made, len(writer.pages)


def page(raw: bytes, place: int) -> bytes:
    """Make a page of A4, or of its shape lying, of one picture."""
    with Image.open(io.BytesIO(raw), formats=("JPEG", "PNG", "WEBP")) as opened:
        picture = _smaller(opened.convert("RGB"), place)
    wide, high = _PAGE if picture.height >= picture.width else _PAGE[::-1]
    dots = max(picture.width / (wide * _MARGIN), picture.height / (high * _MARGIN))
    sheet = ImageOps.pad(
        picture, (round(wide * dots), round(high * dots)), color="white"
    )
    out = io.BytesIO()
    sheet.save(out, "PDF", resolution=dots, quality=STEPS[place][1])
    return out.getvalue()


def _smaller(picture: Image.Image, place: int) -> Image.Image:
    side, _quality, grey = STEPS[place]
    if picture.mode not in {"L", "RGB"}:
        picture = picture.convert("RGB")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    return picture.convert("L") if grey else picture


def _append(writer: PdfWriter, raw: bytes, place: int) -> None:
    for sheet in PdfReader(io.BytesIO(raw), strict=False).pages:
        kept = writer.add_page(sheet)
        if place:
            for image in kept.images:
                _redraw(image, place)
            kept.compress_content_streams()


def _redraw(image: Any, place: int) -> None:  # noqa: ANN401 - pypdf's ImageFile
    """Put a smaller picture in place of one in a PDF; a drawing in two tones stays."""
    picture = image.image
    if picture is None or picture.mode == "1":
        return
    if picture.width * picture.height > _PIXELS:
        raise Unfit("photo.too_many_pixels")
    try:
        image.replace(_smaller(picture, place), quality=STEPS[place][1])
    except (TypeError, ValueError, KeyError, PyPdfError):
        return


def main() -> int:
    """Bind what comes in."""
    logging.disable(logging.CRITICAL)
    asked = json.loads(sys.stdin.buffer.readline())
    papers = [(media, sys.stdin.buffer.read(size)) for media, size in asked["papers"]]
    try:
        made, pages = bind(papers, asked["most"])
    except (Unfit, paperroom.Unfit) as unfit:
        sys.stdout.write(json.dumps({"refused": str(unfit)}) + "\n")
        return 1
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError):
        sys.stdout.write(json.dumps({"refused": "paper.unreadable"}) + "\n")
        return 1
    except (MemoryError, RecursionError, IndexError):
        sys.stdout.write(json.dumps({"refused": "paper.unreadable"}) + "\n")
        return 1
    sys.stdout.buffer.write(json.dumps({"pages": pages}).encode() + b"\n" + made)
    return 0


if __name__ == "__main__":
    sys.exit(main())

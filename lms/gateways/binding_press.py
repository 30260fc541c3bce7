"""Binds papers of which one is a PDF, or which are several. Inside the fence alone."""

import io
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from lms.gateways import paperroom
from lms.gateways.binding_pages import PDF, STEPS, Paper, Unfit, page, smaller

_PIXELS = 40_000_000


def bound(papers: list[Paper], most: int) -> tuple[bytes, int]:
    """Bind papers so that they weigh no more than `most` bytes; give pages too.

    Raises: Unfit.
    """
    try:
        return _bound(papers, most)
    except paperroom.Unfit as unfit:
        raise Unfit(str(unfit)) from unfit
    except PyPdfError as broken:
        raise Unfit("paper.unreadable") from broken


def _bound(papers: list[Paper], most: int) -> tuple[bytes, int]:
    for media, raw in papers:
        if media == PDF:
            paperroom.only_pdf(raw)
    if len(papers) == 1 and len(papers[0][1]) <= most:
        # Whoever signed it electronically signed these bytes.
        return papers[0][1], len(PdfReader(io.BytesIO(papers[0][1])).pages)
    for place in range(len(STEPS)):
        made, pages = _press(papers, place)
        if len(made) <= most:
            return made, pages
    raise Unfit("dossier.cannot_fit")


def _press(papers: list[Paper], place: int) -> tuple[bytes, int]:
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
        image.replace(smaller(picture, place), quality=STEPS[place][1])
    except (TypeError, ValueError, KeyError, PyPdfError):
        return

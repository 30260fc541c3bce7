"""The fenced-in process that draws pages of a PDF. Run by `gateways.documents` alone.

Nothing in a PDF runs here: PDFium is built without scripts, forms are not drawn, and
what comes out is pictures and words. Each page is one line of JSON and one JPEG.
"""

import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw as pdfium

WIDE, HIGH = 1240, 1754
"""The box that a page must fit: A4 at 150 dots an inch. Units: pixels."""

_LEAST_POINTS, _MOST_POINTS = 36, 14_400
_STRAIGHT = 20
_QUALITY = 80


class Unfit(Exception):
    """The PDF cannot be taken; carries the code of the reason."""


def draw(source: Path, folder: Path, most_pages: int, most_text: int) -> None:
    """Draw every page, and tell of each as it is there.

    Raises: Unfit.
    """
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        locked = pdfium.FPDF_GetLastError() == pdfium.FPDF_ERR_PASSWORD
        raise Unfit("document.locked" if locked else "document.unreadable") from error
    if pdfium.FPDF_GetSecurityHandlerRevision(document) != -1:
        raise Unfit("document.locked")
    count = len(document)
    if not 0 < count <= most_pages:
        raise Unfit("document.pages" if count else "document.unreadable")
    _tell({"pages": count})
    for n in range(count):
        _tell({"n": n + 1, **_page(document, n, folder, most_text)})


def _page(
    document: Any,  # noqa: ANN401 - the library has no types
    n: int,
    folder: Path,
    most_text: int,
) -> dict[str, Any]:
    try:
        page = document[n]
        width, height = page.get_size()
        scale = _scale(width, height)
        picture = page.render(scale=scale, may_draw_forms=False).to_pil()
        found = page.get_textpage().get_text_bounded()
    except pypdfium2.PdfiumError as error:
        raise Unfit("document.unreadable") from error
    file = folder / f"{n + 1:04d}.jpg"
    picture.convert("RGB").save(file, "JPEG", quality=_QUALITY, optimize=True)
    text = readable(found)[:most_text]
    page.close()
    return {"width": picture.width, "height": picture.height, "text": text}


def _scale(width: float, height: float) -> float:
    sides = sorted((width, height))
    if not _LEAST_POINTS <= sides[0] <= sides[1] <= _MOST_POINTS:
        raise Unfit("document.page_size")
    if sides[1] > _STRAIGHT * sides[0]:
        raise Unfit("document.page_size")
    # A page that lies across fills the width alone.
    return min(WIDE / width, HIGH / height)


def readable(found: str) -> str:
    r"""Keep the words of a page, without what no reader can say.

    >>> readable("安全\r\n\x00第一\ufffe  条")
    '安全\n第一 条'
    """
    composed = unicodedata.normalize("NFC", found.replace("\r\n", "\n"))
    kept = "".join(
        c for c in composed if c == "\n" or unicodedata.category(c)[0] != "C"
    )
    lines = (" ".join(line.split()) for line in kept.split("\n"))
    return "\n".join(line for line in lines if line)


def _tell(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main(source: str, folder: str, most_pages: str, most_text: str) -> int:
    """Draw one PDF."""
    try:
        draw(Path(source), Path(folder), int(most_pages), int(most_text))
    except Unfit as unfit:
        _tell({"refused": str(unfit)})
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))

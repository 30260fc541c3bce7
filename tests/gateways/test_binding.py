"""Papers bound into one PDF: small enough, readable, nothing hanging behind."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter

from lms.gateways.binding import LocalBinder
from lms.gateways.binding_pages import STEPS
from lms.kernel.errors import Refused

JPEG, PDF = "image/jpeg", "application/pdf"
MOST = 2 * 2**20


def page(*, noise: bool = False, mode: str = "RGB", side: int = 1400) -> bytes:
    size = (side * 5 // 7, side)
    picture = Image.effect_noise(size, 90) if noise else Image.new("L", size, 255)
    draw = ImageDraw.Draw(picture)
    for y in range(40, side - 40, 30):
        draw.text((40, y), f"line {y}", fill=0, font_size=20)
    out = io.BytesIO()
    picture.convert(mode).save(out, "JPEG", quality=95)
    return out.getvalue()


def scan(pages: int, *, mode: str = "RGB") -> bytes:
    """A scanned PDF of noisy pages."""
    with Image.open(io.BytesIO(page(noise=mode != "1"))) as opened:
        one = opened.convert(mode)
    out = io.BytesIO()
    more = {} if mode == "1" else {"quality": 95}
    one.save(out, "PDF", save_all=True, append_images=[one] * (pages - 1), **more)
    return out.getvalue()


def pictures(raw: bytes) -> list[Image.Image]:
    found = [i.image for p in PdfReader(io.BytesIO(raw)).pages for i in p.images]
    return [one for one in found if one is not None]


def test_a_picture_becomes_a_page_of_a4() -> None:
    bound = LocalBinder().bind([(JPEG, page())], MOST)
    (sheet,) = PdfReader(io.BytesIO(bound.pdf)).pages
    assert bound.pages == 1
    assert float(sheet.mediabox.width) == pytest.approx(595, abs=2)
    assert float(sheet.mediabox.height) == pytest.approx(842, abs=2)


def test_a_pdf_that_fits_stays_as_its_signer_left_it() -> None:
    signed = scan(1)
    assert LocalBinder().bind([(PDF, signed)], MOST).pdf == signed


def test_what_is_too_heavy_is_made_smaller_until_it_fits_and_can_be_read() -> None:
    heavy = scan(3)
    most = 600_000
    assert len(heavy) > most
    bound = LocalBinder().bind([(PDF, heavy), (JPEG, page(noise=True))], most)
    assert bound.pages == 4
    assert len(bound.pdf) <= most
    assert all(max(one.size) >= STEPS[-1][0] for one in pictures(bound.pdf))


def test_black_and_white_scans_are_taken_as_they_are() -> None:
    bound = LocalBinder().bind([(PDF, scan(2, mode="1")), (JPEG, page(mode="L"))], MOST)
    assert bound.pages == 3


def test_what_could_only_fit_unreadably_is_refused_with_the_limit() -> None:
    with pytest.raises(Refused) as refused:
        LocalBinder().bind([(JPEG, page(noise=True))], 20_000)
    assert refused.value.code == "dossier.cannot_fit"


@pytest.mark.parametrize("tail", [b"PK\x05\x06" + b"\0" * 18, b"<html>", b"MZ\x90"])
def test_a_pdf_that_is_something_else_as_well_is_refused(tail: bytes) -> None:
    with pytest.raises(Refused, match=r"paper\.mixed"):
        LocalBinder().bind([(PDF, scan(1) + tail)], MOST)


def test_a_picture_in_a_pdf_that_swells_without_end_meets_its_limit() -> None:
    writer = PdfWriter(io.BytesIO(scan(1)))
    (image,) = writer.pages[0]["/Resources"]["/XObject"].values()  # type: ignore[index]  # a PDF's objects are of any kind
    found = image.get_object()
    found._data = zlib.compress(bytes(60_000 * 10_000 // 8))
    found.update({})
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(Refused):
        LocalBinder().bind([(PDF, out.getvalue()), (PDF, scan(4))], 300_000)


def test_what_is_bound_runs_nothing() -> None:
    with pytest.raises(Refused, match=r"paper\.unreadable"):
        LocalBinder().bind([(PDF, b"%PDF-1.7 torn %%EOF")], MOST)

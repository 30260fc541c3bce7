"""Uploaded pictures opened far from the web process."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from lms.gateways.photo import UPLOAD_BYTES, LocalStudio
from lms.kernel.errors import Refused
from tests.make import pictures

STUDIO = LocalStudio()


def png(size: tuple[int, int], mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    return out.getvalue()


def test_a_portrait_is_cut_around_the_face_and_loses_what_cameras_write() -> None:
    face = pictures.drawn_face((1800, 1200))
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera"
    face.save(out, "JPEG", exif=exif)

    made = STUDIO.portrait(out.getvalue())

    inch = Image.open(io.BytesIO(made.jpeg))
    assert made.finding is None
    assert made.hints == ()
    assert inch.size == (295, 413)
    assert not inch.getexif()
    assert len(made.jpeg) < 200_000


def test_a_dark_background_is_a_remark_not_a_refusal() -> None:
    made = STUDIO.portrait(pictures.face_jpeg(background="#506070"))

    assert made.finding is None
    assert "photo.background" in made.hints


def test_a_wall_has_no_face() -> None:
    assert STUDIO.portrait(pictures.wall_jpeg()).finding == "photo.no_face"


def test_a_frame_with_the_face_in_a_corner_is_told() -> None:
    wide = Image.new("RGB", (885, 1239), "white")
    wide.paste(pictures.drawn_face((420, 588)), (0, 0))
    out = io.BytesIO()
    wide.save(out, "JPEG")

    made = STUDIO.portrait(out.getvalue(), framed=True)

    assert made.finding in {"photo.face_off", "photo.face_small"}


def test_two_faces_are_one_too_many() -> None:
    both = Image.new("RGB", (1800, 1260), "white")
    for left in (0, 900):
        both.paste(pictures.drawn_face(), (left, 0))
    out = io.BytesIO()
    both.save(out, "JPEG")

    assert STUDIO.portrait(out.getvalue()).finding == "photo.many_faces"


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        pytest.param(b"", "upload.empty", id="nothing"),
        pytest.param(b"<svg/>", "photo.format", id="svg"),
        pytest.param(b"GIF89a", "photo.format", id="gif"),
        pytest.param(pictures.wall_jpeg()[:300], "photo.unreadable", id="cut short"),
        pytest.param(
            b"\xff\xd8\xff" + b"0" * UPLOAD_BYTES, "photo.too_big", id="over 10 MB"
        ),
        pytest.param(png((6000, 5000), "1"), "photo.too_many_pixels", id="30 MP"),
        pytest.param(png((120, 120)), "photo.too_small", id="a stamp"),
    ],
)
def test_what_is_no_picture_of_ours_is_refused(upload: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        STUDIO.portrait(upload)

    assert refused.value.code == code


def test_a_signature_is_lifted_off_its_paper() -> None:
    made = Image.open(io.BytesIO(STUDIO.signature(pictures.signature_png())))

    low, high = made.getchannel("A").getextrema()
    assert made.mode == "RGBA"
    assert (low, high) == (0, 255)
    assert made.width <= 600
    assert made.height <= 240


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        pytest.param(pictures.signature_png(ink=255), "signature.empty", id="blank"),
        pytest.param(b"RIFFxxxxWEBP", "photo.unreadable", id="half a WebP"),
    ],
)
def test_what_is_no_signature_is_refused(upload: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        STUDIO.signature(upload)

    assert refused.value.code == code


def test_a_paper_is_redrawn_small_enough_to_keep() -> None:
    made = Image.open(io.BytesIO(STUDIO.paper(png((4000, 3000)))))

    assert made.format == "JPEG"
    assert max(made.size) <= 1400

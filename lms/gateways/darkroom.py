"""The fenced-in process that decodes uploaded pictures. Run by `gateways.photo` alone.

Reads a picture from its input; answers one line of JSON and the new picture.
"""

import io
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

MODELS = Path(cv2.__file__).parent / "data"
"""The face models that the OpenCV wheel brings along."""

WIDTH, HEIGHT = 295, 413
"""One inch at 300 dots."""

PIXELS = 25_000_000
SMALLEST_SIDE = 200
_FORMATS = ("JPEG", "PNG", "WEBP")
_WORK_SIDE = 1600
_LOOK_SIDE = 640

FACE_SHARE = 0.46
"""The height of the face that the cascade frames, as a share of a one-inch photo."""

_FACE_RANGE = (0.26, 0.72)
_ACROSS_RANGE = (0.32, 0.68)
_DOWN_RANGE = (0.25, 0.68)
_FACE_PIXELS = 80
_RIVAL = 0.5
_LIGHT, _EVEN = 175, 42
_SHARP = 4


class Unfit(Exception):
    """The picture cannot be taken; carries the code of the reason."""


@dataclass(frozen=True, slots=True)
class Face:
    """A face in a picture. Units: pixels."""

    x: int
    y: int
    width: int
    height: int


def opened(raw: bytes, side: int = _WORK_SIDE) -> Image.Image:
    """Decode a picture upright, no larger than needed, without what cameras add."""
    try:
        picture: Image.Image = Image.open(io.BytesIO(raw), formats=_FORMATS)
        if picture.width * picture.height > PIXELS:
            raise Unfit("photo.too_many_pixels")
        picture.draft("RGB", (side, side))
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        picture = ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, OSError, ValueError, MemoryError) as error:
        raise Unfit("photo.unreadable") from error
    if min(picture.size) < 1:
        raise Unfit("photo.unreadable")
    return picture


def on_white(picture: Image.Image) -> Image.Image:
    """Lay a picture that may be transparent on white paper."""
    if picture.mode == "RGB" and "transparency" not in picture.info:
        return picture
    clear = picture.convert("RGBA")
    paper = Image.new("RGBA", clear.size, "white")
    paper.alpha_composite(clear)
    return paper.convert("RGB")


def faces(picture: Image.Image) -> list[Face]:
    """Find faces that look at us, the largest first."""
    scale = min(1.0, _LOOK_SIDE / max(picture.size))
    small = picture.resize(
        (round(picture.width * scale), round(picture.height * scale))
    )
    grey = cv2.equalizeHist(np.asarray(small.convert("L")))
    least = max(30, round(min(grey.shape) * 0.08))
    for model in ("default", "alt2"):
        cascade = cv2.CascadeClassifier(f"{MODELS}/haarcascade_frontalface_{model}.xml")
        found = cascade.detectMultiScale(
            grey, scaleFactor=1.08, minNeighbors=6, minSize=(least, least)
        )
        if len(found):
            return sorted(
                (Face(*(round(float(v) / scale) for v in box)) for box in found),
                key=lambda face: -face.width,
            )
    return []


def frame(size: tuple[int, int], face: Face | None) -> tuple[int, int, int, int]:
    """Choose what to cut: around the face, else the middle, upper part."""
    wide, high = size
    tallest = min(high, wide * HEIGHT / WIDTH)
    height = tallest if face is None else min(tallest, face.height / FACE_SHARE)
    width = height * WIDTH / HEIGHT
    across = wide / 2 if face is None else face.x + face.width / 2
    down = height / 2 if face is None else face.y + face.height * 0.5
    left = min(max(0.0, across - width / 2), wide - width)
    share = 0.5 if face is None else 0.47
    top = min(max(0.0, down - height * share), high - height)
    return round(left), round(top), round(left + width), round(top + height)


def finding(found: Sequence[Face], size: tuple[int, int]) -> str | None:
    """Judge the faces of a picture as it was framed."""
    if not found:
        return "photo.no_face"
    face = found[0]
    if len(found) > 1 and found[1].width > face.width * _RIVAL:
        return "photo.many_faces"
    share = face.height / size[1]
    if face.height < _FACE_PIXELS or share < _FACE_RANGE[0]:
        return "photo.face_small"
    if share > _FACE_RANGE[1]:
        return "photo.face_large"
    across = (face.x + face.width / 2) / size[0]
    down = (face.y + face.height / 2) / size[1]
    centred = (
        _ACROSS_RANGE[0] <= across <= _ACROSS_RANGE[1]
        and _DOWN_RANGE[0] <= down <= _DOWN_RANGE[1]
    )
    return None if centred else "photo.face_off"


def hints(inch: Image.Image) -> list[str]:
    """Remark on background and sharpness; neither refuses a photo."""
    grey = np.asarray(inch.convert("L"), dtype=np.float64)
    edge = np.concatenate(
        (grey[:110, :30].ravel(), grey[:110, -30:].ravel(), grey[:20].ravel())
    )
    remarks = []
    if edge.mean() < _LIGHT or edge.std() > _EVEN:
        remarks.append("photo.background")
    if cv2.Laplacian(grey, cv2.CV_64F).var() < _SHARP:
        remarks.append("photo.blurred")
    return remarks


def portrait(raw: bytes, *, framed: bool) -> tuple[dict[str, Any], bytes]:
    """Cut a one-inch photo and judge it."""
    picture = on_white(opened(raw))
    if min(picture.size) < SMALLEST_SIDE:
        raise Unfit("photo.too_small")
    seen = [] if framed else faces(picture)
    cut = picture.crop(frame(picture.size, seen[0] if seen else None))
    again = faces(cut)
    problem = finding(again, cut.size)
    if not framed and finding(seen[:2], picture.size) == "photo.many_faces":
        problem = "photo.many_faces"
    inch = cut.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    return {"finding": problem, "hints": hints(inch)}, _jpeg(inch, quality=90)


def _jpeg(picture: Image.Image, *, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, optimize=True, dpi=(300, 300))
    return out.getvalue()


_INK = (23, 32, 51)
_SIGNATURE_BOX = (600, 240)
_LEAST_INK = 150
_MOST_INK = 0.45
_INKED = 96
_LEAST_HIGH, _LEAST_WIDE = 12, 30


def signature(raw: bytes) -> tuple[dict[str, Any], bytes]:
    """Lift the ink off its paper, trim it, and make the rest transparent."""
    grey = np.asarray(on_white(opened(raw)).convert("L"), dtype=np.float32)
    # A phone's photo of paper is darker at one side: compare with the paper nearby.
    spread = max(15.0, min(grey.shape) / 12)
    paper = np.maximum(cv2.GaussianBlur(grey, (0, 0), spread), 1)
    alpha = np.clip((paper - grey - 22) * 5, 0, 255).astype(np.uint8)
    rows, columns = np.where(alpha > _INKED)
    if rows.size < _LEAST_INK:
        raise Unfit("signature.empty")
    trimmed = alpha[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    if min(trimmed.shape) < _LEAST_HIGH or trimmed.shape[1] < _LEAST_WIDE:
        raise Unfit("signature.empty")
    if (trimmed > _INKED).mean() > _MOST_INK:
        raise Unfit("signature.solid")
    ink = Image.new("RGBA", (trimmed.shape[1], trimmed.shape[0]), (*_INK, 0))
    ink.putalpha(Image.fromarray(trimmed))
    ink.thumbnail(_SIGNATURE_BOX, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    ink.save(out, "PNG", optimize=True)
    return {}, out.getvalue()


_PAPER_SIDE = 1400


def paper(raw: bytes) -> tuple[dict[str, Any], bytes]:
    """Redraw a photographed paper so that it stays readable and small."""
    picture = on_white(opened(raw, _PAPER_SIDE))
    return {}, _jpeg(picture, quality=72)


_COVER = (960, 400)
_LEAST_COVER = (480, 200)


def cover(raw: bytes) -> tuple[dict[str, Any], bytes]:
    """Cut a wide picture out of the middle."""
    picture = on_white(opened(raw))
    if picture.width < _LEAST_COVER[0] or picture.height < _LEAST_COVER[1]:
        raise Unfit("cover.too_small")
    return {}, _jpeg(
        ImageOps.fit(picture, _COVER, Image.Resampling.LANCZOS), quality=80
    )


_LOGO_SIDES = (640, 448, 320, 224)
_LEAST_LOGO = 64
_LOGO_BYTES = 150_000
_WHITE = 246


def logo(raw: bytes) -> tuple[dict[str, Any], bytes]:
    """Trim a logo, and let paper show through where it is white all around."""
    clear = opened(raw).convert("RGBA")
    if _opaque(clear) and _on_white_paper(clear):
        clear = _lifted(clear)
    inked = clear.getchannel("A").point(lambda share: 255 if share > 12 else 0)  # noqa: PLR2004 - of 255
    box = inked.getbbox()
    if box is None or max(box[2] - box[0], box[3] - box[1]) < _LEAST_LOGO:
        raise Unfit("logo.too_small")
    clear = clear.crop(box)
    for side in _LOGO_SIDES:
        small = clear.copy()
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        small.save(out, "PNG", optimize=True)
        if out.tell() <= _LOGO_BYTES:
            return {}, out.getvalue()
    raise Unfit("logo.too_rich")


def _opaque(picture: Image.Image) -> bool:
    return picture.getchannel("A").getextrema()[0] == 255  # noqa: PLR2004 - of 255


def _on_white_paper(picture: Image.Image) -> bool:
    """Tell whether a picture's edge is white all around."""
    grey = np.asarray(picture.convert("L"))
    edge = np.concatenate((grey[0], grey[-1], grey[:, 0], grey[:, -1]))
    return bool(edge.min() >= _WHITE)


def _lifted(picture: Image.Image) -> Image.Image:
    """Take the white out of each colour: on white, the picture looks as before."""
    colours = np.asarray(picture.convert("RGB"), dtype=np.float32)
    ink = 255 - colours.min(axis=2)
    share = np.maximum(ink, 1)[..., None] / 255
    pure = np.clip((colours - 255 * (1 - share)) / share, 0, 255)
    whole = np.concatenate((pure, ink[..., None]), axis=2).round().astype(np.uint8)
    return Image.fromarray(whole, "RGBA")


def main(kind: str) -> int:
    """Develop one picture."""
    cv2.setNumThreads(1)
    raw = sys.stdin.buffer.read()
    try:
        match kind:
            case "signature":
                answer, body = signature(raw)
            case "paper":
                answer, body = paper(raw)
            case "cover":
                answer, body = cover(raw)
            case "logo":
                answer, body = logo(raw)
            case _:
                answer, body = portrait(raw, framed=kind == "framed")
    except Unfit as unfit:
        sys.stdout.write(json.dumps({"refused": str(unfit)}) + "\n")
        return 1
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + body)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

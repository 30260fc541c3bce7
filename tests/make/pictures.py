"""Pictures: a face that the cascade sees, a wall that it does not, a signature."""

from __future__ import annotations

import io
import random
from functools import cache

from PIL import Image, ImageDraw, ImageFilter


def _bytes(picture: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def drawn_face(
    size: tuple[int, int] = (900, 1260),
    *,
    background: str = "white",
    share: float = 1.0,
) -> Image.Image:
    """A shaded face with eyes, brows, nose and mouth, in the upper middle."""
    wide, high = size
    picture = Image.new("RGB", size, background)
    draw = ImageDraw.Draw(picture)
    unit = min(wide, high * 0.7) * share
    cx, cy = wide / 2, high * 0.42

    def oval(
        x: float, y: float, rx: float, ry: float, colour: str | tuple[int, int, int]
    ) -> None:
        box = [cx + (x - rx) * unit, cy + (y - ry) * unit]
        box += [cx + (x + rx) * unit, cy + (y + ry) * unit]
        draw.ellipse(box, fill=colour)

    oval(0, 0.75, 0.46, 0.34, (44, 52, 74))
    draw.rectangle(
        [cx - 0.13 * unit, cy + 0.2 * unit, cx + 0.13 * unit, cy + 0.5 * unit],
        fill=(196, 156, 130),
    )
    oval(0, -0.1, 0.30, 0.38, (30, 26, 24))
    oval(0, 0.02, 0.26, 0.35, (226, 190, 164))
    oval(0, 0.12, 0.24, 0.24, (232, 198, 172))
    for side in (-1, 1):
        oval(side * 0.115, -0.02, 0.075, 0.042, (150, 112, 92))
        oval(side * 0.115, -0.07, 0.075, 0.016, (52, 40, 34))
        oval(side * 0.115, -0.015, 0.05, 0.022, (240, 236, 232))
        oval(side * 0.115, -0.015, 0.024, 0.024, (30, 22, 20))
        oval(side * 0.15, 0.13, 0.07, 0.06, (238, 204, 180))
    oval(0, 0.08, 0.03, 0.09, (242, 212, 190))
    oval(0, 0.165, 0.05, 0.014, (176, 132, 110))
    oval(0, 0.245, 0.09, 0.022, (150, 82, 76))
    oval(0, 0.275, 0.07, 0.01, (200, 158, 136))
    return picture.filter(ImageFilter.GaussianBlur(unit / 130))


@cache
def face_jpeg(
    size: tuple[int, int] = (900, 1260),
    *,
    background: str = "white",
    share: float = 1.0,
) -> bytes:
    return _bytes(drawn_face(size, background=background, share=share), quality=90)


@cache
def wall_jpeg() -> bytes:
    """Bricks: no face."""
    picture = Image.new("RGB", (900, 1260), (170, 90, 70))
    draw = ImageDraw.Draw(picture)
    for y in range(0, 1260, 60):
        for x in range(-(y // 60 % 2) * 60, 900, 120):
            draw.rectangle([x, y, x + 114, y + 54], fill=(188, 104, 82))
    return _bytes(picture)


@cache
def inch_jpeg() -> bytes:
    """A finished one-inch photo."""
    return _bytes(drawn_face((295, 413)), quality=88)


@cache
def signature_png(ink: int = 30) -> bytes:
    """Two strokes on white paper."""
    picture = Image.new("RGB", (800, 400), "white")
    draw = ImageDraw.Draw(picture)
    dice = random.Random(3)
    points = [(120 + 12 * i, 200 + dice.randint(-70, 70)) for i in range(40)]
    draw.line(points, fill=(ink, ink, ink), width=7, joint="curve")
    return _bytes(picture, "PNG")

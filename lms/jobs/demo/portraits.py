"""Drawn portraits and signatures for the demonstration's people. Nobody is shown."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter

_SIZE = (295, 413)
_SCALE = 3
_SUITS = ((44, 52, 74), (54, 62, 58), (70, 48, 60), (38, 66, 92))


def portrait(seed: int, *, woman: bool = False) -> bytes:
    """Draw a one-inch photo: a JPEG of 295 by 413 pixels on white."""
    chance = random.Random(seed)  # noqa: S311 - a drawing, no secret
    skin = (232 - chance.randrange(18), 197 - chance.randrange(22), 170)
    hair, suit = (34 + chance.randrange(16),) * 3, chance.choice(_SUITS)
    picture = Image.new("RGB", (_SIZE[0] * _SCALE, _SIZE[1] * _SCALE), "white")
    draw = ImageDraw.Draw(picture)
    _shoulders(draw, suit, skin, tie=not woman)
    if woman:
        _oval(draw, (80, 72, 215, 268), hair)
    _oval(draw, (90, 95, 205, 255), skin)
    draw.pieslice(_box(82, 68, 213, 215), 180, 360, fill=hair)
    for left in (112, 160):
        _oval(draw, (left, 158, left + 24, 168), (250, 250, 250))
        _oval(draw, (left + 8, 158, left + 17, 168), (34, 26, 24))
        draw.rectangle(_box(left - 2, 146, left + 26, 150), fill=hair)
    _oval(draw, (142, 172, 153, 202), tuple(max(0, c - 14) for c in skin))
    _oval(draw, (125, 216, 171, 225), (176, 96, 92))
    soft = picture.resize(_SIZE, Image.Resampling.LANCZOS).filter(
        ImageFilter.GaussianBlur(0.7)
    )
    out = io.BytesIO()
    soft.save(out, "JPEG", quality=84, optimize=True, dpi=(300, 300))
    return out.getvalue()


def _shoulders(
    draw: ImageDraw.ImageDraw,
    suit: tuple[int, ...],
    skin: tuple[int, ...],
    *,
    tie: bool,
) -> None:
    _oval(draw, (50, 275, 245, 620), suit)
    draw.polygon(_points((112, 285), (183, 285), (148, 372)), fill=(246, 246, 246))
    if tie:
        draw.polygon(
            _points((141, 300), (155, 300), (161, 380), (148, 402), (135, 380)),
            fill=(120, 30, 38),
        )
    draw.rectangle(_box(124, 220, 172, 296), fill=tuple(max(0, c - 10) for c in skin))


def _box(*edges: int) -> list[int]:
    return [edge * _SCALE for edge in edges]


def _points(*points: tuple[int, int]) -> list[tuple[int, int]]:
    return [(x * _SCALE, y * _SCALE) for x, y in points]


def _oval(
    draw: ImageDraw.ImageDraw, edges: tuple[int, ...], colour: tuple[int, ...]
) -> None:
    draw.ellipse(_box(*edges), fill=colour)


def signature(seed: int) -> bytes:
    """Draw a handwritten signature: a transparent PNG."""
    chance = random.Random(seed)  # noqa: S311 - a drawing, no secret
    picture = Image.new("RGBA", (480, 200), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    for stroke in range(3):
        left = 40 + stroke * 140
        points = [
            (left + step * 10, 100 + chance.randrange(-55, 55)) for step in range(13)
        ]
        draw.line(points, fill=(20, 28, 60, 255), width=5, joint="curve")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()

"""Make the demonstration's films from slides: `python -m lms.gateways.demo_films`.

The films are committed, so that a fresh machine needs no minutes of encoding. A slide
stands for its seconds; a thin line at the foot shows the way through; captions follow
the points one by one. The font is the machine's Noto Sans CJK.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parents[1] / "jobs" / "demo"
FILMS = HERE / "films"
SIZE = (854, 480)
RATE = 2
"""Frames a second: slides stand still, only the line at the foot moves."""

_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc"
_TONES = {
    "building": ("#17427c", "#2f7be0"),
    "highway": ("#54350c", "#d98d22"),
    "water": ("#0c4a57", "#1fa2b8"),
    "municipal": ("#0f5f45", "#27b487"),
    "mining": ("#3d3d46", "#81818f"),
    "mechanical": ("#472c7a", "#8b60d6"),
    "common": ("#6b1f2a", "#d0515f"),
}
_INK = "#10233f"


@dataclass(frozen=True, slots=True)
class Slide:
    """One picture of a film. Units: seconds."""

    title: str
    points: tuple[str, ...]
    seconds: int


@dataclass(frozen=True, slots=True)
class Film:
    """One film, as content/films*.json states it."""

    key: str
    title: str
    tone: str
    slides: tuple[Slide, ...]

    @property
    def seconds(self) -> int:
        """Give the length."""
        return sum(slide.seconds for slide in self.slides)


def films() -> Iterator[Film]:
    """Read every film that the content names."""
    for file in sorted((HERE / "content").glob("films*.json")):
        for entry in json.loads(file.read_text("utf-8")):
            slides = tuple(
                Slide(s["title"], tuple(s["points"]), s["seconds"])
                for s in entry["slides"]
            )
            yield Film(entry["key"], entry["title"], entry["tone"], slides)


def captions(film: Film) -> str:
    """Write the film's words as WebVTT, one cue a point."""
    cues = ["WEBVTT", ""]
    start = 0.0
    for slide in film.slides:
        words = slide.points or (slide.title,)
        step = slide.seconds / len(words)
        for word in words:
            cues += [f"{_stamp(start)} --> {_stamp(start + step)}", word, ""]
            start += step
    return "\n".join(cues)


def _stamp(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    clock = f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"
    return f"{clock}.{thousandths:03d}"


def picture(film: Film, number: int) -> Image.Image:
    """Draw one slide."""
    slide = film.slides[number]
    dark, bright = _TONES[film.tone]
    image = Image.new("RGB", SIZE, "#f6f8fb")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, SIZE[0], 84), fill=dark)
    draw.rectangle((0, 84, SIZE[0], 89), fill=bright)
    draw.text((40, 20), slide.title, font=_font("Bold", 32), fill="white")
    top = 126
    for point in slide.points:
        draw.ellipse((44, top + 13, 54, top + 23), fill=bright)
        for line in _wrap(draw, point, _font("Regular", 25), SIZE[0] - 120):
            draw.text((72, top), line, font=_font("Regular", 25), fill=_INK)
            top += 38
        top += 14
    small = _font("Regular", 15)
    draw.text((40, 436), f"{film.title}", font=small, fill="#5b6b80")
    count = f"{number + 1} / {len(film.slides)}"
    draw.text((SIZE[0] - 90, 436), count, font=small, fill="#5b6b80")
    return image


def _font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONT.format(weight), size, index=2)


def _wrap(
    draw: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont, width: int
) -> Iterator[str]:
    line = ""
    for letter in text:
        if draw.textlength(line + letter, font=font) > width:
            yield line
            line = ""
        line += letter
    yield line


def make(film: Film) -> str:
    """Encode one film and write its captions."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{SIZE[0]}x{SIZE[1]}",
        "-r", str(RATE), "-i", "-",
        "-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-shortest",
        "-c:v", "libx264", "-preset", "slow", "-tune", "stillimage", "-crf", "30",
        "-pix_fmt", "yuv420p", "-profile:v", "main", "-g", str(RATE * 20),
        "-c:a", "aac", "-b:a", "12k", "-movflags", "+faststart",
        str(FILMS / f"{film.key}.mp4"),
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE) as encoder:
        if encoder.stdin is None:
            raise RuntimeError("ffmpeg has no input")
        for frame in _frames(film):
            encoder.stdin.write(frame)
    if encoder.returncode:
        raise RuntimeError(f"{film.key}: ffmpeg failed")
    (FILMS / f"{film.key}.vtt").write_text(captions(film), "utf-8")
    return film.key


def _frames(film: Film) -> Iterator[bytes]:
    bright = _TONES[film.tone][1]
    total, shown = film.seconds * RATE, 0
    for number, slide in enumerate(film.slides):
        image = picture(film, number)
        draw = ImageDraw.Draw(image)
        for _ in range(slide.seconds * RATE):
            shown += 1
            draw.rectangle((0, 472, SIZE[0] * shown // total, 480), fill=bright)
            yield image.tobytes()


def main() -> None:
    """Make every film that is missing, or those named on the command line."""
    FILMS.mkdir(exist_ok=True)
    named = set(sys.argv[1:])
    wanted = [
        film
        for film in films()
        if film.key in named or (not named and not (FILMS / f"{film.key}.mp4").exists())
    ]
    with ProcessPoolExecutor(2) as pool:
        for key in pool.map(make, wanted):
            sys.stdout.write(f"{key}\n")


if __name__ == "__main__":
    main()

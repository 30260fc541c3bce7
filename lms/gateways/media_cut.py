"""Makes of one film what plays: two qualities in pieces, one file, and pictures."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from lms.catalogue.ports import (
    CutFilm,
    CutQuality,
    FilmFacts,
    MediaStore,
    Stopped,
    StoredFilm,
)
from lms.catalogue.rules.films import Quality, every_seconds, qualities
from lms.gateways import ffmpeg
from lms.gateways.media import look
from lms.gateways.media_parts import chunks
from lms.kernel.errors import Refused

PIECE_SECONDS = 6
_SECOND = 1_000_000
_CUTTING = 950
"""Thousandths of the work that cutting the qualities is."""

_COLUMNS = 10
_SMALL_WIDTH = 160
_VIDEO_CODEC = "avc1.4d401f"
_AUDIO_CODEC = "mp4a.40.2"
_SOUND = 128_000
_SHORT = ffmpeg.Fence(seconds=600, cpu_seconds=600, written=4 << 30)
_MAP = re.compile(r'#EXT-X-MAP:.*BYTERANGE="(\d+)@0"')
_PIECE = re.compile(r"#EXTINF:([\d.]+),\s+#EXT-X-BYTERANGE:(\d+)@(\d+)")
_TRACK = re.compile(r"Stream #\S+.*?: Audio: (\w+)")


@dataclass(frozen=True, slots=True)
class Cutter:
    """One film on the table; `told` hears thousandths and says whether to go on."""

    source: Path
    facts: FilmFacts
    work: Path
    told: Callable[[int], bool]

    def run(self, store: MediaStore) -> CutFilm:
        """Make all, then store it.

        Raises: Refused when it cannot be made; Stopped.
        """
        wanted = qualities(self.facts.width, self.facts.height)
        self._pieces(wanted)
        best, small = self._file(wanted[0]), self._file(wanted[-1])
        whole = self.work / "whole.mp4"
        self._short("-f", "mov", "-i", str(best), "-c", "copy",
                    "-movflags", "+faststart", str(whole))  # fmt: skip
        codec, seconds = look(whole)
        poster, sprite = self.work / "poster.jpg", self.work / "sprite.jpg"
        self._poster(whole, seconds, poster)
        told = self._sprite(small, seconds, wanted[-1], sprite)
        if not self.told(990):
            raise Stopped
        sizes = [f.stat().st_size for f in (whole, poster, sprite)]
        digest = _digest(whole)
        cut = tuple(self._kept(one, store) for one in wanted)
        return CutFilm(
            StoredFilm(store.keep(whole), digest, sizes[0], codec, seconds),
            cut,
            store.keep(poster),
            store.keep(sprite),
            told,
            sum(sizes) + sum(one.size for one in cut),
        )

    def _file(self, quality: Quality) -> Path:
        return self.work / f"{quality.height}.mp4"

    def _pieces(self, wanted: tuple[Quality, ...]) -> None:
        """Encode every quality in one run; time and room go by the film's length."""
        split = "".join(f"[in{n}]" for n in range(len(wanted)))
        graph = [f"[0:V:0]split={len(wanted)}{split}"]
        outputs: list[str] = []
        for n, one in enumerate(wanted):
            size = f"scale={one.width}:{one.height}:flags=bicubic,setsar=1"
            graph.append(f"[in{n}]{size},format=yuv420p[out{n}]")
            outputs += ["-map", f"[out{n}]", *_encoding(one), *self._cut_as(one)]
        length = self.facts.seconds
        bits = sum(one.bits + _SOUND for one in wanted)
        fence = ffmpeg.Fence(
            seconds=600 + 12 * length,
            cpu_seconds=600 + 20 * length,
            written=(1 << 26) + length * bits // 4,
        )
        done = ffmpeg.run(
            (
                "-loglevel", "error", "-threads", "2", "-f", self.facts.format,
                "-i", str(self.source), "-filter_complex_threads", "2",
                "-filter_complex", ";".join(graph), "-progress", "pipe:1", *outputs,
            ),
            fence,
            self._walked,
        )  # fmt: skip
        if done.stopped:
            raise Stopped
        if done.late:
            raise Refused("film.slow")
        if not done.well:
            raise Refused("film.cut")

    def _walked(self, written: int) -> bool:
        length = self.facts.seconds * _SECOND
        return self.told(min(_CUTTING, _CUTTING * written // length))

    def _cut_as(self, quality: Quality) -> tuple[str, ...]:
        return (
            "-f", "hls", "-hls_time", str(PIECE_SECONDS), "-hls_playlist_type", "vod",
            "-hls_segment_type", "fmp4", "-hls_flags", "single_file",
            "-hls_segment_filename", str(self._file(quality)),
            str(self.work / f"{quality.height}.m3u8"),
        )  # fmt: skip

    def _short(self, *args: str) -> None:
        """Run a step on what was made here."""
        done = ffmpeg.run(("-loglevel", "error", "-y", *args), _SHORT)
        if not done.well:
            raise Refused("film.cut")

    def _poster(self, whole: Path, seconds: int, poster: Path) -> None:
        self._short("-ss", str(seconds / 10), "-f", "mov", "-i", str(whole),
                    "-frames:v", "1", "-q:v", "4", str(poster))  # fmt: skip

    def _sprite(
        self, small: Path, seconds: int, quality: Quality, sprite: Path
    ) -> Mapping[str, int]:
        """Draw a sheet of small pictures, one for every so many seconds."""
        every = every_seconds(seconds)
        count = -(-seconds // every)
        rows = -(-count // _COLUMNS)
        high = max(2, _SMALL_WIDTH * quality.height // quality.width // 2 * 2)
        # A film with one key picture ends before its first second: take that one.
        rate = f"fps=1/{every}:start_time=0:round=near:eof_action=pass"
        drawn = f"{rate},scale={_SMALL_WIDTH}:{high},tile={_COLUMNS}x{rows}"
        self._short("-skip_frame", "nokey", "-f", "mov", "-i", str(small),
                    "-vf", drawn, "-frames:v", "1",
                    "-q:v", "5", str(sprite))  # fmt: skip
        return {
            "every": every, "columns": _COLUMNS, "count": count,
            "width": _SMALL_WIDTH, "height": high,
        }  # fmt: skip

    def _kept(self, quality: Quality, store: MediaStore) -> CutQuality:
        file = self._file(quality)
        listed = (self.work / f"{quality.height}.m3u8").read_text("utf-8")
        head, pieces = _MAP.search(listed), tuple(_listed(listed))
        size = file.stat().st_size
        if head is None or not pieces or sum(pieces[-1][1:]) > size:
            raise Refused("film.cut")
        words = ffmpeg.run(("-f", "mov", "-i", str(file)), _SHORT).words
        sound = f",{_AUDIO_CODEC}" if _TRACK.search(words) else ""
        return CutQuality(
            height=quality.height,
            width=quality.width,
            bandwidth=max(8000 * b // max(1, ms) for ms, _at, b in pieces),
            codecs=f"{_VIDEO_CODEC}{sound}",
            key=store.keep(file),
            size=size,
            head_bytes=int(head[1]),
            pieces=pieces,
        )


def _encoding(quality: Quality) -> tuple[str, ...]:
    bits = quality.bits
    return (
        "-map", "0:a:0?", "-fpsmax", "30", "-c:v", "libx264", "-preset", "veryfast",
        "-profile:v", "main", "-level", "3.1", "-crf", "24", "-maxrate", str(bits),
        "-bufsize", str(2 * bits), "-sc_threshold", "0",
        "-force_key_frames", f"expr:gte(t,n_forced*{PIECE_SECONDS})", "-threads", "2",
        "-c:a", "aac", "-b:a", "96k", "-ac", "2", "-ar", "44100",
        "-map_metadata", "-1", "-map_chapters", "-1", "-dn", "-sn",
    )  # fmt: skip


def _listed(playlist: str) -> Iterator[tuple[int, int, int]]:
    """Read pieces as ffmpeg lists them. Shape: milliseconds, place, size."""
    for length, size, at in _PIECE.findall(playlist):
        yield round(float(length) * 1000), int(at), int(size)


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        for chunk in chunks(opened):
            digest.update(chunk)
    return digest.hexdigest()

"""Looks a person's short film through and makes it again, small, behind a fence.

What is kept is what ffmpeg drew of it: nothing that hung on the upload survives.
"""

import hashlib
import re
import resource
import subprocess
import tempfile
from pathlib import Path
from typing import IO

import imageio_ffmpeg

from lms.kernel.errors import Refused
from lms.registration.ports.dossier import Clip

UPLOAD_BYTES = 80 * 2**20
SECONDS = 180
"""The longest film that is taken: it shows a face and a card, and says a name."""

_CHUNK = 1 << 20
_WAIT_SECONDS = 90
_MEMORY = 3 << 29
_CLIP_BYTES = 24 * 2**20
_FILES = 64
_FAINT = -50.0
"""The loudest moment of a film in dB below which it counts as silent."""

_SCALE = "scale=640:640:force_original_aspect_ratio=decrease:force_divisible_by=2"
_FORMATS = {b"ftyp": "mov", b"\x1a\x45\xdf\xa3": "matroska"}
_WALKED = re.compile(rb"out_time_us=(\d+)")
_LOUDEST = re.compile(rb"max_volume: (-?[\d.]+|-inf) dB")
_VIDEO = re.compile(rb"Stream #0:\d.*?: Video: (\w+)")
_AUDIO = re.compile(rb"Stream #0:\d.*?: Audio: (\w+)")


class LocalFilmRoom:
    """`FilmRoom` on this machine."""

    def clip(self, upload: IO[bytes]) -> Clip:
        """Make a small film of an upload; nothing of it stays on disk."""
        with tempfile.TemporaryDirectory(prefix="clip-") as name:
            sent, made = Path(name) / "sent", Path(name) / "made.mp4"
            digest = _copy(upload, sent)
            told = _develop(sent, _format(sent), made)
            millis = _millis(told, made)
            return Clip(made.read_bytes(), millis, _heard(told.stderr), digest)


def _copy(upload: IO[bytes], sent: Path) -> bytes:
    digest, size = hashlib.sha256(), 0
    with sent.open("xb") as file:
        while chunk := upload.read(_CHUNK):
            size += len(chunk)
            if size > UPLOAD_BYTES:
                raise Refused("dossier.film_too_big", most=UPLOAD_BYTES // 2**20)
            digest.update(chunk)
            file.write(chunk)
    if not size:
        raise Refused("upload.empty")
    return digest.digest()


def _format(sent: Path) -> str:
    with sent.open("rb") as opened:
        head = opened.read(12)
    for mark, kind in _FORMATS.items():
        if head.startswith(mark) or head[4:8] == mark:
            return kind
    raise Refused("dossier.not_a_film")


def _develop(sent: Path, kind: str, made: Path) -> "subprocess.CompletedProcess[bytes]":
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-nostats",
        "-protocol_whitelist", "file,pipe", "-threads", "2", "-f", kind,
        "-i", str(sent), "-map", "0:v:0", "-map", "0:a:0?", "-t", str(SECONDS + 1),
        "-vf", _SCALE,
        "-r", "20", "-c:v", "libx264", "-preset", "veryfast", "-crf", "29",
        "-pix_fmt", "yuv420p", "-threads", "2", "-af", "volumedetect",
        "-c:a", "aac", "-b:a", "64k", "-ac", "1", "-map_metadata", "-1", "-dn", "-sn",
        "-movflags", "+faststart", "-progress", "pipe:1", str(made),
    ]  # fmt: skip
    try:
        return subprocess.run(
            command,
            check=False,
            capture_output=True,
            timeout=_WAIT_SECONDS,
            preexec_fn=_fence,
            env={},
            cwd="/",
        )
    except subprocess.TimeoutExpired as late:
        raise Refused("dossier.film_unreadable") from late


def _millis(told: "subprocess.CompletedProcess[bytes]", made: Path) -> int:
    """Measure what was really drawn; a film's head may claim any length."""
    walked = _WALKED.findall(told.stdout)
    if _VIDEO.search(told.stderr) is None:
        raise Refused("dossier.not_a_film")
    if told.returncode != 0 or not walked or not made.is_file():
        raise Refused("dossier.film_unreadable")
    millis = int(walked[-1]) // 1000
    if millis > SECONDS * 1000:
        raise Refused("dossier.film_long", most=SECONDS)
    if millis <= 0:
        raise Refused("dossier.film_unreadable")
    return millis


def _heard(report: bytes) -> bool:
    loudest = _LOUDEST.search(report)
    if _AUDIO.search(report) is None or loudest is None or loudest[1] == b"-inf":
        return False
    return float(loudest[1]) > _FAINT


def _fence() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_WAIT_SECONDS * 2, _WAIT_SECONDS * 2))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_CLIP_BYTES, _CLIP_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

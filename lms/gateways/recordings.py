"""Looks into uploaded sound and film; ffmpeg does it behind a fence, from a file."""

import re
import resource
import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg

from lms.kernel.errors import Refused
from lms.people.ports import Recording

_SECONDS = 60
_BYTES = 1 << 30
_FILES = 32
_LENGTH = re.compile(rb"out_time_us=(\d+)")
_SOUND = re.compile(rb"Stream #\S+.*?: Audio: (\w+)")
_PICTURE = re.compile(rb"Stream #\S+.*?: Video: (\w+)")
_COVERS = re.compile(rb"Video: (?:mjpeg|png)")


def form_of(upload: bytes) -> str | None:
    """Name ffmpeg's format by the first bytes; nothing else is taken.

    >>> form_of(b"RIFF....WAVEfmt ")
    'wav'
    """
    head = upload[:16]
    if head[4:8] == b"ftyp":
        return "mov"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"OggS"):
        return "ogg"
    mpeg = head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xE6 == 0xE2  # noqa: PLR2004 - bits of the frame's head
    return "mp3" if head.startswith(b"ID3") or mpeg else None


class LocalRecordings:
    """`RecordingDesk` on this machine."""

    def recording(self, upload: bytes) -> Recording:
        """Say what a recording is; every packet is walked, none is decoded."""
        form = form_of(upload)
        if form is None:
            raise Refused("recording.format")
        with tempfile.NamedTemporaryFile() as file:
            file.write(upload)
            file.flush()
            told, walked = _look(Path(file.name), form)
        lengths = _LENGTH.findall(walked)
        sound = _SOUND.search(told) is not None
        film = _PICTURE.search(told) is not None and not _COVERS.search(told)
        if not lengths or not (sound or film):
            raise Refused("recording.unreadable")
        seconds = int(lengths[-1]) // 1_000_000
        return Recording(_media(form, film=film), seconds, sound, upload)


def _media(form: str, *, film: bool) -> str:
    if film:
        return "video/webm" if form == "matroska" else "video/mp4"
    kinds = {"mov": "mp4", "matroska": "webm", "mp3": "mpeg"}
    return f"audio/{kinds.get(form, form)}"


def _look(file: Path, form: str) -> tuple[bytes, bytes]:
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", "-nostats",
        "-protocol_whitelist", "file,pipe", "-f", form, "-i", str(file),
        "-map", "0", "-c", "copy", "-progress", "pipe:1", "-f", "null", "-",
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            timeout=_SECONDS,
            preexec_fn=_fence,
            env={},
            cwd="/",
        )
    except subprocess.TimeoutExpired as late:
        raise Refused("recording.unreadable") from late
    if done.returncode:
        raise Refused("recording.unreadable")
    return done.stderr, done.stdout


def _fence() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

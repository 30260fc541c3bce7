"""Runs ffmpeg behind a fence: no network, little of the machine, ended with its parent.

Whatever somebody uploads is opened by such a process and by no other.
"""

import ctypes
import os
import re
import resource
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import imageio_ffmpeg

from lms.kernel.errors import Refused

_LIBC = ctypes.CDLL(None, use_errno=True)
_DIE_WITH_PARENT = 1
_NICE = 10
_LOOK_EVERY = 1.0
_TOLD_EVERY = 2.0
_KEPT_WORDS = 4000
_PROGRESS = re.compile(rb"out_time_us=(\d+)")

FIRST = ("-hide_banner", "-nostdin", "-nostats", "-protocol_whitelist", "file,pipe")
"""What every command begins with: nothing but files is opened, whatever a film says."""

Told = Callable[[int], bool]
"""Hears how much of the film was written, in microseconds; says whether to go on."""


@dataclass(frozen=True, slots=True)
class Fence:
    """What a process may take. Units: seconds, bytes, open files."""

    seconds: int
    cpu_seconds: int
    memory: int = 2 << 30
    written: int = 0
    files: int = 64

    def close(self) -> None:
        """Shut it around this process. Runs between fork and exec."""
        _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
        os.setsid()
        os.nice(_NICE)
        resource.setrlimit(resource.RLIMIT_CPU, (self.cpu_seconds, self.cpu_seconds))
        resource.setrlimit(resource.RLIMIT_AS, (self.memory, self.memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.written, self.written))
        resource.setrlimit(resource.RLIMIT_NOFILE, (self.files, self.files))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@dataclass(frozen=True, slots=True)
class Done:
    """How a run ended. `stopped` by who asked; `late` by its time. Units: µs."""

    code: int
    words: str
    written: int
    stopped: bool = False
    late: bool = False

    @property
    def well(self) -> bool:
        """Tell whether it ended by itself, and well."""
        return self.code == 0 and not self.stopped and not self.late


def run(args: Sequence[str], fence: Fence, told: Told = lambda _written: True) -> Done:
    """Run ffmpeg, and end it when nobody wants it any more or its time is over."""
    command = (imageio_ffmpeg.get_ffmpeg_exe(), *FIRST, *args)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # It takes no lock and imports nothing, so threads cannot hurt it.
        preexec_fn=fence.close,  # noqa: PLW1509 - nothing but limits are set there
        env={},
        cwd="/",
    ) as process:
        try:
            return _followed(process, fence, told)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


class _Ears:
    """Listens to what a process says, without ever waiting for it."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._selector = selectors.DefaultSelector()
        self.written, self._words = 0, b""
        ears = ((process.stdout, self._walked), (process.stderr, self._said))
        for stream, take in ears:
            if stream is not None:
                self._selector.register(stream, selectors.EVENT_READ, take)

    @property
    def open(self) -> bool:
        return bool(self._selector.get_map())

    @property
    def words(self) -> str:
        return self._words.decode("utf-8", "replace")

    def listen(self) -> None:
        for key, _events in self._selector.select(_LOOK_EVERY):
            sent = os.read(key.fd, 65_536)
            if sent:
                key.data(sent)
            else:
                self._selector.unregister(key.fileobj)

    def _walked(self, sent: bytes) -> None:
        found = _PROGRESS.findall(sent)
        if found:
            self.written = int(found[-1])

    def _said(self, sent: bytes) -> None:
        # The head tells what the film is, the end what went wrong.
        kept = self._words + sent
        self._words = (
            kept
            if len(kept) <= 2 * _KEPT_WORDS
            else (kept[:_KEPT_WORDS] + kept[-_KEPT_WORDS:])
        )


def _followed(process: "subprocess.Popen[bytes]", fence: Fence, told: Told) -> Done:
    ears, begun = _Ears(process), time.monotonic()
    last = begun
    while ears.open:
        ears.listen()
        now = time.monotonic()
        if now - begun > fence.seconds:
            return Done(-1, ears.words, ears.written, late=True)
        if now - last >= _TOLD_EVERY:
            last = now
            if not told(ears.written):
                return Done(-1, ears.words, ears.written, stopped=True)
    code = process.wait()
    return Done(code, ears.words, ears.written, late=code == -signal.SIGXCPU)


# -- looking into films ------------------------------------------------------------

_MARKS = (
    (4, b"ftyp", "mov"), (4, b"moov", "mov"), (4, b"mdat", "mov"), (4, b"wide", "mov"),
    (4, b"free", "mov"), (0, b"\x1a\x45\xdf\xa3", "matroska"), (0, b"FLV\x01", "flv"),
    (8, b"AVI ", "avi"), (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (0, b"\x00\x00\x01\xba", "mpeg"), (0, b"\x47", "mpegts"),
)  # fmt: skip
HEAD_BYTES = 16


def format_of(head: bytes) -> str | None:
    """Name ffmpeg's format by a film's first bytes; its name says nothing.

    >>> format_of(bytes(4) + b"ftypisom" + bytes(4))
    'mov'
    """
    return next(
        (kind for at, mark, kind in _MARKS if head[at : at + len(mark)] == mark), None
    )


_VIDEO = re.compile(
    r"Stream #\S+.*?: Video: (\w+).*?, (\d{2,5})x(\d{2,5})(?: \[SAR (\d+):(\d+))?"
)
_TURNED = re.compile(r"rotation of (-?\d+)")
_QUARTER = 90
_HALF = 180


def picture_of(words: str) -> tuple[str, int, int]:
    """Read codec and size of the picture as it is seen, square dots and upright.

    Raises: Refused when there is none.
    """
    found = _VIDEO.search(words)
    if found is None:
        raise Refused("film.still")
    codec, width, height = found[1], int(found[2]), int(found[3])
    if codec == "none":
        raise Refused("film.codec", codec="?")
    across, down = int(found[4] or 1), int(found[5] or 1)
    if across and down:
        width = round(width * across / down)
    turned = _TURNED.search(words)
    if turned and int(turned[1]) % _HALF == _QUARTER:
        width, height = height, width
    return codec, width, height

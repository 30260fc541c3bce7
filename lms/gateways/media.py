"""Films and covers on disk, under random names; ffmpeg looks in from behind a fence."""

import hashlib
import os
import re
import secrets
import shutil
from datetime import datetime
from pathlib import Path
from typing import IO

from lms.catalogue.ports import StoredFilm
from lms.gateways import ffmpeg
from lms.kernel.errors import NotFound, Refused

_CHUNK = 1 << 20
KEY = re.compile(r"[0-9a-f]{32}\.(mp4|webm|jpg|pdf)")
_MARKS = {b"ftyp": "mp4", b"\x1a\x45\xdf\xa3": "webm"}
_PLAYED = {"h264", "vp8", "vp9", "av1"}
_LOOK_SECONDS = 60
_LOOK_BYTES = 1 << 30
_LOOK_FILES = 32
_DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d)\.(\d\d)")
_VIDEO = re.compile(r"Stream #\S+.*?: Video: (\w+)")


class DiskStore:
    """The media store on a local disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, stream: IO[bytes]) -> StoredFilm:
        """Store a film whole, or not at all; its type is what its bytes say.

        Raises: Refused for what is not a film that browsers play.
        """
        self._make()
        draft = self._folder / f"{secrets.token_hex(16)}.part"
        try:
            digest, size, kind = copy(stream, draft)
            codec, seconds = look(draft)
            key = f"{secrets.token_hex(16)}.{kind}"
            self._name(draft, key)
        finally:
            draft.unlink(missing_ok=True)
        return StoredFilm(key, digest, size, codec, seconds)

    def put_picture(self, jpeg: bytes) -> str:
        """Store a picture that was redrawn here; give its key."""
        self._make()
        key = f"{secrets.token_hex(16)}.jpg"
        draft = self._folder / f"{key}.part"
        try:
            with draft.open("xb") as file:
                file.write(jpeg)
                file.flush()
                os.fsync(file.fileno())
            self._name(draft, key)
        finally:
            draft.unlink(missing_ok=True)
        return key

    def keep(self, file: Path) -> str:
        """Store a file that was made here, whole or not at all; give its key.

        It is moved where both lie on one disk.
        """
        self._make()
        key = f"{secrets.token_hex(16)}{file.suffix}"
        draft = self._folder / f"{key}.part"
        try:
            shutil.move(file, draft)
            with draft.open("rb") as moved:
                os.fsync(moved.fileno())
            # Age counts from now: what is young waits for its row.
            os.utime(draft)
            self._name(draft, key)
        finally:
            draft.unlink(missing_ok=True)
        return key

    def place(self, key: str, seconds: int) -> Path:
        """Say where a stored file lies.

        Raises: NotFound.
        """
        return self.path(key)

    def path(self, key: str) -> Path:
        """Say where a stored film lies.

        Raises: NotFound.
        """
        file = self._folder / key
        if not KEY.fullmatch(key) or not file.is_file():
            raise NotFound("media.unknown")
        return file

    def _make(self) -> None:
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True, exist_ok=True)
            bring_to_disk(self._folder.parent)

    def _name(self, draft: Path, key: str) -> None:
        """Give a file its name for good: rows will name it."""
        draft.rename(self._folder / key)
        bring_to_disk(self._folder)

    def older(self, than: datetime) -> tuple[str, ...]:
        """List what was stored before an instant."""
        return tuple(
            file.name
            for file in self._files(than)
            if KEY.fullmatch(file.name) and file.is_file()
        )

    def drop_drafts(self, before: datetime) -> None:
        """Forget what was begun before an instant and never stored whole."""
        for file in self._files(before):
            if file.suffix == ".part":
                file.unlink(missing_ok=True)

    def _files(self, before: datetime) -> list[Path]:
        if not self._folder.is_dir():
            return []
        limit = before.timestamp()
        return [
            file
            for file in sorted(self._folder.iterdir())
            if file.lstat().st_mtime < limit
        ]

    def drop(self, key: str) -> None:
        """Forget a film; one that is not there stays away."""
        if KEY.fullmatch(key):
            (self._folder / key).unlink(missing_ok=True)


def bring_to_disk(folder: Path) -> None:
    """Bring a folder's names to the disk; a file's own fsync brings its bytes alone."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy(stream: IO[bytes], draft: Path) -> tuple[str, int, str]:
    """Copy to disk and to safety; tell digest, size and kind."""
    digest, size, head = hashlib.sha256(), 0, b""
    with draft.open("xb") as file:
        while chunk := stream.read(_CHUNK):
            head = head or chunk[:16]
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    kind = next(
        (k for mark, k in _MARKS.items() if head.startswith(mark) or head[4:8] == mark),
        None,
    )
    if kind is None:
        raise Refused("media.not_a_film")
    return digest.hexdigest(), size, kind


def look(file: Path) -> tuple[str, int]:
    """Ask ffmpeg for codec and length.

    A film's head may claim any length, so its pictures are walked through: the shorter
    of both counts. Shape: codec, whole seconds.
    """
    fence = ffmpeg.Fence(_LOOK_SECONDS, _LOOK_SECONDS, _LOOK_BYTES, files=_LOOK_FILES)
    done = ffmpeg.run(
        (
            "-f", _format(file), "-i", str(file), "-map", "0:v:0", "-c", "copy",
            "-progress", "pipe:1", "-f", "null", "-",
        ),
        fence,
    )  # fmt: skip
    length, video = _DURATION.search(done.words), _VIDEO.search(done.words)
    if done.late or length is None or video is None or not done.written:
        raise Refused("media.not_a_film")
    codec = video[1]
    if codec not in _PLAYED:
        raise Refused("media.codec", codec=codec)
    hours, minutes, seconds, _hundredths = (int(part) for part in length.groups())
    claimed = hours * 3600 + minutes * 60 + seconds
    # The last picture's own time is not walked: up to a second is the film's.
    return codec, min(claimed, done.written // 1_000_000 + 1)


def _format(file: Path) -> str:
    with file.open("rb") as opened:
        return "matroska" if opened.read(4) == b"\x1a\x45\xdf\xa3" else "mov"

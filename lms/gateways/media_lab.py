"""The lab: puts parts together, looks into films, and makes of them what plays."""

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from lms.catalogue.ports import CutFilm, FilmFacts, MediaStore, Stopped
from lms.catalogue.rules.films import MOST_SECONDS
from lms.gateways import ffmpeg
from lms.gateways.media import bring_to_disk
from lms.gateways.media_cut import Cutter
from lms.gateways.media_parts import chunks, parts_of, source_of
from lms.kernel.errors import Refused

_LOOK = ffmpeg.Fence(seconds=600, cpu_seconds=300)
_TASTE = ffmpeg.Fence(seconds=60, cpu_seconds=60)
_SECOND = 1_000_000

Told = Callable[[int], bool]


class LocalFilmLab:
    """`FilmLab` on this machine; `folder` is the one of the parts."""

    def __init__(self, folder: Path, store: MediaStore) -> None:
        self._folder, self._store = folder, store

    def join(
        self, film_id: UUID, digests: Sequence[str], told: Told
    ) -> tuple[str, tuple[int, ...]]:
        """Put the parts together; give the whole's digest, and the parts gone bad.

        A film that was put together before is read once more instead.
        Raises: Stopped.
        """
        source, parts = (
            source_of(self._folder, film_id),
            parts_of(self._folder, film_id),
        )
        if source.is_file():
            # Under that name it is whole: its parts were what they had to be.
            return _digest(source, told), ()
        draft = source.with_suffix(".draft")
        digest, bad = hashlib.sha256(), []
        source.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            for n, expected in enumerate(digests):
                found = _appended(file.fileno(), parts / f"{n:05d}", digest)
                if found != expected:
                    bad.append(n)
                if not told(1000 * (n + 1) // len(digests)):
                    raise Stopped
            os.fsync(file.fileno())
        if bad:
            draft.unlink()
            return "", tuple(bad)
        draft.rename(source)
        bring_to_disk(source.parent)
        shutil.rmtree(parts, ignore_errors=True)
        return digest.hexdigest(), ()

    def look(self, film_id: UUID) -> FilmFacts:
        """Look into a film that was put together.

        Its head may claim any length, so it is walked through; and one picture of it is
        decoded, so that a codec nobody knows is told of at once.

        Raises: Refused for what is no film, or too long a one.
        """
        source = source_of(self._folder, film_id)
        with source.open("rb") as file:
            form = ffmpeg.format_of(file.read(ffmpeg.HEAD_BYTES))
        if form is None:
            raise Refused("film.unreadable")
        opened = ("-f", form, "-i", str(source), "-map", "0:V:0")
        walked = ffmpeg.run(
            (*opened, "-c", "copy", "-progress", "pipe:1", "-f", "null", "-"), _LOOK
        )
        if "Input #0" not in walked.words:
            raise Refused("film.unreadable")
        codec, width, height = ffmpeg.picture_of(walked.words)
        tasted = ffmpeg.run((*opened, "-frames:v", "1", "-f", "null", "-"), _TASTE)
        if not tasted.well:
            raise Refused("film.codec", codec=codec)
        seconds = walked.written // _SECOND
        if walked.late or seconds > MOST_SECONDS:
            raise Refused("film.long")
        if seconds < 1:
            raise Refused("film.short")
        return FilmFacts(form, width, height, seconds)

    def cut(self, film_id: UUID, facts: FilmFacts, told: Told) -> CutFilm:
        """Make and store all qualities, poster and small pictures.

        What an earlier run left is not used: this one begins anew.
        Raises: Refused when it cannot be made; Stopped.
        """
        source = source_of(self._folder, film_id)
        if not source.is_file():
            raise Refused("film.unreadable")
        work = source.parent / "cut"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        try:
            return Cutter(source, facts, work, told).run(self._store)
        finally:
            shutil.rmtree(work, ignore_errors=True)


def _appended(handle: int, part: Path, whole: "hashlib._Hash") -> str:
    """Append a part; give its digest, or nothing when it is not there."""
    if not part.is_file():
        return ""
    own = hashlib.sha256()
    with part.open("rb") as file:
        for chunk in chunks(file):
            own.update(chunk)
            whole.update(chunk)
            os.write(handle, chunk)
    return own.hexdigest()


def _digest(source: Path, told: Told) -> str:
    size, seen, digest = max(1, source.stat().st_size), 0, hashlib.sha256()
    with source.open("rb") as file:
        for n, chunk in enumerate(chunks(file)):
            digest.update(chunk)
            seen += len(chunk)
            if n % 64 == 0 and not told(1000 * seen // size):
                raise Stopped
    return digest.hexdigest()

"""The parts of films that are on their way: files on this disk, a folder a film."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from lms.catalogue.ports import Readable
from lms.gateways.ffmpeg import format_of
from lms.gateways.media import bring_to_disk
from lms.kernel.errors import Refused

CHUNK = 1 << 18


class DiskParts:
    """`PartShelf` on a local disk, which web and job processes share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(
        self, film_id: UUID, n: int, stream: Readable, size: int, expected: str = ""
    ) -> str:
        """Bring a part to the disk without holding it in memory; give its digest.

        It gets its name when it is whole: one that is cut off leaves nothing.
        Raises: Refused when it is shorter or longer than it must be, when it has not
            the digest that is expected, or when a first part does not begin as any
            film does. What came before under its number then stays.
        """
        folder = parts_of(self._folder, film_id)
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f"{n:05d}.{secrets.token_hex(4)}.draft"
        try:
            digest = _taken(draft, stream, size, first=n == 0)
            if expected and digest != expected:
                raise Refused("film.part_broken")
            draft.rename(folder / f"{n:05d}")
            bring_to_disk(folder)
        finally:
            draft.unlink(missing_ok=True)
        return digest

    def room(self) -> int:
        """Tell how much the disk still holds. Units: bytes."""
        folder = self._folder if self._folder.is_dir() else self._folder.parent
        return shutil.disk_usage(folder).free

    def drop(self, film_id: UUID) -> None:
        """Forget all that lies here of a film."""
        shutil.rmtree(self._folder / film_id.hex, ignore_errors=True)

    def strangers(self, before: datetime) -> tuple[UUID, ...]:
        """List the films of which something lies here since before an instant."""
        if not self._folder.is_dir():
            return ()
        limit = before.timestamp()
        return tuple(
            UUID(one.name)
            for one in sorted(self._folder.iterdir())
            if _named_by_us(one.name) and one.stat().st_mtime < limit
        )


def _taken(draft: Path, stream: Readable, size: int, *, first: bool) -> str:
    """Write so many bytes of a stream down, to the disk; give their digest."""
    digest, left = hashlib.sha256(), size
    with draft.open("xb") as file:
        while left > 0 and (chunk := stream.read(min(CHUNK, left))):
            if first and left == size and format_of(chunk) is None:
                raise Refused("film.unreadable")
            digest.update(chunk)
            file.write(chunk)
            left -= len(chunk)
        if left or stream.read(1):
            raise Refused("film.part_broken")
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def parts_of(folder: Path, film_id: UUID) -> Path:
    """Say where the parts of a film lie."""
    return folder / film_id.hex / "parts"


def source_of(folder: Path, film_id: UUID) -> Path:
    """Say where a film lies that was put together."""
    return folder / film_id.hex / "source"


def _named_by_us(name: str) -> bool:
    try:
        return UUID(name).hex == name
    except ValueError:
        return False


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """Read a file piece by piece."""
    while chunk := file.read(CHUNK):
        yield chunk

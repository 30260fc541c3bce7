"""Every beat in plain files, one a process and hour; closed hours are compressed.

A line is appended by one write, so a process that is killed loses none that it wrote.
The files carry no proof: that is the lease's chain of hashes, which its segment keeps.
"""

import gzip
import os
import shutil
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TextIO, cast
from uuid import UUID

import structlog

log = structlog.get_logger("lms")

_HOUR = 3600


class BeatFiles:
    """The beat book on a local disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: tuple[int, int, int] | None = None
        self._last: tuple[int, int, int] | None = None
        self._torn = False

    def write(self, line: str) -> None:
        """Append one beat's record.

        The beat counts already: where there is no room, the log tells of the gap.
        """
        # What follows a torn line begins a line of its own.
        sent = ("\n" * self._torn + line + "\n").encode()
        try:
            self._torn = os.write(self._file(), sent) < len(sent)
        except OSError as error:
            log.warning("beats.not_kept", errno=error.errno)
            return
        if self._torn:
            log.warning("beats.torn")

    def _file(self) -> int:
        """Give this process's file of this hour. A fork begins one of its own."""
        hour, process = int(time.time()) // _HOUR, os.getpid()
        found = self._open
        if found and found[:2] == (hour, process) and _there(found[2]):
            return found[2]
        with self._lock:
            found = self._open
            if found and found[:2] == (hour, process) and _there(found[2]):
                return found[2]
            begun = datetime.fromtimestamp(hour * _HOUR, UTC)
            day = self._folder / f"{begun:%Y-%m-%d}"
            day.mkdir(parents=True, exist_ok=True)
            path = day / f"{begun:%H}-{process}.jsonl"
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            # Another thread may be about to write to the last one: its number must not
            # be given to another file yet, which would then hold a beat.
            if self._last and self._last[1] == process:
                os.close(self._last[2])
            self._last, self._open = found, (hour, process, made)
            return made

    def lay(self, at: datetime, lines: Iterable[str]) -> None:
        """Write beats of the past: of a demonstration, or brought from elsewhere."""
        day = self._folder / f"{at.astimezone(UTC):%Y-%m-%d}"
        day.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (day / f"{at.astimezone(UTC):%H}-laid.jsonl").open("a") as file:
            file.writelines(f"{line}\n" for line in lines)

    def read(
        self, leases: Collection[UUID], since: datetime, until: datetime, at_most: int
    ) -> tuple[str, ...] | None:
        """Give the records of some leases; None where there is too much to read.

        Units: `at_most` in bytes on the disk.
        """
        files = list(self._between(since, until))
        if sum(file.stat().st_size for file in files) > at_most:
            return None
        wanted = {str(one) for one in leases}
        found = []
        for file in files:
            with _open(file) as lines:
                found += [line.rstrip("\n") for line in lines if line[2:38] in wanted]
        return tuple(found)

    def _between(self, since: datetime, until: datetime) -> Iterator[Path]:
        """Name the files of the hours that a span touches, in order."""
        hour = since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        while hour <= until:
            day = self._folder / f"{hour:%Y-%m-%d}"
            yield from sorted(day.glob(f"{hour:%H}-*.jsonl*"))
            hour += timedelta(hours=1)

    def tidy(self, made_before: date) -> tuple[int, int]:
        """Compress what is closed and remove the days before one; count both."""
        packed = sum(self._pack(file) for file in self._folder.glob("*/*.jsonl"))
        removed = 0
        for day in self._folder.glob("????-??-??"):
            if date.fromisoformat(day.name) < made_before:
                shutil.rmtree(day)
                removed += 1
        return packed, removed

    def _pack(self, file: Path) -> bool:
        if time.time() - file.stat().st_mtime < 2 * _HOUR:
            return False
        draft = file.with_suffix(".part")
        with file.open("rb") as plain, gzip.open(draft, "wb") as packed:
            shutil.copyfileobj(plain, packed)
        _bring_to_disk(draft)
        draft.replace(file.with_suffix(".jsonl.gz"))
        _bring_to_disk(file.parent)
        file.unlink()
        return True


def _bring_to_disk(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _there(file: int) -> bool:
    """Tell whether an open file still has a name."""
    return os.fstat(file).st_nlink > 0


def _open(file: Path) -> TextIO:
    if file.suffix == ".gz":
        return cast("TextIO", gzip.open(file, "rt", encoding="utf-8"))
    return file.open(encoding="utf-8")

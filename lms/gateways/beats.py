"""Every beat in plain files, one a process and hour; closed hours are compressed.

A line is appended by one write, so a process that is killed loses none that it wrote.
The files carry no proof: that is the lease's chain of hashes, which its segment keeps.
"""

import gzip
import os
import shutil
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

_HOUR = 3600


class BeatFiles:
    """The beat book on a local disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: tuple[int, int, int] | None = None

    def write(self, line: str) -> None:
        """Append one beat's record."""
        os.write(self._file(), f"{line}\n".encode())

    def _file(self) -> int:
        """Give this process's file of this hour. A fork begins one of its own."""
        hour, process = int(time.time()) // _HOUR, os.getpid()
        found = self._open
        if found and found[:2] == (hour, process):
            return found[2]
        with self._lock:
            found = self._open
            if found and found[:2] == (hour, process):
                return found[2]
            begun = datetime.fromtimestamp(hour * _HOUR, UTC)
            day = self._folder / f"{begun:%Y-%m-%d}"
            day.mkdir(parents=True, exist_ok=True)
            path = day / f"{begun:%H}-{process}.jsonl"
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            if found and found[1] == process:
                os.close(found[2])
            self._open = (hour, process, made)
            return made

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
        draft.replace(file.with_suffix(".jsonl.gz"))
        file.unlink()
        return True

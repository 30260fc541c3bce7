"""The files of exports: shut on the disk as they are written."""

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import IO, cast
from uuid import UUID

from lms.exports.rules import Made
from lms.gateways.shut_files import ShutReader, ShutWriter
from lms.kernel.errors import NotFound


class ShutExports:
    """`ExportShelf` in a folder of this house."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(
        self, job_id: UUID, key: bytes, fill: Callable[[IO[bytes]], Made | None]
    ) -> Made | None:
        """Write a file and name it when it is whole."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._path(job_id).with_suffix(".part")
        try:
            with draft.open("wb") as raw:
                out = _Summed(ShutWriter(raw, key))
                made = fill(cast("IO[bytes]", out))
                if made is None:
                    return None
                out.shut.end()
                os.fsync(raw.fileno())
            draft.rename(self._path(job_id))
        finally:
            draft.unlink(missing_ok=True)
        return replace(made, size=out.shut.size, sha256=out.digest.digest())

    def open(self, job_id: UUID, key: bytes, size: int) -> IO[bytes]:
        """Open a file."""
        path = self._path(job_id)
        if not path.is_file():
            raise NotFound("export.gone")
        return cast("IO[bytes]", ShutReader(path, key, size))

    def remove(self, job_id: UUID) -> None:
        """Remove a file."""
        self._path(job_id).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what a maker that was killed left half done."""
        for draft in self._folder.glob("*.part"):
            draft.unlink(missing_ok=True)
        shutil.rmtree(self._folder / "work", ignore_errors=True)

    def _path(self, job_id: UUID) -> Path:
        return self._folder / f"{job_id.hex}.shut"


class _Summed:
    """Takes bytes in the order they stand in the file, and keeps their digest."""

    def __init__(self, shut: ShutWriter) -> None:
        self.shut, self.digest = shut, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self.shut.write(bytes(data))

    def flush(self) -> None:
        self.shut.flush()

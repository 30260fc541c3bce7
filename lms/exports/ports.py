"""What exports need of the outside."""

from collections.abc import Callable
from typing import IO, Protocol
from uuid import UUID

from lms.exports.rules import Made, Task

Told = Callable[[int], bool]
"""Hears how many rows are written; says whether the export is still ours to make."""


class ListMaker(Protocol):
    """Writes a list of the console as a table, as the desk that asked sees it."""

    def write(self, task: Task, out: IO[bytes], told: Told) -> Made | None:
        """Write the whole file; None when `told` says it is no longer ours.

        `size` and `sha256` of what is given are the shelf's to say.

        Raises: LmsError where it cannot be made.
        """
        ...


class ExportShelf(Protocol):
    """Keeps the files of exports shut on the disk."""

    def make(
        self, job_id: UUID, key: bytes, fill: Callable[[IO[bytes]], Made | None]
    ) -> Made | None:
        """Write a file and name it when it is whole; None when `fill` gave it up."""
        ...

    def open(self, job_id: UUID, key: bytes, size: int) -> IO[bytes]:
        """Open a file.

        Raises: NotFound.
        """
        ...

    def remove(self, job_id: UUID) -> None:
        """Remove a file from the disk; what is not there is gone already."""
        ...

    def sweep(self) -> None:
        """Remove what a maker that was killed left half done. Only before making."""
        ...

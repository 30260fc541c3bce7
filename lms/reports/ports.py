"""What reports need of the outside."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import IO, Protocol
from uuid import UUID

from lms.credentials.queries.batches import FileRow
from lms.credentials.services.packages import PackTask
from lms.exports.rules import Made, Task
from lms.reports.packs import Pack
from lms.reports.province import Row
from lms.signing.rules import Key


class PackWrapper(Protocol):
    """Makes an evidence pack a file that somebody can take along."""

    def wrap(self, pack: Pack) -> bytes:
        """Give the file: a ZIP with a summary to read and a verifier."""
        ...


class BeatReader(Protocol):
    """Reads beats while they are kept."""

    def read(
        self, leases: Collection[UUID], since: datetime, until: datetime, at_most: int
    ) -> tuple[str, ...] | None:
        """Give the records of some leases; None where there is too much to read.

        Units: `at_most` in bytes on the disk.
        """
        ...


class BatchPacker(Protocol):
    """Makes one package of many certificates, and keeps it shut on the disk."""

    def make(
        self,
        task: PackTask,
        files: Iterable[tuple[FileRow, bytes | None]],
        told: Callable[[int], bool],
    ) -> int | None:
        """Write a package with its index; None when `told` says it is no longer ours.

        `told` hears now and then how many files are in. A file without bytes is named
        in the index alone: its holder's key was destroyed. Units: the size in bytes.
        """
        ...

    def open(self, pack_id: UUID, key: bytes, size: int) -> IO[bytes]:
        """Open a package from wherever a reader begins.

        Raises: NotFound.
        """
        ...

    def remove(self, pack_id: UUID) -> None:
        """Remove a package from the disk; what is not there is gone already."""
        ...


class ReportPress(Protocol):
    """Makes a report to the province a file that the province can check."""

    def press(
        self,
        task: Task,
        rows: Iterable[Row],
        key: Key,
        out: IO[bytes],
        told: Callable[[int], bool],
    ) -> Made | None:
        """Write the tables, the list of their digests and its signature, as a ZIP.

        None when `told` says that it is no longer wanted. `size` and `sha256` of what
        is given are the shelf's to say.

        Raises: Unavailable when a key that lies elsewhere does not sign.
        """
        ...

"""What reports need of the outside."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from uuid import UUID

from lms.reports.packs import Pack


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

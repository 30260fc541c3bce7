"""What reports need of the outside."""

from typing import Protocol

from lms.reports.packs import Pack


class PackWrapper(Protocol):
    """Makes an evidence pack a file that somebody can take along."""

    def wrap(self, pack: Pack) -> bytes:
        """Give the file: a ZIP with a summary to read and a verifier."""
        ...

"""What learning needs of the outside."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol


class BeatBook(Protocol):
    """Keeps every beat for a while, outside the database."""

    def write(self, line: str) -> None:
        """Keep one beat's record, as the lease's chain hashed it."""
        ...

    def lay(self, at: datetime, lines: Iterable[str]) -> None:
        """Keep records of the past, under the hour that they are of."""
        ...

    def tidy(self, made_before: date) -> tuple[int, int]:
        """Compress what is closed and remove the days before one; count both."""
        ...

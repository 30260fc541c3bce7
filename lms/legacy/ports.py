"""What taking a file back needs of rooms that it does not know."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from lms.claims.rules import Inherited
from lms.kernel.work import Work


class Losses(Protocol):
    """Whoever must hear that hours are gone, in the work in which they go."""

    def __call__(self, work: Work, file: UUID, lines: Sequence[Inherited]) -> None:
        """Hear which hours of which file have left their owners' books."""

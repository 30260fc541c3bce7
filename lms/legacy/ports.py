"""What taking a file back needs of rooms that it does not know."""

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from lms.claims.rules import Inherited
from lms.kernel.work import Work


class Losses(Protocol):
    """Whoever must hear that hours are gone, in the work in which they go."""

    def __call__(
        self, work: Work, file: UUID, lines: Sequence[Inherited]
    ) -> Callable[[], None]:
        """Hold what may lean on hours of a file, before a book is written in.

        Gives what is to be done once they have left their owners' books.
        """

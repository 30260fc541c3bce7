"""How a document comes in, and which seconds of a lesson each of its pages holds. Pure.

A document is studied as a film is seen: page k holds the seconds from its start to the
start of the next, all pages alike to a second. So what a beat may earn is judged by the
same rules: nobody is ahead of the pages that were read, and no second counts twice.
"""

from enum import StrEnum

MOST_BYTES = 50 * 2**20
MOST_PAGES = 200
LEAST_PAGE_SECONDS = 3
"""A page that would be read in less is turned without being seen."""

MOST_ATTEMPTS = 3
KEPT_DAYS = 7
MOST_TEXT = 20_000
"""So many characters of a page are kept for who hears it read aloud."""


class DocumentState(StrEnum):
    """Where a document stands between its upload and the shelf."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    DROPPED = "dropped"


MOVES: dict[DocumentState, frozenset[DocumentState]] = {
    DocumentState.WAITING: frozenset(
        {DocumentState.READY, DocumentState.FAILED, DocumentState.DROPPED}
    ),
    DocumentState.FAILED: frozenset({DocumentState.WAITING, DocumentState.DROPPED}),
    DocumentState.READY: frozenset({DocumentState.DROPPED}),
    DocumentState.DROPPED: frozenset(),
}
"""What may follow what."""


def page_starts(pages: int, seconds: int) -> tuple[int, ...]:
    """Say at which second of a lesson each of its pages begins.

    >>> page_starts(4, 45)
    (0, 11, 22, 33)
    >>> page_starts(0, 45)
    ()
    """
    return tuple(n * seconds // pages for n in range(pages))


def page_at(second: int, pages: int, seconds: int) -> int:
    """Say which page, counted from one, a second of the lesson belongs to.

    >>> [page_at(s, 4, 45) for s in (0, 10, 11, 44, 45, 99)]
    [1, 1, 2, 4, 4, 4]
    """
    begun = sum(start <= second for start in page_starts(pages, seconds))
    return max(1, begun)

"""How a film comes in and what is made of it. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

MOST_BYTES = 2 * 2**30
"""The largest film that is taken."""

PART_BYTES = 4 * 2**20
"""So much a part has: what a line that breaks may lose."""

MOST_SECONDS = 6 * 3600
MOST_UNDER_WAY = 20
"""So many films of an association may be on their way at once."""

MOST_ATTEMPTS = 5
"""A film that a job did not survive so often is given up; its author may ask again."""

KEPT_DAYS = 7
"""So long an upload waits for its next part, and a failed film for its author."""

QUALITIES = ((540, 900_000), (360, 400_000))
"""Lines of a picture, and bits a second at most; a smaller film is never enlarged."""


class FilmState(StrEnum):
    """Where a film stands between its first part and the shelf."""

    UPLOADING = "uploading"
    CHECKING = "checking"
    CUTTING = "cutting"
    READY = "ready"
    FAILED = "failed"
    DROPPED = "dropped"


MOVES: dict[FilmState, frozenset[FilmState]] = {
    FilmState.UPLOADING: frozenset({FilmState.CHECKING, FilmState.DROPPED}),
    # A part that was damaged where it lay is asked for again.
    FilmState.CHECKING: frozenset(
        {FilmState.UPLOADING, FilmState.CUTTING, FilmState.FAILED, FilmState.DROPPED}
    ),
    FilmState.CUTTING: frozenset(
        {FilmState.READY, FilmState.FAILED, FilmState.DROPPED}
    ),
    FilmState.FAILED: frozenset({FilmState.CHECKING, FilmState.DROPPED}),
    FilmState.READY: frozenset({FilmState.DROPPED}),
    FilmState.DROPPED: frozenset(),
}
"""What may follow what."""

WORKED_ON = frozenset({FilmState.CHECKING, FilmState.CUTTING})
"""What waits for the job, or is in its hands."""


@dataclass(frozen=True, slots=True)
class Quality:
    """One quality to make. Units: pixels; `bits` a second at most."""

    height: int
    width: int
    bits: int


def parts_of(size: int, part_size: int) -> int:
    """Count the parts of a film."""
    return -(-size // part_size)


def part_bytes(size: int, part_size: int, n: int) -> int:
    """Say how large a part must be; the last one is what is left. Nothing: no part."""
    return max(0, min(part_size, size - n * part_size)) if n >= 0 else 0


def missing_parts(size: int, part_size: int, there: Collection[int]) -> tuple[int, ...]:
    """List the parts that have not come."""
    known = set(there)
    return tuple(n for n in range(parts_of(size, part_size)) if n not in known)


def qualities(width: int, height: int) -> tuple[Quality, ...]:
    """Choose what to make of a picture: the best first, nothing larger than it is.

    A film taken upright is measured across. Sides are even, as H.264 wants them.
    """
    across = min(width, height)
    (best, most), (small, least) = QUALITIES
    if across <= small:
        lines = [(across, least)]
    else:
        lines = [(min(best, across), most), (small, least)]
    return tuple(_scaled(width, height, short, bits) for short, bits in lines)


def _scaled(width: int, height: int, short: int, bits: int) -> Quality:
    short = _even(short)
    if width >= height:
        return Quality(short, _even(width * short // height), bits)
    return Quality(_even(height * short // width), short, bits)


def _even(side: int) -> int:
    return max(2, side - side % 2)


def every_seconds(seconds: int) -> int:
    """Say how far the small pictures lie apart: at most a hundred of them."""
    return max(5, -(-seconds // 100))

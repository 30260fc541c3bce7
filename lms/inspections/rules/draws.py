"""How much is drawn, and what may be said of it."""

from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from uuid import UUID

LONGEST_COMMENT = 400
SHORTEST_COMMENT = 4


class Why(StrEnum):
    """Why something is looked at: a new certificate or a sign drawn, or a complaint."""

    CERTIFICATE = "certificate"
    STEADY_BEATS = "steady_beats"
    STEADY_ANSWERS = "steady_answers"
    LONG_DAY = "long_day"
    SHARED_DEVICE = "shared_device"
    SAME_PAPER = "same_paper"
    COMPLAINT = "complaint"


class Verdict(StrEnum):
    """What an inspector says of a sample."""

    SOUND = "sound"
    DOUBTFUL = "doubtful"
    HANDED_OVER = "handed_over"


SHARES: dict[bool, tuple[int, int]] = {True: (1, 20), False: (1, 2)}
"""The share that is drawn, by whether it is a certificate: one in 20, one in two."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may be drawn."""

    person_id: UUID
    why: Why
    certificate_id: UUID | None = None


def how_many(pot: int, *, certificates: bool) -> int:
    """Say how many are drawn of a pot; of a pot that is not empty, at least one.

    >>> [how_many(n, certificates=True) for n in (0, 1, 20, 21, 400)]
    [0, 1, 1, 2, 20]
    """
    part, of = SHARES[certificates]
    return ceil(pot * part / of)

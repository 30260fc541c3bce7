"""Signs in how somebody studied that are worth a look. Never a proof, never a penalty.

Each has an honest cause as well; so it only puts a person among those of whom an
inspector may draw one, and never takes an hour away.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import combinations
from math import sqrt
from typing import TypeVar
from uuid import UUID

from lms.kernel.clock import legal_day, start_of

FEWEST_BEATS = 60
STEADY_BEAT_SECONDS = 0.02
FEWEST_ANSWERS = 6
STEADY_ANSWER_SECONDS = 1.0
LONG_DAY_SECONDS = 16 * 3600
MANY_PERSONS = 5
ALIKE_WRONG = 5
ALIKE_PERCENT = 80
COMMON_ERROR = 30

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Beats:
    """The rhythm of one lease: how many beats, over how long, and the gaps squared.

    Units: `lasted_ms` in milliseconds, `gap_squares` in their squares.
    """

    count: int
    lasted_ms: int
    gap_squares: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two persons whose wrong answers are the same: `same` of `wrong` in common."""

    one: UUID
    other: UUID
    same: int
    wrong: int


def spread_of_beats(leases: Iterable[Beats]) -> tuple[float, int] | None:
    """Say by how much the time between beats differs within a lease, on the whole.

    Shape: standard deviation, number of beats. Units: seconds.
    """
    squares, count = 0.0, 0
    for one in leases:
        if one.count:
            squares += max(0.0, one.gap_squares - one.lasted_ms**2 / one.count)
            count += one.count
    return (sqrt(squares / count) / 1000, count) if count else None


def beats_too_steady(leases: Iterable[Beats]) -> bool:
    """Say whether beats come more evenly than a browser on a line can send them."""
    found = spread_of_beats(leases)
    if found is None:
        return False
    seconds, count = found
    return count >= FEWEST_BEATS and seconds < STEADY_BEAT_SECONDS


def spread(values: Sequence[float]) -> float:
    """Give the standard deviation.

    >>> spread([9.0, 9.0, 9.0]), spread([2.0, 4.0])
    (0.0, 1.0)
    """
    if not values:
        return 0.0
    mean = sum(values) / len(values)
    return sqrt(sum((one - mean) ** 2 for one in values) / len(values))


def answers_too_steady(seconds: Sequence[float]) -> bool:
    """Say whether presence checks are always answered after the same time."""
    return len(seconds) >= FEWEST_ANSWERS and spread(seconds) < STEADY_ANSWER_SECONDS


def seconds_by_day(spans: Iterable[tuple[datetime, datetime]]) -> dict[date, int]:
    """Sum what lies on each legal day; a span over midnight is cut. Units: seconds."""
    days: dict[date, float] = defaultdict(float)
    for since, until in spans:
        begun = since
        while begun < until:
            day = legal_day(begun)
            cut = min(until, start_of(day + timedelta(days=1)))
            days[day] += (cut - begun).total_seconds()
            begun = cut
    return {day: round(length) for day, length in sorted(days.items())}


def long_days(spans: Iterable[tuple[datetime, datetime]]) -> dict[date, int]:
    """Name the legal days on which somebody studied longer than one stays awake."""
    found = seconds_by_day(spans)
    return {day: length for day, length in found.items() if length > LONG_DAY_SECONDS}


def shared(users: Mapping[Key, Collection[UUID]]) -> dict[Key, frozenset[UUID]]:
    """Name what more persons used than a household or a small office has."""
    return {
        key: frozenset(persons)
        for key, persons in users.items()
        if len(set(persons)) > MANY_PERSONS
    }


def alike(wrong: Mapping[UUID, Collection[Hashable]]) -> tuple[Pair, ...]:
    """Find the pairs who gave the same wrong answers to the same questions.

    Right answers are alike for honest reasons, and so is an error that many make: only
    what few share counts. Cost grows with those, not with all pairs.
    """
    makers: dict[Hashable, list[UUID]] = defaultdict(list)
    for person, answers in wrong.items():
        for answer in set(answers):
            makers[answer].append(person)
    same: dict[tuple[UUID, UUID], int] = defaultdict(int)
    for persons in makers.values():
        if 1 < len(persons) <= COMMON_ERROR:
            for pair in combinations(sorted(persons), 2):
                same[pair] += 1
    return tuple(
        Pair(one, other, count, least)
        for (one, other), count in sorted(same.items())
        if count >= ALIKE_WRONG
        and count * 100
        >= ALIKE_PERCENT * (least := min(len(set(wrong[one])), len(set(wrong[other]))))
    )

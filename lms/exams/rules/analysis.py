"""What answers say of a question: how hard, how well it parts people, its options.

Difficulty is the share of right answers. Discrimination is the point-biserial
correlation of being right with the rest of the paper: the question's own worth is taken
out, so that it does not agree with itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

LEAST_ANSWERS = 20
"""Below this nothing is said of a question."""

GROUP = 0.27
"""The share of the best, and of the weakest, that are compared (Kelley)."""

HARD, EASY = 0.2, 0.95
WEAK = 0.1
AGAINST = -0.05


@dataclass(frozen=True, slots=True)
class Sums:
    """What a database adds up of a question's answers.

    `rest` is what a paper had right beside the question. Units: ten-thousandths.
    """

    count: int
    good: int
    rest: float
    rest_squared: float
    good_rest: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What a question turned out to be. `discrimination` is None where it has none."""

    count: int
    good: int
    discrimination: float | None

    @property
    def difficulty(self) -> float:
        """Give the share of right answers."""
        return self.good / self.count if self.count else 0.0

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say what an author should look at."""
        return tuple(_warnings(self))


@dataclass(frozen=True, slots=True)
class Heap:
    """So many answers alike: the paper's total, what was chosen, how many."""

    total: int
    chosen: int
    count: int


@dataclass(frozen=True, slots=True)
class Option:
    """How often one option was chosen: by all, by the best, by the weakest."""

    place: int
    right: bool
    count: int
    share: float
    upper: float
    lower: float


def figures(sums: Sums) -> Figures:
    """Work a question's figures out."""
    return Figures(sums.count, sums.good, _discrimination(sums))


def _discrimination(sums: Sums) -> float | None:
    wrong = sums.count - sums.good
    if not sums.good or not wrong:
        return None
    mean = sums.rest / sums.count
    spread = sums.rest_squared / sums.count - mean * mean
    if spread <= 0:
        return None
    among_good = sums.good_rest / sums.good
    among_wrong = (sums.rest - sums.good_rest) / wrong
    share = sums.good / sums.count
    found = (among_good - among_wrong) / sqrt(spread) * sqrt(share * (1 - share))
    return max(-1.0, min(1.0, found))


def _warnings(one: Figures) -> Iterator[str]:
    if one.count < LEAST_ANSWERS:
        yield "few"
        return
    told = one.discrimination
    if told is not None and told < AGAINST:
        yield "key"
    elif told is None or told < WEAK:
        yield "weak"
    if one.difficulty < HARD:
        yield "hard"
    elif one.difficulty > EASY:
        yield "easy"


def options(heaps: Iterable[Heap], size: int, key: Sequence[int]) -> tuple[Option, ...]:
    """Count the choices of a question: of all papers, of the best and the weakest."""
    ordered = sorted(heaps, key=lambda heap: -heap.total)
    whole = sum(heap.count for heap in ordered)
    group = max(1, round(whole * GROUP)) if whole else 0
    every = _counts(ordered, size, whole)
    best = _counts(ordered, size, group)
    weakest = _counts(ordered[::-1], size, group)
    return tuple(
        Option(
            place,
            place in key,
            round(every[place]),
            every[place] / max(1, whole),
            best[place] / max(1, group),
            weakest[place] / max(1, group),
        )
        for place in range(size)
    )


def _counts(heaps: Iterable[Heap], size: int, most: int) -> list[float]:
    """Count choices among so many papers; of a heap that is too large, its share."""
    found = [0.0] * size
    for heap in heaps:
        taken = min(heap.count, most)
        most -= taken
        for place in range(size):
            found[place] += taken * (heap.chosen >> place & 1)
        if not most:
            break
    return found


def option_warnings(found: Sequence[Option], count: int) -> tuple[str, ...]:
    """Say what an author should look at among the options."""
    if count < LEAST_ANSWERS:
        return ()
    unused = any(not one.right and not one.count for one in found)
    lured = any(
        not one.right and one.upper > right.upper and one.upper > one.lower
        for right in found
        if right.right
        for one in found
    )
    told = {"lured": lured, "unused": unused}
    return tuple(code for code, holds in told.items() if holds)


def bins(
    values: Iterable[float], low: float, high: float, count: int = 10
) -> list[int]:
    """Sort figures into so many bins of one width; the last holds its upper end."""
    found = [0] * count
    for value in values:
        place = int((value - low) / (high - low) * count + 1e-9)
        found[max(0, min(count - 1, place))] += 1
    return found

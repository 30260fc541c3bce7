"""What an answer is worth, who may sit, and for how long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from lms.exams.rules.blueprints import FULL_SCORE, Blueprint
from lms.exams.rules.kinds import QuestionKind

EXTRA_PERCENTS = (25, 50, 100)
"""How much more time may be given. Units: percent of the usual time."""


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One place of a paper: which question, and its options in the order shown.

    `case_id` is the case that the place belongs to. Units: `worth` in hundredths of a
    point.
    """

    question_id: UUID
    kind: QuestionKind
    order: tuple[int, ...]
    worth: int = 1
    case_id: UUID | None = None


def right(item: PaperItem, key: Sequence[int], chosen: Sequence[int]) -> bool:
    """Tell whether the shown places that were chosen are exactly the key."""
    meant = {item.order[place] for place in chosen if 0 <= place < len(item.order)}
    return meant == set(key)


def mark(
    paper: Sequence[PaperItem],
    keys: Mapping[UUID, Sequence[int]],
    answers: Mapping[str, Sequence[int]],
) -> int:
    """Mark a paper: each place counts what it is worth, and half right is wrong.

    Units: whole points of 100, rounded down.
    """
    return FULL_SCORE * _good(paper, keys, answers) // max(1, total(paper))


def total(paper: Sequence[PaperItem]) -> int:
    """Add up what a paper's places are worth."""
    return sum(item.worth for item in paper)


def _good(
    paper: Sequence[PaperItem],
    keys: Mapping[UUID, Sequence[int]],
    answers: Mapping[str, Sequence[int]],
) -> int:
    found = marks(paper, keys, answers)
    return sum(item.worth for item, good in zip(paper, found, strict=True) if good)


def marks(
    paper: Sequence[PaperItem],
    keys: Mapping[UUID, Sequence[int]],
    answers: Mapping[str, Sequence[int]],
) -> list[bool]:
    """Tell place by place whether the answer is right."""
    return [
        right(item, keys[item.question_id], answers.get(str(place), ()))
        for place, item in enumerate(paper)
    ]


def valid_choice(item: PaperItem, chosen: Sequence[int]) -> bool:
    """Tell whether an answer can be one: places that exist, one where one is asked."""
    if len(set(chosen)) != len(chosen):
        return False
    if any(not 0 <= place < len(item.order) for place in chosen):
        return False
    return item.kind is QuestionKind.MULTIPLE or len(chosen) <= 1


def attempts_left(blueprint: Blueprint, used: int, unlocks: int) -> int:
    """Count the attempts that remain: one, the retakes, and one for each unlock."""
    return max(0, 1 + blueprint.retakes + unlocks - used)


def extra_minutes(blueprint: Blueprint, percent: int) -> int:
    """Say how many minutes a grant of more time adds; a part of one is a whole."""
    return -(-blueprint.minutes * percent // 100)


def time_for(blueprint: Blueprint, percent: int) -> timedelta:
    """Say how long a paper is open."""
    return timedelta(minutes=blueprint.minutes + extra_minutes(blueprint, percent))

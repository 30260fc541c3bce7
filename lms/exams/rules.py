"""What a paper is drawn from, what an answer is worth, who may sit."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

FULL_SCORE = 100


class QuestionKind(StrEnum):
    """The three kinds: 单选, 多选, 判断."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "true_false"


class AttemptState(StrEnum):
    """Where an attempt stands."""

    OPEN = "open"
    GRADED = "graded"


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How a paper is put together. Units: minutes; points of 100; percent."""

    questions: int = 50
    single: int = 4
    multiple: int = 4
    true_false: int = 2
    common_percent: int = 20
    minutes: int = 60
    pass_mark: int = 60
    retakes: int = 2

    def counts(self) -> dict[QuestionKind, int]:
        """Share the questions among the kinds; what is left over is single choice."""
        whole = self.single + self.multiple + self.true_false
        multiple = self.questions * self.multiple // whole
        true_false = self.questions * self.true_false // whole
        return {
            QuestionKind.SINGLE: self.questions - multiple - true_false,
            QuestionKind.MULTIPLE: multiple,
            QuestionKind.TRUE_FALSE: true_false,
        }


@dataclass(frozen=True, slots=True)
class BankItem:
    """What drawing needs of a question."""

    id: UUID
    kind: QuestionKind
    common: bool
    options: int


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One place of a paper: which question, and its options in the order shown."""

    question_id: UUID
    kind: QuestionKind
    order: tuple[int, ...]


def draw(
    bank: Sequence[BankItem], blueprint: Blueprint, chance: random.Random
) -> tuple[PaperItem, ...]:
    """Draw a paper and shuffle it: kinds in turn, questions and options by chance.

    Common questions take their share of each kind; where one side of the bank is short
    the other fills in. A bank too small gives a paper too short: the caller compares.
    """
    paper: list[PaperItem] = []
    for kind, wanted in blueprint.counts().items():
        common = [item for item in bank if item.kind is kind and item.common]
        special = [item for item in bank if item.kind is kind and not item.common]
        chance.shuffle(common)
        chance.shuffle(special)
        share = round(wanted * blueprint.common_percent / 100)
        chosen = common[:share] + special[: wanted - min(share, len(common))]
        chosen += common[share : share + wanted - len(chosen)]
        chance.shuffle(chosen)
        paper += [
            PaperItem(item.id, kind, _order(item, chance)) for item in chosen[:wanted]
        ]
    return tuple(paper)


def _order(item: BankItem, chance: random.Random) -> tuple[int, ...]:
    places = list(range(item.options))
    # 正确 stands before 错误: people read it as a form, not as a puzzle.
    if item.kind is not QuestionKind.TRUE_FALSE:
        chance.shuffle(places)
    return tuple(places)


def right(item: PaperItem, key: Sequence[int], chosen: Sequence[int]) -> bool:
    """Tell whether the shown places that were chosen are exactly the key."""
    meant = {item.order[place] for place in chosen if 0 <= place < len(item.order)}
    return meant == set(key)


def mark(
    paper: Sequence[PaperItem],
    keys: Mapping[UUID, Sequence[int]],
    answers: Mapping[str, Sequence[int]],
) -> int:
    """Mark a paper: every question counts the same, and half right is wrong.

    Units: whole points of 100, rounded down.
    """
    good = sum(marks(paper, keys, answers))
    return FULL_SCORE * good // max(1, len(paper))


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

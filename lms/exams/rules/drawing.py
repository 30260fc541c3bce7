"""Draw a paper from a bank, by a seed: whoever has both draws the same again.

Chance is a keyed hash, not a generator of some language's library: SHA-256 of the seed
and a question's id puts the bank in an order, and the first that fit are taken. Where
lines of a plan want the same questions, an earlier line gives way if it can (a maximum
matching), so a plan that the bank can fill is always filled.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from lms.exams.rules.blueprints import Blueprint, Row
from lms.exams.rules.kinds import Difficulty, QuestionKind
from lms.exams.rules.papers import PaperItem


@dataclass(frozen=True, slots=True)
class BankItem:
    """What drawing needs of a question; of a case, its whole."""

    id: UUID
    kind: QuestionKind
    common: bool
    chapter: str = ""
    difficulty: Difficulty = Difficulty.MEDIUM


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question that the lot fell on. Units: `points` in hundredths."""

    id: UUID
    kind: QuestionKind
    points: int


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands on paper for a question, or for one question of a case."""

    id: UUID
    kind: QuestionKind
    options: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """A line of a plan that the bank cannot fill. `there` is how many can be drawn."""

    row: Row
    there: int


def lot(seed: bytes, purpose: str, thing: object) -> bytes:
    """Give the place of a thing in the order that a seed makes."""
    return hashlib.sha256(b"|".join((seed, f"{purpose}|{thing}".encode()))).digest()


def draw(
    bank: Sequence[BankItem], blueprint: Blueprint, seed: bytes
) -> tuple[Drawn, ...]:
    """Draw the questions of a paper: kinds in turn, in each kind by the lot.

    A bank too small gives a paper too short: the caller compares.
    """
    known = {item.id: item for item in bank}
    slots, rows = _slots(bank, blueprint.rows, seed)
    held = _match(slots)
    chosen = [
        Drawn(question, known[question].kind, rows[slot].points)
        for question, slot in held.items()
    ]
    turn = {kind: n for n, kind in enumerate(QuestionKind)}
    return tuple(
        sorted(chosen, key=lambda one: (turn[one.kind], lot(seed, "place", one.id)))
    )


def shortages(bank: Sequence[BankItem], blueprint: Blueprint) -> tuple[Shortage, ...]:
    """Say which lines of a plan a bank cannot fill, all lines being filled at once."""
    slots, rows = _slots(bank, blueprint.rows, b"")
    filled = [rows[slot] for slot in _match(slots).values()]
    return tuple(
        Shortage(row, there)
        for row in blueprint.rows
        if (there := filled.count(row)) < row.count
    )


def _fits(item: BankItem, row: Row) -> bool:
    return (
        item.kind is row.kind
        and row.chapter in {"", item.chapter}
        and row.difficulty in {None, item.difficulty}
    )


def _slots(
    bank: Sequence[BankItem], rows: Sequence[Row], seed: bytes
) -> tuple[list[list[UUID]], list[Row]]:
    """Give for each question to be drawn the candidates in the order of the lot."""
    ordered = sorted(bank, key=lambda item: lot(seed, "draw", item.id))
    slots: list[list[UUID]] = []
    of: list[Row] = []
    for row in rows:
        fit = [item for item in ordered if _fits(item, row)]
        common = [item.id for item in fit if item.common]
        special = [item.id for item in fit if not item.common]
        share = round(row.count * (row.common_percent or 0) / 100)
        if row.common_percent is None:
            slots += [[item.id for item in fit]] * row.count
        else:
            # Where one side of the bank is short the other fills in.
            slots += [common + special] * share
            slots += [special + common] * (row.count - share)
        of += [row] * row.count
    return slots, of


def _match(slots: Sequence[Sequence[UUID]]) -> dict[UUID, int]:
    held: dict[UUID, int] = {}
    for slot in range(len(slots)):
        _seat(slot, slots, held, set())
    return held


def _seat(
    slot: int, slots: Sequence[Sequence[UUID]], held: dict[UUID, int], seen: set[UUID]
) -> bool:
    """Find a question for a place; one that is taken is given up if its place can."""
    free = next((one for one in slots[slot] if one not in held), None)
    if free is not None:
        held[free] = slot
        return True
    for one in slots[slot]:
        if one in seen:
            continue
        seen.add(one)
        if _seat(held[one], slots, held, seen):
            held[one] = slot
            return True
    return False


def lay_out(
    drawn: Sequence[Drawn], shapes: Mapping[UUID, Sequence[Shape]], seed: bytes
) -> tuple[PaperItem, ...]:
    """Put the drawn questions on paper: options by the lot, a case's parts in order.

    A case's points are shared among its questions; what does not divide goes to the
    first ones.
    """
    paper = []
    for one in drawn:
        parts = shapes[one.id]
        each, rest = divmod(one.points, len(parts))
        case = one.id if one.kind is QuestionKind.CASE else None
        paper += [
            PaperItem(part.id, part.kind, _order(part, seed), each + (n < rest), case)
            for n, part in enumerate(parts)
        ]
    return tuple(paper)


def _order(part: Shape, seed: bytes) -> tuple[int, ...]:
    places = range(part.options)
    # 正确 stands before 错误: people read it as a form, not as a puzzle.
    if part.kind is QuestionKind.TRUE_FALSE:
        return tuple(places)
    return tuple(sorted(places, key=lambda place: lot(seed, str(part.id), place)))

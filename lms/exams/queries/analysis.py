"""What real answers say of questions. The database adds up; rules work it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Double, cast, func, select
from sqlalchemy.orm import Session

from lms.exams.models import ExamAnswer, Question
from lms.exams.rules import QuestionKind
from lms.exams.rules.analysis import Figures, Heap, Option, Sums, figures, options
from lms.kernel.ids import AssociationId
from lms.policy.model import Specialty

PAGE = 50


@dataclass(frozen=True, slots=True)
class AnalysisFilters:
    """What is looked at; None and nothing mean whatever, `since` a day of marking."""

    since: date | None = None
    specialty: Specialty | None = None
    common: bool = False
    kind: QuestionKind | None = None
    warned: bool = False
    sort: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class ItemCard:
    """One question, or one of a case, with its figures."""

    id: UUID
    case_id: UUID | None
    kind: QuestionKind
    specialty: Specialty | None
    chapter: str
    stem: str
    retired: bool
    figures: Figures

    @property
    def shown_id(self) -> UUID:
        """Name the question that its page is under: a part's is its case."""
        return self.case_id or self.id


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One page of a list of questions with their figures."""

    cards: tuple[ItemCard, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class AskedCard:
    """One question as it was answered. Its key is for keepers of the bank alone."""

    id: UUID
    kind: QuestionKind
    stem: str
    options: tuple[str, ...]
    figures: Figures
    chosen: tuple[Option, ...]
    blank: int


def _rest() -> ColumnElement[float]:
    return cast(ExamAnswer.total - ExamAnswer.good * ExamAnswer.worth, Double)


def _sums() -> tuple[ColumnElement[Any], ...]:
    rest = _rest()
    return (
        func.count(),
        func.sum(ExamAnswer.good),
        func.sum(rest),
        func.sum(rest * rest),
        func.sum(rest * ExamAnswer.good),
    )


def measured(
    session: Session, association_id: AssociationId, since: date | None = None
) -> Mapping[UUID, Figures]:
    """Work out the figures of every question that an association's papers asked."""
    chosen = select(ExamAnswer.question_id, *_sums()).where(
        ExamAnswer.association_id == association_id
    )
    if since is not None:
        chosen = chosen.where(ExamAnswer.graded_on >= since)
    rows = session.execute(chosen.group_by(ExamAnswer.question_id))
    return {name: figures(Sums(*sums)) for name, *sums in map(tuple, rows)}


def items(
    session: Session, association_id: AssociationId, filters: AnalysisFilters
) -> list[ItemCard]:
    """List the questions that were answered, as the filter asks."""
    told = measured(session, association_id, filters.since)
    chosen = select(
        Question.id,
        Question.case_id,
        Question.kind,
        Question.specialty,
        Question.chapter,
        func.substr(Question.stem, 1, 200).label("stem"),
        Question.retired_at.is_not(None).label("retired"),
    ).where(
        Question.id.in_(
            select(ExamAnswer.question_id).where(
                ExamAnswer.association_id == association_id
            )
        )
        if len(told) < _FEW
        else Question.kind != QuestionKind.CASE
    )
    if filters.common:
        chosen = chosen.where(Question.specialty.is_(None))
    elif filters.specialty is not None:
        chosen = chosen.where(Question.specialty == filters.specialty)
    if filters.kind is not None:
        chosen = chosen.where(Question.kind == filters.kind)
    found = [
        ItemCard(**row._asdict(), figures=told[row.id])
        for row in session.execute(chosen)
        if row.id in told
    ]
    if filters.warned:
        found = [one for one in found if set(one.figures.warnings) - {"few"}]
    return sorted(found, key=_SORTS.get(filters.sort, _by_concern))


def leaf(found: Sequence[ItemCard], page: int) -> ItemPage:
    """Give one page of a list."""
    pages = max(1, -(-len(found) // PAGE))
    number = min(max(1, page), pages)
    first = (number - 1) * PAGE
    shown = tuple(found[first : first + PAGE])
    return ItemPage(shown, number, pages, len(found))


_FEW = 200
_CONCERN = ("key", "weak", "hard", "easy", "", "few")


def _by_concern(one: ItemCard) -> tuple[int, float, str]:
    """Put first what is most likely wrong."""
    first = next(iter(one.figures.warnings), "")
    told = one.figures.discrimination
    return _CONCERN.index(first), 1.0 if told is None else told, str(one.id)


def _by_difficulty(one: ItemCard) -> tuple[int, float, str]:
    return 0, one.figures.difficulty, str(one.id)


def _by_discrimination(one: ItemCard) -> tuple[int, float, str]:
    told = one.figures.discrimination
    return int(told is None), told or 0.0, str(one.id)


def _by_count(one: ItemCard) -> tuple[int, float, str]:
    return 0, -float(one.figures.count), str(one.id)


_SORTS = {
    "difficulty": _by_difficulty,
    "discrimination": _by_discrimination,
    "count": _by_count,
}


def answered(
    session: Session,
    association_id: AssociationId,
    question_id: UUID,
    since: date | None = None,
) -> tuple[AskedCard, ...]:
    """Say how a question was answered; of a case, each of its questions."""
    rows = session.scalars(
        select(Question)
        .where(
            (Question.id == question_id) | (Question.case_id == question_id),
            Question.kind != QuestionKind.CASE,
        )
        .order_by(Question.place)
    ).all()
    return tuple(_asked(session, association_id, row, since) for row in rows)


def _asked(
    session: Session, association_id: AssociationId, row: Question, since: date | None
) -> AskedCard:
    of = [
        ExamAnswer.association_id == association_id,
        ExamAnswer.question_id == row.id,
    ]
    if since is not None:
        of.append(ExamAnswer.graded_on >= since)
    sums = tuple(session.execute(select(*_sums()).where(*of)).one())
    told = figures(Sums(*sums)) if sums[0] else Figures(0, 0, None)
    heaps = [
        Heap(*heap)
        for heap in session.execute(
            select(ExamAnswer.total, ExamAnswer.chosen, func.count())
            .where(*of)
            .group_by(ExamAnswer.total, ExamAnswer.chosen)
        )
    ]
    return AskedCard(
        row.id,
        row.kind,
        row.stem,
        tuple(row.options),
        told,
        options(heaps, len(row.options), row.key),
        sum(heap.count for heap in heaps if not heap.chosen),
    )

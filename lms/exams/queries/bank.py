"""The bank as its keepers see it: lists, one question with its versions, twins."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from lms.exams.models import ExamAnswer, Question
from lms.exams.rules import Difficulty, NewQuestion, Part, QuestionKind
from lms.exams.rules.questions import bare
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId
from lms.policy.model import Specialty

PAGE = 50
STATES = ("live", "retired", "all")


@dataclass(frozen=True, slots=True)
class BankFilters:
    """What a keeper looks for; None and nothing mean whatever."""

    specialty: Specialty | None = None
    common: bool = False
    kind: QuestionKind | None = None
    difficulty: Difficulty | None = None
    chapter: str = ""
    state: str = "live"
    own: bool = False
    words: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """One version of a question, whole. Its key is for keepers of the bank alone."""

    id: UUID
    root_id: UUID
    version: int
    question: NewQuestion
    own: bool
    retired_at: datetime | None
    replaced_by: UUID | None
    made_at: datetime | None
    made_by: UUID | None


@dataclass(frozen=True, slots=True)
class BankPage:
    """One page of a list of questions."""

    cards: tuple[QuestionCard, ...]
    number: int
    pages: int
    total: int


def in_scope(association_id: AssociationId) -> ColumnElement[bool]:
    """Narrow questions to those that an association's papers are drawn from."""
    return Question.association_id.is_(None) | (
        Question.association_id == association_id
    )


def bank(
    session: Session, association_id: AssociationId, filters: BankFilters
) -> BankPage:
    """List questions, their newest versions, by specialty and chapter."""
    chosen = _narrowed(association_id, filters)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, filters.page), pages)
    rows = session.scalars(
        chosen.order_by(
            Question.specialty.is_not(None),
            Question.specialty,
            Question.chapter,
            Question.id,
        )
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    return BankPage(cards(session, association_id, rows), number, pages, total)


def every(
    session: Session, association_id: AssociationId, filters: BankFilters
) -> Iterator[NewQuestion]:
    """Walk all questions that a filter finds, for a file."""
    rows = session.scalars(
        _narrowed(association_id, filters).order_by(
            Question.specialty.is_not(None),
            Question.specialty,
            Question.chapter,
            Question.id,
        )
    ).all()
    for first in range(0, len(rows), 500):
        for card in cards(session, association_id, rows[first : first + 500]):
            yield card.question


def _narrowed(association_id: AssociationId, filters: BankFilters) -> Select[Question]:
    chosen = select(Question).where(
        in_scope(association_id),
        Question.case_id.is_(None),
        Question.replaced_by.is_(None),
        *_conditions(filters),
    )
    if filters.own:
        chosen = chosen.where(Question.association_id == association_id)
    for word in filters.words.split()[:5]:
        # As the column is: no stops, one width, one case.
        chosen = chosen.where(Question.words.contains(bare(word), autoescape=True))
    return chosen


def _conditions(filters: BankFilters) -> Iterator[ColumnElement[bool]]:
    if filters.common:
        yield Question.specialty.is_(None)
    elif filters.specialty is not None:
        yield Question.specialty == filters.specialty
    if filters.kind is not None:
        yield Question.kind == filters.kind
    if filters.difficulty is not None:
        yield Question.difficulty == filters.difficulty
    if filters.chapter:
        yield Question.chapter == filters.chapter
    if filters.state != "all":
        live = filters.state != "retired"
        yield (
            Question.retired_at.is_(None)
            if live
            else (Question.retired_at.is_not(None))
        )


def chapters(
    session: Session, association_id: AssociationId
) -> tuple[tuple[Specialty | None, str, int], ...]:
    """List the chapters in use, with how many live questions each has."""
    rows = session.execute(
        select(Question.specialty, Question.chapter, func.count())
        .where(
            in_scope(association_id),
            Question.case_id.is_(None),
            Question.retired_at.is_(None),
        )
        .group_by(Question.specialty, Question.chapter)
        .order_by(Question.specialty.is_not(None), Question.specialty, Question.chapter)
    )
    return tuple((row[0], row[1], row[2]) for row in rows)


def question(
    session: Session, association_id: AssociationId, question_id: UUID
) -> QuestionCard:
    """Give one version of a question.

    Raises: NotFound, also for another association's and for a part of a case.
    """
    row = session.scalar(
        select(Question).where(
            Question.id == question_id,
            in_scope(association_id),
            Question.case_id.is_(None),
        )
    )
    if row is None:
        raise NotFound("question.unknown")
    return cards(session, association_id, [row])[0]


def versions(
    session: Session, association_id: AssociationId, root_id: UUID
) -> tuple[QuestionCard, ...]:
    """List all versions of a question, the newest first."""
    rows = session.scalars(
        select(Question)
        .where(
            Question.root_id == root_id,
            in_scope(association_id),
            Question.case_id.is_(None),
        )
        .order_by(Question.version.desc())
    ).all()
    return cards(session, association_id, rows)


def used(
    session: Session, association_id: AssociationId, ids: Collection[UUID]
) -> Mapping[UUID, int]:
    """Count an association's marked papers that used these versions."""
    of = func.coalesce(Question.case_id, Question.id)
    rows = session.execute(
        select(of, func.count(ExamAnswer.attempt_id.distinct()))
        .join(ExamAnswer, ExamAnswer.question_id == Question.id)
        .where(
            ExamAnswer.association_id == association_id,
            Question.id.in_(ids) | Question.case_id.in_(ids),
        )
        .group_by(of)
    )
    return dict(rows.all())


def these(
    session: Session, association_id: AssociationId, ids: Collection[UUID]
) -> dict[UUID, QuestionCard]:
    """Give versions by their ids; what is not the association's to see is left out."""
    rows = session.scalars(
        select(Question).where(
            or_(Question.id.in_(ids)),
            in_scope(association_id),
            Question.case_id.is_(None),
        )
    ).all()
    return {card.id: card for card in cards(session, association_id, rows)}


def cards(
    session: Session, association_id: AssociationId, rows: Sequence[Question]
) -> tuple[QuestionCard, ...]:
    """Make cards of rows, cases with their parts."""
    cases = [row.id for row in rows if row.kind is QuestionKind.CASE]
    parts: dict[UUID | None, list[Part]] = {}
    if cases:
        for row in session.scalars(
            select(Question)
            .where(Question.case_id.in_(cases))
            .order_by(Question.case_id, Question.place)
        ):
            parts.setdefault(row.case_id, []).append(
                Part(
                    row.kind,
                    row.stem,
                    tuple(row.options),
                    tuple(row.key),
                    row.explanation,
                )
            )
    return tuple(
        QuestionCard(
            id=row.id,
            root_id=row.root_id,
            version=row.version,
            question=content(row, tuple(parts.get(row.id, ()))),
            own=row.association_id == association_id,
            retired_at=row.retired_at,
            replaced_by=row.replaced_by,
            made_at=row.made_at,
            made_by=row.made_by,
        )
        for row in rows
    )


def content(row: Question, parts: tuple[Part, ...]) -> NewQuestion:
    """Give a stored question, and the parts of a case, as they would be typed."""
    return NewQuestion(
        association_id=AssociationId(row.association_id)
        if row.association_id
        else None,
        specialty=row.specialty,
        kind=row.kind,
        chapter=row.chapter,
        stem=row.stem,
        options=tuple(row.options),
        key=tuple(row.key),
        explanation=row.explanation,
        basis=row.basis,
        difficulty=row.difficulty,
        parts=parts,
    )

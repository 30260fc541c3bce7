"""Questions that are the same, or nearly: found for new ones, listed for the bank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from lms.exams.models import Question, QuestionTwin
from lms.exams.queries.bank import QuestionCard, cards, in_scope, these
from lms.exams.rules import NewQuestion
from lms.exams.rules.likeness import like, pairs
from lms.exams.rules.questions import same_key, sameness, wording
from lms.kernel.ids import AssociationId

PAGE = 20


@dataclass(frozen=True, slots=True)
class TwinCard:
    """Two questions side by side. Units: percent of shingles in common."""

    left: QuestionCard
    right: QuestionCard
    percent: int


@dataclass(frozen=True, slots=True)
class TwinPage:
    """One page of pairs."""

    cards: tuple[TwinCard, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Same:
    """A live question of the bank that is the same as one of a file."""

    id: UUID
    same_key: bool


def same(
    session: Session, association_id: AssociationId, questions: Sequence[NewQuestion]
) -> Mapping[int, Same]:
    """Find which of some questions are in the bank already. Shape: by place."""
    names = {sameness(question): n for n, question in enumerate(questions)}
    known = list(names)
    found: dict[int, Same] = {}
    for first in range(0, len(known), 500):
        rows = session.scalars(
            select(Question).where(
                Question.sameness.in_(known[first : first + 500]),
                Question.retired_at.is_(None),
                Question.case_id.is_(None),
            )
        ).all()
        known_cards = cards(session, association_id, rows)
        for row, card in zip(rows, known_cards, strict=True):
            place = names[bytes(row.sameness)]
            equal = same_key(card.question, questions[place])
            found[place] = Same(card.id, equal)
    return found


def alike_one(
    session: Session,
    association_id: AssociationId,
    question: NewQuestion,
    *,
    but_root: UUID | None = None,
) -> tuple[tuple[UUID, int], ...]:
    """Find the versions that one question is like, the most alike first."""
    words = wording(question)
    long = func.length(Question.words)
    chosen = select(Question.id, Question.words).where(
        in_scope(association_id),
        Question.case_id.is_(None),
        long.between(len(words) * 6 // 10, len(words) * 17 // 10 + 8),
    )
    if but_root is not None:
        chosen = chosen.where(Question.root_id != but_root)
    return tuple(like(words, dict(session.execute(chosen).all())))


def alike_all(
    session: Session,
    association_id: AssociationId,
    questions: Mapping[int, NewQuestion],
) -> tuple[tuple[int, UUID | int, int], ...]:
    """Find what the questions of a file are like: of the bank, or of the file."""
    rows = session.execute(
        select(Question.id, Question.words).where(
            in_scope(association_id), Question.case_id.is_(None)
        )
    ).all()
    old: dict[UUID | int, str] = {row.id: row.words for row in rows}
    new: dict[UUID | int, str] = {n: wording(one) for n, one in questions.items()}
    return tuple(
        (one, other, percent)
        for one, other, percent in pairs(old, new)
        if isinstance(one, int)
    )


def twins(session: Session, association_id: AssociationId, page: int = 1) -> TwinPage:
    """List pairs that nobody let stand yet, the most alike first.

    At least one of a pair is the association's own, and both are in use.
    """
    chosen = _open_pairs(association_id)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, page), pages)
    rows = session.scalars(
        chosen.order_by(QuestionTwin.percent.desc(), QuestionTwin.left_root)
        .limit(PAGE)
        .offset((number - 1) * PAGE)
    ).all()
    ids = {one for row in rows for one in (row.left_id, row.right_id)}
    known = these(session, association_id, ids)
    return TwinPage(
        tuple(
            TwinCard(known[row.left_id], known[row.right_id], row.percent)
            for row in rows
            if {row.left_id, row.right_id} <= set(known)
        ),
        number,
        pages,
        total,
    )


def _open_pairs(association_id: AssociationId) -> Select[QuestionTwin]:
    left, right = aliased(Question), aliased(Question)
    return (
        select(QuestionTwin)
        .join(
            left, (left.root_id == QuestionTwin.left_root) & left.retired_at.is_(None)
        )
        .join(
            right,
            (right.root_id == QuestionTwin.right_root) & right.retired_at.is_(None),
        )
        .where(
            QuestionTwin.settled_at.is_(None),
            (left.association_id == association_id)
            | (right.association_id == association_id),
        )
    )

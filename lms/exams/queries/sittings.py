"""Read attempts and papers. No key leaves this room before a paper is marked."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from lms.exams.models import Attempt, ExamTime, Question, Unlock
from lms.exams.queries.cards import (
    AttemptCard,
    Owed,
    PassCard,
    PastAttempt,
    ReviewedQuestion,
    ShownQuestion,
    Sitting,
    Standing,
    Term,
)
from lms.exams.queries.plans import blueprint_of
from lms.exams.rules import (
    AttemptState,
    PaperItem,
    QuestionKind,
    attempts_left,
    right,
)
from lms.hours import queries as hours
from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, AttemptId, PersonId
from lms.policy.model import Track


def owed(session: Session, person_id: PersonId, sitting: Sitting) -> tuple[Owed, ...]:
    """List the study that is missing before the test opens."""
    done = hours.tally(
        session,
        person_id,
        since=sitting.period_from,
        until=sitting.period_until,
        association_id=sitting.association_id,
    )
    return tuple(
        Owed(track, Credit(missing))
        for track in Track
        if (
            missing := sitting.quota.asked(track)
            - done.get((sitting.specialty, track), 0)
        )
        > 0
    )


def standing(
    session: Session, person_id: PersonId, sitting: Sitting, *, on: date
) -> Standing:
    """Say where a person stands with one test, on a day."""
    attempts = _attempts(session, person_id, sitting)
    unlocks = session.scalar(
        select(func.count())
        .select_from(Unlock)
        .where(
            Unlock.person_id == person_id,
            Unlock.association_id == sitting.association_id,
            Unlock.specialty == sitting.specialty,
            Unlock.period_from == sitting.period_from,
        )
    )
    in_force = blueprint_of(session, sitting.association_id, sitting.specialty, on=on)
    best = next((a for a in attempts if a.passed), None)
    return Standing(
        sitting=sitting,
        owed=owed(session, person_id, sitting),
        attempts=attempts,
        left=attempts_left(in_force.blueprint, len(attempts), unlocks or 0),
        open_id=next((a.id for a in attempts if a.submitted_at is None), None),
        passed=_pass_card(best) if best else None,
        in_force=in_force,
        extra_percent=extra_percent(session, person_id, sitting.association_id, on=on),
    )


def extra_percent(
    session: Session, person_id: PersonId, association_id: AssociationId, *, on: date
) -> int:
    """Say how much more time a person has been given for tests begun on a day.

    Units: percent; nought for most.
    """
    found = session.scalar(
        select(func.max(ExamTime.percent)).where(
            ExamTime.person_id == person_id,
            ExamTime.association_id == association_id,
            ExamTime.until >= on,
        )
    )
    return found or 0


def _attempts(
    session: Session, person_id: PersonId, sitting: Sitting
) -> tuple[PastAttempt, ...]:
    rows = session.execute(
        select(
            Attempt.id,
            Attempt.n,
            Attempt.score,
            Attempt.passed,
            Attempt.started_at,
            Attempt.submitted_at,
        )
        .where(*_of(person_id, sitting))
        .order_by(Attempt.n)
    )
    return tuple(PastAttempt(**row._asdict()) for row in rows)


def _pass_card(best: PastAttempt) -> PassCard:
    if best.score is None or best.submitted_at is None:
        raise NotFound("attempt.unknown")
    return PassCard(best.id, best.score, best.submitted_at)


def _of(person_id: PersonId, sitting: Sitting) -> tuple[ColumnElement[bool], ...]:
    return (
        Attempt.person_id == person_id,
        Attempt.association_id == sitting.association_id,
        Attempt.specialty == sitting.specialty,
        Attempt.period_from == sitting.period_from,
    )


_PASSES = (
    select(
        Attempt.person_id,
        Attempt.association_id,
        Attempt.specialty,
        Attempt.period_from,
        Attempt.period_until,
        Attempt.id,
        Attempt.score,
        Attempt.submitted_at,
    )
    .where(
        Attempt.person_id.in_(bindparam("persons", expanding=True)),
        Attempt.passed.is_(True),
    )
    .order_by(Attempt.n.desc())
)


def passes(session: Session, terms: Collection[Term]) -> dict[Term, PassCard]:
    """Find the passed tests of many; where none was, the term is absent."""
    session.flush()  # what this work has not written yet counts too
    named = {"persons": {term.person_id for term in terms}}
    rows: Iterable[Any] = session.connection().execute(_PASSES, named)
    # The first that was passed comes last, and stays.
    found = {
        Term(*row[:5]): PassCard(AttemptId(row.id), row.score, row.submitted_at)
        for row in rows
    }
    return {term: found[term] for term in terms if term in found}


def attempt(session: Session, person_id: PersonId, attempt_id: UUID) -> AttemptCard:
    """Give an attempt of this person, with its paper as shown.

    Raises: NotFound.
    """
    row = session.scalar(
        select(Attempt).where(Attempt.id == attempt_id, Attempt.person_id == person_id)
    )
    if row is None:
        raise NotFound("attempt.unknown")
    return AttemptCard(
        id=AttemptId(row.id),
        association_id=AssociationId(row.association_id),
        specialty=row.specialty,
        n=row.n,
        state=row.state,
        started_at=row.started_at,
        deadline_at=row.deadline_at,
        submitted_at=row.submitted_at,
        score=row.score,
        passed=row.passed,
        pass_mark=row.pass_mark,
        questions=_shown(session, row),
        extra_minutes=row.extra_minutes,
    )


def paper_of(row: Attempt) -> tuple[PaperItem, ...]:
    """Read the stored paper. For this room's commands."""
    return tuple(_item(*place) for place in row.paper)


def _item(
    question: str,
    kind: str,
    order: list[int],
    worth: int = 1,
    case: str | None = None,
) -> PaperItem:
    return PaperItem(
        UUID(question),
        QuestionKind(kind),
        tuple(order),
        worth,
        UUID(case) if case else None,
    )


def _shown(session: Session, row: Attempt) -> tuple[ShownQuestion, ...]:
    paper = paper_of(row)
    asked = {item.question_id for item in paper}
    asked |= {item.case_id for item in paper if item.case_id}
    texts = {
        found.id: found
        for found in session.execute(
            select(Question.id, Question.stem, Question.options).where(
                Question.id.in_(asked)
            )
        )
    }
    before: UUID | None = None
    shown = []
    for place, item in enumerate(paper):
        text = texts[item.question_id]
        shown.append(
            ShownQuestion(
                place=place,
                kind=item.kind,
                stem=text.stem,
                options=tuple(text.options[o] for o in item.order),
                chosen=tuple(row.answers.get(str(place), ())),
                worth=item.worth,
                case_id=item.case_id,
                story=texts[item.case_id].stem if item.case_id else "",
                opens=item.case_id is not None and item.case_id != before,
            )
        )
        before = item.case_id
    return tuple(shown)


def review(
    session: Session, person_id: PersonId, attempt_id: UUID
) -> tuple[ReviewedQuestion, ...]:
    """Go through a marked paper: keys and reasons. Empty while it is open.

    Raises: NotFound.
    """
    row = session.scalar(
        select(Attempt).where(Attempt.id == attempt_id, Attempt.person_id == person_id)
    )
    if row is None:
        raise NotFound("attempt.unknown")
    if row.state is AttemptState.OPEN:
        return ()
    paper = paper_of(row)
    found = session.scalars(
        select(Question).where(Question.id.in_([item.question_id for item in paper]))
    )
    questions = {question.id: question for question in found}
    shown = _shown(session, row)
    marked = [
        right(item, questions[item.question_id].key, one.chosen)
        for item, one in zip(paper, shown, strict=True)
    ]
    cases = _cases(paper, marked)
    return tuple(
        ReviewedQuestion(
            shown=one,
            right=good,
            key=tuple(item.order.index(k) for k in questions[item.question_id].key),
            explanation=questions[item.question_id].explanation,
            basis=questions[item.question_id].basis,
            chapter=questions[item.question_id].chapter,
            case_got=cases[item.case_id][0],
            case_worth=cases[item.case_id][1],
        )
        for item, one, good in zip(paper, shown, marked, strict=True)
    )


def _cases(
    paper: Sequence[PaperItem], marked: Sequence[bool]
) -> dict[UUID | None, tuple[int, int]]:
    """Say of each case what it got and what it is worth."""
    got, worth = Counter[UUID | None](), Counter[UUID | None]()
    for item, good in zip(paper, marked, strict=True):
        worth[item.case_id] += item.worth
        got[item.case_id] += item.worth * good
    return {one: (got[one], worth[one]) if one else (0, 0) for one in worth}


def right_answers(session: Session, attempt_id: UUID) -> tuple[tuple[int, ...], ...]:
    """Give the shown places that are right, place by place.

    For makers of worlds (demonstration, tests); no page may ask.

    Raises: NotFound.
    """
    row = session.get(Attempt, attempt_id)
    if row is None:
        raise NotFound("attempt.unknown")
    paper = paper_of(row)
    asked = select(Question.id, Question.key).where(
        Question.id.in_([item.question_id for item in paper])
    )
    keys = dict(session.execute(asked).all())
    return tuple(
        tuple(item.order.index(one) for one in keys[item.question_id]) for item in paper
    )

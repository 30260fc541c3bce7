"""Read attempts and papers. No key leaves this room before a paper is marked."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.exams.models import Attempt, Question, Unlock
from lms.exams.rules import (
    AttemptState,
    Blueprint,
    PaperItem,
    QuestionKind,
    attempts_left,
    right,
)
from lms.hours import queries as hours
from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, AttemptId, PersonId
from lms.policy.model import Quota, Specialty, Track


@dataclass(frozen=True, slots=True)
class Sitting:
    """What a test is about: one specialty, one association, one period.

    `quota` is what must be studied first. Units: both days count.
    """

    association_id: AssociationId
    specialty: Specialty
    period_from: date
    period_until: date
    quota: Quota


@dataclass(frozen=True, slots=True)
class PassCard:
    """A passed test. Units: `score` of 100."""

    attempt_id: AttemptId
    score: int
    passed_at: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """Study that keeps the test shut. Units: hundredths of a 学时."""

    track: Track
    missing: Credit


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """One attempt in a list."""

    id: AttemptId
    n: int
    score: int | None
    passed: bool | None
    started_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a person may sit a test now, and how it went so far."""

    sitting: Sitting
    owed: tuple[Owed, ...]
    attempts: tuple[PastAttempt, ...]
    left: int
    open_id: AttemptId | None
    passed: PassCard | None
    blueprint: Blueprint

    @property
    def may_start(self) -> bool:
        """Tell whether a new attempt may begin."""
        return bool(
            not self.owed and self.left and not self.passed and not self.open_id
        )

    @property
    def locked(self) -> bool:
        """Tell whether only the association can help."""
        return not self.left and not self.passed and not self.open_id


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as the paper shows it: options in their order, and what was chosen."""

    place: int
    kind: QuestionKind
    stem: str
    options: tuple[str, ...]
    chosen: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AttemptCard:
    """An attempt to sit or to look back on."""

    id: AttemptId
    association_id: AssociationId
    specialty: Specialty
    n: int
    state: AttemptState
    started_at: datetime
    deadline_at: datetime
    submitted_at: datetime | None
    score: int | None
    passed: bool | None
    pass_mark: int
    questions: tuple[ShownQuestion, ...]

    @property
    def answered(self) -> int:
        """Count the answered places."""
        return sum(bool(question.chosen) for question in self.questions)


@dataclass(frozen=True, slots=True)
class ReviewedQuestion:
    """A marked question. Shown only after the paper was marked."""

    shown: ShownQuestion
    right: bool
    key: tuple[int, ...]
    explanation: str
    basis: str
    chapter: str


def blueprint_of(session: Session, association_id: AssociationId) -> Blueprint:
    """Read an association's blueprint; what it leaves out is the usual."""
    numbers = catalogue.association(session, association_id).blueprint
    known = {
        name: int(numbers[name])
        for name in Blueprint.__dataclass_fields__
        if name in numbers
    }
    return Blueprint(**known)


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


def standing(session: Session, person_id: PersonId, sitting: Sitting) -> Standing:
    """Say where a person stands with one test."""
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
    blueprint = blueprint_of(session, sitting.association_id)
    best = next((a for a in attempts if a.passed), None)
    return Standing(
        sitting=sitting,
        owed=owed(session, person_id, sitting),
        attempts=attempts,
        left=attempts_left(blueprint, len(attempts), unlocks or 0),
        open_id=next((a.id for a in attempts if a.submitted_at is None), None),
        passed=_pass_card(best) if best else None,
        blueprint=blueprint,
    )


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


def passed(
    session: Session,
    person_id: PersonId,
    specialty: Specialty,
    *,
    since: date,
    until: date,
    association_id: AssociationId,
) -> PassCard | None:
    """Find the passed test of one specialty in one period, if any."""
    row = session.execute(
        select(Attempt.id, Attempt.score, Attempt.submitted_at)
        .where(
            Attempt.person_id == person_id,
            Attempt.association_id == association_id,
            Attempt.specialty == specialty,
            Attempt.period_from == since,
            Attempt.period_until == until,
            Attempt.passed.is_(True),
        )
        .order_by(Attempt.n)
    ).first()
    if row is None:
        return None
    return PassCard(AttemptId(row.id), row.score, row.submitted_at)


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
    )


def paper_of(row: Attempt) -> tuple[PaperItem, ...]:
    """Read the stored paper. For this room's commands."""
    return tuple(
        PaperItem(UUID(question), QuestionKind(kind), tuple(order))
        for question, kind, order in row.paper
    )


def _shown(session: Session, row: Attempt) -> tuple[ShownQuestion, ...]:
    paper = paper_of(row)
    texts = {
        found.id: found
        for found in session.execute(
            select(Question.id, Question.stem, Question.options).where(
                Question.id.in_([item.question_id for item in paper])
            )
        )
    }
    return tuple(
        ShownQuestion(
            place=place,
            kind=item.kind,
            stem=texts[item.question_id].stem,
            options=tuple(texts[item.question_id].options[o] for o in item.order),
            chosen=tuple(row.answers.get(str(place), ())),
        )
        for place, item in enumerate(paper)
    )


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
    return tuple(
        ReviewedQuestion(
            shown=shown,
            right=right(item, questions[item.question_id].key, shown.chosen),
            key=tuple(item.order.index(k) for k in questions[item.question_id].key),
            explanation=questions[item.question_id].explanation,
            basis=questions[item.question_id].basis,
            chapter=questions[item.question_id].chapter,
        )
        for item, shown in zip(paper, _shown(session, row), strict=True)
    )


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

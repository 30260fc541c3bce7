"""Which tests a person has before them, and what a console sees of attempts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.exams import queries as exams
from lms.exams.models import Attempt, Question, Unlock
from lms.exams.queries import Sitting
from lms.exams.rules import QuestionKind
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, PersonId
from lms.learning.models import Enrolment
from lms.people import queries as people
from lms.people.models import Person
from lms.policy.library import rules_for
from lms.policy.model import Specialty


@dataclass(frozen=True, slots=True)
class BankRow:
    """One question in a list. Keys are shown to staff who may see the bank."""

    id: UUID
    specialty: Specialty | None
    kind: QuestionKind
    chapter: str
    stem: str
    options: tuple[str, ...]
    key: tuple[int, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One attempt in the association's list. PII: the name."""

    person_id: PersonId
    name: str
    specialty: Specialty
    n: int
    score: int | None
    passed: bool | None
    started_at: datetime
    period_from: date


def sitting(
    session: Session,
    person_id: PersonId,
    association_id: AssociationId,
    specialty: Specialty,
    *,
    on: date,
) -> Sitting:
    """Say what one test is about, by the registration and the law of the day.

    Raises: NotFound without such a registered specialty.
    """
    registration = people.registration(session, person_id)
    registered = registration.of(specialty)
    if registered is None:
        raise NotFound("registration.unknown")
    rules = rules_for(registration.province, on)
    return Sitting(
        association_id=association_id,
        specialty=specialty,
        period_from=registered.valid_from,
        period_until=registered.valid_until,
        quota=rules.quota(registered.is_main),
    )


def sittings(session: Session, person_id: PersonId, *, on: date) -> tuple[Sitting, ...]:
    """List the tests of a person: each association studied at, each specialty.

    Empty without a registration.
    """
    try:
        registration = people.registration(session, person_id)
    except NotFound:
        return ()
    rules = rules_for(registration.province, on)
    return tuple(
        Sitting(
            association_id=association_id,
            specialty=registered.code,
            period_from=registered.valid_from,
            period_until=registered.valid_until,
            quota=rules.quota(registered.is_main),
        )
        for association_id in _associations(session, person_id)
        for registered in registration.specialties
    )


def _associations(session: Session, person_id: PersonId) -> list[AssociationId]:
    found = session.scalars(
        select(Enrolment.association_id)
        .where(Enrolment.person_id == person_id)
        .group_by(Enrolment.association_id)
        .order_by(func.min(Enrolment.enrolled_at))
    )
    return [AssociationId(association_id) for association_id in found]


def standings(
    session: Session, person_id: PersonId, *, on: date
) -> tuple[exams.Standing, ...]:
    """Say where a person stands with each test."""
    return tuple(
        exams.standing(session, person_id, one)
        for one in sittings(session, person_id, on=on)
    )


def studied_at(
    session: Session, person_id: UUID, association_id: AssociationId
) -> PersonId:
    """Find a person who studies with an association, for its staff.

    Raises: NotFound for anybody else.
    """
    found = session.scalar(
        select(Enrolment.person_id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.association_id == association_id,
        )
        .limit(1)
    )
    if found is None:
        raise NotFound("person.unknown")
    return PersonId(found)


def attempts(
    session: Session, association_id: AssociationId, *, most: int = 200
) -> tuple[AttemptRow, ...]:
    """List an association's newest attempts."""
    rows = session.execute(
        _attempts(association_id).order_by(Attempt.started_at.desc()).limit(most)
    )
    return tuple(AttemptRow(**row._asdict()) for row in rows)


def locked(
    session: Session, association_id: AssociationId, *, retakes: int
) -> tuple[AttemptRow, ...]:
    """List those who have no attempt left and did not pass: the queue for unlocking."""
    newest = (
        select(
            Attempt.person_id,
            Attempt.specialty,
            Attempt.period_from,
            func.max(Attempt.n).label("n"),
        )
        .where(Attempt.association_id == association_id)
        .group_by(Attempt.person_id, Attempt.specialty, Attempt.period_from)
        .subquery()
    )
    unlocks = (
        select(func.count())
        .select_from(Unlock)
        .where(
            Unlock.person_id == Attempt.person_id,
            Unlock.association_id == Attempt.association_id,
            Unlock.specialty == Attempt.specialty,
            Unlock.period_from == Attempt.period_from,
        )
        .scalar_subquery()
    )
    chosen = _attempts(association_id).join(
        newest,
        (newest.c.person_id == Attempt.person_id)
        & (newest.c.specialty == Attempt.specialty)
        & (newest.c.period_from == Attempt.period_from)
        & (newest.c.n == Attempt.n),
    )
    rows = session.execute(
        chosen.where(Attempt.passed.is_(False), Attempt.n > retakes + unlocks).order_by(
            Attempt.started_at
        )
    )
    return tuple(AttemptRow(**row._asdict()) for row in rows)


def _attempts(association_id: AssociationId) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Attempt.person_id,
            Person.name,
            Attempt.specialty,
            Attempt.n,
            Attempt.score,
            Attempt.passed,
            Attempt.started_at,
            Attempt.period_from,
        )
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.association_id == association_id)
    )


def bank(
    session: Session,
    association_id: AssociationId,
    *,
    specialty: Specialty | None = None,
    common: bool = False,
    most: int = 100,
) -> tuple[BankRow, ...]:
    """List the questions that an association's papers are drawn from."""
    chosen = select(Question).where(
        Question.retired_at.is_(None),
        Question.association_id.is_(None) | (Question.association_id == association_id),
    )
    if common:
        chosen = chosen.where(Question.specialty.is_(None))
    elif specialty is not None:
        chosen = chosen.where(Question.specialty == specialty)
    rows = session.scalars(chosen.order_by(Question.chapter, Question.id).limit(most))
    return tuple(
        BankRow(
            id=row.id,
            specialty=row.specialty,
            kind=row.kind,
            chapter=row.chapter,
            stem=row.stem,
            options=tuple(row.options),
            key=tuple(row.key),
            own=row.association_id == association_id,
        )
        for row in rows
    )


def bank_counts(
    session: Session, association_id: AssociationId
) -> dict[Specialty | None, int]:
    """Count the questions for each specialty; None is 公共."""
    rows = session.execute(
        select(Question.specialty, func.count())
        .where(
            Question.retired_at.is_(None),
            Question.association_id.is_(None)
            | (Question.association_id == association_id),
        )
        .group_by(Question.specialty)
    )
    return dict(rows.all())

"""Which tests a person has before them, and what a console sees of attempts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from lms.exams import queries as exams
from lms.exams.models import Attempt, Unlock
from lms.exams.queries import Sitting
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, PersonId
from lms.learning.models import Enrolment
from lms.people import queries as people
from lms.people.models import Person
from lms.policy.library import rules_for
from lms.policy.model import Specialty


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
        exams.standing(session, person_id, one, on=on)
        for one in sittings(session, person_id, on=on)
    )


def attempts(
    session: Session, association_id: AssociationId, *, most: int = 200
) -> tuple[AttemptRow, ...]:
    """List an association's newest attempts."""
    rows = session.execute(
        _attempts(association_id).order_by(Attempt.started_at.desc()).limit(most)
    )
    return tuple(AttemptRow(**row._asdict()) for row in rows)


def every_attempt(
    session: Session, association_id: AssociationId
) -> Iterator[AttemptRow]:
    """Give all of an association's attempts, the newest first, some at a time."""
    chosen = _attempts(association_id).order_by(Attempt.started_at.desc(), Attempt.id)
    for row in session.execute(chosen.execution_options(yield_per=1_000)):
        yield AttemptRow(**row._asdict())


def locked(
    session: Session, association_id: AssociationId, *, on: date
) -> tuple[AttemptRow, ...]:
    """List those who have no attempt left and did not pass: the queue for unlocking.

    How many attempts there are the plan of each specialty says, by the day.
    """
    later = aliased(Attempt)
    newer = exists().where(
        later.person_id == Attempt.person_id,
        later.association_id == Attempt.association_id,
        later.specialty == Attempt.specialty,
        later.period_from == Attempt.period_from,
        later.n > Attempt.n,
    )
    chosen = _attempts(association_id).where(~newer)
    spent = Attempt.n > _retakes(session, association_id, on) + _unlocks()
    rows = session.execute(
        chosen.where(Attempt.passed.is_(False), spent).order_by(Attempt.started_at)
    )
    return tuple(AttemptRow(**row._asdict()) for row in rows)


def _unlocks() -> ScalarSelect[int]:
    """Count in SQL the unlocks of the test of an attempt."""
    return (
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


def _retakes(
    session: Session, association_id: AssociationId, on: date
) -> ColumnElement[int]:
    """Say in SQL how many retakes the specialty of an attempt has."""
    known = {
        one: exams.blueprint_of(session, association_id, one, on=on).blueprint.retakes
        for one in Specialty
    }
    return case(known, value=Attempt.specialty)


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

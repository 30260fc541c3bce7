"""Every way to narrow an association's learners that another room's facts decide.

Each says the same twice: how everybody who fits is found, and whether one person does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.accounts.models import Account
from lms.accounts.rules import AccountState
from lms.catalogue.models import Course, CourseVersion
from lms.kernel import pii
from lms.kernel.text import normal
from lms.learning.models import Enrolment
from lms.people.models import (
    Employer,
    Employment,
    Person,
    RegisteredSpecialtyRow,
    Registration,
)
from lms.people.rules import folded, read_name
from lms.reports import called
from lms.reports.sought import Asked, Footing, Taken

FIRMS = 500
"""So many companies are named to the database; of more it is told how to find them."""

Who = ColumnElement[Any]
Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Way:
    """One narrowing. `found` together give everybody who fits, some of them twice."""

    found: tuple[Select[Any], ...]
    fits: Callable[[Who], ColumnElement[bool]]


def ways(
    session: Session, association_id: UUID, asked: Asked, on: date
) -> tuple[Way, ...]:
    """Give the ways that are asked for, but for what stands in the learner's row."""
    made = []
    if read_name(asked.words):
        made.append(_worded(session, asked.words))
    if asked.specialty is not None or asked.ending is not None:
        made.append(_registered(asked, on))
    if asked.company:
        made.append(_works_for(session, asked.company))
    if asked.course is not None:
        made.append(_has(session, association_id, asked.course, asked.taken))
    if asked.footing is not None:
        made.append(_stands(asked.footing))
    return tuple(made)


def _by_row(person: InstrumentedAttribute[Any], *which: Conditions) -> Way:
    """Choose who has a row, `person` its owner, that meets one of some conditions.

    A question of one person is asked as a value, never as a join: then the database
    asks it of no more rows than it walks.
    """
    whole = [or_(*(_all(one) for one in which))]
    return Way(
        tuple(select(person).where(*one) for one in which),
        lambda who: (
            select(true()).where(person == who, *whole).limit(1).scalar_subquery()
        ),
    )


def _all(conditions: Conditions) -> ColumnElement[bool]:
    first, *others = conditions
    for one in others:
        first = first & one
    return first


def _worded(session: Session, words: str) -> Way:
    """Choose learners by what was typed."""
    # A number is one person's, or a few who are asked which of them it is.
    others = tuple(
        session.scalars(
            select(Person.id)
            .where(Person.id_index == pii.blind_index("id_number", folded(words)))
            .union_all(
                select(Registration.person_id).where(
                    Registration.number == folded(words)
                )
            )
        )
    )
    numbered = select(Person.id).where(Person.id.in_(others))
    return Way(
        (*called.bearers(words), numbered),
        lambda who: or_(called.called(words, who), who.in_(others)),
    )


def _registered(asked: Asked, on: date) -> Way:
    place = RegisteredSpecialtyRow
    fit = []
    if asked.specialty is not None:
        fit.append(place.specialty == asked.specialty)
    if asked.ending is not None:
        fit.append(place.valid_until >= on)
        fit.append(place.valid_until <= on + timedelta(days=asked.ending))
    return _by_row(place.person_id, fit)


def _works_for(session: Session, typed: str) -> Way:
    """Choose by a company: a part of its name, its code, or how a learner calls it."""
    words = normal(typed)
    meant = or_(
        Employer.name.contains(words, autoescape=True), Employer.uscc == folded(words)
    )
    firms = session.scalars(select(Employer.id).where(meant).limit(FIRMS + 1)).all()
    there = Employment.employer_id.in_(
        firms if len(firms) <= FIRMS else select(Employer.id).where(meant)
    )
    own = Employment.name.startswith(words, autoescape=True)
    return _by_row(Employment.person_id, [there], [own])


def _has(
    session: Session, association_id: UUID, course_id: UUID, taken: Taken | None
) -> Way:
    """Choose who has a course of the association, in any of its versions."""
    versions = session.scalars(
        select(CourseVersion.id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.id == course_id, Course.association_id == association_id)
    ).all()
    fit = [Enrolment.version_id.in_(versions), *_TAKEN.get(taken, ())]
    return _by_row(Enrolment.person_id, fit)


_UNDONE = (Enrolment.completed_at.is_(None), Enrolment.closed_at.is_(None))
_TAKEN: dict[Taken | None, Conditions] = {
    Taken.WAITING: (*_UNDONE, Enrolment.last_at.is_(None)),
    Taken.OPEN: (*_UNDONE, Enrolment.last_at.is_not(None)),
    Taken.DONE: (Enrolment.completed_at.is_not(None),),
    Taken.CLOSED: (Enrolment.completed_at.is_(None), Enrolment.closed_at.is_not(None)),
}
"""Each is one stretch of `ix_enrolments_course`."""


def _stands(footing: Footing) -> Way:
    if footing is Footing.BARE:
        # Whoever becomes a learner has a row among the persons from then on.
        shut = exists().where(
            Account.person_id == Person.id, Account.state != AccountState.ACTIVE
        )
        return _by_row(Person.id, [Person.id_index.is_(None), ~shut])
    if footing is Footing.JOINED:
        return _by_row(Account.merged_into, [Account.merged_into.is_not(None)])
    return _by_row(Account.person_id, [Account.state == _STATES[footing]])


_STATES = {Footing.SHUT: AccountState.SUSPENDED, Footing.CLOSED: AccountState.CLOSED}

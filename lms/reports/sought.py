"""Which of an association's learners are asked for: every way to narrow their list.

What few fit is found by its own index and looked for among the learners; where many
fit, the list is walked in its order and each is asked. So neither reads a million.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lms.accounts.models import Account, Learner
from lms.accounts.rules import AccountState, Stage
from lms.catalogue.models import Course, CourseVersion
from lms.credentials.models import (
    Certificate,
    CertificateCounter,
    CertificateStanding,
)
from lms.credentials.rules import State
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
from lms.policy.model import Specialty
from lms.reports import called

FIRMS = 500
"""So many companies are named to the database; of more it is told how to find them."""

Conditions = Sequence[ColumnElement[bool]]


class Study(Enum):
    """How far somebody has come at an association."""

    NONE = "none"
    OPEN = "open"
    DONE = "done"
    CERTIFIED = "certified"


class Taken(Enum):
    """How far somebody has come with one course that was bought."""

    WAITING = "waiting"
    OPEN = "open"
    DONE = "done"
    CLOSED = "closed"


class Footing(Enum):
    """What is unusual about an account."""

    SHUT = "shut"
    BARE = "bare"
    JOINED = "joined"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed to; empty narrows nothing.

    `words` is a name's beginning, a whole ID number or a whole registration number.
    `ending` asks for who has a registration that ends within so many days. `company`
    is a part of a company's name, or its whole code; `taken` narrows `course`; `year`
    narrows `certified`, which asks for who has a certificate that stands.

    PII: `words`.
    """

    words: str = field(default="", repr=False)
    specialty: Specialty | None = None
    study: Study | None = None
    ending: int | None = None
    company: str = ""
    course: UUID | None = None
    taken: Taken | None = None
    footing: Footing | None = None
    certified: bool = False
    year: int | None = None


def courses(session: Session, association_id: UUID) -> dict[UUID, str]:
    """Give an association's courses that somebody has, each by its newest title."""
    rows = session.execute(
        select(Course.id, CourseVersion.title)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(Course.association_id == association_id, _held(Course.id))
        .order_by(CourseVersion.n)
    ).all()
    named = {row.id: row.title for row in rows if row.title}
    return dict(sorted(named.items(), key=lambda one: one[1]))


def _held(course: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    version = aliased(CourseVersion)
    return exists().where(
        version.course_id == course, Enrolment.version_id == version.id
    )


def years(session: Session, association_id: UUID) -> tuple[int, ...]:
    """List the years whose certificates an association has numbered, newest first."""
    return tuple(
        session.scalars(
            select(CertificateCounter.year)
            .where(CertificateCounter.association_id == association_id)
            .order_by(CertificateCounter.year.desc())
        )
    )


def sought(
    session: Session, association_id: UUID, asked: Asked, on: date
) -> Select[UUID]:
    """Choose an association's learners, in no order."""
    chosen = select(Learner.person_id).where(Learner.association_id == association_id)
    if read_name(asked.words):
        chosen = chosen.where(_named(session, asked.words))
    if asked.study is not None:
        chosen = chosen.where(_as_far_as(association_id, asked.study))
    if asked.specialty is not None or asked.ending is not None:
        chosen = chosen.where(_registered(asked, on))
    if asked.company:
        chosen = chosen.where(_works_for(session, asked.company))
    if asked.course is not None:
        chosen = chosen.where(_has(session, association_id, asked.course, asked.taken))
    if asked.footing is not None:
        chosen = chosen.where(_stands(session, asked.footing))
    if asked.certified:
        chosen = chosen.where(_certified(session, association_id, asked))
    return chosen


def _among(
    session: Session,
    person: InstrumentedAttribute[Any],
    fit: Conditions,
    by: Sequence[InstrumentedAttribute[int]] = (),
) -> ColumnElement[bool]:
    """Choose learners whose row in another table fits; `person` is that row's.

    `by` is the order of an index that leads to what fits: without it a database that
    believes it to lie evenly would read a whole table up to the first.
    """
    looked = select(person).where(*fit).order_by(*by).limit(called.FEW + 1)
    found = session.scalars(looked).all()
    if len(found) <= called.FEW:
        return Learner.person_id.in_(set(found))
    return exists().where(person == Learner.person_id, *fit)


def _named(session: Session, words: str) -> ColumnElement[bool]:
    """Choose learners by what was typed."""
    others = session.scalars(
        union_all(
            select(Person.id).where(
                Person.id_index == pii.blind_index("id_number", folded(words))
            ),
            select(Registration.person_id).where(Registration.number == folded(words)),
        )
    ).all()
    return or_(
        called.named(session, words, Learner.person_id), Learner.person_id.in_(others)
    )


def _as_far_as(association_id: UUID, study: Study) -> ColumnElement[bool]:
    if study is not Study.CERTIFIED:
        return Learner.stage == Stage(study.value)
    return exists().where(
        CertificateStanding.person_id == Learner.person_id,
        CertificateStanding.certificate_id == Certificate.id,
        Certificate.association_id == association_id,
    )


def _registered(asked: Asked, on: date) -> ColumnElement[bool]:
    place = RegisteredSpecialtyRow
    found = [place.person_id == Learner.person_id]
    if asked.specialty is not None:
        found.append(place.specialty == asked.specialty)
    if asked.ending is not None:
        found.append(place.valid_until >= on)
        found.append(place.valid_until <= on + timedelta(days=asked.ending))
    return exists().where(*found)


def _works_for(session: Session, typed: str) -> ColumnElement[bool]:
    """Choose by a company: a part of its name, its code, or how a learner calls it."""
    words = normal(typed)
    meant = or_(
        Employer.name.contains(words, autoescape=True), Employer.uscc == folded(words)
    )
    firms = session.scalars(select(Employer.id).where(meant).limit(FIRMS + 1)).all()
    few = len(firms) <= FIRMS
    there = Employment.employer_id.in_(
        firms if few else select(Employer.id).where(meant)
    )
    own = Employment.name.startswith(words, autoescape=True)
    return _among(session, Employment.person_id, [or_(there, own)])


def _has(
    session: Session, association_id: UUID, course_id: UUID, taken: Taken | None
) -> ColumnElement[bool]:
    """Choose who has a course of the association, in any of its versions."""
    versions = session.scalars(
        select(CourseVersion.id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Course.id == course_id, Course.association_id == association_id)
    ).all()
    fit = [Enrolment.version_id.in_(versions), *_TAKEN.get(taken, ())]
    return _among(session, Enrolment.person_id, fit)


_UNDONE = (Enrolment.completed_at.is_(None), Enrolment.closed_at.is_(None))
_TAKEN: dict[Taken | None, Conditions] = {
    Taken.WAITING: (*_UNDONE, Enrolment.last_at.is_(None)),
    Taken.OPEN: (*_UNDONE, Enrolment.last_at.is_not(None)),
    Taken.DONE: (Enrolment.completed_at.is_not(None),),
    Taken.CLOSED: (Enrolment.completed_at.is_(None), Enrolment.closed_at.is_not(None)),
}
"""Each is one stretch of `ix_enrolments_course`."""


def _stands(session: Session, footing: Footing) -> ColumnElement[bool]:
    if footing is Footing.BARE:
        # Whoever becomes a learner has a row among the persons from then on.
        shut = exists().where(
            Account.person_id == Person.id, Account.state != AccountState.ACTIVE
        )
        return _among(session, Person.id, [Person.id_index.is_(None), ~shut])
    if footing is Footing.JOINED:
        return _among(session, Account.merged_into, [Account.merged_into.is_not(None)])
    return _among(session, Account.person_id, [Account.state == _STATES[footing]])


_STATES = {Footing.SHUT: AccountState.SUSPENDED, Footing.CLOSED: AccountState.CLOSED}


def _certified(
    session: Session, association_id: UUID, asked: Asked
) -> ColumnElement[bool]:
    """Choose who has a certificate from here that stands."""
    fit = [
        Certificate.association_id == association_id,
        CertificateStanding.certificate_id == Certificate.id,
        CertificateStanding.state == State.VALID,
    ]
    if asked.year is not None:
        fit.append(Certificate.year == asked.year)
    numbered = (Certificate.year, Certificate.serial)
    return _among(session, Certificate.person_id, fit, numbered)

"""Which of an association's learners are asked for, and what may be asked."""

from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lms.catalogue.models import Course, CourseVersion
from lms.credentials.models import CertificateCounter
from lms.learning.models import Enrolment
from lms.policy.model import Specialty


class Study(Enum):
    """How far somebody has come at an association."""

    NONE = "none"
    OPEN = "open"
    DONE = "done"


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
    is a part of a company's name, or its whole code; `taken` narrows `course`.
    `certified` asks for who has a certificate from here that stands, or for who has
    none; `year` narrows it to those of one year.

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
    certified: bool | None = None
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

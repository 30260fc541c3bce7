"""The people behind the figures of today. Names as the list of learners has them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, Select, func, literal, select
from sqlalchemy.orm import Session

from lms.accounts.models import Account
from lms.catalogue.models import CourseVersion
from lms.exams.models import Attempt
from lms.hours.models import HoursEntry
from lms.kernel import pii
from lms.kernel.clock import legal_day, start_of
from lms.kernel.ids import AssociationId, PersonId
from lms.learning.models import Enrolment, Lease, Study
from lms.people.models import Person
from lms.policy.model import Specialty
from lms.reports.figures import studying

MOST = 500
"""So many are shown; the table to download has them all."""

_NAME = func.coalesce(Person.name, Account.name).label("name")
_Chosen = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class TodayRow:
    """One event of today. `figure`: hundredths of a 学时, or points of a test."""

    person_id: PersonId
    name_masked: str
    specialty: Specialty | None
    at: datetime
    figure: int | None
    title: str


def rows(
    session: Session, house: AssociationId, what: str, now: datetime
) -> tuple[TodayRow, ...]:
    """List what is behind a figure, the newest first."""
    found = session.execute(WHAT[what](house, now).limit(MOST))
    return tuple(_row(row) for row in found)


def every(
    session: Session, house: AssociationId, what: str, now: datetime
) -> tuple[TodayRow, ...]:
    """List all that is behind a figure, for a table to download."""
    return tuple(_row(row) for row in session.execute(WHAT[what](house, now)))


def _row(row: Row[*tuple[Any, ...]]) -> TodayRow:
    person_id, name, specialty, at, figure, title = row
    return TodayRow(
        PersonId(person_id), pii.mask_name(name or ""), specialty, at, figure, title
    )


def _day(now: datetime) -> tuple[datetime, datetime]:
    on = legal_day(now)
    return start_of(on), start_of(on + timedelta(days=1))


def _enrolled(house: AssociationId, now: datetime) -> _Chosen:
    since, until = _day(now)
    return (
        select(
            Enrolment.person_id,
            _NAME,
            Enrolment.specialty,
            Enrolment.enrolled_at,
            CourseVersion.credit,
            CourseVersion.title,
        )
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .join(Account, Account.person_id == Enrolment.person_id)
        .outerjoin(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.association_id == house,
            Enrolment.enrolled_at >= since,
            Enrolment.enrolled_at < until,
        )
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id)
    )


def _credited(house: AssociationId, now: datetime) -> _Chosen:
    since, until = _day(now)
    return (
        select(
            HoursEntry.person_id,
            _NAME,
            HoursEntry.specialty,
            HoursEntry.posted_at,
            HoursEntry.credit,
            HoursEntry.track,
        )
        .join(Account, Account.person_id == HoursEntry.person_id)
        .outerjoin(Person, Person.id == HoursEntry.person_id)
        .where(
            HoursEntry.association_id == house,
            HoursEntry.posted_at >= since,
            HoursEntry.posted_at < until,
        )
        .order_by(HoursEntry.posted_at.desc(), HoursEntry.seq.desc())
    )


def _tests(house: AssociationId, now: datetime, *, passed: bool) -> _Chosen:
    since, until = _day(now)
    return (
        select(
            Attempt.person_id,
            _NAME,
            Attempt.specialty,
            Attempt.submitted_at,
            Attempt.score,
            literal("").label("title"),
        )
        .join(Account, Account.person_id == Attempt.person_id)
        .outerjoin(Person, Person.id == Attempt.person_id)
        .where(
            Attempt.association_id == house,
            Attempt.submitted_at >= since,
            Attempt.submitted_at < until,
            Attempt.passed.is_(passed),
        )
        .order_by(Attempt.submitted_at.desc(), Attempt.id)
    )


def _studying(house: AssociationId, now: datetime) -> _Chosen:
    return (
        select(
            Lease.person_id,
            _NAME,
            Enrolment.specialty,
            Lease.started_at,
            CourseVersion.credit,
            CourseVersion.title,
        )
        .join(Study, Study.id == Lease.study_id)
        .join(Enrolment, Enrolment.id == Study.enrolment_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .join(Account, Account.person_id == Lease.person_id)
        .outerjoin(Person, Person.id == Lease.person_id)
        .where(*studying(house, now))
        .order_by(Lease.started_at.desc(), Lease.id)
    )


def _passed(house: AssociationId, now: datetime) -> _Chosen:
    return _tests(house, now, passed=True)


def _failed(house: AssociationId, now: datetime) -> _Chosen:
    return _tests(house, now, passed=False)


WHAT: Mapping[str, Callable[[AssociationId, datetime], _Chosen]] = MappingProxyType(
    {
        "studying": _studying,
        "enrolled": _enrolled,
        "credited": _credited,
        "passed": _passed,
        "failed": _failed,
    }
)
"""What can be looked behind, by the name in its address."""

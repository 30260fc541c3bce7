"""What the tests of the desk's nights stand on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select

from lms.hours import services as hours
from lms.hours.rules import EntryKind
from lms.kernel.credit import Credit
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage
from lms.policy.model import Province, Specialty, Track
from tests.make import credentials as make_credentials
from tests.make import people as make_people


class PowerCut(BaseException):
    """What no code of the house catches."""


BTJX = AssociationId(new_id())
TODAY = date(2026, 11, 21)


def three_years_to(end: date) -> date:
    return date.fromordinal(end.toordinal() - 3 * 365)


def registered(
    work: Work,
    ends: date,
    *more: Specialty,
    province: Province = Province.GUIZHOU,
    **over: Any,
) -> make_people.Made:
    """A person whose registration ends on a day."""
    return make_people.person(
        work,
        specialties=(Specialty.BUILDING, *more),
        province=province,
        valid_from=three_years_to(ends),
        valid_until=ends,
        **over,
    )


def learn(
    work: Work,
    person_id: PersonId,
    required: int = 60,
    elective: int = 60,
    *,
    specialty: Specialty = Specialty.BUILDING,
    at: datetime = datetime(2026, 5, 1, tzinfo=UTC),
    kind: EntryKind = EntryKind.STUDY,
) -> None:
    """Post whole 学时."""
    for track, count in ((Track.REQUIRED, required), (Track.ELECTIVE, elective)):
        if count:
            hours.post(
                work,
                person_id,
                specialty=specialty,
                track=track,
                credit=Credit(count * 100),
                association_id=BTJX,
                source=f"test:{new_id()}",
                kind=kind,
                earned_at=at,
            )


def graduated(work: Work, ends: date, **over: Any) -> make_people.Made:
    """A person with full hours and the certificate of the period."""
    made = registered(work, ends, **over)
    learn(work, made.person_id)
    make_credentials.certified(work, made.person_id)
    return made


def messages(template: str) -> int:
    """Count what is owed by a template."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(OutboxMessage)
            .where(OutboxMessage.template == template)
        )
        or 0
    )

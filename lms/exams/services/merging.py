"""What was sat under two accounts of one person becomes one row of attempts."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from lms.exams.models import Attempt, ExamTime, Unlock
from lms.exams.rules.kinds import AttemptState
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.moving import move
from lms.kernel.work import Work
from lms.policy.model import Specialty


def take_over(work: Work, goes: PersonId, stays: PersonId) -> int:
    """Put who goes' attempts after those of who stays; they count together.

    A second account gave nobody more attempts than the rules allow.

    Raises: Refused while a test is being sat under one of them.
    """
    if sitting(work.session, goes, stays):
        raise Refused("merge.sitting")
    places = work.session.execute(
        select(Attempt.association_id, Attempt.specialty, Attempt.period_from)
        .where(Attempt.person_id == goes)
        .distinct()
    ).all()
    for row in places:
        _append(work, goes, stays, Place(*row))
    once = ("association_id", "specialty", "period_from", "after_n")
    move(work, Unlock, goes, stays, once=once)
    move(work, ExamTime, goes, stays)
    return len(places)


def sitting(session: Session, *persons: PersonId) -> frozenset[PersonId]:
    """Name who of some persons is sitting a test."""
    found = session.scalars(
        select(Attempt.person_id).where(
            Attempt.person_id.in_(persons), Attempt.state == AttemptState.OPEN
        )
    )
    return frozenset(PersonId(one) for one in found)


class Place(NamedTuple):
    """Where attempts are counted: an association, a specialty, a period."""

    association_id: UUID
    specialty: Specialty
    period_from: date


def _append(work: Work, goes: PersonId, stays: PersonId, place: Place) -> None:
    """Put attempts after those that are there, with the leave to try again."""
    last = work.session.scalar(
        select(func.max(Attempt.n)).where(
            Attempt.person_id == stays, *_at(Attempt, place)
        )
    )
    for table, count in ((Attempt, Attempt.n), (Unlock, Unlock.after_n)):
        work.session.execute(
            update(table)
            .where(table.person_id == goes, *_at(table, place))
            .values({count: count + (last or 0), table.person_id: stays})
            .execution_options(synchronize_session=False)
        )


def _at(table: type[Attempt | Unlock], place: Place) -> list[ColumnElement[bool]]:
    return [
        table.association_id == place.association_id,
        table.specialty == place.specialty,
        table.period_from == place.period_from,
    ]

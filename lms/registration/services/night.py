"""A day's run over everybody, chunk by chunk: each is seen to once, whoever runs it."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.kernel.clock import legal_day
from lms.kernel.db import inserting
from lms.kernel.ids import PersonId
from lms.kernel.work import Work, fail_point
from lms.registration.models import NightRun, StandingRow
from lms.registration.queries.renewals import renewals
from lms.registration.rules.standings import Found, NightKind, found

Chunk = Callable[[Session, UUID | None], tuple[PersonId, ...]]
"""Names the persons after one, in a fixed order; none at the end."""


def next_chunk(
    work: Work, kind: NightKind, day: date, chunk: Chunk
) -> tuple[PersonId, ...]:
    """Take the next persons of a day's run; none when it is done.

    The run's row is held until this work ends: who else runs it takes the chunk after.
    """
    work.session.execute(
        inserting(work.session, NightRun)
        .values(kind=kind, day=day, cursor=None, seen=0, begun_at=work.now)
        .on_conflict_do_nothing()
    )
    run = work.session.scalars(
        select(NightRun)
        .where(NightRun.kind == kind, NightRun.day == day)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if run.done_at is not None:
        return ()
    persons = chunk(work.session, run.cursor)
    if not persons:
        run.done_at = work.now
        return ()
    run.cursor = persons[-1]
    run.seen += len(persons)
    return persons


def done(session: Session, kind: NightKind, day: date) -> bool:
    """Tell whether a day's run has seen to everybody."""
    at = session.scalar(
        select(NightRun.done_at).where(NightRun.kind == kind, NightRun.day == day)
    )
    return at is not None


def assess_all(work: Work, persons: Collection[UUID]) -> int:
    """Assess persons for renewal today and keep what was found; say how many.

    Who has no registration any more stands nowhere.
    """
    on = legal_day(work.now)
    asked = renewals(work.session, persons, on=on)
    answers = {person: found(requests) for person, requests in asked.items()}
    gone = [one for one in persons if answers.get(PersonId(one)) is None]
    if gone:
        work.session.execute(delete(StandingRow).where(StandingRow.person_id.in_(gone)))
    rows = [_row(work, who, what) for who, what in answers.items() if what is not None]
    if rows:
        put = inserting(work.session, StandingRow)
        kept = {name: put.excluded[name] for name in rows[0] if name != "person_id"}
        work.session.execute(
            put.on_conflict_do_update(index_elements=["person_id"], set_=kept), rows
        )
    fail_point("night.assessed")
    return len(rows)


def _row(work: Work, person_id: PersonId, what: Found) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "province": what.province,
        "eligible": what.eligible,
        "ready": what.ready,
        "lapsed": what.lapsed,
        "hours_met": what.hours_met,
        "per_cent": what.per_cent,
        "specialties": [each.value for each in what.specialties],
        "ends_on": what.ends_on,
        "opens_on": what.opens_on,
        "closes_on": what.closes_on,
        "codes": list(what.codes),
        "rule_set": what.rule_set,
        "assessed_on": legal_day(work.now),
        "assessed_at": work.now,
    }


def forget(work: Work, person_id: PersonId) -> None:
    """Forget where a person stood, when the person is forgotten."""
    work.session.execute(delete(StandingRow).where(StandingRow.person_id == person_id))

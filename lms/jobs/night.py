"""Every night: what is over leaves, and everybody is assessed for renewal."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from lms.credentials.ports import RegistrationPrinter
from lms.credentials.services.ahead import carried
from lms.kernel.clock import Clock, legal_day
from lms.kernel.db import db
from lms.kernel.errors import LmsError
from lms.kernel.ids import PersonId
from lms.kernel.work import HOUSE, Work, reading, unit_of_work
from lms.people.queries import many
from lms.registration.rules.standings import NightKind
from lms.registration.services import lapsing, night

CHUNK = 500
"""So many persons share a unit of work: what they need fits into memory."""

log = structlog.get_logger("lms.jobs")


def run(clock: Clock, ports: Mapping[type[Any], Any]) -> None:
    """Do what the day that has begun asks for; asked again on the day, do nothing.

    A run that was killed goes on where its last unit of work ended.
    """
    today = legal_day(clock())
    if night.done(reading(), NightKind.STANDINGS, today):
        db.session.remove()
        return
    lapse_all(clock, today)
    reissue_all(clock, today, ports[RegistrationPrinter])
    while assess_chunk(clock, today):
        db.session.expunge_all()
    db.session.remove()


def assess_chunk(clock: Clock, today: date) -> int:
    """Assess the next persons, or end the run; say how many were seen to."""
    with unit_of_work(HOUSE, clock=clock) as work:
        persons = night.next_chunk(work, NightKind.STANDINGS, today, _registered)
        each_or_all(work, persons, night.assess_all)
    return len(persons)


def each_or_all(
    work: Work,
    persons: Sequence[PersonId],
    see_to: Callable[[Work, Sequence[PersonId]], object],
) -> None:
    """See to a chunk at once; when that fails, to each alone.

    One person whose facts break something is told of and left for tomorrow, and keeps
    nobody else from being seen to.
    """
    if not persons:
        return
    try:
        with work.session.begin_nested():
            see_to(work, persons)
    except Exception:
        if len(persons) == 1:
            log.exception("night.failed", person=str(persons[0]))
            return
        for person_id in persons:
            each_or_all(work, [person_id], see_to)


def _registered(session: Session, last: UUID | None) -> tuple[PersonId, ...]:
    return many.registered_after(session, last, limit=CHUNK)


def lapse_all(clock: Clock, today: date) -> None:
    """Write down what is over, each person in a unit of work of their own."""
    last: PersonId | None = None
    while True:
        session = reading()
        persons = many.ending_after(
            session, last, since=date.min, until=_eve(today), limit=CHUNK
        )
        if not persons:
            return
        last = persons[-1]
        for person_id in lapsing.lapsing(session, persons, today):
            with unit_of_work(HOUSE, clock=clock) as work:
                each_or_all(work, [person_id], _lapse)
        db.session.remove()


def _lapse(work: Work, persons: Sequence[PersonId]) -> None:
    for person_id in persons:
        lapsing.lapse(work, person_id)


def reissue_all(clock: Clock, today: date, printer: RegistrationPrinter) -> None:
    """Issue anew what still shows a lapsed specialty; what fails is tried tomorrow."""
    owed = lapsing.owed_certificates(reading(), today)
    db.session.remove()
    for person_id in owed:
        try:
            _reissue(clock, person_id, printer)
        except LmsError as error:
            log.warning("reissue.failed", person=str(person_id), code=error.code)


def _reissue(clock: Clock, person_id: PersonId, printer: RegistrationPrinter) -> None:
    carried(
        partial(unit_of_work, HOUSE, clock=clock),
        lambda work: lapsing.reissue(work, person_id, printer=printer),
    )


def _eve(today: date) -> date:
    return date.fromordinal(today.toordinal() - 1)

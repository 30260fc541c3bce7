"""Remind persons of an end, by day: nobody is woken by it."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from lms.jobs.night import each_or_all
from lms.kernel.clock import SHANGHAI, Clock, legal_day
from lms.kernel.db import db
from lms.kernel.ids import PersonId
from lms.kernel.work import HOUSE, reading, unit_of_work
from lms.registration.rules.standings import NightKind
from lms.registration.services import night, reminding

CHUNK = 200
_FROM, _TO = time(9), time(21)
"""The hours in which words may go out, in Shanghai."""


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Owe what the day has reached, once; the employers' words end the run.

    It waits for the night: what is over must have been written down.
    """
    now = clock()
    today = legal_day(now)
    session = reading()
    ready = (
        _FROM <= now.astimezone(SHANGHAI).time() < _TO
        and night.done(session, NightKind.STANDINGS, today)
        and not night.done(session, NightKind.REMINDERS, today)
    )
    while ready and remind_chunk(clock, today):
        db.session.expunge_all()
    db.session.remove()


def remind_chunk(clock: Clock, today: date) -> int:
    """Remind the next persons, or end the run; say how many were looked at."""

    def near(session: Session, last: UUID | None) -> tuple[PersonId, ...]:
        return reminding.candidates(session, last, today, limit=CHUNK)

    with unit_of_work(HOUSE, clock=clock) as work:
        persons = night.next_chunk(work, NightKind.REMINDERS, today, near)
        each_or_all(work, persons, reminding.remind_all)
        if not persons:
            reminding.tell_employers(work, today)
    return len(persons)

"""Add up the days that are over, for the charts: some at a time, each day once."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError

from lms.catalogue.queries import associations
from lms.exports import services
from lms.kernel.clock import Clock, legal_day
from lms.kernel.db import db
from lms.kernel.ids import AssociationId
from lms.kernel.work import HOUSE, reading, unit_of_work
from lms.reports import figures
from lms.reports.trends import year_before

SETTLES = timedelta(minutes=10)
"""What was begun before midnight has been written by then."""

CHUNK = 60


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Add up what two years of charts need and nobody has added up yet."""
    last = legal_day(clock() - SETTLES) - timedelta(days=1)
    first = year_before(year_before(last)).replace(day=1)
    try:
        for house in [one.id for one in associations(reading())]:
            while _some(clock, AssociationId(house), first, last):
                db.session.remove()
    finally:
        db.session.remove()


def _some(clock: Clock, here: AssociationId, first: date, last: date) -> int:
    """Add up the next days of an association; say how many."""
    session = reading()
    days = figures.missing(session, here, first, last)[:CHUNK]
    found = [figures.of_day(session, here, day) for day in days]
    if not found:
        return 0
    try:
        with unit_of_work(HOUSE, clock=clock) as work:
            services.add_up(work, here, found)
    except IntegrityError:
        # Somebody added them up meanwhile: then they are there.
        return 0
    return len(found)

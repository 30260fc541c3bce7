"""Draw lots every night, over the legal days that are over."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from lms.catalogue import queries as catalogue
from lms.inspections import queries, services
from lms.kernel.clock import Clock, legal_day
from lms.kernel.db import db
from lms.kernel.ids import AssociationId
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.reports import signs

_FIRST = timedelta(days=30)
"""How far back the first drawing looks."""


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Draw for every association what yesterday brought; asked again, do nothing."""
    today = legal_day(clock())
    session = db.session()
    due = [
        one.id
        for one in catalogue.associations(session)
        if queries.next_draw(session, one.id, today) <= today
    ]
    db.session.remove()
    for association_id in due:
        with unit_of_work(HOUSE, clock=clock) as work:
            draw(work, association_id, today)


def draw(work: Work, association_id: AssociationId, until: date) -> int:
    """Draw from where the last drawing ended up to before a day; say how many fell."""
    last = queries.last_draw(work.session, association_id)
    since = last.until if last else until - _FIRST
    if since >= until:
        return 0
    pot = signs.pot(work.session, association_id, since, until)
    return services.draw(work, association_id, since, until, pot)

"""Draw lots every night, over the legal days that are over."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.inspections import queries, services
from lms.kernel.clock import Clock, legal_day
from lms.kernel.db import db
from lms.kernel.ids import AssociationId
from lms.kernel.work import HOUSE, Work, unit_of_work, walking
from lms.reports import signs

_FIRST = timedelta(days=30)
"""How far back the first drawing looks."""


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Draw for every association what yesterday brought; asked again, do nothing."""
    today = legal_day(clock())
    session = _long_read()
    due = [
        one.id
        for one in catalogue.associations(session)
        if queries.next_draw(session, one.id, today) <= today
    ]
    for association_id in due:
        # The pot is filled before anything is locked: it may be a province's week.
        session = _long_read()
        since = _since(session, association_id, today)
        pot = signs.pot(session, association_id, since, today)
        with unit_of_work(HOUSE, clock=clock) as work:
            services.draw(work, association_id, since, today, pot)
    db.session.remove()


def _long_read() -> Session:
    """Give a session for reads that may take their time."""
    session = walking()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))
    return session


def draw(work: Work, association_id: AssociationId, until: date) -> int:
    """Draw from where the last drawing ended up to before a day; say how many fell."""
    since = _since(work.session, association_id, until)
    if since >= until:
        return 0
    pot = signs.pot(work.session, association_id, since, until)
    return services.draw(work, association_id, since, until, pot)


def _since(session: Session, association_id: AssociationId, until: date) -> date:
    last = queries.last_draw(session, association_id)
    return last.until if last else until - _FIRST

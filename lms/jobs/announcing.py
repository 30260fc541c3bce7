"""Send what was announced, chunk by chunk; what was killed goes on where it ended."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from lms.announcements import queries, services
from lms.kernel.clock import Clock
from lms.kernel.db import db
from lms.kernel.work import HOUSE, reading, unit_of_work
from lms.reports import audiences

MOST = 20
"""So many chunks of one announcement in a run: others wait no longer."""


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Go on with each announcement whose time has come."""
    for announcement_id in queries.due(reading(), clock()):
        for _n in range(MOST):
            if not deliver(clock, announcement_id):
                break
            db.session.expunge_all()
    db.session.remove()


def deliver(clock: Clock, announcement_id: UUID) -> int:
    """Deliver one chunk in a unit of work of its own; say to how many."""
    with unit_of_work(HOUSE, clock=clock) as work:
        return services.deliver(work, announcement_id, audiences.chunk(work.now))

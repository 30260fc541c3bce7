"""Draw the consequences of revoked certificates, every minute."""

from collections.abc import Mapping
from typing import Any

from lms.kernel.clock import Clock
from lms.kernel.db import db
from lms.kernel.work import HOUSE, reading, unit_of_work
from lms.registration.services import revoking


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Draw what is owed, each in a unit of work of its own."""
    owed = revoking.owed(reading())
    db.session.remove()
    for revoked in owed:
        with unit_of_work(HOUSE, clock=clock) as work:
            revoking.draw(work, revoked)
    db.session.remove()

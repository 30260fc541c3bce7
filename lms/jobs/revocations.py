"""Draw the consequences of revoked certificates, every minute."""

from collections.abc import Mapping
from typing import Any

import structlog

from lms.kernel.clock import Clock
from lms.kernel.db import db
from lms.kernel.work import HOUSE, reading, unit_of_work
from lms.registration.services import revoking

log = structlog.get_logger("lms.jobs")


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Draw what is owed, each in a unit of work of its own."""
    owed = revoking.owed(reading())
    db.session.remove()
    for revoked in owed:
        try:
            with unit_of_work(HOUSE, clock=clock) as work:
                revoking.draw(work, revoked)
        except Exception:
            # It is still owed, and tried again in a minute; the others go on.
            log.exception("revocation.failed", id=str(revoked.certificate_id))
    db.session.remove()

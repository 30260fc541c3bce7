"""Issue what waited for keys that lie elsewhere, once they answer again.

One that does not qualify any more waits no longer: its owner's page says what is
missing. A service that is still silent is left in peace until the next run.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog

from lms.credentials import queries, services
from lms.credentials.ports import Printer
from lms.credentials.services.ahead import carried
from lms.kernel.clock import Clock
from lms.kernel.db import db
from lms.kernel.errors import LmsError, Refused, Unavailable
from lms.kernel.ids import PersonId
from lms.kernel.work import HOUSE, Work, reading, unit_of_work
from lms.policy.model import Specialty

_MANY = 50

log = structlog.get_logger("lms.jobs")


def run(clock: Clock, ports: Mapping[type[Any], Any]) -> None:
    """Try what waits, the oldest first."""
    waiting = queries.sealing_queue(reading(), _MANY)
    db.session.remove()
    begin = partial(unit_of_work, HOUSE, clock=clock)
    for person_id, specialty in waiting:
        deed = partial(_issue, ports[Printer], person_id, specialty)
        try:
            carried(begin, deed)
        except Unavailable as silent:
            log.warning("sealing.unavailable", code=silent.code)
            return
        except LmsError as never:
            log.warning("sealing.given_up", code=never.code)
            with begin() as work:
                _give_up(work, person_id, specialty, never)
        finally:
            db.session.remove()


def _issue(
    printer: Printer, person_id: PersonId, specialty: Specialty, work: Work
) -> None:
    services.issue(work, person_id, specialty, printer=printer)
    services.seal_no_more(work, person_id, specialty)


def _give_up(
    work: Work, person_id: PersonId, specialty: Specialty, why: LmsError
) -> None:
    services.seal_no_more(work, person_id, specialty)
    if isinstance(why, Refused) and why.code == "certificate.needs_hand":
        characters = str(why.facts["characters"])
        services.wait_for_hand(work, person_id, specialty, characters)

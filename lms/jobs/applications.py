"""Look through the applications under way: what is overdue, and what has lapsed."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from lms.credentials.ports import RegistrationPrinter
from lms.credentials.services.ahead import carried
from lms.kernel.clock import Clock
from lms.kernel.work import HOUSE, unit_of_work
from lms.registration import services as registration

log = structlog.get_logger("lms.jobs")


def run(clock: Clock, ports: Mapping[type[Any], Any]) -> None:
    """Look at each in a unit of work of its own; nothing is decided here.

    One that fails is told, and the others are looked at all the same.
    """
    printer: RegistrationPrinter = ports[RegistrationPrinter]
    with unit_of_work(HOUSE, clock=clock) as work:
        waiting = registration.under_way(work)
    for application_id in waiting:
        try:
            _look(clock, printer, application_id)
        except Exception:
            log.exception("application.not_looked_at", application=str(application_id))


def _look(clock: Clock, printer: RegistrationPrinter, application_id: UUID) -> None:
    carried(
        partial(unit_of_work, HOUSE, clock=clock),
        lambda work: registration.look_at(work, application_id, printer=printer),
    )

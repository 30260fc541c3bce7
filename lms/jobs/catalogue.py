"""Take off sale what is overdue, and clear away media that nothing shows."""

from typing import Any

import structlog

from lms.catalogue import services
from lms.kernel.clock import Clock, legal_day
from lms.kernel.work import HOUSE, unit_of_work

log = structlog.get_logger("lms.jobs")

Ports = dict[type[Any], Any]


def run(clock: Clock, ports: Ports) -> None:
    """Do one round."""
    with unit_of_work(HOUSE, clock=clock) as work:
        retired = services.retire_overdue(work, legal_day(work.now))
    if retired:
        log.info("courses.retired", count=retired)

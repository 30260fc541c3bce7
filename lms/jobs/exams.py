"""Hand in the papers whose time is over, also with no browser open."""

from collections.abc import Mapping
from typing import Any

from lms.exams import services as exams
from lms.kernel.clock import Clock
from lms.kernel.work import HOUSE, unit_of_work


def run(clock: Clock, ports: Mapping[type[Any], Any]) -> None:
    """Mark each overdue paper in a unit of work of its own."""
    del ports
    with unit_of_work(HOUSE, clock=clock) as work:
        waiting = exams.due(work)
    for attempt_id in waiting:
        with unit_of_work(HOUSE, clock=clock) as work:
            exams.auto_submit_due(work, attempt_id)

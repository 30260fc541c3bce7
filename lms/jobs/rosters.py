"""Empty lists that nobody confirmed, and forget addresses that nobody answered."""

from collections.abc import Mapping
from typing import Any

from lms.jobs import legacy
from lms.kernel.clock import Clock
from lms.kernel.work import HOUSE, unit_of_work
from lms.people import services


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Let go what was kept for an answer that did not come."""
    with unit_of_work(HOUSE, clock=clock) as work:
        services.forget_old(work)
    legacy.tidy(clock)

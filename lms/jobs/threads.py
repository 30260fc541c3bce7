"""Close what was answered and then left alone; send out what nobody may handle."""

from collections.abc import Mapping
from typing import Any

from lms.kernel.clock import Clock
from lms.kernel.work import HOUSE, unit_of_work
from lms.threads import services


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Close them, some hundred a unit of work."""
    more = True
    while more:
        with unit_of_work(HOUSE, clock=clock) as work:
            more = bool(services.close_silent(work))
    with unit_of_work(HOUSE, clock=clock) as work:
        services.send_out(work)

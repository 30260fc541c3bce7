"""Remind of classes the day before, and end sessions that nobody ended."""

from collections.abc import Mapping
from datetime import time
from typing import Any

from lms.classes import services
from lms.kernel.clock import SHANGHAI, Clock
from lms.kernel.work import HOUSE, unit_of_work

CHUNK = 200
_FROM, _TO = time(8), time(21)
"""The hours in which words may go out, in Shanghai."""


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Owe what is due, a chunk in each unit of work."""
    if not _FROM <= clock().astimezone(SHANGHAI).time() < _TO:
        return
    more = CHUNK
    while more == CHUNK:
        with unit_of_work(HOUSE, clock=clock) as work:
            more = services.remind(work, limit=CHUNK)
    ended = 1
    while ended:
        with unit_of_work(HOUSE, clock=clock) as work:
            ended = services.close_forgotten(work)

"""Remind of classes, end sessions that nobody ended, and move the lines on."""

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

from lms.classes import services
from lms.kernel.clock import SHANGHAI, Clock
from lms.kernel.work import HOUSE, Work, unit_of_work

CHUNK = 200
_FROM, _TO = time(8), time(21)
"""The hours in which words may go out, in Shanghai."""


def run(clock: Clock, _ports: Mapping[type[Any], Any]) -> None:
    """Owe what is due, a chunk in each unit of work."""
    if not _FROM <= clock().astimezone(SHANGHAI).time() < _TO:
        return
    for step in (services.lapse_offers, services.end_lines):
        while _once(clock, step):
            pass
    more = CHUNK
    while more == CHUNK:
        with unit_of_work(HOUSE, clock=clock) as work:
            more = services.remind(work, limit=CHUNK)
    while _once(clock, services.close_forgotten):
        pass


def _once(clock: Clock, step: Callable[[Work], int]) -> int:
    with unit_of_work(HOUSE, clock=clock) as work:
        return step(work)

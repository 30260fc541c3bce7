"""A clock that is set while the house runs: seen, noted, and no test is lost by it.

The wall clock is compared with the steady one, which nobody sets. Study time looks
after itself, beat by beat; here is what waits for an hour that the wall clock names.
"""

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog

from lms.evidence import services as evidence
from lms.exams import services as exams
from lms.kernel.clock import Clock, tick_of
from lms.kernel.work import HOUSE, unit_of_work
from lms.learning.rules import Lag, clock_step

STREAM = "house:clock"

_MILLISECOND = timedelta(milliseconds=1)

log = structlog.get_logger("lms.jobs")


class Watch:
    """Remembers how wall and steady clock stood. `told` hears of each step."""

    def __init__(self, told: Callable[[], None] = lambda: None) -> None:
        self._told = told
        self._lock = threading.Lock()
        self._before: Lag | None = None
        self._stepped_at: int | None = None

    def look(self, clock: Clock) -> timedelta:
        """Say how far the clock was set since the last look, and see to it.

        A step that could not be seen to is found again at the next look.
        """
        tick = tick_of(clock)
        if tick is None:
            return timedelta()
        with self._lock:
            wall = clock().timestamp() * 1000
            after = Lag(tick.boot, round(wall) - tick.ms)
            step = clock_step(self._before, after)
            if step:
                log.warning("clock.stepped", seconds=step.total_seconds())
                _see_to(clock, step)
                self._stepped_at = tick.ms
            self._before = after
        if step:
            self._told()
        return step

    def stepped_within(self, seconds: int, clock: Clock) -> bool:
        """Tell whether the clock was set a short while ago, by the steady one."""
        tick = tick_of(clock)
        if tick is None or self._stepped_at is None:
            return False
        return timedelta(seconds=seconds) > (tick.ms - self._stepped_at) * _MILLISECOND


def _see_to(clock: Clock, step: timedelta) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        moved = exams.move_deadlines(work, step)
        seconds = round(step.total_seconds())
        evidence.note(work, STREAM, "clock.stepped", seconds=seconds, tests=moved)

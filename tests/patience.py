"""A guard against what never ends: it measures nothing, it only gives up at last."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS = 60
"""Of this process's own CPU; what the guarded acts take is a thousandth of it."""


@contextmanager
def ends() -> Iterator[None]:
    """Break off what would run for ever, so that the test fails and the others run."""

    def give_up(_signal: int, _frame: object) -> None:
        raise AssertionError("it does not end")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)

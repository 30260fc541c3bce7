"""Time: instants are UTC and aware; legal days are dates in Asia/Shanghai."""

import time as machine
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]
"""Anything that answers "what instant is it?" with an aware UTC datetime."""


def system_clock() -> datetime:
    """Read the machine's clock. The only such call in the house."""
    return datetime.now(UTC)


class Tick(NamedTuple):
    """A reading of the steady clock, which nobody can set.

    Two readings compare only when `boot` is the same. Units: milliseconds.
    """

    boot: str
    ms: int


def tick_of(clock: Clock) -> Tick | None:
    """Read the steady clock beside a clock; one made by hand brings its own."""
    if clock is system_clock:
        boot = _boot()
        return Tick(boot, machine.clock_gettime_ns(_STEADY) // 1_000_000)
    tick: Callable[[], Tick | None] | None = getattr(clock, "tick", None)
    return tick() if tick else None


_STEADY = getattr(machine, "CLOCK_BOOTTIME", machine.CLOCK_MONOTONIC)
"""Goes on while the machine sleeps, where the system has such a clock."""


@lru_cache(maxsize=1)
def _boot() -> str:
    """Name this start of the machine; where it has no name, this process."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return str(machine.monotonic_ns())


def legal_day(instant: datetime) -> date:
    """Name the calendar day that an instant falls on in Chinese law."""
    return instant.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Give the instant at which a legal day begins.

    >>> start_of(date(2026, 6, 1)).isoformat()
    '2026-05-31T16:00:00+00:00'
    """
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)

"""Time: instants are UTC and aware; legal days are dates in Asia/Shanghai."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]
"""Anything that answers "what instant is it?" with an aware UTC datetime."""


def system_clock() -> datetime:
    """Read the machine's clock. The only such call in the house."""
    return datetime.now(UTC)


def legal_day(instant: datetime) -> date:
    """Name the calendar day that an instant falls on in Chinese law."""
    return instant.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Give the instant at which a legal day begins.

    >>> start_of(date(2026, 6, 1)).isoformat()
    '2026-05-31T16:00:00+00:00'
    """
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)

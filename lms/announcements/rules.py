"""To whom an announcement goes, when, and whether one person may send it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from lms.kernel.clock import SHANGHAI, legal_day


class State(StrEnum):
    """Where an announcement stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    SET = "set"
    SENDING = "sending"
    SENT = "sent"
    TAKEN_BACK = "taken_back"


class Audience(StrEnum):
    """Which of the learners. Others than `ALL` and `SHORT` name one thing more."""

    ALL = "all"
    SPECIALTY = "specialty"
    COURSE = "course"
    COMPANY = "company"
    ENDING = "ending"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to tell. `among` is what the audience is narrowed by."""

    title: str
    body: str
    audience: Audience
    among: str = ""
    mail: bool = False
    sms: bool = False
    from_at: datetime | None = None
    until: date | None = None


ALONE_UP_TO = 200
"""So many may get mail or text messages in a day by one person's word."""

MOST_DAYS = 400


def needs_second(count: int, *, mail: bool, sms: bool) -> bool:
    """Tell whether another person must agree. In the house, one may tell everybody."""
    return (mail or sms) and count > ALONE_UP_TO


def problem(wanted: Wanted, now: datetime) -> str | None:
    """Say why this cannot be sent, or nothing."""
    if wanted.until is not None and wanted.until < legal_day(now):
        return "announcement.over"
    begins = wanted.from_at
    if begins and wanted.until is not None and legal_day(begins) > wanted.until:
        return "announcement.span"
    if wanted.audience not in {Audience.ALL, Audience.SHORT} and not wanted.among:
        return "announcement.nobody"
    return None


def days_of(among: str) -> int:
    """Read how many days ahead an end may lie; no number is none."""
    return min(int(among), MOST_DAYS) if among.isascii() and among.isdigit() else 0


def uuid_of(among: str) -> UUID | None:
    """Read an id, if it is one."""
    try:
        return UUID(among)
    except ValueError:
        return None


_FROM, _TO = time(9), time(21)


def waking(now: datetime) -> datetime:
    """Give the first instant, now or later, at which a phone may ring in Shanghai.

    >>> from datetime import UTC
    >>> waking(datetime(2026, 11, 21, 14, 0, tzinfo=UTC)).isoformat()
    '2026-11-22T09:00:00+08:00'
    """
    here = now.astimezone(SHANGHAI)
    if _FROM <= here.time() < _TO:
        return now
    day = here.date() if here.time() < _FROM else here.date() + timedelta(days=1)
    return datetime.combine(day, _FROM, tzinfo=SHANGHAI)

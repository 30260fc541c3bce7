"""Give the calendar in force as a value, and the notices that made it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.calendar.models import CalendarNotice
from lms.calendar.rules import Notice, overlay
from lms.policy.calendar import PUBLISHED
from lms.policy.workdays import Calendar


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """One notice as it was loaded."""

    year: int
    version: int
    notice: Notice
    source: str
    loaded_by: UUID | None
    loaded_at: datetime


def calendar(session: Session) -> Calendar:
    """Give the working days known: those shipped, under the notices loaded."""
    latest = {each.year: each.notice for each in notices(session)}
    return overlay(PUBLISHED, latest.values()) if latest else PUBLISHED


def notices(session: Session) -> tuple[NoticeCard, ...]:
    """List every notice loaded, the oldest first; the last of a year is in force."""
    rows = session.scalars(
        select(CalendarNotice).order_by(CalendarNotice.year, CalendarNotice.version)
    )
    return tuple(
        NoticeCard(
            row.year,
            row.version,
            Notice(row.year, _days(row.rest), _days(row.work)),
            row.source,
            row.loaded_by,
            row.loaded_at,
        )
        for row in rows
    )


def version(session: Session, year: int) -> int:
    """Tell how many times a year has been loaded."""
    return max((e.version for e in notices(session) if e.year == year), default=0)


def _days(words: Iterable[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(each) for each in words)

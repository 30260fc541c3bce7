"""The authority's working days. The applicant's own days are calendar days."""

from dataclasses import dataclass
from datetime import date, timedelta

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days work, from `first` to `last`.

    `rest` holds the weekdays off, `work` the weekend days that are worked.
    """

    first: date
    last: date
    rest: frozenset[date]
    work: frozenset[date]

    def covers(self, day: date) -> bool:
        """Tell whether the calendar knows a day."""
        return self.first <= day <= self.last

    def works(self, day: date) -> bool:
        """Tell whether the authority works on a covered day."""
        if day.weekday() >= _SATURDAY:
            return day in self.work
        return day not in self.rest


@dataclass(frozen=True, slots=True)
class Due:
    """A day so many working days later. `on` is None where the calendar ends before.

    `not_before` is the earliest day it can be, whatever the calendar to come says.
    """

    on: date | None
    not_before: date


def add_workdays(calendar: Calendar, start: date, count: int) -> Due:
    """Find the day that is `count` working days after a day; that day is not counted.

    Source: 行政许可法 第八十二条; 民法典 第二百零一条.
    """
    if not calendar.covers(start):
        return Due(None, start + count * _ONE_DAY)
    day, left = start, count
    while left and day < calendar.last:
        day += _ONE_DAY
        left -= calendar.works(day)
    if left:
        return Due(None, day + left * _ONE_DAY)
    return Due(day, day)


def workdays_between(calendar: Calendar, start: date, end: date) -> int | None:
    """Count the working days after one day up to another, or None past the calendar."""
    if not (calendar.covers(start) and calendar.covers(end)):
        return None
    days = (start + step * _ONE_DAY for step in range(1, (end - start).days + 1))
    return sum(calendar.works(day) for day in days)

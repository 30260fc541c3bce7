"""How a year or a quarter went, beside the same time a year before."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from lms.exports import queries as exports
from lms.exports.queries import DayCard
from lms.kernel.ids import AssociationId
from lms.reports.figures import MoneyCard, missing, money_by_day, of_day

DAYS = 90
MONTHS = 12


class Span(StrEnum):
    """What a chart goes by."""

    MONTHS = "months"
    DAYS = "days"


class Figure(StrEnum):
    """What a chart is about. Money is net, in fen; hours are hundredths."""

    ENROLMENTS = "enrolments"
    CREDIT = "credit"
    PASSED = "passed"
    CERTIFICATES = "certificates"
    REVENUE = "revenue"


@dataclass(frozen=True, slots=True)
class Point:
    """A day or a month: its figures, and those of a year before."""

    label: str
    since: date
    until: date
    now: dict[Figure, int]
    before: dict[Figure, int]


@dataclass(frozen=True, slots=True)
class Trend:
    """The points of a span, and how many of its days are not added up yet."""

    span: Span
    points: tuple[Point, ...]
    owed: int

    def total(self, figure: Figure) -> tuple[int, int]:
        """Add up a figure, and that of the year before."""
        return (
            sum(one.now[figure] for one in self.points),
            sum(one.before[figure] for one in self.points),
        )

    def any(self, figure: Figure) -> bool:
        """Tell whether there is anything to draw."""
        return any(p.now[figure] or p.before[figure] for p in self.points)

    def most(self, figure: Figure) -> int:
        """Give the greatest of a figure, now or before; at least 1."""
        every = [v for p in self.points for v in (p.now[figure], p.before[figure])]
        return max([1, *every])


def year_before(day: date) -> date:
    """Give the same day a year earlier; the 28th for the 29th of February.

    >>> year_before(date(2024, 2, 29))
    datetime.date(2023, 2, 28)
    """
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def spans(span: Span, on: date) -> tuple[tuple[str, date, date], ...]:
    """Name the days or months up to one day, each with its first and last day."""
    if span is Span.DAYS:
        days = (on - timedelta(days=DAYS - 1 - n) for n in range(DAYS))
        return tuple((f"{day:%m-%d}", day, day) for day in days)
    found = []
    year, month = on.year - 1, on.month
    for _n in range(MONTHS):
        year, month = (year + 1, 1) if month == MONTHS else (year, month + 1)
        first = date(year, month, 1)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        found.append((f"{year:04d}-{month:02d}", first, min(last, on)))
    return tuple(found)


def trend(session: Session, house: AssociationId, span: Span, on: date) -> Trend:
    """Give the figures up to a day; that day's as they stand now."""
    places = spans(span, on)
    first, last = year_before(places[0][1]), on - timedelta(days=1)
    known = {one.day: one for one in exports.days(session, house, first, last)}
    known[on] = of_day(session, house, on)
    money = money_by_day(session, house, first, on)
    points = tuple(
        Point(
            label,
            since,
            until,
            _sums(known, money, since, until),
            _sums(known, money, year_before(since), year_before(until)),
        )
        for label, since, until in places
    )
    return Trend(span, points, len(missing(session, house, places[0][1], last)))


def _sums(
    known: dict[date, DayCard],
    money: dict[date, MoneyCard],
    since: date,
    until: date,
) -> dict[Figure, int]:
    length = (until - since).days + 1
    days = [since + timedelta(days=n) for n in range(length)]
    cards = [known[day] for day in days if day in known]
    return {
        Figure.ENROLMENTS: sum(one.enrolments for one in cards),
        Figure.CREDIT: sum(one.credit for one in cards),
        Figure.PASSED: sum(one.passed for one in cards),
        Figure.CERTIFICATES: sum(one.certificates for one in cards),
        Figure.REVENUE: sum(money[day].net for day in days if day in money),
    }

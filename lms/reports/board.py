"""A company's people by deadline: hours as yes or no and per cent, and seats in use."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.commerce.models import Seat
from lms.commerce.rules.seats import SeatState
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.ids import PersonId
from lms.learning.models import Enrolment
from lms.people import queries as people
from lms.people.models import EmployerLink
from lms.people.queries import StaffCard
from lms.people.rules.roster import NUDGE_EVERY
from lms.policy.model import Specialty
from lms.registration.queries.standings import StandingCard, standings
from lms.reports.staff import SOON

PAGE = 50
_QUARTER = 90


class Due(StrEnum):
    """When a registration ends, as one narrows the board by it."""

    ALL = "all"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    OVER = "over"
    NONE = "none"


class HoursKind(StrEnum):
    """Whether the hours suffice."""

    ALL = "all"
    SHORT = "short"
    MET = "met"


class SeatUse(StrEnum):
    """What somebody has of the company's seats."""

    ALL = "all"
    WITHOUT = "without"
    IDLE = "idle"
    BEGUN = "begun"


@dataclass(frozen=True, slots=True)
class BoardAsk:
    """By what the board is narrowed; `words` are part of a name."""

    due: Due = Due.ALL
    hours: HoursKind = HoursKind.ALL
    seats: SeatUse = SeatUse.ALL
    words: str = ""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One person as their company sees them. Never the ID number.

    `ends_on` is None without a registration. `idle`: seats not begun.

    Units: `per_cent` of the hours that the renewal needs, rounded down.
    """

    link_id: UUID
    person_id: PersonId
    name: str
    specialties: tuple[Specialty, ...]
    ends_on: date | None
    days_left: int
    per_cent: int
    met: bool
    seats: int
    idle: int
    quiet: bool
    nudged_at: datetime | None

    @property
    def short(self) -> bool:
        """Tell whether hours are missing for a renewal that there is."""
        return self.ends_on is not None and not self.met

    @property
    def urgent(self) -> bool:
        """Tell whether something must be done soon."""
        return self.short and self.days_left <= SOON


@dataclass(frozen=True, slots=True)
class Summary:
    """The board in figures. `month`: who ends in this month; `_short`: of them."""

    staff: int
    month: int
    month_short: int
    half: int
    half_short: int
    met: int


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page of the board, as `parts/ui.html: pager` wants it, and its figures."""

    rows: tuple[BoardRow, ...]
    number: int
    pages: int
    total: int
    summary: Summary


def month_of(day: date) -> tuple[date, date]:
    """Give the first and the last day of a day's month.

    >>> month_of(date(2026, 2, 10))
    (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
    """
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following - timedelta(days=1)


def everyone(
    session: Session, employer_id: UUID, *, on: date, now: datetime
) -> tuple[BoardRow, ...]:
    """List a company's people by deadline, those without a registration last."""
    staff = people.staff_of(session, employer_id)
    stand = standings(session, [one.person_id for one in staff], on=on)
    seats, begun = _seats(session, employer_id)
    quiet = _quiet(session, employer_id)
    nudged = people.nudged_since(session, employer_id, now - NUDGE_EVERY)
    rows = [
        replace(
            _row(one, stand.get(one.person_id)),
            seats=len(seats.get(one.person_id, ())),
            idle=len(seats.get(one.person_id, frozenset()) - begun),
            quiet=one.link_id in quiet,
            nudged_at=nudged.get(one.link_id),
        )
        for one in staff
    ]
    return tuple(
        sorted(rows, key=lambda row: (row.ends_on or date.max, row.per_cent, row.name))
    )


def _row(one: StaffCard, stand: StandingCard | None) -> BoardRow:
    found = stand.found if stand else None
    return BoardRow(
        link_id=one.link_id,
        person_id=one.person_id,
        name=one.name,
        specialties=found.specialties if found else (),
        ends_on=found.ends_on if found else None,
        days_left=stand.days_left if stand else 0,
        per_cent=found.per_cent if found else 0,
        met=bool(found and found.hours_met),
        seats=0,
        idle=0,
        quiet=False,
        nudged_at=None,
    )


def _seats(
    session: Session, employer_id: UUID
) -> tuple[dict[PersonId, frozenset[UUID]], frozenset[UUID]]:
    """Give who sits on which of a company's seats, and which are begun."""
    mine = (Seat.employer_id == employer_id, Seat.state == SeatState.ASSIGNED)
    found: dict[PersonId, frozenset[UUID]] = {}
    for seat_id, person_id in session.execute(
        select(Seat.id, Seat.person_id).where(*mine)
    ):
        if person_id is not None:
            person = PersonId(person_id)
            found[person] = found.get(person, frozenset()) | {seat_id}
    return found, _begun(session, select(Seat.person_id).where(*mine))


def _begun(session: Session, persons: Select[UUID | None]) -> frozenset[UUID]:
    """Name the seats that some persons have begun to use."""
    sources = session.scalars(
        select(Enrolment.source).where(
            Enrolment.person_id.in_(persons),
            Enrolment.source.startswith("seat:"),
            Enrolment.last_at.is_not(None),
        )
    )
    return frozenset(UUID(source.split(":")[1]) for source in sources)


def _quiet(session: Session, employer_id: UUID) -> frozenset[UUID]:
    return frozenset(
        session.scalars(
            select(EmployerLink.id).where(
                EmployerLink.employer_id == employer_id,
                EmployerLink.quiet_at.is_not(None),
                EmployerLink.ended_at.is_(None),
            )
        )
    )


def narrowed(
    rows: Iterable[BoardRow], ask: BoardAsk, *, on: date
) -> tuple[BoardRow, ...]:
    """Keep the rows that somebody looks for."""
    return tuple(
        row
        for row in rows
        if _due(row, ask.due, on)
        and _hours(row, ask.hours)
        and _use(row, ask.seats)
        and ask.words in row.name
    )


def _due(row: BoardRow, due: Due, on: date) -> bool:
    if due is Due.ALL:
        return True
    if row.ends_on is None or due is Due.NONE:
        return row.ends_on is None and due is Due.NONE
    first, last = month_of(on)
    return {
        Due.MONTH: first <= row.ends_on <= last,
        Due.QUARTER: 0 <= row.days_left <= _QUARTER,
        Due.HALF: 0 <= row.days_left <= SOON,
        Due.OVER: row.days_left < 0,
    }[due]


def _hours(row: BoardRow, hours: HoursKind) -> bool:
    if hours is HoursKind.ALL:
        return True
    return row.met if hours is HoursKind.MET else row.short


def _use(row: BoardRow, use: SeatUse) -> bool:
    return {
        SeatUse.ALL: True,
        SeatUse.WITHOUT: not row.seats,
        SeatUse.IDLE: row.idle > 0,
        SeatUse.BEGUN: row.seats > row.idle,
    }[use]


def summary(rows: Iterable[BoardRow], *, on: date) -> Summary:
    """Say the board in figures."""
    every = tuple(rows)
    month = [row for row in every if _due(row, Due.MONTH, on)]
    half = [row for row in every if _due(row, Due.HALF, on)]
    return Summary(
        staff=len(every),
        month=len(month),
        month_short=sum(row.short for row in month),
        half=len(half),
        half_short=sum(row.short for row in half),
        met=sum(row.met for row in every),
    )


def board(
    session: Session, employer_id: UUID, ask: BoardAsk, *, now: datetime, page: int
) -> BoardPage:
    """Show a page of a company's people as somebody narrowed them."""
    on = legal_day(now)
    every = everyone(session, employer_id, on=on, now=now)
    rows = narrowed(every, ask, on=on)
    pages = max(1, -(-len(rows) // PAGE))
    number = min(max(1, page), pages)
    shown = rows[PAGE * (number - 1) : PAGE * number]
    return BoardPage(shown, number, pages, len(rows), summary(every, on=on))


def masked(row: BoardRow) -> BoardRow:
    """Show a row to those who are not of the company: the family name alone."""
    return replace(row, name=pii.mask_name(row.name))

"""What happened at an association: today, on each day, against a year ago.

Days that are over are added up once (`exports.DayFigures`, by the clock's work); today
is counted as it stands. Money is always read from its books, for a bank's line may come
with the day of the week before. Every count goes by an index of the association's.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lms.commerce.models import MoneyLine, Order, StatementLine
from lms.commerce.rules.statements import LineState
from lms.credentials.models import Certificate
from lms.exams.models import Attempt
from lms.exports import queries as exports
from lms.exports.queries import DayCard
from lms.hours.models import HoursEntry
from lms.kernel.clock import legal_day, start_of
from lms.kernel.ids import AssociationId
from lms.learning.models import Enrolment, Lease, Study
from lms.registration.models import StandingRow
from lms.reports.board import month_of

AT_STUDY = timedelta(minutes=2)
"""Who gave a sign of studying so short a while ago studies now."""


@dataclass(frozen=True, slots=True)
class MoneyCard:
    """Money of some days. Units: fen; `back` is a positive figure."""

    came: int = 0
    back: int = 0

    @property
    def net(self) -> int:
        """Tell what stays."""
        return self.came - self.back


@dataclass(frozen=True, slots=True)
class TodayCard:
    """The figures of a morning. Units: fen; the day's in `figures`."""

    figures: DayCard
    studying: int
    today: MoneyCard
    week: MoneyCard
    month: MoneyCard
    lines_open: int
    lines_open_fen: int
    ending: int
    ending_short: int


def today(session: Session, house: AssociationId, now: datetime) -> TodayCard:
    """Give what a manager looks at in the morning."""
    on = legal_day(now)
    by_day = money_by_day(session, house, min(week_of(on), on.replace(day=1)), on)
    lines_open, lines_open_fen = _lines(session, house)
    ending, short = _ending(session, house, on)
    return TodayCard(
        figures=of_day(session, house, on),
        studying=_studying(session, house, now),
        today=_added(by_day, on, on),
        week=_added(by_day, week_of(on), on),
        month=_added(by_day, on.replace(day=1), on),
        lines_open=lines_open,
        lines_open_fen=lines_open_fen,
        ending=ending,
        ending_short=short,
    )


def week_of(day: date) -> date:
    """Name the Monday of a day's week.

    >>> week_of(date(2026, 11, 22))
    datetime.date(2026, 11, 16)
    """
    return day - timedelta(days=day.weekday())


def of_day(session: Session, house: AssociationId, day: date) -> DayCard:
    """Count what happened on a legal day."""
    since, until = start_of(day), start_of(day + timedelta(days=1))

    def of(what: Any, at: Any, table: Any) -> int:  # noqa: ANN401 - columns
        chosen = select(what).where(
            table.association_id == house, at >= since, at < until
        )
        return int(session.scalar(chosen) or 0)

    tests = session.execute(
        select(Attempt.passed, func.count())
        .where(
            Attempt.association_id == house,
            Attempt.submitted_at >= since,
            Attempt.submitted_at < until,
            Attempt.passed.is_not(None),
        )
        .group_by(Attempt.passed)
    )
    marks = {bool(passed): count for passed, count in tests}
    return DayCard(
        day=day,
        enrolments=of(func.count(), Enrolment.enrolled_at, Enrolment),
        credit=of(func.sum(HoursEntry.credit), HoursEntry.posted_at, HoursEntry),
        passed=marks.get(True, 0),
        failed=marks.get(False, 0),
        certificates=of(func.count(), Certificate.issued_at, Certificate),
    )


def _begun(session: Session, house: AssociationId) -> date | None:
    """Name the first day on which anything happened; each is the end of an index."""
    firsts = (
        select(func.min(Enrolment.enrolled_at)).where(
            Enrolment.association_id == house
        ),
        select(func.min(HoursEntry.posted_at)).where(
            HoursEntry.association_id == house
        ),
        select(func.min(Attempt.submitted_at)).where(Attempt.association_id == house),
        select(func.min(Certificate.issued_at)).where(
            Certificate.association_id == house
        ),
    )
    found = [at for at in (session.scalar(one) for one in firsts) if at is not None]
    return legal_day(min(found)) if found else None


def missing(
    session: Session, house: AssociationId, since: date, until: date
) -> tuple[date, ...]:
    """Name the days, both included, that are owed: before the first is nothing."""
    begun = _begun(session, house)
    if begun is None:
        return ()
    since = max(since, begun)
    there = {one.day for one in exports.days(session, house, since, until)}
    length = (until - since).days + 1
    days = (since + timedelta(days=n) for n in range(max(0, length)))
    return tuple(day for day in days if day not in there)


def money_by_day(
    session: Session, house: AssociationId, since: date, until: date
) -> dict[date, MoneyCard]:
    """Add up the money of an association's orders by the day it was booked."""

    def total(sign: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(MoneyLine.amount_fen).filter(sign), 0)

    rows = session.execute(
        select(
            MoneyLine.cash_on,
            total(MoneyLine.amount_fen > 0),
            total(MoneyLine.amount_fen < 0),
        )
        .where(
            MoneyLine.association_id == house,
            MoneyLine.cash_on >= since,
            MoneyLine.cash_on <= until,
            MoneyLine.applied,
        )
        .group_by(MoneyLine.cash_on)
    )
    return {row[0]: MoneyCard(int(row[1]), -int(row[2])) for row in rows}


def _added(by_day: dict[date, MoneyCard], since: date, until: date) -> MoneyCard:
    days = [one for day, one in by_day.items() if since <= day <= until]
    return MoneyCard(sum(one.came for one in days), sum(one.back for one in days))


def studying(house: AssociationId, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Say whose lease means that they study at an association now."""
    return (
        Lease.ended_at.is_(None),
        Lease.last_beat_at > now - AT_STUDY,
        Enrolment.association_id == house,
    )


def _studying(session: Session, house: AssociationId, now: datetime) -> int:
    """Count who studies now: there is one open lease a person, and few are open."""
    chosen = (
        select(func.count())
        .select_from(Lease)
        .join(Study, Study.id == Lease.study_id)
        .join(Enrolment, Enrolment.id == Study.enrolment_id)
        .where(*studying(house, now))
    )
    return session.scalar(chosen) or 0


def _lines(session: Session, house: AssociationId) -> tuple[int, int]:
    row = session.execute(
        select(func.count(), func.sum(StatementLine.amount_fen)).where(
            StatementLine.association_id == house,
            StatementLine.state == LineState.OPEN,
        )
    ).one()
    return row[0], int(row[1] or 0)


def _studies_here(
    person: InstrumentedAttribute[UUID], house: AssociationId
) -> ColumnElement[bool]:
    """Tell who is a learner here, one by one: few end in a month."""
    return or_(
        exists().where(
            Enrolment.person_id == person, Enrolment.association_id == house
        ),
        exists().where(
            Order.person_id == person,
            Order.association_id == house,
            Order.employer_id.is_(None),
        ),
    )


def _ending(session: Session, house: AssociationId, on: date) -> tuple[int, int]:
    """Count whose registration ends in this month, and of them who lacks hours."""
    first, last = month_of(on)
    row = session.execute(
        select(
            func.count(),
            func.count().filter(StandingRow.hours_met.is_(False)),
        ).where(
            StandingRow.ends_on >= first,
            StandingRow.ends_on <= last,
            _studies_here(StandingRow.person_id, house),
        )
    ).one()
    return row[0], row[1]

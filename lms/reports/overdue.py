"""What has waited too long at an association: how much, and for how many days.

Days are days of the calendar: what came on the 1st and may wait for 7 is not late all
through the 8th, at whatever hour it came, and late for one day on the 9th. A question
or complaint was promised an answer in working days, and is counted in these.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.approvals.models import Approval
from lms.approvals.rules import ApprovalState
from lms.calendar import queries as calendar
from lms.commerce.models import Invoice, Refund, StatementLine
from lms.commerce.rules import RefundState
from lms.commerce.rules.invoices import InvoiceState
from lms.commerce.rules.statements import LineState
from lms.kernel.clock import legal_day, start_of
from lms.kernel.ids import AssociationId
from lms.policy.workdays import workdays_between
from lms.reports import threads

LIMITS: Mapping[str, int] = MappingProxyType(
    {"matters": 3, "refunds": 3, "lines": 3, "invoices": 7}
)
"""The house's own days: no law names any; an office shows what it owes by them."""


@dataclass(frozen=True, slots=True)
class Late:
    """One kind of work of which some is late. Units: days, or `workdays`.

    `what` is a code of `LIMITS`, or `threads`, whose days each matter was promised;
    `matter`, of what another decides, the kind. On the days off that follow the last
    working day what is late is `over` by none.
    """

    what: str
    count: int
    days: int
    limit: int
    matter: str = ""
    workdays: bool = False

    @property
    def over(self) -> int:
        """Say for how many days the oldest is late."""
        return self.days - self.limit


def overdue(
    session: Session, house: AssociationId, on: date, *, money: bool
) -> tuple[Late, ...]:
    """List what is late on a legal day, that which waits longest first."""
    found = [*_matters(session, house, on)]
    if money:
        found += [
            _late(session, house, on, "refunds"),
            _late(session, house, on, "invoices"),
            _lines(session, house, on),
        ]
    found += _threads(session, house, on)
    late = [one for one in found if one.count]
    return tuple(sorted(late, key=lambda one: -one.days))


def _in_time(on: date, limit: int) -> datetime:
    """Give the instant since when what came is not late yet."""
    return start_of(on - timedelta(days=limit))


def _waited(oldest: datetime | None, on: date) -> int:
    return (on - legal_day(oldest)).days if oldest else 0


def _matters(session: Session, house: AssociationId, on: date) -> tuple[Late, ...]:
    """Count what waits for another person's word, of every kind."""
    limit = LIMITS["matters"]
    rows = session.execute(
        select(Approval.kind, func.count(), func.min(Approval.asked_at))
        .where(
            Approval.association_id == house,
            Approval.state == ApprovalState.OPEN,
            Approval.asked_at < _in_time(on, limit),
        )
        .group_by(Approval.kind)
    )
    return tuple(
        Late("matters", count, _waited(oldest, on), limit, kind)
        for kind, count, oldest in rows
    )


def _late(session: Session, house: AssociationId, on: date, what: str) -> Late:
    limit = LIMITS[what]
    before = _in_time(on, limit)
    if what == "refunds":
        at = func.coalesce(Refund.decided_at, Refund.asked_at)
        chosen = select(func.count(), func.min(at)).where(
            Refund.association_id == house,
            Refund.state == RefundState.SENDING,
            at < before,
        )
    else:
        chosen = select(func.count(), func.min(Invoice.asked_at)).where(
            Invoice.association_id == house,
            Invoice.state.in_((InvoiceState.ASKED, InvoiceState.HANDED)),
            Invoice.asked_at < before,
        )
    count, oldest = session.execute(chosen).one()
    return Late(what, count, _waited(oldest, on), limit)


def _lines(session: Session, house: AssociationId, on: date) -> Late:
    limit = LIMITS["lines"]
    count, oldest = session.execute(
        select(func.count(), func.min(StatementLine.booked_on)).where(
            StatementLine.association_id == house,
            StatementLine.state == LineState.OPEN,
            StatementLine.booked_on < on - timedelta(days=limit),
        )
    ).one()
    return Late("lines", count, (on - oldest).days if count else 0, limit)


def _threads(session: Session, house: AssociationId, on: date) -> tuple[Late, ...]:
    """Count the questions and complaints whose promised day is over."""
    late = threads.overdue(session, house, on)
    if late is None:
        return ()
    over = workdays_between(calendar.calendar(session), late.due_on, on)
    if over is None:
        promised = (late.due_on - late.since).days
        return (Late("threads", late.count, (on - late.since).days, promised),)
    days = late.workdays + over
    return (Late("threads", late.count, days, late.workdays, workdays=True),)

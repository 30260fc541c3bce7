"""Read what comparing the books has found, and how it was settled."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.commerce.models import (
    BookDifference,
    Order,
    ReconciliationRun,
    StatementLine,
    Transfer,
)
from lms.commerce.rules import TransferState
from lms.commerce.rules.reconciling import DiffKind, DiffState
from lms.kernel.clock import start_of
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId


@dataclass(frozen=True, slots=True)
class RunCard:
    """One day's comparison. Units: fen; `open` of its differences are unsettled."""

    day: date
    at: datetime
    looked: dict[str, int]
    found: int
    amounts_fen: int
    open: int


@dataclass(frozen=True, slots=True)
class DifferenceCard:
    """One difference, and how it was settled. Units: fen."""

    id: UUID
    kind: DiffKind
    ours_fen: int
    theirs_fen: int
    ref: str
    order_id: UUID | None
    line_id: UUID | None
    key: str
    found_on: date
    seen_on: date
    state: DiffState
    settled_by: UUID | None
    settled_at: datetime | None
    reason: str


def last_run(
    session: Session, association_id: AssociationId, day: date
) -> ReconciliationRun | None:
    """Find a day's comparison."""
    return session.scalar(
        select(ReconciliationRun).where(
            ReconciliationRun.association_id == association_id,
            ReconciliationRun.day == day,
        )
    )


def compared_before(session: Session, association_id: AssociationId, day: date) -> bool:
    """Tell whether any day before another was compared."""
    found = session.scalar(
        select(ReconciliationRun.id)
        .where(
            ReconciliationRun.association_id == association_id,
            ReconciliationRun.day < day,
        )
        .limit(1)
    )
    return found is not None


def runs(
    session: Session, association_id: AssociationId, *, limit: int = 42
) -> tuple[RunCard, ...]:
    """List the newest comparisons."""
    rows = session.scalars(
        select(ReconciliationRun)
        .where(ReconciliationRun.association_id == association_id)
        .order_by(ReconciliationRun.day.desc())
        .limit(limit)
    ).all()
    still = {
        day: int(count)
        for day, count in session.execute(
            select(BookDifference.found_on, func.count())
            .where(
                BookDifference.association_id == association_id,
                BookDifference.state == DiffState.OPEN,
            )
            .group_by(BookDifference.found_on)
        )
    }
    return tuple(
        RunCard(row.day, row.at, dict(row.looked), row.found, row.amounts_fen,
                still.get(row.day, 0))
        for row in rows
    )  # fmt: skip


def found(
    session: Session,
    association_id: AssociationId,
    state: DiffState,
    *,
    limit: int = 200,
) -> tuple[DifferenceCard, ...]:
    """List differences in a state, the newest first."""
    rows = session.scalars(
        select(BookDifference)
        .where(
            BookDifference.association_id == association_id,
            BookDifference.state == state,
        )
        .order_by(BookDifference.found_on.desc(), BookDifference.id)
        .limit(limit)
    )
    return tuple(
        DifferenceCard(row.id, row.kind, row.ours_fen, row.theirs_fen, row.ref,
                       row.order_id, row.line_id, row.key, row.found_on, row.seen_on,
                       row.state, row.settled_by, row.settled_at, row.reason)
        for row in rows
    )  # fmt: skip


def open_count(session: Session, association_id: AssociationId) -> int:
    """Count the differences that nobody settled."""
    return (
        session.scalar(
            select(func.count())
            .select_from(BookDifference)
            .where(
                BookDifference.association_id == association_id,
                BookDifference.state == DiffState.OPEN,
            )
        )
        or 0
    )


def difference(
    session: Session, association_id: AssociationId, difference_id: UUID
) -> BookDifference:
    """Find one difference.

    Raises: NotFound, also for another association's.
    """
    row = session.get(BookDifference, difference_id)
    if row is None or row.association_id != association_id:
        raise NotFound("difference.unknown")
    return row


def looked(
    session: Session, association_id: AssociationId, day: date
) -> dict[str, int]:
    """Count what of bank and orders a day brought, for the record of its comparison."""
    lines = select(func.count()).where(
        StatementLine.association_id == association_id, StatementLine.booked_on == day
    )
    orders = select(func.count()).where(
        Order.association_id == association_id,
        Order.paid_at >= start_of(day),
        Order.paid_at < start_of(day + timedelta(days=1)),
    )
    return {
        "bank": session.scalar(lines) or 0,
        "orders": session.scalar(orders) or 0,
    }


def typed(session: Session, association_id: AssociationId) -> tuple[Transfer, ...]:
    """List the bank lines that were typed, and came with no statement yet."""
    return tuple(
        session.scalars(
            select(Transfer)
            .where(
                Transfer.association_id == association_id,
                Transfer.state != TransferState.WITHDRAWN,
                Transfer.line_id.is_(None),
            )
            .order_by(Transfer.value_on, Transfer.running_no)
        )
    )

"""Read what a company paid for, and how many of it are free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lms.commerce.models import Order, OrderLine, Seat
from lms.commerce.rules import OfferKind
from lms.commerce.rules.seats import SeatCount, SeatState
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, EmployerId, OrderId, PersonId, VersionId
from lms.kernel.money import Fen


@dataclass(frozen=True, slots=True)
class SeatLineCard:
    """One line that a company paid for, with its seats. Units: fen, whole line."""

    line_id: UUID
    order_id: OrderId
    order_number: str
    employer_id: EmployerId
    association_id: AssociationId
    kind: OfferKind
    title: str
    version_ids: tuple[VersionId, ...]
    price_fen: Fen
    paid_at: datetime | None
    count: SeatCount


@dataclass(frozen=True, slots=True)
class SeatCard:
    """One seat, and who sits there."""

    id: UUID
    line_id: UUID
    n: int
    state: SeatState
    person_id: PersonId | None
    link_id: UUID | None
    assigned_at: datetime | None


def seat_lines(
    session: Session, employer_id: UUID, *, association_id: UUID | None = None
) -> tuple[SeatLineCard, ...]:
    """List what a company paid for, the newest first; of one association, perhaps."""
    which = [Order.employer_id == employer_id]
    if association_id is not None:
        which.append(Order.association_id == association_id)
    return _lines(session, which)


def seat_line(session: Session, employer_id: UUID, line_id: UUID) -> SeatLineCard:
    """Find one line that a company paid for.

    Raises: NotFound, also for another company's.
    """
    found = _lines(session, [Order.employer_id == employer_id, OrderLine.id == line_id])
    if not found:
        raise NotFound("seat.unknown")
    return found[0]


def unused_seats(session: Session, order_id: UUID) -> tuple[SeatLineCard, ...]:
    """List an order's lines with their counts: what is free could go back.

    For whoever gives money back (`services.return_seats` gives the seats up). An
    assigned seat that nobody used is taken back first.
    """
    return _lines(session, [Order.id == order_id])


def _lines(
    session: Session, which: Iterable[ColumnElement[bool]]
) -> tuple[SeatLineCard, ...]:
    rows = session.execute(
        select(OrderLine, Order)
        .join(Order, Order.id == OrderLine.order_id)
        .where(*which, select(Seat.id).where(Seat.line_id == OrderLine.id).exists())
        .order_by(Order.paid_at.desc(), Order.number, OrderLine.position)
    ).all()
    counts = _counts(session, [line.id for line, _order in rows])
    return tuple(_card(line, order, counts.get(line.id, {})) for line, order in rows)


def _counts(
    session: Session, line_ids: Iterable[UUID]
) -> dict[UUID, dict[SeatState, int]]:
    found: dict[UUID, dict[SeatState, int]] = {}
    rows = session.execute(
        select(Seat.line_id, Seat.state, func.count())
        .where(Seat.line_id.in_(tuple(line_ids)))
        .group_by(Seat.line_id, Seat.state)
    )
    for line_id, state, count in rows:
        found.setdefault(line_id, {})[state] = count
    return found


def _card(line: OrderLine, order: Order, count: dict[SeatState, int]) -> SeatLineCard:
    if order.employer_id is None:
        raise NotFound("seat.unknown")
    return SeatLineCard(
        line_id=line.id,
        order_id=OrderId(order.id),
        order_number=order.number,
        employer_id=EmployerId(order.employer_id),
        association_id=AssociationId(order.association_id),
        kind=line.kind,
        title=line.title,
        version_ids=tuple(VersionId(UUID(each)) for each in line.version_ids),
        price_fen=Fen(line.price_fen),
        paid_at=order.paid_at,
        count=SeatCount(
            bought=sum(count.values()),
            free=count.get(SeatState.FREE, 0),
            assigned=count.get(SeatState.ASSIGNED, 0),
            returned=count.get(SeatState.RETURNED, 0),
        ),
    )


def seats_of_line(
    session: Session, employer_id: UUID, line_id: UUID
) -> tuple[SeatCard, ...]:
    """List the seats of a line, in their order."""
    rows = session.scalars(
        select(Seat)
        .where(Seat.employer_id == employer_id, Seat.line_id == line_id)
        .order_by(Seat.n)
    )
    return tuple(_seat(row) for row in rows)


def seat(session: Session, employer_id: UUID, seat_id: UUID) -> SeatCard:
    """Find one seat.

    Raises: NotFound, also for another company's.
    """
    row = session.get(Seat, seat_id)
    if row is None or row.employer_id != employer_id:
        raise NotFound("seat.unknown")
    return _seat(row)


def _seat(row: Seat) -> SeatCard:
    return SeatCard(
        id=row.id,
        line_id=row.line_id,
        n=row.n,
        state=row.state,
        person_id=PersonId(row.person_id) if row.person_id else None,
        link_id=row.link_id,
        assigned_at=row.assigned_at,
    )


def seats_taken(session: Session, order_id: UUID) -> bool:
    """Tell whether somebody sits on a seat of an order."""
    found = session.scalar(
        select(Seat.id)
        .where(Seat.order_id == order_id, Seat.state == SeatState.ASSIGNED)
        .limit(1)
    )
    return found is not None

"""Read orders, and the money that belongs to them."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from lms.commerce.models import (
    Order,
    OrderLine,
    OrderStep,
    Payment,
    PaymentAttempt,
    PaymentEvent,
    Reconciliation,
    Transfer,
)
from lms.commerce.queries.cards import (
    AttemptCard,
    LineCard,
    OrderCard,
    OrderRow,
    PaymentCard,
    StepCard,
    TransferCard,
)
from lms.commerce.queries.offers import cuts_of
from lms.commerce.rules import LIVE_ATTEMPTS, ONLINE, OrderState, TransferState
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, EmployerId, OrderId, PersonId, VersionId
from lms.kernel.money import Fen


def orders(session: Session, person_id: PersonId) -> tuple[OrderRow, ...]:
    """List a person's own orders, the newest first."""
    own = and_(Order.person_id == person_id, Order.employer_id.is_(None))
    return _rows(session, own)


def company_orders(session: Session, employer_id: UUID) -> tuple[OrderRow, ...]:
    """List a company's orders, the newest first."""
    return _rows(session, Order.employer_id == employer_id)


def placed_for_companies(session: Session, person_id: PersonId) -> tuple[OrderRow, ...]:
    """List what a person ordered for companies, the newest first."""
    own = and_(Order.person_id == person_id, Order.employer_id.is_not(None))
    return _rows(session, own)


def _rows(session: Session, which: ColumnElement[bool]) -> tuple[OrderRow, ...]:
    rows = session.scalars(
        select(Order).where(which).order_by(Order.placed_at.desc(), Order.number)
    ).all()
    titles: dict[UUID, list[str]] = {}
    for order_id, title in session.execute(
        select(OrderLine.order_id, OrderLine.title)
        .where(OrderLine.order_id.in_([row.id for row in rows]))
        .order_by(OrderLine.order_id, OrderLine.position)
    ):
        titles.setdefault(order_id, []).append(title)
    return tuple(
        OrderRow(
            OrderId(row.id),
            row.number,
            AssociationId(row.association_id),
            row.state,
            Fen(row.total_fen),
            row.placed_at,
            row.expires_at,
            tuple(titles.get(row.id, ())),
        )
        for row in rows
    )


def order(session: Session, person_id: PersonId, order_id: UUID) -> OrderCard:
    """Find one of a person's orders.

    Raises: NotFound, also for another person's.
    """
    row = session.scalar(
        select(Order).where(
            Order.id == order_id,
            Order.person_id == person_id,
            Order.employer_id.is_(None),
        )
    )
    return _order(session, row)


def company_order(session: Session, employer_id: UUID, order_id: UUID) -> OrderCard:
    """Find one of a company's orders.

    Raises: NotFound, also for another company's.
    """
    row = session.scalar(
        select(Order).where(Order.id == order_id, Order.employer_id == employer_id)
    )
    return _order(session, row)


def order_of(
    session: Session, association_id: AssociationId, order_id: UUID
) -> OrderCard:
    """Find one of an association's orders.

    Raises: NotFound, also for another association's.
    """
    row = session.scalar(
        select(Order).where(
            Order.id == order_id, Order.association_id == association_id
        )
    )
    return _order(session, row)


def _order(session: Session, row: Order | None) -> OrderCard:
    if row is None:
        raise NotFound("order.unknown")
    return OrderCard(
        id=OrderId(row.id),
        number=row.number,
        person_id=PersonId(row.person_id),
        association_id=AssociationId(row.association_id),
        state=row.state,
        total_fen=Fen(row.total_fen),
        refunded_fen=Fen(row.refunded_fen),
        currency=row.currency,
        placed_at=row.placed_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        transfer_declared_at=row.transfer_declared_at,
        lines=tuple(line_card(line) for line in row.lines),
        steps=_steps(session, row.id),
        payments=_payments(session, row.id),
        transfers=_transfers(session, row.id),
        attempt=live_attempt(session, row.id),
        employer_id=EmployerId(row.employer_id) if row.employer_id else None,
    )


def line_card(line: OrderLine) -> LineCard:
    """Show an order line."""
    return LineCard(
        id=line.id,
        kind=line.kind,
        offer_id=line.offer_id,
        title=line.title,
        price_fen=Fen(line.price_fen),
        version_ids=tuple(VersionId(UUID(each)) for each in line.version_ids),
        quantity=line.quantity,
        list_fen=Fen(line.price_fen if line.list_fen is None else line.list_fen),
        cuts=cuts_of(line.cuts),
    )


def _steps(session: Session, order_id: UUID) -> tuple[StepCard, ...]:
    rows = session.execute(
        select(OrderStep.seq, OrderStep.state, OrderStep.reason, OrderStep.at)
        .where(OrderStep.order_id == order_id)
        .order_by(OrderStep.seq)
    )
    return tuple(StepCard(*row) for row in rows)


def _payments(session: Session, order_id: UUID) -> tuple[PaymentCard, ...]:
    rows = session.execute(
        select(
            Payment.id,
            Payment.provider,
            Payment.amount_fen,
            Payment.refunded_fen,
            Payment.state,
            Payment.received_at,
            Payment.merchant,
        )
        .where(Payment.order_id == order_id)
        .order_by(Payment.received_at)
    )
    return tuple(
        PaymentCard(
            row.id,
            row.provider,
            Fen(row.amount_fen),
            Fen(row.refunded_fen),
            row.state,
            row.received_at,
            row.merchant,
        )
        for row in rows
    )


def _transfers(session: Session, order_id: UUID) -> tuple[TransferCard, ...]:
    rows = session.execute(
        select(
            Transfer.id,
            Transfer.order_id,
            Transfer.reference,
            Transfer.value_on,
            Transfer.amount_fen,
            Transfer.running_no,
            Transfer.payer,
            Transfer.state,
            Transfer.proposed_by,
            Transfer.second_by,
            Transfer.confirmed_at,
            Transfer.line_id,
        )
        .where(Transfer.order_id == order_id)
        .order_by(Transfer.proposed_at)
    )
    return tuple(
        TransferCard(
            **row._asdict()
            | {"order_id": OrderId(row.order_id), "amount_fen": Fen(row.amount_fen)}
        )
        for row in rows
    )


def has_transfer(session: Session, order_id: UUID) -> bool:
    """Tell whether a line of the bank statement is matched with an order."""
    found = session.scalar(
        select(Transfer.id)
        .where(Transfer.order_id == order_id, Transfer.state != TransferState.WITHDRAWN)
        .limit(1)
    )
    return found is not None


def live_attempt(session: Session, order_id: UUID) -> AttemptCard | None:
    """Find the try to pay that is under way for an order."""
    row = session.scalar(
        select(PaymentAttempt).where(
            PaymentAttempt.order_id == order_id,
            PaymentAttempt.state.in_(LIVE_ATTEMPTS),
        )
    )
    return attempt_card(row) if row else None


def attempt_card(row: PaymentAttempt) -> AttemptCard:
    """Show a try to pay."""
    return AttemptCard(
        id=row.id,
        order_id=OrderId(row.order_id),
        key=row.key,
        state=row.state,
        method=row.method,
        session_id=row.session_id,
        url=row.url,
        expires_at=row.expires_at,
        merchant=row.merchant,
    )


def event_known(session: Session, event_id: str) -> bool:
    """Tell whether an event has had its effect."""
    return session.get(PaymentEvent, event_id) is not None


def last_reconciliation(
    session: Session,
) -> tuple[datetime, int, tuple[str, ...]] | None:
    """Tell when the books were last compared, how many payments, what differed."""
    row = session.scalar(
        select(Reconciliation).order_by(Reconciliation.at.desc()).limit(1)
    )
    return (row.at, row.compared, tuple(row.differences)) if row else None


def settled_sessions(session: Session, session_ids: Iterable[str]) -> frozenset[str]:
    """Name those of the provider's sessions whose money is in our books."""
    return frozenset(
        session.scalars(
            select(Payment.provider_ref).where(
                Payment.provider.in_(ONLINE),
                Payment.provider_ref.in_(tuple(session_ids)),
            )
        )
    )


def stale_attempts(
    session: Session, before: datetime, limit: int
) -> tuple[AttemptCard, ...]:
    """List the tries to pay that nobody has looked at lately, the oldest first."""
    rows = session.scalars(
        select(PaymentAttempt)
        .where(
            PaymentAttempt.state.in_(LIVE_ATTEMPTS), PaymentAttempt.checked_at < before
        )
        .order_by(PaymentAttempt.checked_at)
        .limit(limit)
    )
    return tuple(attempt_card(row) for row in rows)


def due_orders(session: Session, now: datetime, limit: int) -> tuple[OrderId, ...]:
    """List unpaid orders whose time is over, the oldest first."""
    rows = session.scalars(
        select(Order.id)
        .where(Order.state == OrderState.PENDING, Order.expires_at <= now)
        .order_by(Order.expires_at)
        .limit(limit)
    )
    return tuple(OrderId(each) for each in rows)


def ended_with_open_payment(session: Session, limit: int) -> tuple[AttemptCard, ...]:
    """List tries to pay that are under way for orders that wait no more."""
    rows = session.scalars(
        select(PaymentAttempt)
        .join(Order, Order.id == PaymentAttempt.order_id)
        .where(
            PaymentAttempt.state.in_(LIVE_ATTEMPTS), Order.state != OrderState.PENDING
        )
        .limit(limit)
    )
    return tuple(attempt_card(row) for row in rows)

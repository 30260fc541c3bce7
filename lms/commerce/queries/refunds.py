"""Read refunds: what was asked, who agreed, how far the money is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.commerce.models import Order, OrderLine, Payment, Refund, RefundLine
from lms.commerce.ports import PaidThere, RefundOrder
from lms.commerce.queries.cards import RefundCard, RefundLineCard
from lms.commerce.queries.seats import seats_taken
from lms.commerce.rules import ONLINE, PaymentState, RefundState
from lms.kernel.ids import PersonId
from lms.kernel.money import Fen
from lms.learning import queries as learning

_TOLD = frozenset({RefundState.SENDING, RefundState.DONE, RefundState.FAILED})


def refunds(session: Session, order_id: UUID) -> tuple[RefundCard, ...]:
    """List an order's refunds, the oldest first."""
    rows = session.scalars(
        select(Refund).where(Refund.order_id == order_id).order_by(Refund.asked_at)
    ).all()
    if not rows:
        return ()
    lines = _lines(session, order_id)
    asked = {
        UUID(str(one.id)): one
        for one in approvals.about(session, "refund", f"order:{order_id}")
    }
    return tuple(
        RefundCard(
            id=row.id,
            payment_id=row.payment_id,
            provider=row.provider,
            amount_fen=Fen(row.amount_fen),
            state=row.state,
            asked_by=row.asked_by,
            asked_at=row.asked_at,
            decided_at=row.decided_at,
            done_at=row.done_at,
            bank_line=row.bank_line,
            returned_on=row.returned_on,
            question=asked[row.approval_id],
            lines=lines.get(row.id, ()),
        )
        for row in rows
    )


def _lines(session: Session, order_id: UUID) -> dict[UUID, tuple[RefundLineCard, ...]]:
    found: dict[UUID, tuple[RefundLineCard, ...]] = {}
    rows = session.execute(
        select(RefundLine, OrderLine.title)
        .join(OrderLine, OrderLine.id == RefundLine.line_id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.position)
    )
    for row, title in rows:
        card = RefundLineCard(
            row.line_id,
            title,
            Fen(row.amount_fen),
            row.seats,
            Fen(row.most_fen),
            row.reason,
        )
        found[row.refund_id] = (*found.get(row.refund_id, ()), card)
    return found


def sending_refund(session: Session, refund_id: UUID) -> RefundOrder | None:
    """Find what to tell the provider of a refund that was agreed to, if it is one."""
    found = _sending(session, Refund.id == refund_id, limit=1)
    return found[0] if found else None


def stale_refunds(
    session: Session, before: datetime, limit: int
) -> tuple[RefundOrder, ...]:
    """List agreed refunds of whose end nothing was heard, the oldest first."""
    return _sending(session, Refund.checked_at < before, limit=limit)


def _sending(
    session: Session, chosen: ColumnElement[bool], *, limit: int
) -> tuple[RefundOrder, ...]:
    rows = session.execute(
        select(Refund.id, Refund.amount_fen, Payment)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(
            Refund.state == RefundState.SENDING,
            Refund.provider.in_(ONLINE),
            Payment.intent_ref.is_not(None),
            chosen,
        )
        .order_by(Refund.checked_at)
        .limit(limit)
    )
    return tuple(
        RefundOrder(
            refund_id=refund_id,
            intent_id=payment.intent_ref or "",
            amount_fen=Fen(amount),
            doubled=payment.state is PaymentState.SURPLUS,
            paid_fen=Fen(payment.amount_fen),
            refund_ids=_sent(session, payment.id),
        )
        for refund_id, amount, payment in rows
    )


def paid_there(session: Session, payment: Payment) -> PaidThere:
    """Name a payment as its provider does, with the refunds that we sent."""
    return PaidThere(payment.intent_ref or "", _sent(session, payment.id))


def paid_by_intent(session: Session, intent_id: str) -> PaidThere:
    """Name the same by the provider's own word for it, whether it is known or not."""
    found = session.scalar(select(Payment).where(Payment.intent_ref == intent_id))
    return paid_there(session, found) if found else PaidThere(intent_id)


def _sent(session: Session, payment_id: UUID) -> tuple[UUID, ...]:
    """Name all that a provider may know: one that failed may have come through."""
    return tuple(
        session.scalars(
            select(Refund.id)
            .where(
                Refund.payment_id == payment_id,
                Refund.state.in_(_TOLD),
            )
            .order_by(Refund.asked_at)
        )
    )


def study_begun(session: Session, order: Order) -> bool:
    """Tell whether anything that an order opened has been studied.

    A company's order counts as begun while somebody sits on one of its seats.
    """
    if order.employer_id is not None:
        return seats_taken(session, order.id)
    lines = tuple(f"order-line:{line.id}:" for line in order.lines)
    return any(
        one.source.startswith(lines) and (one.last_at or one.lessons_done)
        for one in learning.enrolments(session, PersonId(order.person_id))
    )


def begun(session: Session, order_id: UUID) -> bool:
    """Tell the same of an order by its id."""
    return study_begun(session, session.get_one(Order, order_id))

"""Read refunds: what was asked, who agreed, how far the money is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.commerce.models import Order, Payment, Refund
from lms.commerce.ports import RefundOrder
from lms.commerce.queries.cards import RefundCard
from lms.commerce.rules import PaymentState, Provider, RefundState
from lms.kernel.ids import PersonId
from lms.kernel.money import Fen
from lms.learning import queries as learning


def refunds(session: Session, order_id: UUID) -> tuple[RefundCard, ...]:
    """List an order's refunds, the oldest first."""
    rows = session.scalars(
        select(Refund).where(Refund.order_id == order_id).order_by(Refund.asked_at)
    ).all()
    if not rows:
        return ()
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
        )
        for row in rows
    )


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
        select(Refund.id, Refund.amount_fen, Payment.intent_ref, Payment.state)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(
            Refund.state == RefundState.SENDING,
            Refund.provider == Provider.STRIPE,
            Payment.intent_ref.is_not(None),
            chosen,
        )
        .order_by(Refund.checked_at)
        .limit(limit)
    )
    return tuple(
        RefundOrder(
            refund_id=row.id,
            intent_id=row.intent_ref,
            amount_fen=Fen(row.amount_fen),
            doubled=row.state is PaymentState.SURPLUS,
        )
        for row in rows
    )


def study_begun(session: Session, order: Order) -> bool:
    """Tell whether anything that an order opened has been studied."""
    lines = tuple(f"order-line:{line.id}:" for line in order.lines)
    return any(
        one.source.startswith(lines) and (one.last_at or one.lessons_done)
        for one in learning.enrolments(session, PersonId(order.person_id))
    )


def begun(session: Session, order_id: UUID) -> bool:
    """Tell the same of an order by its id."""
    return study_begun(session, session.get_one(Order, order_id))

"""Write down money that went back, whoever sent it."""

from datetime import date

from sqlalchemy import func, select

from lms.commerce.models import Order, Payment
from lms.commerce.rules import OrderState, PaymentState, refund_state
from lms.commerce.services import booking, wishes
from lms.commerce.services.orders import step
from lms.evidence import services as evidence
from lms.kernel.money import Fen
from lms.kernel.work import Work


def note_returned(
    work: Work,
    order: Order,
    payment: Payment,
    refunded_fen: Fen,
    how: str,
    on: date | None = None,
) -> bool:
    """Note how much of a payment is back by now; tell whether that was news.

    The order must be locked. `on` is the day of the bank's booking, else today.
    """
    back = Fen(min(refunded_fen, payment.amount_fen))
    if back <= payment.refunded_fen:
        return False
    applied = payment.state is PaymentState.APPLIED
    booking.went(work, order, payment, Fen(back - payment.refunded_fen), on)
    payment.refunded_fen = back
    if back == payment.amount_fen and not applied:
        payment.state = PaymentState.REFUNDED
    work.session.flush()
    target = _applied_state(work, order) if applied else _held_state(work, order)
    if target is not None and target is not order.state:
        step(work, order, target, how)
    if order.state is OrderState.REFUNDED:
        wishes.end(work, order)
    evidence.note(work, f"order:{order.id}", "payment.refunded", amount_fen=int(back))
    return True


def _applied_state(work: Work, order: Order) -> OrderState:
    """Tell what an order is whose own money went back."""
    total = work.session.scalar(
        select(func.sum(Payment.refunded_fen)).where(
            Payment.order_id == order.id, Payment.state == PaymentState.APPLIED
        )
    )
    order.refunded_fen = min(int(total or 0), order.total_fen)
    return refund_state(Fen(order.total_fen), Fen(order.refunded_fen))


def _held_state(work: Work, order: Order) -> OrderState | None:
    """Tell what an order is once no held money is left."""
    held = work.session.scalar(
        select(func.count())
        .select_from(Payment)
        .where(Payment.order_id == order.id, Payment.state == PaymentState.HELD)
    )
    return OrderState.REFUNDED if order.state is OrderState.HOLD and not held else None

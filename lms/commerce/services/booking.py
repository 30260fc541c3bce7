"""Write every movement of money into the books: the one place where lines are made."""

from datetime import date

from sqlalchemy import select

from lms.commerce.models import MoneyLine, Order, Payment
from lms.commerce.rules import PaymentState
from lms.kernel.clock import legal_day
from lms.kernel.money import Fen
from lms.kernel.work import Work

TRANSFER = "transfer"


def came(
    work: Work, order: Order, payment: Payment, channel: str, on: date | None = None
) -> None:
    """Book a payment, on the legal day of its booking elsewhere, else today."""
    _book(work, order, payment, Fen(payment.amount_fen), (channel, on))


def went(
    work: Work, order: Order, payment: Payment, amount_fen: Fen, on: date | None = None
) -> None:
    """Book what went back of a payment; the channel is the one by which it came."""
    channel = work.session.scalar(
        select(MoneyLine.channel).where(MoneyLine.payment_id == payment.id).limit(1)
    )
    channel = channel or payment.provider.value
    _book(work, order, payment, Fen(-amount_fen), (channel, on))


def _book(
    work: Work,
    order: Order,
    payment: Payment,
    amount_fen: Fen,
    how: tuple[str, date | None],
) -> None:
    channel, on = how
    work.session.flush()  # the payment's row stands before its line
    work.session.add(
        MoneyLine(
            association_id=order.association_id,
            order_id=order.id,
            payment_id=payment.id,
            channel=channel,
            applied=payment.state is PaymentState.APPLIED,
            amount_fen=amount_fen,
            cash_on=on or legal_day(work.now),
            at=work.now,
        )
    )

"""Begin a payment: the intent is written before the provider is called."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from lms.commerce import queries
from lms.commerce.models import Order, PaymentAttempt
from lms.commerce.ports import CheckoutOpened
from lms.commerce.queries import AttemptCard, LineCard
from lms.commerce.rules import CHECKOUT_LIFE, AttemptState, OrderState
from lms.commerce.services.orders import lock_order, lock_own
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import EmployerId, OrderId, PersonId, new_id
from lms.kernel.work import Work

METHODS = ("wechat_pay", "alipay", "card")


@dataclass(frozen=True, slots=True)
class CheckoutPlan:
    """What the provider is to be asked, all of it committed before."""

    attempt: AttemptCard
    order_id: OrderId
    number: str
    currency: str
    lines: tuple[LineCard, ...]


def begin_payment(
    work: Work,
    person_id: PersonId,
    order_id: UUID,
    method: str,
    *,
    employer_id: EmployerId | None = None,
    merchant: str = "",
) -> CheckoutPlan:
    """Write down that a payment page is about to be opened for an order.

    While one is open, or is being opened, it is given again: two tabs share it, and
    whoever was to be paid by it stays. `merchant` is written down with a new one.

    Raises: Refused (order.not_pending, order.expired, order.processing,
    order.transferring).
    """
    order = lock_own(work, person_id, order_id, employer_id)
    if order.state is not OrderState.PENDING:
        raise Refused("order.not_pending")
    if queries.has_transfer(work.session, order.id):
        raise Refused("order.transferring")
    if method not in METHODS:
        raise Refused("payment.method")
    live = queries.live_attempt(work.session, order.id)
    if live is not None and live.state is AttemptState.PROCESSING:
        raise Refused("order.processing")
    if live is None:
        if order.expires_at <= work.now:
            raise Refused("order.expired")
        live = _start(work, order, method, merchant)
    return CheckoutPlan(
        attempt=live,
        order_id=OrderId(order.id),
        number=order.number,
        currency=order.currency,
        lines=tuple(queries.line_card(line) for line in order.lines),
    )


def _start(work: Work, order: Order, method: str, merchant: str) -> AttemptCard:
    last = work.session.scalar(
        select(func.max(PaymentAttempt.n)).where(PaymentAttempt.order_id == order.id)
    )
    attempt = PaymentAttempt(
        id=new_id(),
        order_id=order.id,
        n=(last or 0) + 1,
        state=AttemptState.INTENT,
        method=method,
        started_at=work.now,
        expires_at=(work.now + CHECKOUT_LIFE).replace(microsecond=0),
        checked_at=work.now,
        merchant=merchant,
    )
    work.session.add(attempt)
    work.session.flush()
    return queries.attempt_card(attempt)


def note_opened(work: Work, attempt_id: UUID, opened: CheckoutOpened) -> None:
    """Write down where the payment page is; the order lives as long as the page."""
    order, attempt = _locked(work, attempt_id)
    if attempt.state is not AttemptState.INTENT:
        return
    attempt.state = AttemptState.OPEN
    attempt.session_id = opened.id
    attempt.url = opened.url
    attempt.expires_at = opened.expires_at
    attempt.checked_at = work.now
    if order.state is OrderState.PENDING:
        order.expires_at = max(order.expires_at, opened.expires_at)


def note_refused(work: Work, attempt_id: UUID) -> None:
    """Write down that the provider would not open a page."""
    _order, attempt = _locked(work, attempt_id)
    if attempt.state is AttemptState.INTENT:
        attempt.state = AttemptState.FAILED


def _locked(work: Work, attempt_id: UUID) -> tuple[Order, PaymentAttempt]:
    order_id = work.session.scalar(
        select(PaymentAttempt.order_id).where(PaymentAttempt.id == attempt_id)
    )
    if order_id is None:
        raise NotFound("payment.unknown")
    order = lock_order(work, order_id)
    attempt = work.session.get_one(PaymentAttempt, attempt_id, populate_existing=True)
    return order, attempt

"""Settle: the one function behind the webhook, the page after payment and the sweeper.

Whoever brings the news, the session was read from the provider just before, and the
order is locked before anything is decided.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import select

from lms.classes import services as classes
from lms.commerce import queries
from lms.commerce.models import Order, Payment, PaymentAttempt, Reconciliation
from lms.commerce.rules import (
    LIVE_ATTEMPTS,
    AttemptState,
    CheckoutSeen,
    Effect,
    OrderState,
    Owed,
    PaymentState,
    judge_checkout,
)
from lms.commerce.rules.merchants import merchant_of
from lms.commerce.services import booking, coupons
from lms.commerce.services.fulfilling import fulfil
from lms.commerce.services.orders import step
from lms.evidence import services as evidence
from lms.kernel.ids import OrderId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Outcome:
    """What settling did, to which order, and why."""

    effect: Effect
    reason: str = ""
    order_id: OrderId | None = None


def settle(work: Work, seen: CheckoutSeen, *, live: bool) -> Outcome:
    """Do what a session as it stands now means for its order, once.

    `live` tells whether this house takes real money.
    """
    found = _own(work, seen)
    if found is None:
        return Outcome(Effect.IGNORED, "unknown")
    order, attempt = found
    order_id = OrderId(order.id)
    if _payment_known(work, seen):
        return Outcome(Effect.KNOWN, order_id=order_id)
    judged = judge_checkout(_owed(work, order, live=live), seen)
    attempt.checked_at = work.now
    if attempt.session_id is None:
        attempt.session_id = seen.id
    _EFFECTS[judged.effect](work, order, attempt, seen, judged.reason)
    work.session.flush()
    return Outcome(judged.effect, judged.reason, order_id)


def _own(work: Work, seen: CheckoutSeen) -> tuple[Order, PaymentAttempt] | None:
    """Lock the order that a session was opened for, if we opened it."""
    order_id, attempt_id = _uuid(seen.order_id), _uuid(seen.attempt_id)
    if order_id is None or attempt_id is None:
        return None
    order = work.session.scalar(
        select(Order)
        .where(Order.id == order_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    attempt = work.session.get(PaymentAttempt, attempt_id, populate_existing=True)
    if order is None or attempt is None or attempt.order_id != order.id:
        return None
    if attempt.merchant != merchant_of(seen.id):
        # Somebody else's account was paid: it pays nothing here, and the night
        # tells of it.
        return None
    if attempt.session_id not in {None, seen.id}:
        return None
    return order, attempt


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _payment_known(work: Work, seen: CheckoutSeen) -> bool:
    known = work.session.scalar(
        select(Payment.id).where(
            Payment.provider == seen.provider, Payment.provider_ref == seen.id
        )
    )
    return known is not None


def _owed(work: Work, order: Order, *, live: bool) -> Owed:
    return Owed(
        state=order.state,
        total_fen=order_total(order),
        currency=order.currency,
        live=live,
        owned=queries.all_owned(work.session, order),
        gone=coupons.gone(work, order),
        full=classes.gone(work, order.id),
    )


def order_total(order: Order) -> Fen:
    """Add up the frozen prices of an order."""
    return Fen(sum(line.price_fen for line in order.lines))


_Apply = Callable[[Work, Order, PaymentAttempt, CheckoutSeen, str], None]


def _take(
    work: Work,
    order: Order,
    attempt: PaymentAttempt,
    seen: CheckoutSeen,
    state: PaymentState,
) -> None:
    attempt.state = AttemptState.PAID
    payment = Payment(
        id=new_id(),
        order_id=order.id,
        provider=seen.provider,
        provider_ref=seen.id,
        intent_ref=seen.intent_id,
        amount_fen=seen.amount_fen,
        refunded_fen=0,
        currency=seen.currency.lower(),
        state=state,
        received_at=work.now,
        merchant=attempt.merchant,
    )
    work.session.add(payment)
    booking.came(work, order, payment, attempt.method)
    evidence.note(
        work,
        f"order:{order.id}",
        "payment.taken",
        provider=seen.provider.value,
        session=seen.id,
        amount_fen=seen.amount_fen,
        state=state.value,
    )


def _fulfilled(
    work: Work,
    order: Order,
    attempt: PaymentAttempt,
    seen: CheckoutSeen,
    reason: str,
) -> None:
    late = order.state is not OrderState.PENDING
    _take(work, order, attempt, seen, PaymentState.APPLIED)
    paid = OrderState.PAID_LATE if late else OrderState.PAID
    step(work, order, paid, seen.provider.value)
    fulfil(work, order)
    step(work, order, OrderState.FULFILLED, seen.provider.value)


def _held(
    work: Work,
    order: Order,
    attempt: PaymentAttempt,
    seen: CheckoutSeen,
    reason: str,
) -> None:
    _take(work, order, attempt, seen, PaymentState.HELD)
    step(work, order, OrderState.HOLD, reason)


def _surplus(
    work: Work,
    order: Order,
    attempt: PaymentAttempt,
    seen: CheckoutSeen,
    reason: str,
) -> None:
    _take(work, order, attempt, seen, PaymentState.SURPLUS)


def _waiting(
    work: Work,
    order: Order,
    attempt: PaymentAttempt,
    seen: CheckoutSeen,
    reason: str,
) -> None:
    if attempt.state in LIVE_ATTEMPTS and seen.status == "complete":
        attempt.state = AttemptState.PROCESSING


def _failed(
    work: Work,
    order: Order,
    attempt: PaymentAttempt,
    seen: CheckoutSeen,
    reason: str,
) -> None:
    if attempt.state in LIVE_ATTEMPTS:
        attempt.state = AttemptState.FAILED


def _expired(
    work: Work,
    order: Order,
    attempt: PaymentAttempt,
    seen: CheckoutSeen,
    reason: str,
) -> None:
    if attempt.state in LIVE_ATTEMPTS:
        attempt.state = AttemptState.EXPIRED
    if order.state is OrderState.PENDING and order.expires_at <= work.now:
        step(work, order, OrderState.EXPIRED, "time")


def _ignored(
    work: Work,
    order: Order,
    attempt: PaymentAttempt,
    seen: CheckoutSeen,
    reason: str,
) -> None:
    evidence.note(work, f"order:{order.id}", "payment.ignored", reason=reason)


_EFFECTS: Mapping[Effect, _Apply] = MappingProxyType(
    {
        Effect.FULFILLED: _fulfilled,
        Effect.REVIVED: _fulfilled,
        Effect.HELD: _held,
        Effect.SURPLUS: _surplus,
        Effect.WAITING: _waiting,
        Effect.FAILED: _failed,
        Effect.EXPIRED: _expired,
        Effect.IGNORED: _ignored,
    }
)


def note_reconciliation(work: Work, compared: int, differences: list[str]) -> None:
    """Write down how the provider's books and ours compared."""
    work.session.add(
        Reconciliation(
            id=new_id(), at=work.now, compared=compared, differences=differences
        )
    )

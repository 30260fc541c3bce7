"""Take webhook events: each is stored with its effect in one transaction."""

from sqlalchemy import select

from lms.commerce.models import Payment, PaymentEvent
from lms.commerce.rules import CheckoutSeen, Effect, EventSeen
from lms.commerce.services.orders import lock_order
from lms.commerce.services.returned import note_returned
from lms.commerce.services.settling import Outcome, settle
from lms.kernel.db import inserting
from lms.kernel.ids import OrderId
from lms.kernel.money import Fen
from lms.kernel.work import Work, fail_point


def take_event(
    work: Work, event: EventSeen, seen: CheckoutSeen | None, *, live: bool
) -> Outcome:
    """Let an event about a session have its effect, once.

    `seen` is the session as read again; None for events that mean nothing to us.
    """
    if not _first(work, event):
        return Outcome(Effect.KNOWN)
    if _foreign(event, live=live):
        outcome = Outcome(Effect.IGNORED, "foreign")
    elif seen is None:
        outcome = Outcome(Effect.IGNORED, "type")
    else:
        outcome = settle(work, seen, live=live)
    _note(work, event, outcome)
    fail_point("commerce.event.before_commit")
    return outcome


def take_refund(
    work: Work, event: EventSeen, refunded_fen: Fen, *, live: bool
) -> Outcome:
    """Note money that went back, as read again from the provider, once."""
    if not _first(work, event):
        return Outcome(Effect.KNOWN)
    if _foreign(event, live=live):
        outcome = Outcome(Effect.IGNORED, "foreign")
    else:
        outcome = _refund(work, event.intent_id or "", refunded_fen)
    _note(work, event, outcome)
    return outcome


def _foreign(event: EventSeen, *, live: bool) -> bool:
    """Tell whether an event is of another mode or of a connected account."""
    return event.live != live or event.account is not None


def _first(work: Work, event: EventSeen) -> bool:
    """Claim an event; a second sender waits here, and then finds it claimed."""
    values = {
        "event_id": event.id,
        "type": event.type,
        "effect": Effect.IGNORED,
        "reason": "",
        "at": work.now,
    }
    claimed = work.session.execute(
        inserting(work.session, PaymentEvent)
        .values(**values)
        .on_conflict_do_nothing()
        .returning(PaymentEvent.event_id)
    )
    return claimed.first() is not None


def _note(work: Work, event: EventSeen, outcome: Outcome) -> None:
    stored = work.session.get_one(PaymentEvent, event.id, populate_existing=True)
    stored.effect = outcome.effect
    stored.reason = outcome.reason
    stored.order_id = outcome.order_id


def _refund(work: Work, intent_id: str, refunded_fen: Fen) -> Outcome:
    order_id = work.session.scalar(
        select(Payment.order_id).where(Payment.intent_ref == intent_id)
    )
    if order_id is None:
        return Outcome(Effect.IGNORED, "unknown")
    order = lock_order(work, order_id)
    payment = work.session.scalars(
        select(Payment)
        .where(Payment.intent_ref == intent_id)
        .execution_options(populate_existing=True)
    ).one()
    if not note_returned(work, order, payment, refunded_fen, "stripe"):
        return Outcome(Effect.KNOWN, order_id=OrderId(order.id))
    return Outcome(Effect.REFUND_NOTED, order_id=OrderId(order.id))

"""Payments through Stripe Checkout, or its stand-in, by Stripe's own SDK.

The SDK is imported when it is first needed: it is large, and most requests never pay.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from lms.commerce.ports import CheckoutAsked, CheckoutOpened, PaidThere, RefundOrder
from lms.commerce.rules import CheckoutSeen, EventSeen, Provider, RefundSeen
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.money import Fen
from lms.kernel.payment_settings import TEST_KEYS, StripeSettings

if TYPE_CHECKING:
    from stripe import Charge, PaymentIntent, Refund, StripeClient
    from stripe.checkout import Session

    Told = Charge | PaymentIntent | Refund | Session

_RETRIES = 2
_SESSION_EVENTS = "checkout.session."
_REFUND_EVENTS = frozenset(
    {"charge.refunded", "charge.refund.updated", "refund.created", "refund.updated"}
)
_ORDER_OF_METHODS = ("wechat_pay", "alipay", "card")
_DEAD_INTENTS = frozenset({"requires_payment_method", "canceled"})

Answer = TypeVar("Answer")


class StripeCheckout:
    """The port `commerce.ports.Checkout` on Stripe's API."""

    def __init__(self, settings: StripeSettings) -> None:
        self._key = settings.secret_key or ""
        self._webhook_secret = settings.webhook_secret or ""
        self._api_base = settings.api_base

    @property
    def live(self) -> bool:
        """Tell whether real money moves."""
        return not self._key.startswith(TEST_KEYS)

    @cached_property
    def _client(self) -> "StripeClient":
        from stripe import StripeClient  # noqa: PLC0415 - see the module's text

        if self._api_base is None:
            return StripeClient(self._key, max_network_retries=_RETRIES)
        return StripeClient(
            self._key,
            base_addresses={"api": self._api_base},
            max_network_retries=_RETRIES,
        )

    def open(self, asked: CheckoutAsked) -> CheckoutOpened:
        """Open a payment page, or give the one that this key opened before."""
        opened = _ask(
            lambda: self._client.v1.checkout.sessions.create(
                params=_params(asked),  # type: ignore[arg-type]  # Stripe's own shapes are closed
                options={"idempotency_key": asked.key},
            )
        )
        return CheckoutOpened(
            id=opened.id,
            url=opened.url or asked.cancel_url,
            expires_at=_instant(opened.expires_at),
        )

    def fits(self, opened: CheckoutOpened, method: str, *, phone: bool) -> bool:
        """Say yes: one page offers every method, on any screen."""
        return True

    def read(self, session_id: str) -> CheckoutSeen:
        """Tell how a payment stands now."""
        return _seen(
            _ask(
                lambda: self._client.v1.checkout.sessions.retrieve(
                    session_id, params={"expand": ["payment_intent"]}
                )
            )
        )

    def expire(self, session_id: str) -> CheckoutSeen:
        """Close a payment page; if that is too late, tell how it stands."""
        try:
            _ask(lambda: self._client.v1.checkout.sessions.expire(session_id))
        except Refused:
            # It was paid, or had ended, a moment before.
            return self.read(session_id)
        return self.read(session_id)

    def refunded(self, paid: PaidThere) -> Fen:
        """Tell how much of a payment went back."""
        refunds = _ask(
            lambda: self._client.v1.refunds.list(
                params={"payment_intent": paid.intent_id, "limit": 100}
            )
        )
        return Fen(sum(each.amount for each in refunds if each.status == "succeeded"))

    def refund(self, order: RefundOrder) -> RefundSeen:
        """Give money back, or tell how the refund of this id stands.

        Stripe forgets a key after a day, so its list is asked first.
        """
        known = _ask(
            lambda: self._client.v1.refunds.list(
                params={"payment_intent": order.intent_id, "limit": 100}
            )
        )
        mine = [each for each in known if _marked(each) == str(order.refund_id)]
        made = mine[0] if mine else self._give_back(order)
        return RefundSeen(made.id, made.status or "", self.refunded(order.paid))

    def _give_back(self, order: RefundOrder) -> "Refund":
        reason = "duplicate" if order.doubled else "requested_by_customer"
        return _ask(
            lambda: self._client.v1.refunds.create(
                params={
                    "payment_intent": order.intent_id,
                    "amount": int(order.amount_fen),
                    "reason": reason,
                    "metadata": {"refund_id": str(order.refund_id)},
                },
                options={"idempotency_key": f"refund:{order.refund_id}"},
            )
        )

    def recent(
        self, since: datetime, until: datetime | None = None
    ) -> Iterator[CheckoutSeen]:
        """List the payment pages opened since an instant, the newest first."""
        pages = _ask(
            lambda: self._client.v1.checkout.sessions.list(params={"limit": 100})
        )
        for each in pages.auto_paging_iter():
            if _instant(each.created) < since:
                return
            yield _seen(each)

    def event(self, raw: bytes, signature: str) -> EventSeen:
        """Check a webhook's signature on its raw bytes, and read it.

        Raises: Refused("webhook.signature"), Refused("webhook.shape").
        """
        from stripe import SignatureVerificationError  # noqa: PLC0415 - slow to import, seldom wanted

        try:
            event = self._client.construct_event(raw, signature, self._webhook_secret)
            return _event(event)
        except (SignatureVerificationError, ValueError) as error:
            raise Refused("webhook.signature") from error
        except (AttributeError, KeyError, TypeError) as error:
            # Signed, and yet no event: whoever holds the secret sent nonsense.
            raise Refused("webhook.shape") from error

    def notice(
        self, provider: Provider, raw: bytes, head: Mapping[str, str]
    ) -> EventSeen:
        """Say no: Stripe's own events come by another door."""
        raise Refused("webhook.signature")


def _event(event: Any) -> EventSeen:  # noqa: ANN401 - the SDK's own type
    told = event.data.object
    about_session = event.type.startswith(_SESSION_EVENTS)
    about_refund = event.type in _REFUND_EVENTS
    intent = getattr(told, "payment_intent", None)
    return EventSeen(
        id=event.id,
        type=event.type,
        live=event.livemode,
        account=getattr(event, "account", None),
        session_id=str(told.id) if about_session else None,
        intent_id=_id(intent) if about_refund else None,
    )


class NoCheckout:
    """The port where no payment provider is configured."""

    live = True

    def open(self, asked: CheckoutAsked) -> CheckoutOpened:
        """Say no."""
        raise Unavailable("payment.not_configured")

    def read(self, session_id: str) -> CheckoutSeen:
        """Say no."""
        raise Unavailable("payment.not_configured")

    def expire(self, session_id: str) -> CheckoutSeen:
        """Say no."""
        raise Unavailable("payment.not_configured")

    def fits(self, opened: CheckoutOpened, method: str, *, phone: bool) -> bool:
        """Say yes: what is open was opened when there was a provider."""
        return True

    def refunded(self, paid: PaidThere) -> Fen:
        """Say no."""
        raise Unavailable("payment.not_configured")

    def refund(self, order: RefundOrder) -> RefundSeen:
        """Say no."""
        raise Unavailable("payment.not_configured")

    def recent(
        self, since: datetime, until: datetime | None = None
    ) -> Iterator[CheckoutSeen]:
        """Tell of nothing."""
        return iter(())

    def event(self, raw: bytes, signature: str) -> EventSeen:
        """Say no."""
        raise Refused("webhook.signature")

    def notice(
        self, provider: Provider, raw: bytes, head: Mapping[str, str]
    ) -> EventSeen:
        """Say no."""
        raise Refused("webhook.signature")


def _ask(call: Callable[[], Answer]) -> Answer:
    """Make one call, and say in the house's words what went wrong.

    Raises: Refused when Stripe says no; Unavailable when it does not answer.
    """
    import stripe  # noqa: PLC0415 - see the module's text

    try:
        return call()
    except (stripe.InvalidRequestError, stripe.IdempotencyError) as error:
        raise Refused("payment.refused") from error
    except stripe.StripeError as error:
        raise Unavailable("payment.unavailable") from error


def _params(asked: CheckoutAsked) -> dict[str, object]:
    marks = {"order_id": asked.order_id, "attempt_id": asked.attempt_id}
    methods = sorted(_ORDER_OF_METHODS, key=lambda each: each != asked.method)
    return {
        "mode": "payment",
        "locale": "zh",
        "payment_method_types": methods,
        "payment_method_options": {"wechat_pay": {"client": "web"}},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": asked.currency,
                    "unit_amount": int(price),
                    "product_data": {"name": title},
                },
            }
            for title, price in asked.lines
        ],
        "client_reference_id": asked.number,
        "metadata": marks,
        "payment_intent_data": {"description": asked.number, "metadata": marks},
        "expires_at": int(asked.expires_at.timestamp()),
        "success_url": asked.success_url,
        "cancel_url": asked.cancel_url,
    }


def _seen(told: "Session") -> CheckoutSeen:
    marks: dict[str, str] = told.metadata.to_dict() if told.metadata else {}
    intent = told.payment_intent
    dead = getattr(intent, "status", None) in _DEAD_INTENTS
    return CheckoutSeen(
        id=told.id,
        status=told.status or "",
        payment_status=told.payment_status,
        amount_fen=Fen(told.amount_total or 0),
        currency=told.currency or "",
        order_id=marks.get("order_id", ""),
        attempt_id=marks.get("attempt_id", ""),
        intent_id=_id(intent),
        failed=told.status == "complete" and dead,
        live=told.livemode,
        expires_at=_instant(told.expires_at),
    )


def _marked(told: "Refund") -> str:
    marks: dict[str, str] = told.metadata.to_dict() if told.metadata else {}
    return marks.get("refund_id", "")


def _id(told: Any) -> str | None:  # noqa: ANN401 - an id, or the object expanded
    return told if isinstance(told, str) or told is None else str(told.id)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

"""What an order may become, and what money means for it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from lms.kernel.ids import check_character
from lms.kernel.money import Fen

CURRENCY = "cny"
ORDER_LIFE = timedelta(minutes=30)
CHECKOUT_LIFE = timedelta(minutes=35)
"""Stripe wants 30 minutes at least; the rest is for a slow line and skewed clocks."""

TRANSFER_LIFE = timedelta(days=7)
"""A bank needs days: an order with a transfer under way waits this long."""


class OrderState(StrEnum):
    """Where an order stands."""

    DRAFT = "draft"
    PENDING = "pending"
    PAID = "paid"
    FULFILLED = "fulfilled"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    HOLD = "hold"
    PAID_LATE = "paid_late"


class OfferKind(StrEnum):
    """What can be put into a cart."""

    COURSE = "course"
    PACKAGE = "package"


class Provider(StrEnum):
    """Where money comes from."""

    STRIPE = "stripe"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    TRANSFER = "transfer"
    NONE = "none"


ONLINE = frozenset({Provider.STRIPE, Provider.WECHAT, Provider.ALIPAY})
"""Those who tell us themselves that money came, and are told when it goes back."""


class PaymentState(StrEnum):
    """What became of money that arrived."""

    APPLIED = "applied"
    HELD = "held"
    SURPLUS = "surplus"
    REFUNDED = "refunded"


class AttemptState(StrEnum):
    """Where one try to pay at the provider stands."""

    INTENT = "intent"
    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


LIVE_ATTEMPTS = frozenset(
    {AttemptState.INTENT, AttemptState.OPEN, AttemptState.PROCESSING}
)


class TransferState(StrEnum):
    """Where a line of the bank statement stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class RefundState(StrEnum):
    """Where a refund stands: asked, agreed and under way, or ended."""

    ASKED = "asked"
    SENDING = "sending"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


OPEN_REFUNDS = frozenset({RefundState.ASKED, RefundState.SENDING})
"""Their money is spoken for."""


class Effect(StrEnum):
    """What an event, or a look at the provider, did."""

    FULFILLED = "fulfilled"
    REVIVED = "revived"
    HELD = "held"
    SURPLUS = "surplus"
    KNOWN = "known"
    WAITING = "waiting"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUND_NOTED = "refund_noted"
    IGNORED = "ignored"


_S = OrderState

TRANSITIONS: Mapping[OrderState, frozenset[OrderState]] = MappingProxyType(
    {
        _S.DRAFT: frozenset({_S.PENDING, _S.CANCELLED}),
        _S.PENDING: frozenset({_S.PAID, _S.EXPIRED, _S.CANCELLED, _S.HOLD}),
        _S.PAID: frozenset({_S.FULFILLED}),
        _S.FULFILLED: frozenset({_S.PART_REFUNDED, _S.REFUNDED}),
        _S.PART_REFUNDED: frozenset({_S.REFUNDED}),
        _S.REFUNDED: frozenset(),
        _S.EXPIRED: frozenset({_S.PAID_LATE, _S.HOLD}),
        _S.CANCELLED: frozenset({_S.PAID_LATE, _S.HOLD}),
        _S.PAID_LATE: frozenset({_S.FULFILLED}),
        _S.HOLD: frozenset({_S.PAID, _S.REFUNDED}),
    }
)
"""Every step that an order may take; none of them leads backwards."""

PAYABLE_LATE = frozenset({OrderState.EXPIRED, OrderState.CANCELLED})
DONE = frozenset(
    {
        OrderState.PAID,
        OrderState.FULFILLED,
        OrderState.PART_REFUNDED,
        OrderState.REFUNDED,
        OrderState.PAID_LATE,
        OrderState.HOLD,
    }
)
"""States in which money has arrived: more of it is surplus."""


def may_become(state: OrderState, target: OrderState) -> bool:
    """Tell whether an order may take this step."""
    return target in TRANSITIONS[state]


@dataclass(frozen=True, slots=True)
class CheckoutSeen:
    """A Checkout session as the provider's API tells it now.

    `failed`: what was begun with it can no longer be paid.
    Units: `amount_fen` in the currency's hundredths.
    """

    id: str
    status: str
    payment_status: str
    amount_fen: Fen
    currency: str
    order_id: str
    attempt_id: str
    intent_id: str | None
    failed: bool
    live: bool
    expires_at: datetime
    provider: Provider = Provider.STRIPE


@dataclass(frozen=True, slots=True)
class EventSeen:
    """A webhook event whose signature was good; what it says is read again.

    `session_id` or `intent_id` names what it is about; both may be absent.
    """

    id: str
    type: str
    live: bool
    account: str | None
    session_id: str | None
    intent_id: str | None


@dataclass(frozen=True, slots=True)
class Owed:
    """What an order waits for. `owned` tells that everything in it is there already.

    `gone`: it ended, and its coupon has no use left to take it up again; `full`, that
    somebody else has its place in a class.
    """

    state: OrderState
    total_fen: Fen
    currency: str
    live: bool
    owned: bool = False
    gone: bool = False
    full: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What follows from a session for its order, and why."""

    effect: Effect
    reason: str = ""


def judge_checkout(owed: Owed, seen: CheckoutSeen) -> Judged:
    """Decide what a session means for its order, whoever brought the news."""
    if seen.live != owed.live:
        return Judged(Effect.IGNORED, "livemode")
    return _paid(owed, seen) if seen.payment_status == "paid" else _unpaid(seen)


def _paid(owed: Owed, seen: CheckoutSeen) -> Judged:
    if owed.state in DONE:
        return Judged(Effect.SURPLUS, "paid_twice")
    wrong = _mismatch(owed, seen)
    if wrong:
        return Judged(Effect.HELD, wrong)
    if owed.state in PAYABLE_LATE:
        # Courses are not scarce: late money still buys. Twice the same does not.
        lost = _lost(owed)
        return Judged(Effect.HELD, lost) if lost else Judged(Effect.REVIVED)
    return Judged(Effect.FULFILLED)


def _lost(owed: Owed) -> str:
    """Say what late money cannot have any more, or nothing when it has all."""
    if owed.owned:
        return "owned_already"
    if owed.gone:
        return "coupon_gone"
    return "class_full" if owed.full else ""


def _unpaid(seen: CheckoutSeen) -> Judged:
    if seen.status == "expired":
        return Judged(Effect.EXPIRED)
    if seen.failed:
        return Judged(Effect.FAILED)
    return Judged(Effect.WAITING, seen.status)


def _mismatch(owed: Owed, seen: CheckoutSeen) -> str:
    if seen.currency.lower() != owed.currency:
        return "currency"
    if seen.amount_fen != owed.total_fen:
        return "amount"
    return ""


@dataclass(frozen=True, slots=True)
class RefundSeen:
    """A refund as the provider's API tells it now.

    `refunded_fen` is what of the whole payment is back. Units: fen.
    """

    id: str
    status: str
    refunded_fen: Fen

    @property
    def done(self) -> bool:
        """Tell whether the money is back."""
        return self.status == "succeeded"

    @property
    def failed(self) -> bool:
        """Tell whether it will not come back this way."""
        return self.status in {"failed", "canceled"}


@dataclass(frozen=True, slots=True)
class Returnable:
    """What decides whether money may go back. Units: fen; `left` is not claimed yet.

    `by_line`: it is said what of it is for which line.
    """

    state: PaymentState
    left_fen: Fen
    certified: bool
    by_line: bool = False


def refund_objection(known: Returnable, amount_fen: Fen) -> str:
    """Say why this money stays, or nothing.

    What nobody asked for (held, surplus) always goes back. What paid for courses never
    does after a certificate, and in parts only by line (`rules.refunding`).

    >>> held = Returnable(PaymentState.HELD, Fen(100), certified=True)
    >>> refund_objection(held, Fen(40))
    ''
    """
    if amount_fen <= 0 or amount_fen > known.left_fen:
        return "refund.amount"
    if known.state is not PaymentState.APPLIED:
        return ""
    if known.certified:
        return "refund.certified"
    whole = known.by_line or amount_fen == known.left_fen
    return "" if whole else "refund.whole"


@dataclass(frozen=True, slots=True)
class TransferJudged:
    """How confirmed bank lines compare with an order. Units: fen."""

    missing_fen: Fen
    surplus_fen: Fen

    @property
    def exact(self) -> bool:
        """Tell whether the order is paid to the fen."""
        return not self.missing_fen and not self.surplus_fen


def judge_transfers(total_fen: Fen, amounts: Iterable[Fen]) -> TransferJudged:
    """Compare what the bank received with what is owed.

    >>> judge_transfers(Fen(100), [Fen(99)])
    TransferJudged(missing_fen=1, surplus_fen=0)
    """
    got = sum(amounts)
    return TransferJudged(Fen(max(0, total_fen - got)), Fen(max(0, got - total_fen)))


_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def order_number(day: str, draw: Sequence[int]) -> str:
    """Compose the number that people read and write on a bank slip.

    >>> order_number("261121", [0, 1, 2, 3, 4, 5])
    'D261121234567F'
    """
    body = f"D{day}{''.join(_LETTERS[n % len(_LETTERS)] for n in draw)}"
    return body + check_character(body)


def number_is_whole(number: str) -> bool:
    """Tell whether a number that somebody typed has its right check character."""
    return len(number) > 1 and check_character(number[:-1]) == number[-1].upper()


def refund_state(total_fen: Fen, refunded_fen: Fen) -> OrderState:
    """Name the state of a fulfilled order after money went back."""
    whole = refunded_fen >= total_fen
    return OrderState.REFUNDED if whole else OrderState.PART_REFUNDED

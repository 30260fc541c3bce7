"""What commerce needs of a payment provider."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from lms.commerce.rules import CheckoutSeen, EventSeen, RefundSeen
from lms.kernel.money import Fen


@dataclass(frozen=True, slots=True)
class CheckoutAsked:
    """A payment page to be opened. The same `key` opens the same page.

    Units: fen.
    """

    key: str
    order_id: str
    attempt_id: str
    number: str
    lines: tuple[tuple[str, Fen], ...]
    currency: str
    method: str
    expires_at: datetime
    success_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True)
class CheckoutOpened:
    """A payment page that is open."""

    id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Money to give back. The same `refund_id` gives it back once.

    `doubled` tells that it was paid twice. Units: fen.
    """

    refund_id: UUID
    intent_id: str
    amount_fen: Fen
    doubled: bool


class Checkout(Protocol):
    """A provider with hosted payment pages.

    Raises: Unavailable when it does not answer; Refused when it says no.
    """

    @property
    def live(self) -> bool:
        """Tell whether real money moves."""

    def open(self, asked: CheckoutAsked) -> CheckoutOpened:
        """Open a payment page, or give the one that this key opened before."""

    def read(self, session_id: str) -> CheckoutSeen:
        """Tell how a payment stands now."""

    def expire(self, session_id: str) -> CheckoutSeen:
        """Close a payment page; if that is too late, tell how it stands."""

    def refunded(self, intent_id: str) -> Fen:
        """Tell how much of a payment went back."""

    def refund(self, order: RefundOrder) -> RefundSeen:
        """Give money back, or tell how the refund of this id stands."""

    def recent(self, since: datetime) -> Iterator[CheckoutSeen]:
        """List the payment pages opened since an instant."""

    def event(self, raw: bytes, signature: str) -> EventSeen:
        """Check a webhook's signature on its raw bytes, and read it.

        Raises: Refused("webhook.signature").
        """

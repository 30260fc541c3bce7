"""What commerce needs of the outside: a payment provider, and openers of files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from lms.commerce.rules import CheckoutSeen, EventSeen, Provider, RefundSeen
from lms.commerce.rules.handover import Layout, Table
from lms.commerce.rules.invoices import FileForm, Read
from lms.commerce.rules.seats import QuotePaper
from lms.kernel.money import Fen

NOTHING = Fen(0)


@dataclass(frozen=True, slots=True)
class CheckoutAsked:
    """A payment page to be opened. The same `key` opens the same page.

    `phone` and `ip` tell of the visitor: a phone is shown no code to scan. `merchant`
    is the code of an association with a merchant of its own.

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
    phone: bool = False
    ip: str = ""
    merchant: str = ""


@dataclass(frozen=True, slots=True)
class CheckoutOpened:
    """A payment page that is open."""

    id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Money to give back. The same `refund_id` gives it back once.

    `doubled` tells that it was paid twice; `paid` what it is a part of. Units: fen.
    """

    refund_id: UUID
    intent_id: str
    amount_fen: Fen
    doubled: bool
    paid_fen: Fen = NOTHING
    refund_ids: tuple[UUID, ...] = ()

    @property
    def paid(self) -> "PaidThere":
        """Give the payment that this is a part of."""
        return PaidThere(self.intent_id, self.refund_ids)


@dataclass(frozen=True, slots=True)
class PaidThere:
    """A payment as its provider calls it, with those refunds of it that we sent.

    Some providers list what went back of a payment; others must be asked by number.
    """

    intent_id: str
    refund_ids: tuple[UUID, ...] = ()


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

    def fits(self, opened: CheckoutOpened, method: str, *, phone: bool) -> bool:
        """Tell whether a page that is open also serves this wish."""

    def refunded(self, paid: PaidThere) -> Fen:
        """Tell how much of a payment went back."""

    def refund(self, order: RefundOrder) -> RefundSeen:
        """Give money back, or tell how the refund of this id stands."""

    def recent(
        self, since: datetime, until: datetime | None = None
    ) -> Iterator[CheckoutSeen]:
        """List the payment pages opened, or the payments made, since an instant.

        With an `until`, what was paid before it must all be there. Raises: Unavailable
        when a provider's list is not that far yet.
        """

    def event(self, raw: bytes, signature: str) -> EventSeen:
        """Check a webhook's signature on its raw bytes, and read it.

        Raises: Refused("webhook.signature").
        """

    def notice(
        self, provider: Provider, raw: bytes, head: Mapping[str, str]
    ) -> EventSeen:
        """Check what another provider than Stripe sends, and read it.

        Raises: Refused("webhook.signature"), Refused("webhook.shape"),
            Refused("webhook.stranger") when it is another merchant's.
        """


class Merchants(Protocol):
    """The merchants of single associations, beside the installation's own."""

    @property
    def others(self) -> Mapping[str, Checkout]:
        """Give each by its association's code."""


class QuotePress(Protocol):
    """Prints quotes."""

    def quote(self, paper: QuotePaper) -> bytes:
        """Draw a quote as PDF, with the seller's seal over its name."""


class StatementReader(Protocol):
    """Opens a bank's file far from the web process, and never trusts it."""

    def read(self, upload: bytes) -> list[list[str]]:
        """Give the cells of a CSV text or a workbook, row by row.

        Raises: Refused when it is neither, too big, or of no known encoding;
            Unavailable.
        """


class HandoverPress(Protocol):
    """Writes the file that the tax system imports."""

    def press(self, layout: Layout, sheets: tuple[Table, Table]) -> bytes:
        """Write both tables as the layout wants them."""


@dataclass(frozen=True, slots=True)
class InvoicePaper:
    """An invoice's file that may be kept, and what was read in it. PII: all of it."""

    form: FileForm
    body: bytes = field(repr=False)
    said: Read


class InvoiceReader(Protocol):
    """Reads what the tax system made, far from the web process."""

    def read(self, upload: bytes) -> InvoicePaper:
        """Look into a PDF or OFD, and read what it says of itself.

        Raises: Refused when it is neither, or can act; Unavailable.
        """

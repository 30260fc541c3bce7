"""Several merchants behind one port: who took a payment is asked about it, always."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from lms.commerce.ports import (
    Checkout,
    CheckoutAsked,
    CheckoutOpened,
    PaidThere,
    RefundOrder,
)
from lms.commerce.rules import CheckoutSeen, EventSeen, Provider, RefundSeen
from lms.commerce.rules.merchants import marked, parted
from lms.kernel.errors import Unavailable
from lms.kernel.money import Fen


class MarkedCheckout:
    """One association's merchant: what it names carries the association's code."""

    def __init__(self, merchant: str, till: Checkout) -> None:
        self._merchant, self._till = merchant, till

    @property
    def live(self) -> bool:
        """Tell whether real money moves."""
        return self._till.live

    def _bare(self, name: str) -> str:
        """Take the mark off; a trade of another merchant is none of this one's.

        Raises: Unavailable.
        """
        merchant, bare = parted(name)
        if merchant != self._merchant:
            raise Unavailable("payment.merchant")
        return bare

    def _seen(self, seen: CheckoutSeen) -> CheckoutSeen:
        return replace(
            seen,
            id=marked(self._merchant, seen.id),
            intent_id=self._maybe(seen.intent_id),
        )

    def _maybe(self, name: str | None) -> str | None:
        return None if name is None else marked(self._merchant, name)

    def _opened(self, opened: CheckoutOpened) -> CheckoutOpened:
        return replace(opened, id=self._bare(opened.id))

    def _paid(self, paid: PaidThere) -> PaidThere:
        return replace(paid, intent_id=self._bare(paid.intent_id))

    def open(self, asked: CheckoutAsked) -> CheckoutOpened:
        """Open a page of this merchant's."""
        opened = self._till.open(asked)
        return replace(opened, id=marked(self._merchant, opened.id))

    def read(self, session_id: str) -> CheckoutSeen:
        """Tell how a payment stands now."""
        return self._seen(self._till.read(self._bare(session_id)))

    def expire(self, session_id: str) -> CheckoutSeen:
        """Close a payment page; if that is too late, tell how it stands."""
        return self._seen(self._till.expire(self._bare(session_id)))

    def fits(self, opened: CheckoutOpened, method: str, *, phone: bool) -> bool:
        """Tell whether a page that is open also serves this wish."""
        return self._till.fits(self._opened(opened), method, phone=phone)

    def refunded(self, paid: PaidThere) -> Fen:
        """Tell how much of a payment went back."""
        return self._till.refunded(self._paid(paid))

    def refund(self, order: RefundOrder) -> RefundSeen:
        """Give money back, or tell how the refund of this id stands."""
        bare = replace(order, intent_id=self._bare(order.intent_id))
        seen = self._till.refund(bare)
        return replace(seen, id=marked(self._merchant, seen.id))

    def recent(
        self, since: datetime, until: datetime | None = None
    ) -> Iterator[CheckoutSeen]:
        """List this merchant's payments."""
        yield from map(self._seen, self._till.recent(since, until))

    def event(self, raw: bytes, signature: str) -> EventSeen:
        """Check one of Stripe's events by this merchant's secret."""
        return self._event(self._till.event(raw, signature))

    def notice(
        self, provider: Provider, raw: bytes, head: Mapping[str, str]
    ) -> EventSeen:
        """Check what a provider of the mainland sends to this merchant."""
        return self._event(self._till.notice(provider, raw, head))

    def _event(self, event: EventSeen) -> EventSeen:
        return replace(
            event,
            id=marked(self._merchant, event.id),
            session_id=self._maybe(event.session_id),
            intent_id=self._maybe(event.intent_id),
        )


class AllMerchants:
    """The installation's merchant, and `others` by the code of their association.

    Lists, events and messages are the installation's own here: those of the others
    come by `others`, each apart.
    """

    def __init__(self, own: Checkout, others: Mapping[str, Checkout]) -> None:
        self._own, self.others = own, others

    @property
    def live(self) -> bool:
        """Tell whether real money moves; the settings let no two differ."""
        return all(each.live for each in (self._own, *self.others.values()))

    def _by(self, merchant: str) -> Checkout:
        """Find a merchant.

        Raises: Unavailable for one that is no more in the settings: nobody else is
            asked about its money.
        """
        if not merchant:
            return self._own
        if merchant not in self.others:
            raise Unavailable("payment.merchant")
        return self.others[merchant]

    def _of(self, name: str) -> Checkout:
        return self._by(parted(name)[0])

    def open(self, asked: CheckoutAsked) -> CheckoutOpened:
        """Open a page of the merchant who sells."""
        return self._by(asked.merchant).open(asked)

    def read(self, session_id: str) -> CheckoutSeen:
        """Tell how a payment stands now."""
        return self._of(session_id).read(session_id)

    def expire(self, session_id: str) -> CheckoutSeen:
        """Close a payment page; if that is too late, tell how it stands."""
        return self._of(session_id).expire(session_id)

    def fits(self, opened: CheckoutOpened, method: str, *, phone: bool) -> bool:
        """Tell whether a page that is open also serves this wish."""
        return self._of(opened.id).fits(opened, method, phone=phone)

    def refunded(self, paid: PaidThere) -> Fen:
        """Tell how much of a payment went back."""
        return self._of(paid.intent_id).refunded(paid)

    def refund(self, order: RefundOrder) -> RefundSeen:
        """Give money back by the merchant that took it."""
        return self._of(order.intent_id).refund(order)

    def recent(
        self, since: datetime, until: datetime | None = None
    ) -> Iterator[CheckoutSeen]:
        """List the payments of the installation's own merchant."""
        return self._own.recent(since, until)

    def event(self, raw: bytes, signature: str) -> EventSeen:
        """Check one of Stripe's events to the installation's own merchant."""
        return self._own.event(raw, signature)

    def notice(
        self, provider: Provider, raw: bytes, head: Mapping[str, str]
    ) -> EventSeen:
        """Check a message to the installation's own merchant."""
        return self._own.notice(provider, raw, head)

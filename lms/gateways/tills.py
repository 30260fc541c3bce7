"""All ways to be paid behind one port: who opened a trade is asked about it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from lms.commerce.ports import (
    Checkout,
    CheckoutAsked,
    CheckoutOpened,
    PaidThere,
    RefundOrder,
)
from lms.commerce.rules import CheckoutSeen, EventSeen, Provider, RefundSeen
from lms.gateways.mainland.alipay import METHOD as ALIPAY
from lms.gateways.mainland.alipay import AlipayCheckout
from lms.gateways.mainland.wechat import METHOD as WECHAT
from lms.gateways.mainland.wechat import WechatCheckout
from lms.gateways.merchants import AllMerchants, MarkedCheckout
from lms.gateways.stripe import NoCheckout, StripeCheckout
from lms.kernel.clock import Clock, system_clock
from lms.kernel.errors import Refused
from lms.kernel.merchant_settings import Merchant
from lms.kernel.money import Fen
from lms.kernel.settings import Settings

Native = WechatCheckout | AlipayCheckout


def checkout(settings: Settings, clock: Clock = system_clock) -> AllMerchants:
    """Join what the operator has set: the installation's merchant, and the others."""
    base_url = settings.base_url
    others = {
        code: MarkedCheckout(code, _till(one, base_url, clock))
        for code, one in settings.merchants.items()
    }
    return AllMerchants(_till(settings.own, base_url, clock), others)


def _till(mine: Merchant, base_url: str, clock: Clock) -> Checkout:
    """Join one merchant's ways; the mainland's own come before Stripe's."""
    stripe, told_at = mine.stripe, f"{base_url}/webhooks"
    if mine.code:
        told_at = f"{told_at}/{mine.code}"
    first: Checkout = StripeCheckout(stripe) if stripe.ready else NoCheckout()
    native: dict[str, Native] = {}
    if mine.wechat is not None:
        native[WECHAT] = WechatCheckout(mine.wechat, told_at, clock)
    if mine.alipay is not None:
        native[ALIPAY] = AlipayCheckout(mine.alipay, told_at, clock)
    return Tills(first, native, has_other=stripe.ready) if native else first


class Tills:
    """The port over several providers; `other` takes what no native one does."""

    def __init__(
        self, other: Checkout, native: Mapping[str, Native], *, has_other: bool
    ) -> None:
        self._other, self._native, self._has_other = other, native, has_other

    @property
    def live(self) -> bool:
        """Tell whether real money moves; the settings let no two differ."""
        return all(each.live for each in self._all())

    def _all(self) -> tuple[Checkout | Native, ...]:
        found: tuple[Native, ...] = tuple(self._native.values())
        return (*found, self._other) if self._has_other else found

    def _of(self, name: str) -> Checkout | Native:
        for each in self._native.values():
            if each.owns(name):
                return each
        return self._other

    def open(self, asked: CheckoutAsked) -> CheckoutOpened:
        """Open a trade where this method is taken."""
        return self._native.get(asked.method, self._other).open(asked)

    def fits(self, opened: CheckoutOpened, method: str, *, phone: bool) -> bool:
        """Tell whether what is open suits the wish and the screen."""
        till = self._native.get(method, self._other)
        mine = self._of(opened.id) is till
        return mine and till.fits(opened, method, phone=phone)

    def read(self, session_id: str) -> CheckoutSeen:
        """Tell how a payment stands now."""
        return self._of(session_id).read(session_id)

    def expire(self, session_id: str) -> CheckoutSeen:
        """Close a payment; if that is too late, tell how it stands."""
        return self._of(session_id).expire(session_id)

    def refunded(self, paid: PaidThere) -> Fen:
        """Tell how much of a payment went back."""
        return self._of(paid.intent_id).refunded(paid)

    def refund(self, order: RefundOrder) -> RefundSeen:
        """Give money back, or tell how the refund of this id stands."""
        return self._of(order.intent_id).refund(order)

    def recent(
        self, since: datetime, until: datetime | None = None
    ) -> Iterator[CheckoutSeen]:
        """List the payments of all, one provider after the other."""
        for each in self._all():
            yield from each.recent(since, until)

    def event(self, raw: bytes, signature: str) -> EventSeen:
        """Check one of Stripe's events."""
        return self._other.event(raw, signature)

    def notice(
        self, provider: Provider, raw: bytes, head: Mapping[str, str]
    ) -> EventSeen:
        """Check what one of the mainland's providers sends."""
        method = {Provider.WECHAT: WECHAT, Provider.ALIPAY: ALIPAY}.get(provider, "")
        found = self._native.get(method)
        if found is None:
            raise Refused("webhook.signature")
        return found.notice(raw, head)

"""Two associations, two merchants: each is paid, asked, compared and repaid apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts.rules import Role
from lms.catalogue.models import Association
from lms.commerce import services
from lms.commerce.models import (
    BookDifference,
    Order,
    Payment,
    PaymentAttempt,
)
from lms.commerce.ports import Checkout, Merchants
from lms.commerce.rules import Effect, OrderState
from lms.commerce.rules.reconciling import DiffKind
from lms.gateways import tills
from lms.jobs import books
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, OrderId, PersonId
from lms.kernel.merchant_settings import Merchant
from lms.kernel.payment_settings import StripeSettings
from tests.conftest import Browser, HandClock
from tests.gateways.payments import StandIn, standing_in
from tests.make import accounts as make_accounts
from tests.make import commerce as make
from tests.make import people as make_people
from tests.make.alipay_peer import AlipayPeer, alipay
from tests.make.wechat_peer import WechatPeer, wechat
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

DAY = "2026-11-21"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NO_STRIPE = StripeSettings(None, None, None)
B: dict[str, dict[str, Any]] = {
    "wechat": {
        "mch": "1900000777", "app": "wxbbbbbbbbbbbb7777", "own": "branch",
        "v3": b"BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB", "platform": "wechat of b",
    },
    "alipay": {
        "app": "2021000117650777", "seller": "2088101117950777", "own": "branch",
        "platform": "alipay of b",
    },
}  # fmt: skip


@dataclass
class Side:
    """An association with a course, an order that waits, and its providers."""

    house: AssociationId
    code: str
    order_id: OrderId
    page: Browser
    wx: WechatPeer
    ali: AlipayPeer
    at: str

    def pay_url(self) -> str:
        return f"/shop/orders/{self.order_id}"

    def begin(self, method: str = "wechat_pay") -> str:
        """Open a trade; give its number at the provider."""
        went = self.page.post(f"{self.pay_url()}/pay", {"method": method})
        assert went.status_code == 303, went.text
        if method == "alipay":
            return self.ali.look(went.location)
        db.session.rollback()
        name = db.session.scalars(
            select(PaymentAttempt.session_id).where(
                PaymentAttempt.order_id == self.order_id
            )
        ).one()
        assert name is not None
        return name.rpartition(":")[2]

    def tell(self, raw: bytes, at: str | None = None) -> int:
        """WeChat tells of something, at this side's address or at another."""
        url = f"/webhooks/{self.at if at is None else at}wechat"
        head = self.wx.marked(raw)
        return self.page.client.post(url, data=raw, headers=head).status_code

    def state(self) -> OrderState:
        db.session.rollback()
        return db.session.get_one(Order, self.order_id).state

    def paid(self) -> str:
        """Pay by WeChat, and let it tell of it."""
        number = self.begin()
        self.wx.pay(number)
        assert self.tell(self.wx.paid_notice(number)) == 204
        assert self.state() is OrderState.FULFILLED
        return number


@dataclass
class Two:
    """The house with its own merchant, and one association with another."""

    a: Side
    b: Side
    app: Flask

    @property
    def ports(self) -> dict[Any, Any]:
        found: dict[Any, Any] = self.app.extensions["lms.ports"]
        return found

    @property
    def port(self) -> Checkout:
        found: Checkout = self.ports[Checkout]
        return found

    def set(self, clock: HandClock, **merchants: Merchant) -> None:
        """Let the operator set merchants, and start anew."""
        own = replace(
            self.app.extensions["lms.settings"],
            wechat=self.a.wx.settings,
            alipay=self.a.ali.settings,
            merchants=merchants,
        )
        self.app.extensions["lms.settings"] = own
        self.ports[Checkout] = self.ports[Merchants] = tills.checkout(own, clock)

    def merchant(self, **over: Any) -> Merchant:
        """B's merchant, as its file says."""
        told = Merchant(self.b.code, NO_STRIPE, self.b.wx.settings, self.b.ali.settings)
        return replace(told, **over)


@pytest.fixture
def two(
    app: Flask,
    clock: HandClock,
    begin: Callable[..., Any],
    browser_of: Callable[..., Browser],
) -> Iterator[Two]:
    settings = app.extensions["lms.settings"]
    ports = dict(app.extensions["lms.ports"])
    with (
        wechat(clock) as wx, alipay(clock) as ali,
        wechat(clock, **B["wechat"]) as wx_b, alipay(clock, **B["alipay"]) as ali_b,
    ):  # fmt: skip
        sides = []
        for n, peers in enumerate(((wx, ali), (wx_b, ali_b))):
            with begin() as work:
                house = make.association(work)
                code = work.session.get_one(Association, house).code
                me = make_people.person(work)
                sold = make.course(work, house)
                order = make.pending_order(work, me.person_id, sold)
            page = browser_of(me.account_id)
            at = f"{code}/" if n else ""
            sides.append(Side(house, code, order, page, *peers, at))
        made = Two(sides[0], sides[1], app)
        made.set(clock, **{made.b.code: made.merchant()})
        yield made
    app.extensions["lms.settings"] = settings
    app.extensions["lms.ports"].update(ports)


def night(two: Two, clock: HandClock) -> None:
    """Compare, at half past ten of the next morning."""
    for side in (two.a, two.b):
        if DAY not in side.wx.bills:
            side.wx.write_bill(DAY)
        if DAY not in side.ali.bills:
            side.ali.write_bill(DAY)
    clock.pass_seconds(24 * 3600 + 1800)
    books.run(clock, two.ports)


def test_each_order_is_paid_to_its_own_seller(two: Two) -> None:
    first, second = two.a.paid(), two.b.paid()

    assert list(two.a.wx.trades) == [first]
    assert list(two.b.wx.trades) == [second]
    wish = two.b.wx.trades[second]["wish"]
    assert (wish["mchid"], wish["appid"]) == ("1900000777", "wxbbbbbbbbbbbb7777")
    assert wish["notify_url"].endswith(f"/webhooks/{two.b.code}/wechat")
    own = two.a.wx.trades[first]["wish"]["notify_url"]
    assert own.endswith("/webhooks/wechat")
    found = db.session.execute(select(Payment.order_id, Payment.merchant))
    assert {row.order_id: row.merchant for row in found} == {
        two.a.order_id: "",
        two.b.order_id: two.b.code,
    }


def test_alipay_too_goes_to_the_seller_who_is_told_at_an_own_address(two: Two) -> None:
    number = two.b.begin("alipay")
    two.b.ali.pay(number)
    raw = two.b.ali.notice(number)
    post = two.b.page.client.post

    assert post("/webhooks/alipay", data=raw, headers=FORM).text == "failure"
    assert two.b.state() is OrderState.PENDING
    there = f"/webhooks/{two.b.code}/alipay"
    assert post(there, data=raw, headers=FORM).text == "success"
    assert two.b.state() is OrderState.FULFILLED
    assert not two.a.ali.trades


def test_only_what_the_sellers_merchant_takes_is_offered(
    two: Two, clock: HandClock
) -> None:
    def ways(side: Side) -> list[str]:
        return re.findall(r'name="method"\s+value="(\w+)"', side.page.get(
            side.pay_url()
        ).text)  # fmt: skip

    assert ways(two.b) == ["wechat_pay", "alipay"]
    two.set(clock, **{two.b.code: two.merchant(wechat=None)})

    assert ways(two.b) == ["alipay"]
    assert ways(two.a) == ["wechat_pay", "alipay"]
    refused = two.b.page.post(f"{two.b.pay_url()}/pay", {"method": "wechat_pay"})
    assert refused.status_code >= 400
    assert not two.a.wx.trades
    assert not two.b.wx.trades


@pytest.mark.parametrize("at", ["", "b", "T0/", "../"])
def test_what_one_merchant_signs_is_refused_at_every_other_address(
    two: Two, at: str
) -> None:
    """A's trade is told of with B's signature, and B's with A's."""
    number = two.a.begin()
    two.a.wx.pay(number)
    inside = two.a.wx.told(number)
    forged = two.b.wx.notice(inside)
    where = two.b.at if at == "b" else at

    assert two.b.tell(forged, at=where) >= 400
    assert two.a.state() is OrderState.PENDING
    assert two.a.tell(two.a.wx.paid_notice(number), at=two.b.at) == 400
    assert two.a.tell(two.a.wx.paid_notice(number)) == 204
    assert two.a.state() is OrderState.FULFILLED


@pytest.mark.parametrize("opened", [True, False], ids=["open", "only written down"])
def test_money_in_one_account_pays_no_order_of_anothers(
    two: Two, clock: HandClock, begin: Callable[..., Any], opened: bool
) -> None:
    """Whoever holds B's keys makes a trade there with the numbers of A's order."""
    if opened:
        number = two.a.begin()
        wish = dict(two.a.wx.trades[number]["wish"])
    else:
        with begin() as work:
            who = work.session.get_one(Order, two.a.order_id).person_id
            plan = services.begin_payment(
                work, PersonId(who), two.a.order_id, "wechat_pay"
            )
        number = plan.attempt.id.hex
        wish = {"attach": two.a.order_id.hex, "amount": {"total": 12_800}}
    two.b.wx.trades[number] = {"wish": wish, "state": "NOTPAY"}
    two.b.wx.pay(number)

    two.b.tell(two.b.wx.paid_notice(number))

    assert two.a.state() is OrderState.PENDING
    two.b.wx.write_bill(DAY, number)
    night(two, clock)
    found = db.session.scalars(select(BookDifference)).one()
    assert (found.association_id, found.kind) == (two.a.house, DiffKind.STRIPE_UNKNOWN)
    assert found.ref == f"{two.b.code}@wechat:{number}"
    assert two.a.state() is not OrderState.FULFILLED


def test_a_session_of_another_merchant_settles_nothing(
    two: Two, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        who = work.session.get_one(Order, two.a.order_id).person_id
        plan = services.begin_payment(
            work, PersonId(who), two.a.order_id, "wechat_pay", merchant=two.b.code
        )
        seen = make.seen(work, plan, session_id="cs_of_the_house")
        assert services.settle(work, seen, live=False).effect is Effect.IGNORED
        right = replace(seen, id=f"{two.b.code}@cs_1")
        assert services.settle(work, right, live=False).effect is Effect.FULFILLED


# -- Stripe, and the page ----------------------------------------------------------


@pytest.fixture
def stripes(clock: HandClock) -> Iterator[tuple[StandIn, StandIn]]:
    with (
        standing_in(clock) as own,
        standing_in(clock, keys=("sk_test_of_b", "whsec_of_b")) as of_b,
    ):
        yield own, of_b


def test_stripes_events_are_believed_by_the_secret_of_their_address(
    two: Two, clock: HandClock, stripes: tuple[StandIn, StandIn]
) -> None:
    own, of_b = stripes
    merchant = two.merchant(stripe=of_b.settings, wechat=None, alipay=None)
    two.set(clock, **{two.b.code: merchant})
    two.b.page.post(f"{two.b.pay_url()}/pay", {"method": "card"})
    (session,) = of_b.store.sessions
    assert not own.store.sessions
    of_b.store.pay(session, "card")
    post = two.b.page.client.post

    def told(at: str) -> set[int]:
        return {
            post(at, data=raw, headers={"Stripe-Signature": mark}).status_code
            for raw, mark in of_b.signed()
        }

    assert told("/webhooks/stripe") == {400}
    assert told("/webhooks/T0/stripe") == {400}
    assert two.b.state() is OrderState.PENDING
    assert told(f"/webhooks/{two.b.code}/stripe") == {200}
    assert two.b.state() is OrderState.FULFILLED
    payment = db.session.scalars(select(Payment)).one()
    assert (payment.merchant, payment.provider_ref) == (
        two.b.code,
        f"{two.b.code}@{session}",
    )


def test_managers_see_by_whom_they_are_paid_and_never_a_key(
    two: Two, begin: Callable[..., Any], browser_of: Callable[..., Browser]
) -> None:
    with begin() as work:
        bosses = [
            make_accounts.staff(
                work,
                Role.MANAGER,
                association_id=side.house,
                email=f"{side.code}@demo.example",
            )
            for side in (two.a, two.b)
        ]
    shown, own = (browser_of(one).get("/console/terms").text for one in bosses)

    assert "协会自己的" in own
    assert "商户号 1900000777" in own
    assert "2088101117950777" in own
    assert "系统公用的" in shown
    assert f"本协会的代码：{two.a.code}" in shown
    assert "1900000777" not in shown
    for page in (shown, own):
        assert "BBBBBBBB" not in page
        assert "PRIVATE" not in page

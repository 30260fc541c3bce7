"""A person pays by WeChat or Alipay: the page, the messages, the clock's work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.commerce import queries, services
from lms.commerce.models import Order, Payment, PaymentAttempt, PaymentEvent, Refund
from lms.commerce.ports import Checkout, RefundOrder
from lms.commerce.rules import AttemptState, OrderState, PaymentState, Provider
from lms.gateways.stripe import NoCheckout
from lms.gateways.tills import Tills
from lms.jobs import orders as job
from lms.kernel.db import db
from lms.kernel.ids import AccountId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work
from tests.conftest import START, Browser, HandClock
from tests.make import commerce as make
from tests.make import people as make_people
from tests.make.alipay_peer import AlipayPeer, alipay
from tests.make.peers import Mood
from tests.make.wechat_peer import WechatPeer, wechat

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari"


class There:
    """Both providers, and what a test wants to know of the house."""

    def __init__(self, app: Flask, wx: WechatPeer, ali: AlipayPeer) -> None:
        self.wx, self.ali = wx, ali
        self.port = Tills(
            NoCheckout(),
            {"wechat_pay": wx.port(), "alipay": ali.port()},
            has_other=False,
        )
        app.extensions["lms.ports"][Checkout] = self.port

    def trade(self) -> str:
        """The trade that stands open now."""
        db.session.rollback()
        name = db.session.scalar(
            select(PaymentAttempt.session_id).where(
                PaymentAttempt.state == AttemptState.OPEN
            )
        )
        assert name is not None
        return name.partition(":")[2]

    def say(self, page: Browser, raw: bytes, **how: Any) -> int:
        """WeChat's message arrives."""
        head = self.wx.marked(raw, **how)
        return page.client.post("/webhooks/wechat", data=raw, headers=head).status_code

    def tell(self, page: Browser, raw: bytes) -> str:
        """Alipay's message arrives."""
        kind = "application/x-www-form-urlencoded; charset=utf-8"
        return page.client.post("/webhooks/alipay", data=raw, content_type=kind).text


@pytest.fixture
def there(app: Flask, clock: HandClock) -> Iterator[There]:
    before = app.extensions["lms.settings"]
    with wechat(clock) as wx, alipay(clock) as ali:
        app.extensions["lms.settings"] = replace(
            before, wechat=wx.settings, alipay=ali.settings
        )
        yield There(app, wx, ali)
    app.extensions["lms.ports"][Checkout] = NoCheckout()
    app.extensions["lms.settings"] = before


@pytest.fixture
def placed(
    begin: Callable[..., Any], browser_of: Callable[..., Browser]
) -> tuple[Browser, str]:
    """Somebody with an order that waits for money, on its page."""
    with begin() as work:
        me = make_people.person(work)
        order = make.pending_order(work, me.person_id, make.course(work))
    return browser_of(me.account_id), f"/shop/orders/{order}"


def state() -> OrderState | None:
    db.session.rollback()
    return db.session.scalar(select(Order.state))


def count(table: type[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def ways(text: str) -> list[str]:
    return re.findall(r'name="method"\s+value="(\w+)"', text)


def test_the_page_offers_what_is_set_and_shows_the_code(
    placed: tuple[Browser, str], there: There
) -> None:
    page, order = placed
    first = page.get(order).text
    assert ways(first) == ["wechat_pay", "alipay"]
    assert "微信扫码支付" not in first

    went = page.post(f"{order}/pay", {"method": "wechat_pay"})

    assert (went.status_code, urlsplit(went.location).path) == (303, order)
    shown = page.get(order).text
    assert "微信扫码支付" in shown
    assert 'class="shop-qr"' in shown
    assert 'data-check="long"' in shown
    assert "weixin://" not in shown


def test_a_message_pays_the_order_once_however_often_it_comes(
    placed: tuple[Browser, str], there: There
) -> None:
    page, order = placed
    page.post(f"{order}/pay", {"method": "wechat_pay"})
    number = there.trade()
    there.wx.pay(number)
    raw = there.wx.paid_notice(number)

    assert [there.say(page, raw) for _ in range(3)] == [204, 204, 204]
    assert there.say(page, there.wx.paid_notice(number)) == 204

    assert state() is OrderState.FULFILLED
    payment = db.session.scalar(select(Payment))
    assert payment is not None
    assert (payment.provider, payment.amount_fen) == (Provider.WECHAT, 12_800)
    assert (count(Payment), count(PaymentEvent)) == (1, 2)
    assert "微信支付" in page.get(order).text


def test_strange_messages_change_nothing(
    placed: tuple[Browser, str], there: There
) -> None:
    page, order = placed
    page.post(f"{order}/pay", {"method": "wechat_pay"})
    number = there.trade()
    early = there.wx.paid_notice(number)
    assert there.say(page, early) == 204, "said, but not so: it is read again"
    assert state() is OrderState.PENDING

    there.wx.pay(number)
    raw = there.wx.paid_notice(number)
    assert there.say(page, raw, who="stranger") == 400
    assert there.say(page, raw, ago=301) == 400
    strange = there.wx.notice({"mchid": "1900000999", "out_trade_no": number})
    assert there.say(page, strange) == 400
    assert there.tell(page, b"app_id=1&sign_type=RSA2&sign=AAAA") == "failure"
    assert state() is OrderState.PENDING
    assert there.say(page, raw) == 204
    assert state() is OrderState.FULFILLED


def test_a_message_while_the_platform_is_silent_comes_again(
    placed: tuple[Browser, str], there: There
) -> None:
    page, order = placed
    page.post(f"{order}/pay", {"method": "wechat_pay"})
    number = there.trade()
    there.wx.pay(number)
    raw = there.wx.paid_notice(number)

    there.wx.mood = Mood(lost=True)
    assert there.say(page, raw) == 503
    assert (count(PaymentEvent), state()) == (0, OrderState.PENDING)
    there.wx.mood = Mood()
    assert there.say(page, raw) == 204
    assert state() is OrderState.FULFILLED


def test_a_wrong_amount_is_held(placed: tuple[Browser, str], there: There) -> None:
    page, order = placed
    page.post(f"{order}/pay", {"method": "wechat_pay"})
    number = there.trade()
    there.wx.pay(number, fen=1)

    there.say(page, there.wx.paid_notice(number))

    assert state() is OrderState.HOLD


def test_alipay_leads_away_and_its_message_pays(
    placed: tuple[Browser, str], there: There
) -> None:
    page, order = placed
    went = page.post(f"{order}/pay", {"method": "alipay"})
    assert went.location.startswith(f"{there.ali.url}/gateway.do?")
    number = there.ali.look(went.location)
    assert "正在确认付款结果" in page.get(f"{order}?paid=1").text
    waiting = there.ali.notice(number)
    there.ali.pay(number)
    raw = there.ali.notice(number)

    assert there.tell(page, raw.replace(b"128.00", b"228.00")) == "failure"
    # The older message comes last: it is read again, and changes nothing.
    assert [there.tell(page, each) for each in (raw, raw, waiting)] == ["success"] * 3

    assert state() is OrderState.FULFILLED
    assert count(Payment) == 1


def test_a_phone_is_led_to_wechat(placed: tuple[Browser, str], there: There) -> None:
    page, order = placed

    went = page.post(
        f"{order}/pay", {"method": "wechat_pay"}, headers={"User-Agent": PHONE}
    )

    assert went.location.startswith(f"{there.wx.url}/h5?")
    assert "微信扫码支付" not in page.get(order).text
    # The same order on the large screen: the phone's trade is closed, a code is shown.
    phones = there.trade()
    page.post(f"{order}/pay", {"method": "wechat_pay"})
    assert there.wx.trades[phones]["state"] == "CLOSED"
    assert "微信扫码支付" in page.get(order).text


def test_who_chooses_another_way_cannot_pay_the_first_any_more(
    placed: tuple[Browser, str], there: There
) -> None:
    page, order = placed
    page.post(f"{order}/pay", {"method": "wechat_pay"})
    first = there.trade()

    went = page.post(f"{order}/pay", {"method": "alipay"})

    assert there.wx.trades[first]["state"] == "CLOSED"
    there.ali.pay(there.ali.look(went.location))
    page.post(f"{order}/check")
    assert state() is OrderState.FULFILLED


def test_who_had_paid_the_first_is_not_led_to_pay_again(
    placed: tuple[Browser, str], there: There
) -> None:
    page, order = placed
    page.post(f"{order}/pay", {"method": "wechat_pay"})
    there.wx.pay(there.trade())

    went = page.post(f"{order}/pay", {"method": "alipay"})

    assert urlsplit(went.location).path == order
    assert state() is OrderState.FULFILLED
    assert there.ali.trades == {}


def test_a_second_payment_is_surplus_and_goes_back(
    placed: tuple[Browser, str], there: There
) -> None:
    page, order = placed
    # Alipay cannot close what nobody has looked at: the open tab can still be paid.
    went = page.post(f"{order}/pay", {"method": "alipay"})
    page.post(f"{order}/pay", {"method": "wechat_pay"})
    second = there.trade()
    there.wx.pay(second)
    there.say(page, there.wx.paid_notice(second))
    number = there.ali.look(went.location)
    there.ali.pay(number)
    there.tell(page, there.ali.notice(number))

    db.session.rollback()
    found = dict(db.session.execute(select(Payment.provider, Payment.state)).all())
    assert found == {
        Provider.WECHAT: PaymentState.APPLIED,
        Provider.ALIPAY: PaymentState.SURPLUS,
    }
    assert "重复付款" in page.get(order).text


def test_a_lost_message_is_asked_after(
    placed: tuple[Browser, str], there: There, app: Flask, clock: HandClock
) -> None:
    page, order = placed
    page.post(f"{order}/pay", {"method": "wechat_pay"})
    there.wx.pay(there.trade())
    clock.pass_seconds(91)

    job.ask_silent(clock, there.port)

    assert state() is OrderState.FULFILLED


def test_an_order_whose_time_is_over_ends_with_its_trade_closed(
    placed: tuple[Browser, str], there: There, clock: HandClock
) -> None:
    page, order = placed
    page.post(f"{order}/pay", {"method": "wechat_pay"})
    number = there.trade()
    clock.pass_seconds(36 * 60)

    job.run(clock, {Checkout: there.port})

    assert state() is OrderState.EXPIRED
    assert there.wx.trades[number]["state"] == "CLOSED"


def test_money_that_only_the_bill_knows_is_found(
    placed: tuple[Browser, str], there: There, clock: HandClock
) -> None:
    page, order = placed
    went = page.post(f"{order}/pay", {"method": "alipay"})
    page.post(f"{order}/cancel")
    number = there.ali.look(went.location)
    there.ali.pay(number)
    there.ali.write_bill("2026-11-21", number)
    assert state() is OrderState.CANCELLED
    clock.pass_days(1)

    job.reconcile(clock, {"": there.port})

    assert state() is OrderState.FULFILLED


def paid(page: Browser, order: str, there: There) -> str:
    page.post(f"{order}/pay", {"method": "wechat_pay"})
    number = there.trade()
    there.wx.pay(number)
    there.say(page, there.wx.paid_notice(number))
    assert state() is OrderState.FULFILLED
    return number


def manager(work: Work) -> Work:
    roles = frozenset({"manager"})
    actor = Actor(AccountId(new_id()), PersonId(new_id()), roles)
    return Work(work.session, work.now, actor)


def agreed(begin: Callable[..., Any]) -> RefundOrder:
    """A refund of all that one asked for and another agreed to."""
    with begin() as work:
        asker, judge = make.clerk(work), manager(work)
        order = work.session.scalar(select(Order))
        payment = work.session.scalar(select(Payment))
        ask = services.RefundAsk(payment.id, Fen(12_800), "报错课程")
        refund_id = services.ask_refund(
            asker, order.association_id, order.id, ask, certified=False
        )
        work.session.flush()
        services.decide_refund(
            judge, order.association_id, refund_id, (True, "同意"), certified=False
        )
    (found,) = queries.stale_refunds(db.session(), START.replace(year=2030), 5)
    return found


def test_money_goes_back_and_the_message_of_it_is_harmless(
    placed: tuple[Browser, str], there: There, clock: HandClock, begin: Any
) -> None:
    page, order = placed
    paid(page, order, there)
    sending = agreed(begin)
    assert (sending.paid_fen, sending.refund_ids) == (12_800, (sending.refund_id,))
    there.wx.slow_refunds = True
    clock.pass_seconds(91)
    job.finish_refunds(clock, there.port)
    assert state() is OrderState.FULFILLED, "the platform is still at it"

    number = sending.refund_id.hex
    there.wx.refunds[number]["status"] = "SUCCESS"
    raw = there.wx.refund_notice(number)
    assert [there.say(page, raw), there.say(page, raw)] == [204, 204]
    clock.pass_seconds(91)
    job.finish_refunds(clock, there.port)

    assert state() is OrderState.REFUNDED
    payment = db.session.scalar(select(Payment))
    assert payment is not None
    assert payment.refunded_fen == 12_800
    db_order = db.session.scalar(select(Order.id))
    assert db_order is not None
    assert [one.state.value for one in queries.refunds(db.session(), db_order)] == [
        "done"
    ]
    assert (count(Refund), len(there.wx.refunds)) == (1, 1)

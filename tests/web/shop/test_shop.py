"""A person buys: cart, checkout, the stand-in's page, the course."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.commerce.models import Order, Payment, PaymentAttempt, PaymentEvent
from lms.commerce.ports import Checkout
from lms.commerce.rules import OrderState
from lms.gateways.stripe import NoCheckout
from lms.kernel.db import db
from lms.kernel.ids import new_id
from lms.learning import queries as learning
from tests.conftest import Browser, HandClock
from tests.gateways.payments import StandIn, sign, standing_in
from tests.make import commerce as make
from tests.make import people as make_people

Sign = Callable[..., Browser]


@pytest.fixture
def there(app: Flask, clock: HandClock) -> Iterator[StandIn]:
    with standing_in(clock) as made:
        app.extensions["lms.ports"][Checkout] = made.port
        yield made
    app.extensions["lms.ports"][Checkout] = NoCheckout()


@pytest.fixture
def shopper(
    begin: Callable[..., Any], browser_of: Sign
) -> tuple[Browser, make_people.Made, make.Sold]:
    with begin() as work:
        me = make_people.person(work)
        sold = make.course(work)
    return browser_of(me.account_id), me, sold


def ordered(page: Browser, sold: make.Sold) -> str:
    page.post("/shop/cart/items", {"kind": "course", "offer_id": sold.course_id})
    checkout = page.get("/shop/checkout").text
    fields = dict(re.findall(r'name="(revision|total_fen)"\s+value="(\d+)"', checkout))
    placed = page.post("/shop/checkout", fields)
    assert placed.status_code == 303, placed.text
    return str(placed.location)


def session_of(there: StandIn) -> str:
    (session_id,) = there.store.sessions
    return session_id


def state() -> OrderState | None:
    db.session.rollback()
    return db.session.scalar(select(Order.state))


def count(table: type[Any]) -> int | None:
    return db.session.scalar(select(func.count()).select_from(table))


def tell(page: Browser, there: StandIn) -> None:
    for raw, signed in there.signed():
        answer = page.client.post(
            "/webhooks/stripe", data=raw, headers={"Stripe-Signature": signed}
        )
        assert answer.status_code == 200


def test_the_way_from_the_cart_to_the_course(
    shopper: tuple[Browser, make_people.Made, make.Sold], there: StandIn
) -> None:
    page, me, sold = shopper
    order = ordered(page, sold)
    shown = page.get(order).text
    assert "待付款" in shown
    assert "¥128.00" in shown
    assert "30:00" in shown

    went = page.post(f"{order}/pay", {"method": "alipay"})
    assert went.status_code == 303
    assert went.location.startswith(there.url)
    there.app.test_client().post(went.location, data={"act": "pay", "method": "alipay"})
    assert "正在确认付款结果" in page.get(f"{order}?paid=1").text
    tell(page, there)

    assert state() is OrderState.FULFILLED
    assert "课程已开通" in page.get(order).text
    assert learning.is_enrolled(db.session(), me.person_id, sold.version_id)


def test_the_page_after_payment_only_reads_and_its_button_asks(
    shopper: tuple[Browser, make_people.Made, make.Sold], there: StandIn
) -> None:
    page, _me, sold = shopper
    order = ordered(page, sold)
    page.post(f"{order}/pay", {"method": "card"})
    there.store.pay(session_of(there), "card")

    page.get(f"{order}?paid=1")
    assert state() is OrderState.PENDING

    told = page.post(f"{order}/check", headers={"Accept": "application/json"})
    assert told.json == {"state": "fulfilled", "waiting": False}
    assert state() is OrderState.FULFILLED
    tell(page, there)
    assert count(Payment) == 1


def test_pressing_pay_twice_goes_to_one_page(
    shopper: tuple[Browser, make_people.Made, make.Sold], there: StandIn
) -> None:
    page, _me, sold = shopper
    order = ordered(page, sold)

    first = page.post(f"{order}/pay", {"method": "card"}).location
    assert page.post(f"{order}/pay", {"method": "wechat_pay"}).location == first
    assert count(PaymentAttempt) == 1


def test_a_provider_that_fails_costs_nothing_and_the_next_try_works(
    shopper: tuple[Browser, make_people.Made, make.Sold], there: StandIn
) -> None:
    page, _me, sold = shopper
    order = ordered(page, sold)
    there.app.config["DOWN"] = True
    failed = page.post(f"{order}/pay", {"method": "card"})
    assert failed.status_code == 503
    assert "没有扣款" in failed.text

    there.app.config["DOWN"] = False
    assert page.post(f"{order}/pay", {"method": "card"}).status_code == 303
    assert count(PaymentAttempt) == 1


def test_cancelling_closes_the_payment_page(
    shopper: tuple[Browser, make_people.Made, make.Sold], there: StandIn
) -> None:
    page, _me, sold = shopper
    order = ordered(page, sold)
    page.post(f"{order}/pay", {"method": "card"})

    assert page.post(f"{order}/cancel").status_code == 303

    assert state() is OrderState.CANCELLED
    assert there.port.read(session_of(there)).status == "expired"


def test_cancelling_what_was_just_paid_opens_the_course_instead(
    shopper: tuple[Browser, make_people.Made, make.Sold], there: StandIn
) -> None:
    page, _me, sold = shopper
    order = ordered(page, sold)
    page.post(f"{order}/pay", {"method": "card"})
    there.store.pay(session_of(there), "card")

    refused = page.post(f"{order}/cancel")

    assert refused.status_code == 422
    assert state() is OrderState.FULFILLED


def test_wrong_money_is_said_plainly(
    shopper: tuple[Browser, make_people.Made, make.Sold], there: StandIn
) -> None:
    page, _me, sold = shopper
    order = ordered(page, sold)
    page.post(f"{order}/pay", {"method": "card"})
    there.store.sessions[session_of(there)]["amount_total"] = 1
    there.store.pay(session_of(there), "card")
    tell(page, there)

    assert state() is OrderState.HOLD
    assert "到账金额与订单不符" in page.get(order).text


def test_a_changed_total_or_a_strange_offer_is_refused(
    shopper: tuple[Browser, make_people.Made, make.Sold],
) -> None:
    page, _me, sold = shopper
    page.post("/shop/cart/items", {"kind": "course", "offer_id": sold.course_id})

    for fields in ({}, {"revision": "1", "total_fen": "1"}, {"revision": "-1"}):
        assert page.post("/shop/checkout", fields).status_code == 409
    for offer in ({}, {"kind": "car"}, {"kind": "course", "offer_id": str(new_id())}):
        assert page.post("/shop/cart/items", offer).status_code == 404
    assert count(Order) == 0


def test_an_unfinished_profile_is_sent_to_finish_it(
    begin: Callable[..., Any], browser_of: Sign
) -> None:
    with begin() as work:
        me = make_people.account(work)
        sold = make.course(work)
    page = browser_of(me.account_id)
    page.post("/shop/cart/items", {"kind": "course", "offer_id": sold.course_id})

    assert "去完善个人信息" in page.get("/shop/checkout").text
    refused = page.post(
        "/shop/checkout", {"revision": "1", "total_fen": str(sold.price_fen)}
    )
    assert refused.status_code == 422
    assert count(Order) == 0


def test_anothers_order_looks_like_no_order(
    shopper: tuple[Browser, make_people.Made, make.Sold],
    begin: Callable[..., Any],
    browser_of: Sign,
) -> None:
    page, _me, sold = shopper
    order = ordered(page, sold)
    with begin() as work:
        stranger = browser_of_account(work, browser_of)
    other = stranger()

    for path in (order, f"/shop/orders/{new_id()}"):
        assert other.get(path).status_code == 404
        for act in ("pay", "check", "cancel", "transfer"):
            assert other.post(f"{path}/{act}").status_code == 404


def browser_of_account(work: Any, browser_of: Sign) -> Callable[[], Browser]:
    made = make_people.account(work)
    return lambda: browser_of(made.account_id)


def test_saying_to_have_transferred_keeps_the_order_waiting(
    shopper: tuple[Browser, make_people.Made, make.Sold],
) -> None:
    page, _me, sold = shopper
    order = ordered(page, sold)
    assert "开户行" in page.get(order).text

    page.post(f"{order}/transfer")

    assert state() is OrderState.PENDING
    assert "登记已转账" in page.get(order).text


@pytest.mark.parametrize("kind", ["unsigned", "wrong key", "old"])
def test_a_spoofed_webhook_is_refused_and_leaves_no_trace(
    browser: Browser, there: StandIn, kind: str
) -> None:
    event = {"id": "evt_x", "object": "event", "type": "checkout.session.completed",
             "livemode": False, "data": {"object": {"id": "cs_1", "object":
             "checkout.session"}}}  # fmt: skip
    raw, signed = {
        "unsigned": (json.dumps(event).encode(), ""),
        "wrong key": sign(event, "whsec_other"),
        "old": sign(event, age=301),
    }[kind]

    told = browser.client.post(
        "/webhooks/stripe", data=raw, headers={"Stripe-Signature": signed}
    )

    assert told.status_code == 400
    assert count(PaymentEvent) == 0


@pytest.mark.parametrize(
    "event",
    [
        {"id": "evt_1", "object": "event", "type": "checkout.session.completed"},
        {"id": "evt_1", "object": "event", "type": "checkout.session.completed",
         "livemode": False, "data": {"object": []}},
        [],
    ],
)  # fmt: skip
def test_a_signed_text_that_is_no_event_is_refused(
    browser: Browser, there: StandIn, event: Any
) -> None:
    raw, signed = sign(event)

    told = browser.client.post(
        "/webhooks/stripe", data=raw, headers={"Stripe-Signature": signed}
    )

    assert told.status_code == 400
    assert count(PaymentEvent) == 0


def test_events_that_mean_nothing_here_are_taken(
    browser: Browser, there: StandIn
) -> None:
    about = {"object": {"id": "cs_foreign", "object": "checkout.session"}}
    foreign = {"id": "evt_f", "object": "event", "livemode": False, "data": about,
               "type": "checkout.session.completed"}  # fmt: skip
    strange = foreign | {"id": "evt_s", "type": "customer.created"}
    for event in (strange, foreign):
        raw, signed = sign(event)
        told = browser.client.post(
            "/webhooks/stripe", data=raw, headers={"Stripe-Signature": signed}
        )
        assert told.status_code == 200
    assert count(PaymentEvent) == 2


def test_a_stranger_is_sent_to_sign_in(browser: Browser) -> None:
    for path in ("/shop/cart", "/shop/checkout", "/shop/orders"):
        assert "/account/" in browser.get(path).location


def test_an_invented_host_is_never_led_to_a_payment_page(
    shopper: tuple[Browser, make_people.Made, make.Sold], there: StandIn
) -> None:
    page, _me, sold = shopper
    order = ordered(page, sold)

    answer = page.post(
        f"{order}/pay", {"method": "card"}, headers={"Host": "evil.example"}
    )

    assert answer.status_code == 400
    assert count(PaymentAttempt) == 0

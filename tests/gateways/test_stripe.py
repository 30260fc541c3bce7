"""Stripe's own SDK against the stand-in, which refuses what Stripe would."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import stripe

from lms.commerce.ports import CheckoutAsked, PaidThere, RefundOrder
from lms.gateways.standin import shapes
from lms.gateways.standin.sender import signature
from lms.gateways.stripe import NoCheckout, StripeCheckout
from lms.kernel.clock import system_clock
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.money import Fen
from lms.kernel.payment_settings import StripeSettings
from tests.gateways.payments import KEY, SECRET, StandIn, sign, standing_in


@pytest.fixture
def there() -> Iterator[StandIn]:
    with standing_in() as made:
        yield made


@pytest.fixture
def asked() -> CheckoutAsked:
    return CheckoutAsked(
        key="order:o:1",
        order_id="o",
        attempt_id="a",
        number="D1",
        lines=(("安全生产 & 管理", Fen(12_800)), ("施工技术", Fen(5_000))),
        currency="cny",
        method="alipay",
        expires_at=system_clock() + timedelta(minutes=35),
        success_url="http://127.0.0.1/shop/orders/o?paid=1",
        cancel_url="http://127.0.0.1/shop/orders/o",
    )


def test_a_page_is_opened_paid_and_read(there: StandIn, asked: CheckoutAsked) -> None:
    opened = there.port.open(asked)
    assert opened.url.startswith(there.url)
    assert there.port.read(opened.id).status == "open"

    there.store.pay(opened.id, "alipay")

    seen = there.port.read(opened.id)
    assert (seen.status, seen.payment_status) == ("complete", "paid")
    assert (seen.amount_fen, seen.currency) == (17_800, "cny")
    assert (seen.order_id, seen.attempt_id, seen.live) == ("o", "a", False)
    assert [s.id for s in there.port.recent(system_clock() - timedelta(hours=1))] == [
        opened.id
    ]


def test_the_chosen_method_comes_first(there: StandIn, asked: CheckoutAsked) -> None:
    opened = there.port.open(asked)

    assert there.store.sessions[opened.id]["payment_method_types"] == [
        "alipay", "wechat_pay", "card"
    ]  # fmt: skip


def test_the_same_key_opens_the_same_page_and_another_body_is_refused(
    there: StandIn, asked: CheckoutAsked
) -> None:
    opened = there.port.open(asked)

    assert there.port.open(asked) == opened
    with pytest.raises(Refused, match=r"payment\.refused"):
        there.port.open(replace(asked, lines=(("x", Fen(1)),)))
    assert len(there.store.sessions) == 1


def test_a_closed_page_cannot_be_paid_and_a_paid_one_not_closed(
    there: StandIn, asked: CheckoutAsked
) -> None:
    first = there.port.open(asked)
    assert there.port.expire(first.id).status == "expired"
    there.store.pay(first.id, "card")
    assert there.port.read(first.id).payment_status == "unpaid"

    second = there.port.open(replace(asked, key="order:o:2"))
    there.store.pay(second.id, "card")
    assert there.port.expire(second.id).payment_status == "paid"


def test_slow_money_is_told_from_failed_money(
    there: StandIn, asked: CheckoutAsked
) -> None:
    opened = there.port.open(asked)
    there.store.pay_later(opened.id, "alipay", good=False)
    waiting = there.port.read(opened.id)
    assert (waiting.status, waiting.payment_status) == ("complete", "unpaid")
    assert not waiting.failed

    there.store.finish(opened.id)

    assert there.port.read(opened.id).failed


def test_refunds_add_up_and_never_exceed(there: StandIn, asked: CheckoutAsked) -> None:
    opened = there.port.open(asked)
    there.store.pay(opened.id, "card")
    intent = there.port.read(opened.id).intent_id
    assert intent is not None
    client = stripe.StripeClient(KEY, base_addresses={"api": there.url})

    client.v1.refunds.create(params={"payment_intent": intent, "amount": 800})
    client.v1.refunds.create(params={"payment_intent": intent, "amount": 17_000})

    assert there.port.refunded(PaidThere(intent)) == 17_800
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create(params={"payment_intent": intent, "amount": 1})


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": "red"},
        {"payment_method_types": ["weixin"]},
        {"line_items": [{"quantity": 1}]},
        {"expires_at": 60},
        {"payment_method_types": ["wechat_pay"], "payment_method_options": {}},
        {"line_items": [{"price_data": {"currency": "cny", "unit_amount": "1.5",
                                        "product_data": {"name": "x"}}}]},
        {"line_items": [{"price_data": {"currency": "cny", "unit_amount": 1,
                                        "product_data": {"name": "x", "size": "l"}}}]},
        {"mode": "gift"},
    ],
    ids=["unknown", "method", "no price", "time", "wechat", "float", "deep", "mode"],
)  # fmt: skip
def test_the_stand_in_refuses_what_stripe_refuses(
    there: StandIn, wrong: dict[str, Any]
) -> None:
    good: dict[str, Any] = {
        "mode": "payment",
        "success_url": "http://127.0.0.1/",
        "line_items": [{"quantity": 1, "price_data": {
            "currency": "cny", "unit_amount": 1, "product_data": {"name": "x"}}}],
    }  # fmt: skip
    client = stripe.StripeClient(KEY, base_addresses={"api": there.url})
    assert client.v1.checkout.sessions.create(params=good).id  # type: ignore[arg-type]  # Stripe's own shapes are closed

    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create(params=good | wrong)  # type: ignore[arg-type]  # Stripe's own shapes are closed


def test_every_object_of_the_stand_in_has_stripes_shape(
    there: StandIn, asked: CheckoutAsked
) -> None:
    opened = there.port.open(asked)
    store = there.store
    assert shapes.faults("checkout.session", store.sessions[opened.id]) == []
    store.pay(opened.id, "card")
    (intent,) = store.intents.values()
    refund = store.refund(intent, 100, {"reason": "requested_by_customer"})

    assert shapes.faults("checkout.session", store.sessions[opened.id]) == []
    assert shapes.faults("payment_intent", intent) == []
    assert shapes.faults("refund", refund) == []
    for event in store.events.values():
        assert shapes.faults("event", event) == []


def test_a_wrong_key_and_a_broken_provider_are_unavailable(
    there: StandIn, asked: CheckoutAsked
) -> None:
    stranger = StripeCheckout(StripeSettings("sk_test_other", SECRET, there.url))
    with pytest.raises(Unavailable):
        stranger.open(asked)
    there.app.config["DOWN"] = True
    with pytest.raises(Unavailable, match=r"payment\.unavailable"):
        there.port.open(asked)


def event(kind: str = "checkout.session.completed") -> dict[str, Any]:
    return {
        "id": "evt_1", "object": "event", "type": kind, "livemode": False,
        "created": int(time.time()),
        "data": {"object": {"id": "cs_1", "object": "checkout.session"}},
    }  # fmt: skip


def test_a_signed_event_is_read_from_its_raw_bytes(there: StandIn) -> None:
    raw, signed = sign(event())

    seen = there.port.event(raw, signed)

    assert (seen.id, seen.session_id, seen.intent_id) == ("evt_1", "cs_1", None)
    assert not seen.live


@pytest.mark.parametrize(
    ("raw", "signed"),
    [
        pytest.param(*sign(event(), secret="whsec_other"), id="another secret"),
        pytest.param(*sign(event(), age=600), id="old"),
        pytest.param(json.dumps(event(), indent=1).encode(), sign(event())[1],
                     id="written again"),
        pytest.param(sign(event())[0], "", id="unsigned"),
        pytest.param(sign(event())[0], "t=x,v1=y", id="rubbish"),
        pytest.param(b"{", signature(SECRET, b"{", int(time.time())), id="no JSON"),
    ],
)  # fmt: skip
def test_a_forged_event_is_refused(there: StandIn, raw: bytes, signed: str) -> None:
    with pytest.raises(Refused, match=r"webhook\.signature"):
        there.port.event(raw, signed)


def test_the_stand_in_forgets_nothing_when_it_starts_again(
    tmp_path: Path, asked: CheckoutAsked
) -> None:
    file = tmp_path / "standin.json"
    with standing_in(file=file) as before:
        opened = before.port.open(asked)
    with standing_in(file=file) as after:
        again = after.port.open(asked)
        assert again.id == opened.id
        assert after.port.read(opened.id).status == "open"


def test_without_a_provider_nothing_is_offered(asked: CheckoutAsked) -> None:
    with pytest.raises(Unavailable, match=r"payment\.not_configured"):
        NoCheckout().open(asked)
    with pytest.raises(Refused):
        NoCheckout().event(b"", "")


def test_the_payment_page_says_that_it_is_a_demonstration(
    there: StandIn, asked: CheckoutAsked
) -> None:
    opened = there.port.open(asked)
    browser = there.app.test_client()
    path = f"/pay/{opened.id}"

    page = browser.get(path).text
    for words in ("不产生真实扣款", "模拟支付成功", "异步支付", "取消", "¥178.00"):
        assert words in page
    declined = browser.post(path, data={"act": "decline", "method": "card"})
    assert "没有扣款" in browser.get(declined.location).text
    back = browser.post(path, data={"act": "cancel"})
    assert back.location == asked.cancel_url
    paid = browser.post(path, data={"act": "pay", "method": "alipay"})
    assert (paid.status_code, paid.location) == (303, asked.success_url)
    assert "模拟付款已完成" in browser.get(path).text
    assert browser.get("/_control").status_code == 404


def test_the_same_refund_is_given_once_also_when_its_key_is_forgotten(
    there: StandIn, asked: CheckoutAsked
) -> None:
    opened = there.port.open(asked)
    there.store.pay(opened.id, "card")
    intent = there.port.read(opened.id).intent_id
    assert intent is not None
    order = RefundOrder(uuid4(), intent, Fen(300), doubled=True)

    first = there.port.refund(order)
    there.store.replays.clear()
    again = there.port.refund(order)

    assert (first.id, first.done, first.refunded_fen) == (again.id, True, 300)
    (made,) = there.store.refunds.values()
    assert (made["reason"], made["amount"]) == ("duplicate", 300)
    assert shapes.faults("refund", made) == []


def test_a_refund_of_more_than_was_paid_is_refused(
    there: StandIn, asked: CheckoutAsked
) -> None:
    opened = there.port.open(asked)
    there.store.pay(opened.id, "card")
    intent = there.port.read(opened.id).intent_id
    assert intent is not None

    with pytest.raises(Refused):
        there.port.refund(RefundOrder(uuid4(), intent, Fen(10**7), doubled=False))
    with pytest.raises(Refused):
        there.port.refund(RefundOrder(uuid4(), "pi_none", Fen(1), doubled=False))

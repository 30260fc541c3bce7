"""Alipay against a gateway on loopback that knows whom it speaks to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from lms.commerce.ports import CheckoutAsked, PaidThere, RefundOrder
from lms.commerce.rules import CheckoutSeen, Provider
from lms.gateways.mainland.alipay import AlipayCheckout
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.money import Fen
from tests.conftest import START, HandClock
from tests.make import peers
from tests.make.alipay_peer import AlipayPeer, alipay
from tests.make.peers import ORDER, TRY, Mood, key

NUMBER = ORDER.hex + TRY.hex
NAME = f"alipay:{NUMBER}"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def there(clock: HandClock) -> Iterator[AlipayPeer]:
    with alipay(clock) as made:
        yield made


@pytest.fixture
def asked() -> CheckoutAsked:
    return peers.asked("alipay", "安全/生产 & 管理=好")


def paid(there: AlipayPeer, asked: CheckoutAsked) -> str:
    opened = there.port().open(asked)
    there.pay(there.look(opened.url))
    return opened.id


def refund_of(amount: int, **over: Any) -> RefundOrder:
    number = over.pop("number", uuid4())
    told = over.pop("told", (number,))
    return RefundOrder(number, NAME, Fen(amount), False, Fen(17_805), told)


def test_a_page_is_opened_paid_and_read(
    there: AlipayPeer, asked: CheckoutAsked
) -> None:
    port = there.port()
    opened = port.open(asked)
    assert there.asked == [], "a page's address costs no question"
    assert opened.id == NAME
    assert port.read(opened.id).status == "open", "nobody has looked at it yet"
    assert there.look(opened.url) == NUMBER
    assert port.read(opened.id).status == "open"

    there.pay(NUMBER)

    seen = port.read(opened.id)
    assert (seen.status, seen.payment_status) == ("complete", "paid")
    assert (seen.amount_fen, seen.currency) == (17_805, "cny")
    assert (seen.order_id, seen.attempt_id) == (str(ORDER), str(TRY))
    assert (seen.provider, seen.live) == (Provider.ALIPAY, False)
    assert there.strangers == 0


def test_a_phone_gets_its_own_page_and_every_address_fits_the_table(
    there: AlipayPeer, asked: CheckoutAsked
) -> None:
    port = there.port()
    long = replace(asked, phone=True, lines=(("安全生产" * 60, Fen(1)),))

    desk, phone = port.open(asked), port.open(long)

    assert there.look(phone.url) == NUMBER
    assert port.fits(desk, "alipay", phone=False)
    assert port.fits(phone, "alipay", phone=True)
    assert not port.fits(desk, "alipay", phone=True)
    assert not port.fits(desk, "wechat_pay", phone=False)
    assert len(phone.url) <= 2000


def test_a_page_that_somebody_changed_is_not_ours(
    there: AlipayPeer, asked: CheckoutAsked
) -> None:
    url = there.port().open(asked).url

    with pytest.raises(AssertionError, match="not the merchant's"):
        there.look(url.replace("178.05", "1.05"))


def test_a_trade_is_closed_and_a_paid_one_is_not(
    there: AlipayPeer, asked: CheckoutAsked
) -> None:
    port = there.port()
    opened = port.open(asked)
    assert port.expire(opened.id).status == "expired", "it was never looked at"
    there.look(opened.url)
    assert port.expire(opened.id).status == "expired"
    assert there.trades[NUMBER]["state"] == "TRADE_CLOSED"

    other = replace(asked, attempt_id=str(uuid4()))
    assert there.port().expire(paid(there, other)).payment_status == "paid"


@pytest.mark.parametrize(
    "mood",
    [
        Mood(unsigned=True),
        Mood(stranger=True),
        Mood(altered=True),
        Mood(lost=True),
        Mood(broken=True),
        Mood(refuses="ACQ.SYSTEM_ERROR"),
        Mood(refuses="ACQ.TRADE_NOT_EXIST", unsigned=True),
    ],
    ids=["unsigned", "a stranger's", "altered", "lost", "broken", "its own trouble",
         "an unsigned no"],
)  # fmt: skip
def test_what_alipay_did_not_say_counts_for_nothing(
    there: AlipayPeer, asked: CheckoutAsked, mood: Mood
) -> None:
    name = paid(there, asked)
    there.mood = mood

    with pytest.raises(Unavailable):
        there.port().read(name)
    there.mood = Mood()
    assert there.port().read(name).payment_status == "paid"


def test_an_answer_about_another_trade_counts_for_nothing(
    there: AlipayPeer, asked: CheckoutAsked
) -> None:
    name = paid(there, asked)
    there.trades[NUMBER]["answers_as"] = "0" * 64

    with pytest.raises(Unavailable):
        there.port().read(name)


def test_alipay_refuses_whom_it_does_not_know(
    there: AlipayPeer, asked: CheckoutAsked
) -> None:
    name = paid(there, asked)
    stranger = replace(there.settings, key=key("stranger"))

    with pytest.raises(Unavailable):
        AlipayCheckout(stranger, "http://127.0.0.1:8000", there.clock).read(name)
    assert there.strangers == 1


def test_parts_go_back_and_the_whole_is_still_a_payment(
    there: AlipayPeer, asked: CheckoutAsked
) -> None:
    name, port = paid(there, asked), there.port()
    one, two = uuid4(), uuid4()

    first = port.refund(refund_of(800, number=one))
    second = port.refund(refund_of(17_005, number=two, told=(one, two)))

    assert (first.status, first.refunded_fen) == ("succeeded", 800)
    assert (second.status, second.refunded_fen) == ("succeeded", 17_805)
    assert port.refunded(PaidThere(name, (one, two))) == 17_805
    assert there.trades[NUMBER]["state"] == "TRADE_CLOSED"
    seen: CheckoutSeen = port.read(name)
    assert (seen.status, seen.payment_status) == ("complete", "paid")
    with pytest.raises(Refused):
        port.refund(refund_of(1))


def test_a_refund_whose_answer_was_lost_is_given_once(
    there: AlipayPeer, asked: CheckoutAsked
) -> None:
    paid(there, asked)
    port, order = there.port(), refund_of(5_000)
    answer, there_say = port.refund, there._say

    def lose_after(node: str, told: dict[str, Any]) -> Any:
        if node == "alipay_trade_refund_response":
            there.mood = Mood(lost=True)
        return there_say(node, told)

    there._say = lose_after  # type: ignore[method-assign]  # stands in for it
    with pytest.raises(Unavailable):
        answer(order)
    there.mood = Mood()

    assert port.refund(order).done
    assert port.refund(order).done
    assert list(there.refunds.values()) == [5_000]


def test_a_merchant_without_money_is_told_no(
    there: AlipayPeer, asked: CheckoutAsked
) -> None:
    paid(there, asked)
    there.poor = True

    with pytest.raises(Refused, match=r"payment\.refused"):
        there.port().refund(refund_of(5_000))


def test_the_bills_list_what_was_paid(
    there: AlipayPeer, asked: CheckoutAsked, clock: HandClock
) -> None:
    paid(there, asked)
    there.write_bill("2026-11-21", NUMBER)
    clock.pass_days(1)

    (seen,) = there.port().recent(START - timedelta(days=2))

    assert (seen.id, seen.amount_fen, seen.order_id) == (NAME, 17_805, str(ORDER))


def test_a_bill_that_is_not_written_yet_is_waited_for(
    there: AlipayPeer, clock: HandClock
) -> None:
    midnight, port = START + timedelta(hours=14), there.port()
    clock.pass_seconds(15 * 3600)

    with pytest.raises(Unavailable):
        list(port.recent(START, midnight))
    assert list(port.recent(START)) == []
    clock.pass_seconds(9 * 3600)
    assert list(port.recent(START, midnight)) == []


def test_a_bill_lies_at_alipay_or_nowhere(
    there: AlipayPeer, asked: CheckoutAsked, clock: HandClock
) -> None:
    clock.pass_days(1)
    port = there.port()
    elsewhere = urlsplit(there.url)._replace(netloc="127.0.0.2:9").geturl()
    there._bill = lambda said: {  # type: ignore[method-assign]  # stands in for it
        "code": "10000", "bill_download_url": f"{elsewhere}/bill/{said['bill_date']}"
    }  # fmt: skip

    with pytest.raises(Unavailable):
        list(port.recent(START, START + timedelta(hours=14)))


def test_a_notice_is_read(there: AlipayPeer, asked: CheckoutAsked) -> None:
    paid(there, asked)

    event = there.port().notice(there.notice(NUMBER), {})
    back = there.port().notice(
        there.notice(NUMBER, gmt_refund="2026-11-21 11:00:00", refund_fee="1.00"), {}
    )

    assert (event.session_id, event.intent_id) == (NAME, None)
    assert (back.session_id, back.intent_id) == (None, NAME)


def test_a_strange_notice_is_refused(there: AlipayPeer, asked: CheckoutAsked) -> None:
    paid(there, asked)
    port, raw = there.port(), there.notice(NUMBER)
    strange = {
        "a stranger's": there.notice(NUMBER, who="stranger"),
        "a changed one": raw.replace(b"178.05", b"278.05"),
        "one with more": raw + b"&passback_params=1",
        "one said twice": raw + b"&app_id=2021000117654321",
        "nothing": b"",
        "no text": b"\xff\xfe",
        "another mark": raw.replace(b"sign_type=RSA2", b"sign_type=RSA"),
    }
    taken = {which for which, each in strange.items() if taken_in(port, each)}
    assert taken == set()
    assert taken_in(port, raw)


def taken_in(port: AlipayCheckout, raw: bytes) -> bool:
    try:
        port.notice(raw, {})
    except Refused as refused:
        assert refused.code == "webhook.signature"  # noqa: PT017 - of many at once
        return False
    return True


@pytest.mark.parametrize(
    "over", [{"app_id": "2021000000000000"}, {"seller_id": "2088"}]
)
def test_another_merchants_notice_is_refused(
    there: AlipayPeer, asked: CheckoutAsked, over: dict[str, str]
) -> None:
    paid(there, asked)

    with pytest.raises(Refused, match=r"webhook\.stranger"):
        there.port().notice(there.notice(NUMBER, **over), {})

"""WeChat Pay v3 against a platform on loopback that knows whom it speaks to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from lms.commerce.ports import CheckoutAsked, PaidThere, RefundOrder
from lms.commerce.rules import Provider
from lms.gateways.mainland.wechat import WechatCheckout
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.money import Fen
from lms.kernel.work import HOUSE, unit_of_work
from tests.conftest import START, HandClock
from tests.make import peers
from tests.make.peers import ORDER, TRY, Mood, key
from tests.make.wechat_peer import NUMBER, WechatPeer, wechat


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def there(clock: HandClock) -> Iterator[WechatPeer]:
    with wechat(clock) as made:
        yield made


@pytest.fixture
def asked() -> CheckoutAsked:
    return peers.asked("wechat_pay", "安全生产", "192.0.2.7")


def refund_of(paid: str, amount: int, **over: Any) -> RefundOrder:
    number = over.pop("number", uuid4())
    told = over.pop("told", (number,))
    return RefundOrder(number, paid, Fen(amount), False, Fen(17_805), told)


def test_a_code_is_opened_paid_and_read(
    there: WechatPeer, asked: CheckoutAsked
) -> None:
    port = there.port()
    opened = port.open(asked)
    assert opened.url.startswith("weixin://wxpay/")
    assert opened.id == f"wechat:{TRY.hex}"
    assert port.read(opened.id).status == "open"

    there.pay(TRY.hex)

    seen = port.read(opened.id)
    assert (seen.status, seen.payment_status) == ("complete", "paid")
    assert (seen.amount_fen, seen.currency) == (17_805, "cny")
    assert (seen.order_id, seen.attempt_id) == (str(ORDER), str(TRY))
    assert (seen.provider, seen.live) == (Provider.WECHAT, False)
    assert there.strangers == 0


def test_a_phone_is_led_to_wechat_and_comes_back(
    there: WechatPeer, asked: CheckoutAsked
) -> None:
    port = there.port()
    opened = port.open(replace(asked, phone=True))

    assert opened.url.startswith(f"{there.url}/h5?")
    assert "redirect_url=http%3A%2F%2F127.0.0.1%3A8000%2Fshop" in opened.url
    assert port.fits(opened, "wechat_pay", phone=True)
    assert not port.fits(opened, "wechat_pay", phone=False)
    assert not port.fits(opened, "alipay", phone=True)


def test_a_merchant_without_pages_for_phones_shows_the_code(
    there: WechatPeer, asked: CheckoutAsked
) -> None:
    there.no_h5 = True

    assert there.port().open(replace(asked, phone=True)).url.startswith("weixin://")


def test_the_same_trade_is_opened_once_and_another_wish_is_refused(
    there: WechatPeer, asked: CheckoutAsked
) -> None:
    port = there.port()

    assert port.open(asked) == port.open(asked)
    with pytest.raises(Refused, match=r"payment\.refused"):
        port.open(replace(asked, lines=(("x", Fen(1)),)))
    assert len(there.trades) == 1


def test_a_closed_trade_cannot_be_paid_and_a_paid_one_not_closed(
    there: WechatPeer, asked: CheckoutAsked
) -> None:
    port = there.port()
    first = port.open(asked)
    assert port.expire(first.id).status == "expired"
    with pytest.raises(AssertionError):
        there.pay(TRY.hex)

    other = uuid4()
    second = port.open(replace(asked, attempt_id=str(other)))
    there.pay(other.hex)
    assert port.expire(second.id).payment_status == "paid"


@pytest.mark.parametrize(
    "mood",
    [
        Mood(unsigned=True),
        Mood(stranger=True),
        Mood(altered=True),
        Mood(stale=301),
        Mood(stale=-301),
        Mood(lost=True),
        Mood(broken=True),
        Mood(refuses="FREQUENCY_LIMITED"),
        Mood(refuses="ORDER_NOT_EXIST", unsigned=True),
    ],
    ids=["unsigned", "a stranger's", "altered", "old", "ahead", "lost", "broken",
         "too often", "an unsigned no"],
)  # fmt: skip
def test_what_the_platform_did_not_say_now_counts_for_nothing(
    there: WechatPeer, asked: CheckoutAsked, mood: Mood
) -> None:
    port = there.port()
    opened = port.open(asked)
    there.pay(TRY.hex)
    there.mood = mood

    with pytest.raises(Unavailable):
        port.read(opened.id)
    there.mood = Mood()
    assert port.read(opened.id).payment_status == "paid"


def test_an_answer_within_the_window_counts(
    there: WechatPeer, asked: CheckoutAsked
) -> None:
    there.mood = Mood(stale=299)

    assert there.port().open(asked).id


def test_the_platform_refuses_whom_it_does_not_know(
    there: WechatPeer, asked: CheckoutAsked
) -> None:
    stranger = replace(there.settings, key=key("stranger"))

    with pytest.raises(Unavailable):
        WechatCheckout(stranger, "http://127.0.0.1:8000", there.clock).open(asked)
    assert (there.strangers, there.trades) == (1, {})


@pytest.mark.parametrize("name", ["mchid", "appid"])
def test_another_merchants_trade_is_none_of_ours(
    there: WechatPeer, asked: CheckoutAsked, name: str
) -> None:
    port = there.port()
    opened = port.open(asked)
    there.trades[TRY.hex][name] = "1900000999"

    with pytest.raises(Refused, match=r"webhook\.stranger"):
        port.read(opened.id)


def test_nobody_is_asked_while_a_unit_of_work_is_open(
    app: object, there: WechatPeer, clock: HandClock
) -> None:
    with unit_of_work(HOUSE, clock=clock), pytest.raises(RuntimeError):
        there.port().read(f"wechat:{TRY.hex}")
    assert there.asked == []


def paid(there: WechatPeer, asked: CheckoutAsked) -> str:
    opened = there.port().open(asked)
    there.pay(TRY.hex)
    return opened.id


def test_parts_go_back_and_add_up(there: WechatPeer, asked: CheckoutAsked) -> None:
    name, port = paid(there, asked), there.port()
    one, two = uuid4(), uuid4()

    first = port.refund(refund_of(name, 800, number=one))
    second = port.refund(refund_of(name, 17_005, number=two, told=(one, two)))

    assert (first.status, first.refunded_fen) == ("succeeded", 800)
    assert (second.status, second.refunded_fen) == ("succeeded", 17_805)
    assert port.refunded(PaidThere(name, (one, two))) == 17_805
    with pytest.raises(Refused):
        port.refund(refund_of(name, 1))
    assert port.read(name).payment_status == "paid"


def test_a_refund_whose_answer_was_lost_is_given_once(
    there: WechatPeer, asked: CheckoutAsked
) -> None:
    name, port = paid(there, asked), there.port()
    order = refund_of(name, 5_000)
    there.mood = Mood(altered=True)
    with pytest.raises(Unavailable):
        port.refund(order)
    there.mood = Mood()

    assert port.refund(order).done
    assert port.refund(order).done
    assert [one["amount"]["refund"] for one in there.refunds.values()] == [5_000]


@pytest.mark.parametrize(
    ("status", "done", "failed"),
    [("PROCESSING", False, False), ("ABNORMAL", False, True), ("CLOSED", False, True)],
)
def test_a_refund_is_over_when_the_platform_says_so(
    there: WechatPeer, asked: CheckoutAsked, status: str, done: bool, failed: bool
) -> None:
    name, port = paid(there, asked), there.port()
    order = refund_of(name, 5_000)
    port.refund(order)
    there.refunds[order.refund_id.hex]["status"] = status

    seen = port.refund(order)

    assert (seen.done, seen.failed) == (done, failed)
    assert port.refunded(order.paid) == 0


def test_a_merchant_without_money_is_told_no(
    there: WechatPeer, asked: CheckoutAsked
) -> None:
    name = paid(there, asked)
    there.poor = True

    with pytest.raises(Refused, match=r"payment\.refused"):
        there.port().refund(refund_of(name, 5_000))


def test_the_bills_list_what_was_paid(
    there: WechatPeer, asked: CheckoutAsked, clock: HandClock
) -> None:
    paid(there, asked)
    there.write_bill("2026-11-21", TRY.hex)
    clock.pass_days(1)

    (seen,) = there.port().recent(START - timedelta(days=2))

    assert (seen.id, seen.amount_fen) == (f"wechat:{TRY.hex}", 17_805)
    assert seen.order_id == str(ORDER)


def test_a_bill_that_is_not_what_was_announced_is_no_bill(
    there: WechatPeer, asked: CheckoutAsked, clock: HandClock
) -> None:
    paid(there, asked)
    there.write_bill("2026-11-21", TRY.hex)
    clock.pass_days(1)
    port, whole = there.port(), there.bills["2026-11-21"]
    there._bill = lambda day: (  # type: ignore[method-assign]  # stands in for it
        200, {"hash_value": "0" * 40, "download_url": f"{there.url}/bill/file?{day=!s}"}
    )  # fmt: skip

    with pytest.raises(Unavailable):
        list(port.recent(START, START + timedelta(hours=14)))
    assert whole


def test_a_bill_that_is_not_written_yet_is_waited_for(
    there: WechatPeer, clock: HandClock
) -> None:
    midnight = START + timedelta(hours=14)
    port = there.port()
    clock.pass_seconds(15 * 3600)  # one in the morning of the next day

    with pytest.raises(Unavailable):
        list(port.recent(START, midnight))
    assert list(port.recent(START)) == []
    clock.pass_seconds(9 * 3600)  # ten: a day without a trade has no bill
    assert list(port.recent(START, midnight)) == []


def test_a_notice_is_opened(there: WechatPeer, asked: CheckoutAsked) -> None:
    paid(there, asked)
    raw = there.paid_notice(TRY.hex)

    event = there.port().notice(raw, small(there.marked(raw)))

    assert event.session_id == f"wechat:{TRY.hex}"
    assert (event.intent_id, event.type) == (None, "TRANSACTION.SUCCESS")


def test_a_notice_of_a_refund_is_about_the_payment(
    there: WechatPeer, asked: CheckoutAsked
) -> None:
    name = paid(there, asked)
    order = refund_of(name, 5_000)
    there.port().refund(order)
    raw = there.refund_notice(order.refund_id.hex)

    event = there.port().notice(raw, small(there.marked(raw)))

    assert (event.session_id, event.intent_id) == (None, name)


def small(head: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in head.items()}


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"who": "stranger"}, "webhook.signature"),
        ({"ago": 301}, "webhook.signature"),
        ({"ago": -301}, "webhook.signature"),
        ({"serial": "PUB_KEY_ID_OTHER"}, "webhook.signature"),
    ],
    ids=["a stranger's", "an old one", "one ahead of time", "an unknown key"],
)
def test_a_notice_that_is_not_the_platforms_is_refused(
    there: WechatPeer, asked: CheckoutAsked, how: dict[str, Any], code: str
) -> None:
    paid(there, asked)
    raw = there.paid_notice(TRY.hex)

    with pytest.raises(Refused, match=code):
        there.port().notice(raw, small(there.marked(raw, **how)))


def test_a_changed_body_is_refused(there: WechatPeer, asked: CheckoutAsked) -> None:
    paid(there, asked)
    raw = there.paid_notice(TRY.hex)
    head = small(there.marked(raw))

    for changed in (raw + b" ", raw.replace(b"transaction", b"Transaction"), b""):
        with pytest.raises(Refused, match=r"webhook\.signature"):
            there.port().notice(changed, head)
    assert there.port().notice(raw, head).session_id


@pytest.mark.parametrize("missing", ["signature", "timestamp", "nonce", "serial"])
def test_a_notice_without_a_part_of_its_mark_is_refused(
    there: WechatPeer, asked: CheckoutAsked, missing: str
) -> None:
    paid(there, asked)
    raw = there.paid_notice(TRY.hex)
    head = small(there.marked(raw))
    del head[f"wechatpay-{missing}"]

    with pytest.raises(Refused, match=r"webhook\.signature"):
        there.port().notice(raw, head)


def test_a_notice_of_another_merchant_or_lock_is_refused(there: WechatPeer) -> None:
    strange = there.notice({"mchid": "1900000999", "out_trade_no": TRY.hex})
    locked = there.notice({"mchid": "1900000109"}, v3=b"x" * 32)

    with pytest.raises(Refused, match=r"webhook\.stranger"):
        there.port().notice(strange, small(there.marked(strange)))
    with pytest.raises(Refused, match=r"webhook\.shape"):
        there.port().notice(locked, small(there.marked(locked)))
    for raw in (b"[]", b"{}", b'{"resource":{"algorithm":"none"}}', b"\xff"):
        with pytest.raises(Refused, match=r"webhook\.shape"):
            there.port().notice(raw, small(there.marked(raw)))


def test_our_serial_is_named_so_that_the_platform_signs_with_its_public_key(
    there: WechatPeer,
) -> None:
    assert NUMBER in there.settings.believed

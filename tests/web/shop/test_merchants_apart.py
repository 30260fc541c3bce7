"""Two merchants: each pays back, is asked and is compared with its own bill, apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from lms.commerce import queries, services
from lms.commerce.models import BookDifference, Payment, ReconciliationRun
from lms.commerce.rules import OrderState
from lms.commerce.rules.reconciling import DiffKind
from lms.jobs import books
from lms.jobs import orders as job
from lms.kernel.db import db
from lms.kernel.errors import Unavailable
from lms.kernel.money import Fen
from tests.conftest import START, HandClock
from tests.make import commerce as make
from tests.spread import PAGES
from tests.web.shop.test_mainland import manager
from tests.web.shop.test_merchants import DAY, Side, Two, night, two

pytestmark = pytest.mark.sqlite_alone(PAGES)

__all__ = ["two"]


def agreed(two: Two, side: Side, begin: Callable[..., Any]) -> Any:
    """A refund of all, asked for by one and agreed to by another."""
    with begin() as work:
        payment = work.session.scalars(
            select(Payment).where(Payment.order_id == side.order_id)
        ).one()
        ask = services.RefundAsk(payment.id, Fen(12_800), "报错课程")
        refund = services.ask_refund(
            make.clerk(work), side.house, side.order_id, ask, certified=False
        )
        work.session.flush()
        services.decide_refund(
            manager(work), side.house, refund, (True, "同意"), certified=False
        )
    (found,) = queries.stale_refunds(db.session(), START.replace(year=2030), 5)
    return found


def test_money_goes_back_by_the_merchant_that_took_it(
    two: Two, clock: HandClock, begin: Callable[..., Any]
) -> None:
    number = two.b.paid()
    agreed(two, two.b, begin)
    clock.pass_seconds(91)
    job.finish_refunds(clock, two.port)

    (back,) = two.b.wx.refunds.values()
    assert back["out_trade_no"] == number
    assert not two.a.wx.refunds
    assert two.b.state() is OrderState.REFUNDED


def test_what_was_taken_before_goes_back_where_it_was_taken(
    two: Two, clock: HandClock, begin: Callable[..., Any]
) -> None:
    """B is paid by the house, gets a merchant of its own, and then pays back."""
    two.set(clock)
    house = replace(two.b, wx=two.a.wx, ali=two.a.ali, at="")
    number = house.paid()
    two.set(clock, **{two.b.code: two.merchant()})
    agreed(two, two.b, begin)
    clock.pass_seconds(91)
    job.finish_refunds(clock, two.port)

    assert [one["out_trade_no"] for one in two.a.wx.refunds.values()] == [number]
    assert not two.b.wx.refunds


def test_a_merchant_that_was_taken_out_is_replaced_by_nobody(
    two: Two, clock: HandClock, begin: Callable[..., Any]
) -> None:
    two.b.paid()
    sending = agreed(two, two.b, begin)
    two.set(clock)
    clock.pass_seconds(91)

    with pytest.raises(Unavailable, match=r"payment\.merchant"):
        two.port.refund(sending)
    job.run(clock, two.ports)
    assert not two.a.wx.refunds
    assert two.b.state() is OrderState.FULFILLED
    two.set(clock, **{two.b.code: two.merchant()})
    clock.pass_seconds(91)
    job.run(clock, two.ports)
    assert two.b.state() is OrderState.REFUNDED


def test_one_silent_provider_keeps_nobody_else_waiting(
    two: Two, clock: HandClock
) -> None:
    numbers = {side.code: side.begin() for side in (two.b, two.a)}
    for side in (two.a, two.b):
        side.wx.pay(numbers[side.code])
    two.b.wx.mood.broken = True
    clock.pass_seconds(91)

    job.run(clock, two.ports)

    assert two.a.state() is OrderState.FULFILLED
    assert two.b.state() is OrderState.PENDING
    two.b.wx.mood.broken = False
    job.run(clock, two.ports)
    assert two.b.state() is OrderState.FULFILLED


# -- the night -----------------------------------------------------------------------


def runs() -> dict[Any, tuple[int, int]]:
    """Tell what was compared and found, by association."""
    db.session.rollback()
    return {
        one.association_id: (one.looked["stripe"], one.found)
        for one in db.session.scalars(select(ReconciliationRun))
    }


def test_the_night_compares_each_merchant_with_its_own_bill(
    two: Two, clock: HandClock
) -> None:
    for side in (two.a, two.b):
        side.wx.write_bill(DAY, side.paid())
    night(two, clock)

    assert runs() == {two.a.house: (1, 0), two.b.house: (1, 0)}


def test_anothers_bill_proves_nothing(two: Two, clock: HandClock) -> None:
    """B's money stands in A's bill under the same number, and not in B's own."""
    number = two.b.paid()
    two.a.wx.trades[number] = two.b.wx.trades[number]
    two.a.wx.write_bill(DAY, number)
    night(two, clock)

    kinds = {(one.kind, one.ref) for one in db.session.scalars(select(BookDifference))}
    assert kinds == {
        (DiffKind.STRIPE_MISSING, f"{two.b.code}@wechat:{number}"),
        (DiffKind.STRIPE_UNKNOWN, f"wechat:{number}"),
    }


def test_a_day_is_compared_for_whom_a_bill_is_there(two: Two, clock: HandClock) -> None:
    two.a.wx.write_bill(DAY, two.a.paid())
    second = two.b.paid()
    two.b.wx.mood.broken = True
    night(two, clock)
    assert runs() == {two.a.house: (1, 0)}

    two.b.wx.mood.broken = False
    two.b.wx.write_bill(DAY, second)
    books.run(clock, two.ports)
    assert runs() == {two.a.house: (1, 0), two.b.house: (1, 0)}

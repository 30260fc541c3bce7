"""A buyer types a code, sees what it takes off, and orders at that price."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lms.commerce import queries
from lms.kernel.db import db
from tests.conftest import Browser
from tests.make import commerce as make
from tests.make import offers
from tests.make import people as make_people

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


def test_a_code_is_typed_explained_and_ordered_with(
    begin: Begin, browser_of: Sign
) -> None:
    with begin() as work:
        me = make_people.person(work)
        sold = make.course(work)
        offers.coupon(work, sold.association_id, amount_fen=2_800, percent=0)
    page = browser_of(me.account_id)
    page.post("/shop/cart/items", {"kind": "course", "offer_id": sold.course_id})

    page.post("/shop/checkout/coupon", {"code": "NOSUCH"})
    assert "没有这个优惠码" in page.get("/shop/checkout").text
    page.post("/shop/checkout/coupon", {"code": " spring "})
    shown = page.get("/shop/checkout").text
    assert "优惠码 SPRING" in shown
    assert "没有开始学习的课程，可以全额退款。" in shown
    fields = dict(re.findall(r'name="(revision|total_fen)"\s+value="(\d+)"', shown))
    assert fields["total_fen"] == "10000"
    placed = page.post("/shop/checkout", fields)

    assert placed.status_code == 303
    assert "优惠码 SPRING" in page.get(str(placed.location)).text
    (order,) = queries.orders(db.session(), me.person_id)
    assert order.total_fen == 10_000

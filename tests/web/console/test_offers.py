"""The desk sees what is cheaper, and makes more of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lms.accounts.rules import Role
from lms.commerce.rules.offers import DealKind
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import commerce as make
from tests.make import offers
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


def test_every_kind_of_offer_stands_on_the_page(begin: Begin, browser_of: Sign) -> None:
    with begin() as work:
        house = make.association(work)
        sold = make.course(work, house)
        manager = make_accounts.staff(
            work, Role.MANAGER, association_id=house, email="m@demo.example"
        )
        hand = offers.hand(work, house)
        offers.coupon(work, house, offers=(f"course:{sold.course_id}",))
        offers.deal(hand, house, DealKind.TIER, {"seats": 10, "percent": 5})
        offers.deal(hand, house, DealKind.MEMBER, {"percent": 8})
        price = {"offer": f"course:{sold.course_id}", "price_fen": 9_900}
        offers.deal(hand, house, DealKind.MEMBER, price)
        offers.member(hand, house)
    page = browser_of(manager)

    shown = page.get("/console/offers")

    assert shown.status_code == 200
    for words in ("SPRING", "满 10 人，减 5%", "减 8%", "¥99.00", "只用于"):
        assert words in shown.text
    wrong = page.post("/console/offers/coupons", {"title": "空"})
    assert wrong.status_code == 422
    assert page.get("/console/refund-rules").status_code == 200
    assert "某某建设有限公司" in page.get("/console/members").text


def test_a_rule_of_refunds_that_begins_too_early_is_refused_and_nothing_is_lost(
    begin: Begin, browser_of: Sign
) -> None:
    with begin() as work:
        house = make.association(work)
        manager = make_accounts.staff(
            work, Role.MANAGER, association_id=house, email="m@demo.example"
        )
        rule = {"mode": "prorated", "num": 2, "den": 3}
        offers.deal(offers.hand(work, house), house, DealKind.REFUND, rule)
    page = browser_of(manager)
    typed = {
        "mode": "prorated", "num": "3", "den": "7", "words": "请先电话联系",
        "from_on": "2026-11-21",
    }  # fmt: skip

    offered = page.get("/console/refund-rules").text
    refused = page.post("/console/refund-rules", typed)

    assert 'value="2026-11-22"' in offered
    assert refused.status_code == 422
    assert "退款规则最早从 2026-11-22 起" in refused.text
    for kept in ('value="3"', 'value="7"', "请先电话联系", 'value="2026-11-21"'):
        assert kept in refused.text
    typed["from_on"] = "2026-11-22"
    assert page.post("/console/refund-rules", typed).status_code == 303

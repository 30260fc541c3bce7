"""Where a coupon made something cheaper, invoices and revenue say which it was."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from lms.accounts.rules import Role
from lms.commerce import queries, services
from lms.commerce.rules import OfferKind
from lms.commerce.services import coupons, invoices
from lms.kernel.clock import legal_day
from lms.kernel.money import Fen
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import commerce as make
from tests.make import invoices as bureau
from tests.make import offers
from tests.make import people as make_people
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


class Cheaper:
    """Two orders that were paid, the second one ¥20 cheaper by a coupon."""

    def __init__(self, begin: Begin, sign: Sign) -> None:
        with begin() as work:
            house = make.association(work)
            first, second = (make.course(work, house) for _ in range(2))
            offers.coupon(
                work, house, title="年末学习优惠", percent=0, amount_fen=Fen(2_000)
            )
            buyer = make_people.person(work)
            self.plain = make.paid_order(work, buyer.person_id, first)
            services.add(work, buyer.person_id, OfferKind.COURSE, second.course_id)
            coupons.enter(work, buyer.person_id, "SPRING")
            cart = queries.cart(work.session, buyer.person_id, legal_day(work.now))
            (self.order_id,) = services.place_order(
                work,
                buyer.person_id,
                revision=cart.revision,
                total_fen=cart.total_fen,
            )
            begun = make.plan(work, buyer.person_id, self.order_id)
            services.settle(work, make.seen(work, begun), live=False)
            both = [self.plain, self.order_id]
            self.invoice = invoices.ask(work, buyer.person_id, both, bureau.company())
            clerk = make_accounts.staff(work, Role.CLERK, association_id=house)
        self.buyer, self.clerk = sign(buyer.account_id), sign(clerk)


def test_buyer_and_desk_read_on_the_invoice_which_coupon_was_used(
    begin: Begin, browser_of: Sign
) -> None:
    cheaper = Cheaper(begin, browser_of)
    pages = (
        cheaper.buyer.get(f"/shop/invoices/{cheaper.invoice}").text,
        cheaper.clerk.get(f"/console/money/invoices/{cheaper.invoice}").text,
    )

    for page in pages:
        assert page.count("优惠码 SPRING −¥20.00") == 1
        assert "¥108.00" in page
        assert "¥236.00" in page


def test_the_revenue_page_and_its_sheet_name_the_coupon(
    begin: Begin, browser_of: Sign
) -> None:
    cheaper = Cheaper(begin, browser_of)
    page = cheaper.clerk.get("/console/money/revenue").text
    sent = cheaper.clerk.post("/console/money/revenue/export.xlsx", {})
    sheet = load_workbook(io.BytesIO(sent.data))["筛选条件"]
    told = {a.value: b.value for a, b in sheet.iter_rows(max_col=2)}

    assert "年末学习优惠</th>" in page
    assert told["优惠券：年末学习优惠"] == "1 单，减免 ¥20.00，净收入 ¥108.00"


def test_a_day_without_the_coupons_orders_does_not_name_it(
    begin: Begin, browser_of: Sign
) -> None:
    cheaper = Cheaper(begin, browser_of)
    days = "since=2026-11-01&until=2026-11-20"

    page = cheaper.clerk.get(f"/console/money/revenue?{days}").text
    assert "年末学习优惠" not in page

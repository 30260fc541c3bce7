"""Who sells, as the desk, the buyer and the red letter read it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from lms.accounts.models import Account
from lms.accounts.rules import Role
from lms.commerce.services import invoices
from lms.kernel.db import db
from tests.make import accounts as make_accounts
from tests.make import commerce as make
from tests.make import invoices as bureau
from tests.make.invoices import Drawn
from tests.spread import PAGES
from tests.web.console.test_money import Asked, Begin, Desk, Sign, asked, desk

pytestmark = pytest.mark.sqlite_alone(PAGES)

__all__ = ["asked", "desk"]


def test_a_house_that_has_not_said_who_sells_is_led_to_where_it_says_so(
    begin: Begin, browser_of: Sign
) -> None:
    with begin() as work:
        house = make.association(work)
        roles = (Role.CLERK, Role.MANAGER)
        staff = [
            make_accounts.staff(
                work, one, association_id=house, email=f"{one.value}@demo.example"
            )
            for one in roles
        ]
        me = make.buyer(work)
        orders = [make.paid_order(work, me, make.course(work, house)) for _ in "ab"]
        first, second = (
            invoices.ask(work, me, [one], bureau.company()) for one in orders
        )
    clerk, manager = (browser_of(each) for each in staff)
    there, told = "/console/money/invoices/hand-over", {"invoice": str(second)}
    refused, shown = clerk.post(there, told), manager.post(there, told)

    assert refused.status_code == shown.status_code == 422
    assert "还没有填写统一社会信用代码（税号）。" in refused.text
    assert "请协会负责人到“规则与账户”补全" in refused.text
    assert 'href="/console/terms#account"' in shown.text
    ticks = re.findall(r'value="([0-9a-f-]{36})"\s+(checked)?', refused.text)
    assert {one: bool(on) for one, on in ticks} == {
        str(first): False,
        str(second): True,
    }


def test_the_seller_stands_before_the_buyer_and_on_the_red_letter(
    desk: Desk, asked: Asked, browser_of: Sign, begin: Begin
) -> None:
    account = db.session.scalars(
        select(Account.id).where(Account.person_id == desk.me)
    ).one()
    buyer = browser_of(account)
    before = buyer.get(f"/shop/invoices/{asked.id}").text
    for told in make.SELLER.values():
        assert told in before
    assert asked.upload(f"{asked.page}/issued", bureau.pdf(Drawn())).status_code == 303
    with begin() as work:
        make.seller(work, desk.house, account="99999", bank="新银行")
    desk.clerk.post(f"{asked.page}/reds", {"why": "title", "words": "抬头错了"})
    page = desk.manager.get(asked.page).text
    found = re.search(r"/reds/([0-9a-f-]{36})/decide", page)
    assert found
    decide = f"{asked.page}/reds/{found[1]}/decide"
    desk.manager.post(decide, {"approved": "1"})

    red = desk.clerk.get(asked.page).text
    assert "税号 51150200MJY000001X，包头银行 15007。" in red
    assert "99999" not in red
    assert "99999" not in buyer.get(f"/shop/invoices/{asked.id}").text

"""A learner asks for money back on the order's page; the desk answers on its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from lms.accounts import queries as accounts
from lms.accounts.rules import Role
from lms.commerce import queries
from lms.kernel.db import db
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import commerce as make

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


class Shop:
    """A paid order of one course, its buyer, a clerk and a manager."""

    def __init__(self, begin: Begin, sign: Sign) -> None:
        with begin() as work:
            here = make.association(work)
            staff = [
                make_accounts.staff(
                    work, role, association_id=here, email=f"{role}@demo.example"
                )
                for role in (Role.CLERK, Role.MANAGER)
            ]
            self.me = make.buyer(work)
            self.order_id = make.paid_order(work, self.me, make.course(work, here))
            (line,) = queries.order(work.session, self.me, self.order_id).lines
            self.line = str(line.id)
        self.clerk, self.manager = (sign(each) for each in staff)
        self.buyer = sign(accounts.account_of(db.session(), self.me).id)
        self.page = f"/shop/orders/{self.order_id}"
        self.desk = f"/console/orders/{self.order_id}"

    def ask(self, **over: str) -> Any:
        fields = {"line": self.line, "reason": "报错了课程"} | over
        return self.buyer.post(f"{self.page}/refund", fields)


@pytest.fixture
def shop(begin: Begin, browser_of: Sign) -> Shop:
    return Shop(begin, browser_of)


def test_the_way_of_a_wish_to_a_refund(shop: Shop) -> None:
    page = shop.buyer.get(shop.page).text
    assert "按规则可退 ¥128.00" in page

    assert shop.ask().status_code == 303
    assert shop.ask().status_code == 303

    page = shop.buyer.get(shop.page).text
    assert page.count("报错了课程") == 1
    assert "待协会核对" in page
    assert "提交退款申请" not in page
    assert "退款申请" in shop.clerk.get("/console").text
    listed = shop.clerk.get("/console/orders?group=wish").text
    assert shop.desk in listed
    desk = shop.clerk.get(shop.desk).text
    assert "学员申请退款" in desk
    assert re.search(r"<textarea[^>]*>报错了课程</textarea>", desk)
    assert 'value="128.00"' in desk
    (payment,) = queries.order(db.session(), shop.me, shop.order_id).payments
    fields = {
        "payment": str(payment.id),
        f"line:{shop.line}": "128.00",
        "reason": "报错了课程",
    }
    assert shop.clerk.post(f"{shop.desk}/refunds", fields).status_code == 303
    assert "待负责人同意" in shop.buyer.get(shop.page).text
    assert shop.desk not in shop.clerk.get("/console/orders?group=wish").text


def test_a_no_reaches_the_learner_with_its_reason(shop: Shop) -> None:
    shop.ask()

    bare = shop.clerk.post(f"{shop.desk}/refunds/decline", {"comment": ""})
    assert bare.status_code == 422
    told = shop.clerk.post(f"{shop.desk}/refunds/decline", {"comment": "已开考"})
    assert told.status_code == 303

    page = shop.buyer.get(shop.page).text
    assert "答复：已开考" in page
    assert "提交退款申请" in page


def test_what_was_typed_stays_when_something_is_missing(shop: Shop) -> None:
    empty = shop.buyer.post(f"{shop.page}/refund", {"reason": "报错了课程"})

    assert empty.status_code == 422
    assert "请勾选要退款的课程。" in empty.text
    assert re.search(r"<textarea[^>]*>\s*报错了课程</textarea>", empty.text)
    assert shop.ask(reason="").status_code == 422
    assert shop.ask(line="strange").status_code == 422


def test_a_wish_can_be_taken_back(shop: Shop) -> None:
    shop.ask()

    assert shop.buyer.post(f"{shop.page}/refund/withdraw").status_code == 303

    assert "已撤回" in shop.buyer.get(shop.page).text
    assert "学员申请退款" not in shop.clerk.get(shop.desk).text

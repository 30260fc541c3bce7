"""A buyer asks for an invoice, corrects it, takes it away, and has it made anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.commerce.models import Invoice, InvoiceRed
from lms.commerce.rules.invoices import InvoiceState, Read, RedState
from lms.commerce.services import issuing
from lms.kernel.db import db
from tests.conftest import Browser
from tests.make import commerce as make
from tests.make import invoices as bureau
from tests.make.statements import hand

Begin = Callable[..., Any]
Sign = Callable[..., Browser]

TITLE = {
    "kind": "company", "sort": "normal", "name": "内蒙古示例建设集团有限公司",
    "tax_no": bureau.USCC, "email": "a@b.cn",
}  # fmt: skip


class Buyer:
    """Somebody with two paid orders."""

    def __init__(self, begin: Begin, sign: Sign) -> None:
        with begin() as work:
            self.house = make.association(work)
            self.me = make.buyer(work)
            self.orders = [
                make.paid_order(work, self.me, make.course(work, self.house))
                for _ in range(2)
            ]
            self.stranger = make.buyer(work, name="李四")
        self.page = sign(accounts.account_of(db.session(), self.me).id)
        self.other = sign(accounts.account_of(db.session(), self.stranger).id)

    def ask(self, **over: object) -> Any:
        told = TITLE | {"orders": [str(one) for one in self.orders]} | over
        return self.page.post("/shop/invoices", told)

    def row(self) -> Invoice:
        db.session.rollback()
        return db.session.scalars(select(Invoice).order_by(Invoice.asked_at)).one()

    def issue(self, begin: Begin) -> Invoice:
        row = self.row()
        with begin() as work:
            paper = bureau.paper(row.amount_fen, words=row.title + row.tax_no)
            issuing.record_issued(hand(work), self.house, row.id, paper, Read())
        return self.row()


@pytest.fixture
def buyer(begin: Begin, browser_of: Sign) -> Buyer:
    return Buyer(begin, browser_of)


def test_two_orders_are_put_on_one_invoice(buyer: Buyer) -> None:
    form = buyer.page.get("/shop/invoices/new").text
    assert form.count('name="orders"') == 2

    placed = buyer.ask()

    assert placed.status_code == 303
    row = buyer.row()
    assert (row.amount_fen, row.state) == (25_600, InvoiceState.ASKED)
    assert "没有可以开票的订单" in buyer.page.get("/shop/invoices/new").text
    assert "¥256.00" in buyer.page.get("/shop/invoices").text


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"tax_no": "91150203MA0N00000H"}, "统一社会信用代码"),
        ({"name": "甲"}, "请填写抬头"),
        ({"sort": "special"}, "专用发票须填写地址"),
        ({"kind": "personal", "sort": "special"}, "个人不能申请"),
        ({"orders": []}, "请选择要开票的订单"),
        ({"email": "nobody"}, "邮箱有误"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    buyer: Buyer, over: dict[str, object], words: str
) -> None:
    refused = buyer.ask(**over)

    assert refused.status_code == 422
    assert words in refused.text
    assert str(over.get("name", TITLE["name"])) in refused.text
    assert not db.session.scalars(select(Invoice)).all()


def test_another_persons_order_cannot_be_named(buyer: Buyer) -> None:
    told = TITLE | {"orders": [str(buyer.orders[0])]}

    assert buyer.other.post("/shop/invoices", told).status_code == 422
    assert not db.session.scalars(select(Invoice)).all()


def test_a_request_is_corrected_and_withdrawn(buyer: Buyer) -> None:
    page = str(buyer.ask().location)
    saved = buyer.page.post(page, TITLE | {"kind": "personal", "name": "张建国"})
    assert saved.status_code == 303
    assert buyer.row().title == "张建国"
    assert buyer.page.post(f"{page}/withdraw").status_code == 303
    assert buyer.row().state is InvoiceState.WITHDRAWN
    assert buyer.other.get(page).status_code == 404


def test_the_invoice_is_saved_by_its_owner_alone(buyer: Buyer, begin: Begin) -> None:
    page = str(buyer.ask().location)
    buyer.issue(begin)
    shown = buyer.page.get(page).text
    found = re.search(r"/shop/invoices/[0-9a-f-]{36}/files/[0-9a-f-]{36}", shown)
    assert found
    got = buyer.page.get(found[0])
    assert got.data == b"%PDF-1.7 specimen"
    assert got.headers["Cache-Control"] == "no-store"
    assert buyer.other.get(found[0]).status_code == 404


def test_a_wrong_invoice_is_put_to_the_desk(buyer: Buyer, begin: Begin) -> None:
    page = str(buyer.ask().location)
    buyer.issue(begin)
    told = TITLE | {"name": "另一家公司", "why": "title", "words": "单位改名"}
    assert buyer.page.post(f"{page}/wish", told).status_code == 303

    (red,) = db.session.scalars(select(InvoiceRed))
    assert red.state is RedState.WISHED
    assert "正在红冲并重新开具" in buyer.page.get(page).text
    again = buyer.page.post(f"{page}/wish", told)
    assert again.status_code == 422
    assert "已有一条红冲在办理" in again.text

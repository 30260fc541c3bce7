"""The association's order desk."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from sqlalchemy import text

from lms.accounts.rules import Role
from lms.commerce import queries
from lms.commerce.rules import OrderState
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, OrderId, PersonId, new_id
from lms.kernel.work import Actor
from lms.people import services as people
from lms.people.rules import EmployerFacts
from lms.web.console.amounts import fen
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import commerce as make

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
Desk = tuple[AssociationId, PersonId, OrderId, list[Browser]]

LINE = {
    "value_on": "2026-11-20",
    "amount": "128.00",
    "payer": "张建国",
    "running_no": "20261120-7",
    "reference": "",
}


@pytest.fixture
def desk(begin: Begin, browser_of: Sign) -> Desk:
    """An association that asks for two, an order, and two clerks."""
    with begin() as work:
        house = make.association(work, two_person=True)
        me = make.buyer(work, name="张建国")
        order_id = make.pending_order(work, me, make.course(work, house))
        clerks = [
            make_accounts.staff(
                work, Role.CLERK, association_id=house, email=f"c{n}@demo.example"
            )
            for n in range(2)
        ]
    return house, me, order_id, [browser_of(each) for each in clerks]


def state(me: PersonId, order_id: OrderId) -> OrderState:
    db.session.rollback()
    return queries.order(db.session(), me, order_id).state


def test_two_clerks_confirm_a_transfer(desk: Desk) -> None:
    _house, me, order_id, (first, second) = desk
    page = f"/console/orders/{order_id}"
    shown = first.get(page).text
    assert "张建国" in shown
    assert 'href="/console/orders"' in shown

    told = first.post(f"{page}/transfers", LINE, follow_redirects=True)
    assert "等待另一人复核" in told.text
    assert state(me, order_id) is OrderState.PENDING
    (line,) = queries.order(db.session(), me, order_id).transfers
    again = first.post(f"{page}/transfers/{line.id}/confirm")
    assert again.status_code == 403
    assert "复核须由另一个人办理" in again.text

    told = second.post(f"{page}/transfers/{line.id}/confirm", follow_redirects=True)
    assert "已确认到账，课程已开通" in told.text
    assert state(me, order_id) is OrderState.FULFILLED


def test_a_short_line_is_shown_as_short(desk: Desk) -> None:
    _house, me, order_id, (first, second) = desk
    page = f"/console/orders/{order_id}"
    first.post(f"{page}/transfers", LINE | {"amount": "127.99"})
    (line,) = queries.order(db.session(), me, order_id).transfers
    told = second.post(f"{page}/transfers/{line.id}/confirm", follow_redirects=True)

    (toast,) = re.findall(r'<div class="toast (\w+)"', told.text)
    assert toast == "warn"
    assert "还差 ¥0.01，课程没有开通" in told.text
    assert "短款 ¥0.01" in first.get(page).text
    assert state(me, order_id) is OrderState.PENDING


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "1.234"}, {"amount": "0"}, {"amount": "-5"}, {"amount": "一百"},
     {"value_on": "2026-11-22"}, {"value_on": ""}, {"running_no": ""}, {"payer": ""}],
    ids=str,
)  # fmt: skip
def test_a_line_with_a_fault_is_shown_again(desk: Desk, wrong: dict[str, str]) -> None:
    _house, me, order_id, (first, _second) = desk

    told = first.post(f"/console/orders/{order_id}/transfers", LINE | wrong)

    assert told.status_code == 422
    assert not queries.order(db.session(), me, order_id).transfers


@pytest.mark.parametrize("few", [3_000, 0], ids=["rare", "common"])
def test_the_list_finds_by_number_and_name_and_goes_out_as_a_table(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("lms.reports.called.FEW", few)
    _house, me, order_id, (first, _second) = desk
    number = queries.order(db.session(), me, order_id).number

    for words, found in (
        (number, True),
        ("张建", True),
        ("建国", False),
        ("李", False),
    ):
        page = first.get("/console/orders", query_string={"words": words}).text
        assert (f"/console/orders/{order_id}" in page) == found


def test_the_books_get_family_names_figures_and_who_paid_and_the_export_is_noted(
    desk: Desk, begin: Begin
) -> None:
    _house, me, order_id, (first, second) = desk
    with begin() as work:
        firm = EmployerFacts("91110000600037341L", "=HYPERLINK(公司)")
        people.save_employer(replace(work, actor=Actor(None, me)), me, firm)
    page = f"/console/orders/{order_id}"
    first.post(f"{page}/transfers", LINE)
    (line,) = queries.order(db.session(), me, order_id).transfers
    second.post(f"{page}/transfers/{line.id}/confirm")

    table = first.post("/console/orders/export.xlsx", {"group": "paid", "words": ""})

    called = unquote(table.headers["Content-Disposition"])
    assert called.endswith("订单表-20261121.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(table.data))
    told = {a.value: b.value for a, b in book["筛选条件"].iter_rows(max_col=2)}
    assert (told["分类"], told["查找"]) == ("已付款", "全部")
    (row,) = book["订单表"].iter_rows(min_row=2)
    assert [cell.value for cell in row[1:11]] == [
        "张*", "安全生产法律法规", 128, 0, "课程已开通", "对公转账", "张*",
        "20261120-7", "=HYPERLINK(公司)", "91110000600037341L",
    ]  # fmt: skip
    assert [row[n].data_type for n in (3, 4, 9, 11, 12)] == ["n", "n", "s", "d", "d"]
    kinds = db.session.scalars(text("SELECT kind FROM evidence_lines")).all()
    assert "orders.exported" in kinds


def test_another_association_sees_nothing(
    desk: Desk, begin: Begin, browser_of: Sign
) -> None:
    _house, _me, order_id, _clerks = desk
    with begin() as work:
        other = make_accounts.staff(
            work, Role.MANAGER, association_id=make.association(work),
            email="m@demo.example",
        )  # fmt: skip
    stranger = browser_of(other)

    assert str(order_id) not in stranger.get("/console/orders").text
    for there in (order_id, new_id()):
        assert stranger.get(f"/console/orders/{there}").status_code == 404
        told = stranger.post(f"/console/orders/{there}/transfers", LINE)
        assert told.status_code == 404


def test_a_learner_has_no_order_desk(
    desk: Desk, begin: Begin, browser_of: Sign
) -> None:
    with begin() as work:
        me = make_accounts.account(work)
    assert browser_of(me).get("/console/orders").status_code == 403


@pytest.mark.parametrize(
    ("typed", "read"),
    [("128", 12_800), ("1,280.5", 128_050), (" 0.01 ", 1), ("1.005", 0), ("", 0),
     ("１２", 0), ("1e3", 0)],
)  # fmt: skip
def test_yuan_are_read_without_a_float(typed: str, read: int) -> None:
    assert fen(typed) == read

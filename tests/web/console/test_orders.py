"""The association's order desk."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from lms.accounts.rules import Role
from lms.commerce import queries
from lms.commerce.rules import OrderState
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, OrderId, PersonId, new_id
from lms.web.console.orders import fen
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
    assert "张*" in first.get(page).text

    assert first.post(f"{page}/transfers", LINE).status_code == 303
    assert state(me, order_id) is OrderState.PENDING
    (line,) = queries.order(db.session(), me, order_id).transfers
    again = first.post(f"{page}/transfers/{line.id}/confirm")
    assert again.status_code == 403
    assert "复核须由另一个人办理" in again.text

    assert second.post(f"{page}/transfers/{line.id}/confirm").status_code == 303
    assert state(me, order_id) is OrderState.FULFILLED


def test_a_short_line_is_shown_as_short(desk: Desk) -> None:
    _house, me, order_id, (first, second) = desk
    page = f"/console/orders/{order_id}"
    first.post(f"{page}/transfers", LINE | {"amount": "127.99"})
    (line,) = queries.order(db.session(), me, order_id).transfers
    second.post(f"{page}/transfers/{line.id}/confirm")

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


def test_the_list_finds_by_number_and_name_and_goes_out_as_a_table(desk: Desk) -> None:
    _house, me, order_id, (first, _second) = desk
    number = queries.order(db.session(), me, order_id).number

    for words, found in ((number, True), ("建国", True), ("李", False)):
        page = first.get("/console/orders", query_string={"words": words}).text
        assert (f"/console/orders/{order_id}" in page) == found
    table = first.get("/console/orders/export.xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(table.data)).active.values)  # type: ignore[union-attr]
    assert rows[1][:2] == (number, "张*")
    assert rows[1][3] == "128.00"


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

"""Money that is given to another order meanwhile, and names that leave by a table."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from lms.commerce.models import Transfer
from lms.commerce.rules import OrderState, TransferState
from lms.commerce.services import invoices
from lms.kernel.db import db
from tests.conftest import Browser
from tests.make import commerce as make
from tests.make import invoices as bureau
from tests.make.statements import confirm, row, seen, ticked
from tests.web.console.test_money import Desk

Begin = Callable[..., Any]


@pytest.fixture
def desk(begin: Begin, browser_of: Callable[..., Browser]) -> Desk:
    return Desk(begin, browser_of)


def given_elsewhere(desk: Desk, begin: Begin) -> None:
    """Let a clerk give the line's money to another order of the same amount."""
    with begin() as work:
        other = make.pending_order(work, make.buyer(work), desk.sold)
    part = db.session.scalars(
        select(Transfer.id).where(Transfer.state == TransferState.PROPOSED)
    ).one()
    assert desk.clerk.post(f"{desk.line()}/parts/{part}/withdraw").status_code == 303
    told = {"order": str(other), "amount": "128.00", "note": "换单"}
    assert desk.clerk.post(f"{desk.line()}/parts", told).status_code == 303


def confirmed() -> bool:
    db.session.rollback()
    states = set(db.session.scalars(select(Transfer.state)))
    return TransferState.CONFIRMED in states


def test_a_line_that_moved_to_another_order_is_not_confirmed_by_the_old_page(
    desk: Desk, begin: Begin
) -> None:
    desk.take(row("128.00", words=f"培训费 {desk.number}"))
    old = seen(desk.other, desk.line())
    given_elsewhere(desk, begin)

    late = desk.other.post(f"{desk.line()}/confirm", {"seen": old})

    assert late.status_code == 409
    assert "请重新核对" in late.text
    assert not confirmed()
    assert confirm(desk.other, desk.line(), "看过了").status_code == 303
    assert desk.state() is OrderState.PENDING


def test_a_box_that_was_ticked_before_the_line_moved_confirms_nothing(
    desk: Desk, begin: Begin
) -> None:
    desk.take(row("128.00", words=f"培训费 {desk.number}"))
    box = ticked(desk.other)
    given_elsewhere(desk, begin)

    late = desk.other.post(
        "/console/money/lines/confirm", {"line": box}, follow_redirects=True
    )

    assert "改对应了别的订单" in late.text
    assert not confirmed()


def test_a_table_of_lines_or_invoices_cuts_persons_names_and_keeps_companies(
    desk: Desk, begin: Begin
) -> None:
    desk.take(row("5.00", payer="张建国"))
    with begin() as work:
        invoices.ask(work, desk.me, [desk.paid_id], bureau.personal("王守成"))
        more = make.paid_order(work, desk.me, make.course(work, desk.house))
        invoices.ask(work, desk.me, [more], bureau.company("内蒙古建设有限公司"))

    lines = table(desk.clerk, "lines")
    bills = table(desk.clerk, "invoices")

    assert "张建国" not in lines
    assert "王守成" not in bills
    assert "内蒙古建设有限公司" in bills


def test_names_in_full_need_another_managers_word(desk: Desk) -> None:
    desk.take(row("5.00", payer="张建国"))

    for what in ("lines", "invoices"):
        asked = desk.clerk.post(
            f"/console/money/{what}/export.xlsx",
            {"group": "all", "whole": "1", "export_reason": "年度审计核对"},
        )
        assert asked.status_code == 303
        assert "/console/exports/" in asked.location


def table(by: Browser, what: str) -> set[str]:
    """Take a table away; give what stands in it."""
    sent = by.post(f"/console/money/{what}/export.xlsx", {"group": "all"})
    book = load_workbook(io.BytesIO(sent.data))
    cells = (cell for line in book.worksheets[0].values for cell in line)
    return {one for one in cells if isinstance(one, str)}

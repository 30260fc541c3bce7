"""What a page says comes next, where a newcomer would else be lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from lms.catalogue.models import Association
from lms.commerce import services
from lms.commerce.models import StatementLine, Transfer
from lms.commerce.rules import OrderState
from lms.kernel.db import db
from tests.conftest import Browser
from tests.make.statements import row, ticked
from tests.web.console.test_money import Desk

Begin = Callable[..., Any]


@pytest.fixture
def desk(begin: Begin, browser_of: Callable[..., Browser]) -> Desk:
    return Desk(begin, browser_of)


def let_one_person_do(desk: Desk, begin: Begin) -> None:
    with begin() as work:
        work.session.get_one(Association, desk.house).two_person = False
    db.session.remove()


def waiting(browser: Browser) -> str:
    """Read how many matched lines a workbench says wait for its visitor."""
    page = browser.get("/console").text
    found = re.search(r'待确认到账</strong>.*?badge warn">(\d+)', page, re.DOTALL)
    return found[1] if found else ""


def test_a_matched_line_waits_on_the_desk_of_who_may_confirm_it(desk: Desk) -> None:
    desk.take(row("128.00", words=f"培训费 {desk.number}"))

    assert (waiting(desk.clerk), waiting(desk.other)) == ("", "1")


def test_where_one_person_is_enough_it_waits_on_their_own_desk(
    desk: Desk, begin: Begin
) -> None:
    let_one_person_do(desk, begin)
    desk.take(row("128.00", words=f"培训费 {desk.number}"))
    assert waiting(desk.clerk) == "1"
    order = desk.clerk.get(f"/console/orders/{desk.order_id}").text
    assert "核对流水并确认" in order
    queue = desk.clerk.get("/console/money/lines?group=confirm").text
    assert "由另一人确认" not in queue

    box = ticked(desk.clerk)
    done = desk.clerk.post(
        "/console/money/lines/confirm", {"line": box}, follow_redirects=True
    )

    assert desk.state() is OrderState.FULFILLED
    assert "没有等待复核的流水" in done.text
    assert waiting(desk.clerk) == ""


def test_an_account_is_one_however_it_is_spaced(desk: Desk) -> None:
    page = desk.send(row("1.00"))
    desk.map(page)
    desk.clerk.post(f"{page}/take")
    again = desk.send(row("1.00"), row("2.00", number="2"))
    told = {"bank": "包头银行", "account": "1 5 0 0", "head": "0", "day": "0",
            "running_no": "1", "debit": "2", "credit": "3", "payer": "5"}  # fmt: skip
    assert desk.clerk.post(f"{again}/mapping", told).status_code == 303
    desk.clerk.post(f"{again}/take")

    assert db.session.scalar(select(func.count()).select_from(StatementLine)) == 2


def waits(browser: Browser, title: str) -> int:
    """Read how much of one kind a workbench says waits for its visitor."""
    page = browser.get("/console").text
    found = re.search(title + r'</strong>.*?badge warn">(\d+)', page, re.DOTALL)
    return int(found[1]) if found else 0


def declared(desk: Desk, begin: Begin) -> None:
    """Let the buyer say to have sent the money."""
    with begin() as work:
        services.declare_transfer(work, desk.me, desk.order_id)
    db.session.remove()


def counted(browser: Browser) -> tuple[int, int, int]:
    """Read how often an order waits: to be looked for, for a second, for a yes."""
    titles = ("待核对转账", "待复核流水", "待确认到账")
    looked, second, confirm = (waits(browser, one) for one in titles)
    return looked, second, confirm


def test_an_order_whose_line_was_found_waits_once(desk: Desk, begin: Begin) -> None:
    declared(desk, begin)
    assert counted(desk.other) == (1, 0, 0)

    desk.take(row("128.00", words=f"培训费 {desk.number}"))

    assert counted(desk.other) == (0, 0, 1)
    page = desk.other.get("/console/orders?group=declared").text
    assert desk.number not in page
    transfer = db.session.scalars(select(Transfer.id)).one()
    url = f"/console/orders/{desk.order_id}/transfers/{transfer}/withdraw"
    assert desk.clerk.post(url).status_code == 303
    assert counted(desk.other) == (1, 0, 0)


def test_an_order_whose_line_was_typed_waits_once(desk: Desk, begin: Begin) -> None:
    declared(desk, begin)
    line = {
        "value_on": "2026-11-20", "amount": "128.00", "payer": "张建国",
        "running_no": "1", "reference": "",
    }  # fmt: skip
    sent = desk.clerk.post(f"/console/orders/{desk.order_id}/transfers", line)
    assert sent.status_code == 303

    assert counted(desk.other) == (0, 1, 0)
    assert counted(desk.clerk) == (0, 0, 0)

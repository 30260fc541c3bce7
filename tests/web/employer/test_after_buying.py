"""What a company does with seats that it has: sessions of classes, and money back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from lms.classes import queries as classes
from lms.commerce import queries, services
from lms.commerce.queries import SeatLineCard
from lms.kernel.db import db
from tests.conftest import Browser
from tests.make import accounts as make_accounts
from tests.make import classes as make
from tests.make import companies
from tests.make import seats as seats_make
from tests.make.companies import Company
from tests.make.seats import Staff
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


@dataclass
class Bought:
    """A company with three seats in a course that meets, one of them taken."""

    company: Company
    line: SeatLineCard
    staff: Staff
    seat: UUID
    session: UUID
    clerk: UUID
    agent: Browser


@pytest.fixture
def bought(begin: Begin, browser_of: Sign) -> Bought:
    with begin() as work:
        taught = make.course(work)
        company = companies.proved(work)
        line = seats_make.bought(work, company, taught.sold, 3)
        staff = seats_make.staff(work, company)
        services.assign(company.acting(work), company.id, line.line_id, [staff.link])
        seat = next(
            one.id
            for one in queries.seats_of_line(work.session, company.id, line.line_id)
            if one.person_id is not None
        )
        session = make.session(work, taught)
        clerk = make_accounts.staff(
            work, "clerk", association_id=taught.association_id, email="c@demo.example"
        )
    agent = browser_of(company.agent.account_id)
    return Bought(company, line, staff, seat, session, clerk, agent)


def test_an_agent_chooses_a_session_and_sees_who_sits_where(bought: Bought) -> None:
    page = f"/employer/seats/{bought.line.line_id}"
    assert "面授直播的场次" in bought.agent.get(page).text

    sent = bought.agent.post(
        f"/employer/seat/{bought.seat}/session", {"session": str(bought.session)}
    )

    assert sent.status_code == 303
    shown = bought.agent.get(page).text
    assert "场次已选好" in shown
    assert "已占名额" in shown
    place = classes.in_session(
        db.session(), bought.staff.made.person_id, bought.session
    )
    db.session.remove()
    assert place is not None
    again = bought.agent.post(
        f"/employer/seat/{bought.seat}/session", {"session": str(bought.session)}
    )
    assert again.status_code == 303
    assert "本人已经选了场次" in bought.agent.get(page).text
    for nonsense in ("", "x", str(UUID(int=7))):
        bad = bought.agent.post(
            f"/employer/seat/{bought.seat}/session", {"session": nonsense}
        )
        assert bad.status_code == 303
        assert "没有找到这个场次" in bought.agent.get(page).text


def test_another_company_chooses_nothing_and_asks_for_nothing(
    bought: Bought, begin: Begin, browser_of: Sign
) -> None:
    with begin() as work:
        other = companies.proved(work, "91440300708461136T", "别家公司")
    stranger = browser_of(other.agent.account_id)
    order = f"/employer/orders/{bought.line.order_id}"
    for where, said in (
        (f"/employer/seat/{bought.seat}/session", {"session": str(bought.session)}),
        (f"{order}/refund", {"line": str(bought.line.line_id), "reason": "退"}),
        (f"{order}/refund/withdraw", {}),
    ):
        assert stranger.post(where, said).status_code == 404, where


def test_a_company_asks_for_unused_seats_and_takes_it_back(
    bought: Bought, browser_of: Sign
) -> None:
    order = f"/employer/orders/{bought.line.order_id}"
    page = bought.agent.get(order).text
    assert "按没有分配的席位退" in page
    line = re.search(r'name="line"\s+value="([0-9a-f-]{36})"', page)
    assert line

    empty = bought.agent.post(f"{order}/refund", {"line": line[1], "reason": ""})
    assert empty.status_code == 422
    assert "请写明退款原因" in empty.text
    none = bought.agent.post(f"{order}/refund", {"reason": "两人离职"})
    assert none.status_code == 422
    assert "两人离职" in none.text, "what was typed stays"
    bought.agent.post(f"{order}/refund", {"line": line[1], "reason": "两人离职"})
    assert "退款申请已提交" in bought.agent.get(order).text
    clerk = browser_of(bought.clerk)
    desk = clerk.get(f"/console/orders/{bought.line.order_id}").text
    assert "单位申请退款" in desk
    assert "两人离职" in desk

    bought.agent.post(f"{order}/refund/withdraw")
    assert "已撤回退款申请" in bought.agent.get(order).text
    assert (
        "单位申请退款" not in clerk.get(f"/console/orders/{bought.line.order_id}").text
    )

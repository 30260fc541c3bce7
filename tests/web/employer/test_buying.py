"""A company's whole way: a list, a price, an order, money, seats, study, the board."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms.accounts.rules import Role
from lms.catalogue.models import Association, CourseVersion
from lms.commerce import queries
from lms.commerce.rules import OrderState
from lms.jobs import messages
from lms.kernel.db import db
from lms.kernel.ids import AccountId, AssociationId, LessonId
from lms.learning import queries as learning
from lms.notify.ports import MailSender, SmsSender
from lms.people import queries as people_queries
from tests.conftest import Browser, HandClock
from tests.gateways.test_workbooks import book
from tests.learning.ground import course
from tests.make import accounts as make_accounts
from tests.make import companies, people
from tests.make.companies import Company
from tests.make.people import Made

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


@dataclass
class Town:
    """A company, its people, an association that sells, and its clerks."""

    company: Company
    staff: list[Made]
    places: list[str]
    house: AssociationId
    version: CourseVersion
    lesson: LessonId
    clerks: list[AccountId]


@pytest.fixture
def town(begin: Begin) -> Town:
    with begin() as work:
        company = companies.proved(work, name="包头第一建筑公司")
        staff = [people.person(work, name=f"张{n}") for n in "甲乙丙"]
        version_id, (lesson,) = course(work, 100)
        version = work.session.get_one(CourseVersion, version_id)
        version.price_fen = 12_800
        house = work.session.get_one(Association, version.association_id)
        house.two_person = True
        house.transfer_account = {"name": house.name, "account": "150001"}
        clerks = [
            make_accounts.staff(
                work,
                Role.CLERK,
                association_id=AssociationId(house.id),
                email=f"c{n}@demo.example",
            )
            for n in range(2)
        ]
        places = [companies.address_of(work, one) for one in staff]
        work.session.expunge(version)
    return Town(
        company, staff, places, AssociationId(house.id), version, lesson, clerks
    )


class Post:
    """Whoever delivers, and what was delivered."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    def send(self, to: str, *words: str, key: str, leave: str = "") -> None:
        self.sent.append((to, words[-1]))


def shown(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.get_data(as_text=True))


def followed(browser: Browser, url: str, data: dict[str, Any] | None = None) -> str:
    return shown(browser.post(url, data or {}, follow_redirects=True))


def uploaded(browser: Browser, url: str, *rows: tuple[Any, ...]) -> TestResponse:
    head = ("姓名", "手机号", "邮箱", "身份证号", "专业")
    file = (io.BytesIO(book(head, *rows)), "名册.xlsx")
    return browser.post(url, {"roster": file}, content_type="multipart/form-data")


def found(page: str, pattern: str) -> str:
    hit = re.search(pattern, page)
    assert hit, pattern
    return hit[1]


def test_from_the_list_to_the_board(
    app: Flask, town: Town, browser_of: Sign, clock: HandClock
) -> None:
    agent = browser_of(town.company.agent.account_id)
    _hand_in(agent, town)
    _answered(app, town, browser_of, clock)
    order = _ordered(agent, town)
    _paid(town, browser_of, order)
    _seated(agent, town)
    _studied(town, browser_of, clock)
    _looked_at(agent, town)


def _hand_in(agent: Browser, town: Town) -> None:
    """One bad row keeps all out; then all of them are invited."""
    rows = [
        (one.name, None, place, one.id_number, "建筑")
        for one, place in zip(town.staff, town.places, strict=True)
    ]
    bad = uploaded(
        agent, "/employer/roster", *rows, ("李四", "139", None, None, "土木")
    )
    page = shown(agent.get(bad.headers["Location"]))
    assert "有 1 行有误" in page
    assert "手机号有误" in page
    assert "专业名称不认识" in page
    assert town.staff[0].id_number not in page
    refused = followed(agent, f"{bad.headers['Location']}/take")
    assert "一行都没有导入" in refused
    report = agent.get(f"{bad.headers['Location']}/report.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(report.data)).active
    assert sheet is not None
    told = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert told[4][:2] == ["5", "李四"]
    assert town.staff[0].id_number not in str(told)

    good = uploaded(
        agent, "/employer/roster", *rows, ("李四", 13911110004, None, None, None)
    )
    page = shown(agent.get(good.headers["Location"]))
    assert "全部 4 行校验通过" in page
    page = followed(agent, f"{good.headers['Location']}/take")
    assert "已向 4 人发出邀请" in page
    assert "139****0004" in page


def _answered(app: Flask, town: Town, browser_of: Sign, clock: HandClock) -> None:
    """Words go out to everybody; two say yes, one says no, a stranger is silent."""
    db.session.remove()
    post = Post()
    messages.run(clock, {SmsSender: post, MailSender: post})
    told = dict(post.sent)
    assert "包头第一建筑公司邀请您" in told["13911110004"]
    assert set(town.places) <= set(told)
    for one, deed in zip(town.staff, ("accept", "accept", "refuse"), strict=True):
        browser = browser_of(one.account_id)
        page = shown(browser.get("/me/unit"))
        link = found(page, r"/me/unit/([0-9a-f-]{36})/accept")
        browser.post(f"/me/unit/{link}/{deed}")
    db.session.remove()
    staff = people_queries.staff_of(db.session(), town.company.id)
    assert [one.name for one in staff] == ["张乙", "张甲"]
    db.session.remove()


def _ordered(agent: Browser, town: Town) -> str:
    page = shown(agent.get(f"/employer/quotes/new?association={town.house}"))
    once = found(page, r'name="once" value="([^"]+)"')
    form = {
        "association": str(town.house),
        "once": once,
        f"course:{town.version.course_id}": "2",
    }
    made = agent.post("/employer/quotes", form)
    again = agent.post("/employer/quotes", form)
    assert made.headers["Location"] == again.headers["Location"]
    quote = made.headers["Location"]
    assert "¥256.00" in shown(agent.get(quote))
    pdf = agent.get(f"{quote}/quote.pdf")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    placed = agent.post(f"{quote}/order", {"number": "CG-1"})
    page = shown(agent.get(placed.headers["Location"]))
    assert "CG-1" in page
    assert "包头第一建筑公司" in page
    assert "150001" in page
    return placed.headers["Location"].rpartition("/")[2]


def _paid(town: Town, browser_of: Sign, order: str) -> None:
    """Two clerks confirm the bank's line; the first of them sees whose order it is."""
    first, second = (browser_of(one) for one in town.clerks)
    assert "包头第一建筑公司" in shown(first.get("/console/orders?group=company"))
    page = f"/console/orders/{order}"
    assert "CG-1" in shown(first.get(page))
    line = {
        "value_on": "2026-11-20",
        "amount": "256.00",
        "payer": "包头第一建筑公司",
        "running_no": "77-1",
        "reference": "",
    }
    first.post(f"{page}/transfers", line)
    confirm = found(shown(second.get(page)), r"/transfers/([0-9a-f-]{36})/confirm")
    second.post(f"{page}/transfers/{confirm}/confirm")
    db.session.remove()
    card = queries.order_of(db.session(), town.house, UUID(order))
    assert card.state is OrderState.FULFILLED
    db.session.remove()


def _seated(agent: Browser, town: Town) -> None:
    page = shown(agent.get("/employer/buying"))
    line = found(page, r"/employer/seats/([0-9a-f-]{36})")
    page = shown(agent.get(f"/employer/seats/{line}"))
    links = re.findall(r'name="link"\s+value="([0-9a-f-]{36})"', page)
    told = followed(agent, f"/employer/seats/{line}/assign", {"link": links[:2]})
    assert "已为 2 人开通" in told
    assert "席位已全部分配" in told
    free = re.findall(r"/employer/seat/([0-9a-f-]{36})/free", told)
    told = followed(agent, f"/employer/seat/{free[0]}/free")
    assert "席位已收回" in told
    told = followed(agent, f"/employer/seats/{line}/assign", {"link": links[:1]})
    assert "已为 1 人开通" in told or "已有这门课程" in told


def _studied(town: Town, browser_of: Sign, clock: HandClock) -> None:
    """One of them plays the film to its end, and has the hours."""
    me = town.staff[0]
    browser = browser_of(me.account_id)
    (enrolment,) = learning.enrolments(db.session(), me.person_id)
    db.session.remove()
    body = {"enrolment": str(enrolment.id), "lesson": str(town.lesson)}
    told = browser.post_json("/study/lease", body).json
    assert told is not None
    for start in range(0, 100, 25):
        clock.pass_seconds(25)
        beat = {
            "lease": told["lease"],
            "seq": start // 25 + 1,
            "nonce": told["nonce"],
            "media_from": start,
            "media_to": start + 25,
            "state": "playing",
        }
        told |= browser.post_json("/study/beat", beat).json or {}
    db.session.remove()
    (enrolment,) = learning.enrolments(db.session(), me.person_id)
    assert enrolment.completed_at is not None
    db.session.remove()


def _looked_at(agent: Browser, town: Town) -> None:
    """The board tells who is how far; what is used is nobody's to take back."""
    page = shown(agent.get("/employer/board"))
    assert "1 门没有开始" in page
    assert "1 门在学" in page
    assert town.staff[0].id_number not in page
    assert "张丙" not in page
    idle = shown(agent.get("/employer/board?seats=idle"))
    assert ("张乙" in idle, "张甲" in idle) == (True, False)
    line = found(
        shown(agent.get("/employer/buying")), r"/employer/seats/([0-9a-f-]{36})"
    )
    seats = shown(agent.get(f"/employer/seats/{line}"))
    assert "已学完" in seats
    assert len(re.findall(r"/employer/seat/[0-9a-f-]{36}/free", seats)) == 1


def test_numbers_that_are_none_keep_what_was_typed(
    town: Town, browser_of: Sign
) -> None:
    agent = browser_of(town.company.agent.account_id)
    key = f"course:{town.version.course_id}"
    base = {"association": str(town.house)}

    for typed in ("-1", "1.5", "很多", "99999", "0", ""):
        answer = agent.post("/employer/quotes", {**base, key: typed})
        assert answer.status_code == 422, typed
    page = agent.post("/employer/quotes", {**base, key: "1.5"}).text
    assert 'value="1.5"' in page


def test_an_order_is_paid_by_its_company_alone(
    begin: Begin, town: Town, browser_of: Sign
) -> None:
    agent = browser_of(town.company.agent.account_id)
    order = _ordered(agent, town)
    with begin() as work:
        other = companies.proved(work)
    stranger = browser_of(other.agent.account_id)

    for url in (
        f"/employer/orders/{order}",
        f"/shop/orders/{order}",
    ):
        assert stranger.get(url).status_code == 404
    assert agent.get(f"/shop/orders/{order}").status_code == 404
    assert stranger.post(f"/employer/orders/{order}/cancel").status_code == 404
    told = followed(agent, f"/employer/orders/{order}/transfer")
    assert "您于" in told
    assert "订单已取消" in followed(agent, f"/employer/orders/{order}/cancel")


def test_who_ordered_asks_for_the_invoice_in_the_companys_name(
    town: Town, browser_of: Sign
) -> None:
    agent = browser_of(town.company.agent.account_id)
    order = _ordered(agent, town)

    page = shown(agent.get(f"/shop/invoices/new?order={order}"))

    assert "包头第一建筑公司" in page
    assert order in page

"""The company's board: who ends when, a table to take away, and reminders."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import openpyxl
import pytest
from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.evidence import queries as evidence
from lms.kernel.db import db
from lms.people import queries as people_queries
from lms.people.models import Person
from tests.conftest import Browser
from tests.gateways.test_workbooks import book
from tests.make import companies, people
from tests.make.companies import Company
from tests.spread import PAGES
from tests.web.employer.test_buying import followed, shown

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


@pytest.fixture
def office(begin: Begin, browser_of: Sign) -> tuple[Company, Browser, list[UUID]]:
    """A company with two people, one of whom ends this month."""
    with begin() as work:
        company = companies.proved(work)
        soon = people.person(
            work,
            name="张急",
            valid_from=date(2023, 12, 1),
            valid_until=date(2026, 11, 30),
        )
        later = people.person(work, name="李缓")
        links = [companies.bound(work, company, one) for one in (soon, later)]
    return company, browser_of(company.agent.account_id), links


def test_the_first_line_says_who_ends_this_month_and_lacks_hours(
    office: tuple[Company, Browser, list[UUID]],
) -> None:
    _company, agent, _links = office

    for page in ("/employer", "/employer/board"):
        assert "本月到期 1 人，其中 1 人学时不足" in shown(agent.get(page))
    month = shown(agent.get("/employer/board?due=month"))
    assert ("张急" in month, "李缓" in month) == (True, False)
    assert "没有符合条件" in shown(agent.get("/employer/board?hours=met"))


def test_the_table_says_by_what_it_was_narrowed_and_goes_on_the_record(
    office: tuple[Company, Browser, list[UUID]],
) -> None:
    company, agent, _links = office

    file = agent.post("/employer/board/export.xlsx", {"due": "month", "words": "张"})

    table = openpyxl.load_workbook(io.BytesIO(file.data))
    rows, filters = table.worksheets
    assert [row[0].value for row in rows.iter_rows(min_row=2)] == ["张急"]
    told = {row[0].value: row[1].value for row in filters.iter_rows()}
    assert (told["到期"], told["姓名"]) == ("本月到期", "张")
    db.session.remove()
    lines = evidence.lines(db.session(), f"employer:{company.id}")
    assert "board.exported" in {line.kind for line in lines}


def test_a_name_that_reads_like_a_formula_stays_a_name(
    begin: Begin, office: tuple[Company, Browser, list[UUID]]
) -> None:
    _company, agent, _links = office
    with begin() as work:
        person = work.session.scalars(select(Person).where(Person.name == "张急")).one()
        person.name = "=cmd|' /C calc'!A0"

    file = agent.post("/employer/board/export.xlsx", {})

    sheet = openpyxl.load_workbook(io.BytesIO(file.data)).worksheets[0]
    cell = sheet.cell(row=2, column=1)
    assert (cell.data_type, cell.value) == ("s", "=cmd|' /C calc'!A0")


def test_who_is_ticked_is_reminded_once_and_who_needs_it_not_is_spared(
    office: tuple[Company, Browser, list[UUID]],
) -> None:
    _company, agent, links = office
    both = {"kind": "hours", "link": [str(one) for one in links]}

    told = followed(agent, "/employer/board/nudge", both)
    assert "已提醒 2 人" in told
    told = followed(agent, "/employer/board/nudge", both)
    assert "三天内已经提醒过" in told
    seat = followed(agent, "/employer/board/nudge", {**both, "kind": "seat"})
    assert "不需要这项提醒" in seat
    nobody = followed(agent, "/employer/board/nudge", {"kind": "hours"})
    assert "请先勾选" in nobody
    strange = followed(agent, "/employer/board/nudge", {**both, "kind": "money"})
    assert "请选择提醒的内容" in strange


def test_a_person_switches_the_reminders_off_and_on(
    begin: Begin, browser_of: Sign, office: tuple[Company, Browser, list[UUID]]
) -> None:
    company, agent, links = office
    staff = people_queries.staff_of(db.session(), company.id)
    db.session.remove()
    person = next(one.person_id for one in staff if one.link_id == links[0])
    mine = browser_of(accounts.account_of(db.session(), person).id)
    assert "不再接收单位提醒" in shown(mine.get("/me/unit"))

    assert "已关闭单位提醒" in followed(mine, "/me/unit/quiet", {"quiet": "1"})

    told = followed(
        agent, "/employer/board/nudge", {"kind": "hours", "link": str(links[0])}
    )
    assert "本人已关闭单位提醒" in told
    assert "本人已关闭" in shown(agent.get("/employer/board"))
    assert "已恢复单位提醒" in followed(mine, "/me/unit/quiet", {"quiet": "0"})


@pytest.mark.parametrize(
    ("upload", "says"),
    [
        pytest.param(b"", "请先选择一个 Excel 文件", id="no file"),
        pytest.param(b"PK\3\4 torn", "表格打不开", id="torn"),
        pytest.param(b"name,phone\n", "只接受 Excel 表格", id="text"),
        pytest.param(book(("部门",)), "没有找到表头", id="no head"),
    ],
)
def test_what_is_no_list_is_told_on_the_page(
    office: tuple[Company, Browser, list[UUID]], upload: bytes, says: str
) -> None:
    _company, agent, _links = office
    file = (io.BytesIO(upload), "a.xlsx" if upload else "")

    answer = agent.post(
        "/employer/roster", {"roster": file}, content_type="multipart/form-data"
    )

    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)

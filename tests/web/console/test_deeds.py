"""操作记录: a manager reads what the staff did, and nobody else does."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from lms.accounts.rules import Role
from lms.evidence import services as evidence
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Actor
from lms.reports.deeds import PAGE
from tests.conftest import Browser, HandClock
from tests.make import accounts as make_accounts
from tests.make import commerce as make

Begin = Callable[..., Any]
WHERE = "/console/deeds"


class Office:
    """An association with a clerk who did things, and a manager who reads."""

    def __init__(self, begin: Begin, browser_of: Any) -> None:
        self.begin = begin
        with begin() as work:
            self.here, self.there = make.association(work), make.association(work)
            self.clerk, self.manager, self.other = (
                make_accounts.staff(
                    work,
                    role,
                    association_id=house,
                    email=f"{new_id().hex}@demo.example",
                )
                for role, house in (
                    (Role.CLERK, self.here),
                    (Role.MANAGER, self.here),
                    (Role.MANAGER, self.there),
                )
            )
        self.reader: Browser = browser_of(self.manager)
        self.stranger: Browser = browser_of(self.other)
        self.desk: Browser = browser_of(self.clerk)

    def did(self, kind: str, stream: str = "", *, count: int = 1, ago: int = 0) -> None:
        """Let the clerk do something, some days ago."""
        with self.begin() as work:
            actor = Actor(self.clerk, PersonId(new_id()), association_id=self.here)
            acting = replace(work, actor=actor, now=work.now - timedelta(days=ago))
            for n in range(count):
                evidence.note(acting, stream or f"order:{new_id()}", kind, n=n)


@pytest.fixture
def office(begin: Begin, browser_of: Any) -> Office:
    return Office(begin, browser_of)


def rows(page: str) -> int:
    return page.count("<details>")


def test_a_manager_reads_what_was_done_by_whom(office: Office) -> None:
    office.did("refund.asked")
    with office.begin() as work:
        evidence.note(work, "person:1", "study.segment", n=1)
    page = office.reader.get(WHERE).text

    assert "提出退款" in page
    assert rows(page) == 1


def test_neither_another_associations_manager_nor_a_clerk_reads_it(
    office: Office,
) -> None:
    office.did("refund.asked")

    assert "提出退款" not in office.stranger.get(WHERE).text
    assert office.desk.get(WHERE).status_code == 403


def test_it_is_narrowed_by_group_hand_and_day(office: Office, clock: HandClock) -> None:
    office.did("refund.asked", ago=3)
    office.did("course.drafted", "course:1")
    today = (clock() + timedelta(hours=8)).date().isoformat()

    def shown(**asked: object) -> tuple[bool, bool]:
        page = office.reader.get(WHERE, query_string=asked).text
        page = page[page.index("<table") :] if "<table" in page else ""
        return "提出退款" in page, "新建课程版本" in page

    assert shown() == (True, True)
    assert shown(group="money") == (True, False)
    assert shown(group="study") == (False, True)
    assert shown(since=today) == (False, True)
    assert shown(until=today) == (True, True)
    assert shown(by=office.clerk) == (True, True)
    assert shown(by=office.manager) == (False, False)
    assert shown(by="x", since="0001-01-01", until="9999-12-31") == (True, True)


def test_more_than_a_page_goes_on_without_gap_or_double(office: Office) -> None:
    office.did("line.kept", f"association:{new_id()}", count=PAGE + 3)
    first = office.reader.get(WHERE).text
    (link,) = {
        part.split('"')[0] for part in first.split('href="') if "before=" in part
    }
    second = office.reader.get(link.replace("&amp;", "&")).text

    assert (rows(first), rows(second)) == (PAGE, 3)
    assert not re.findall(r'href="[^"]*before=', second)


def test_the_table_holds_filter_and_lines_and_is_itself_a_deed(office: Office) -> None:
    office.did("refund.asked")
    office.did("course.drafted", "course:1")
    file = office.reader.post(f"{WHERE}/export.xlsx", {"group": "money"}).data
    book = openpyxl.load_workbook(io.BytesIO(file))
    lines, narrowed = ([*sheet.values] for sheet in book.worksheets)

    assert [line[2] for line in lines] == ["操作", "提出退款"]
    assert ("类别", "订单与资金") in [tuple(row[:2]) for row in narrowed]
    assert "导出操作记录" in office.reader.get(WHERE).text

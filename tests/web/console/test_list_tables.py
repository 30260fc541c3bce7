"""Lists that leave as tables, with the filter in the file."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook

from lms.accounts.rules import Role
from tests.conftest import Browser
from tests.make.editor import TEXT, Desk
from tests.web.console.test_companies import Street, street
from tests.web.records.test_claims import World

__all__ = ["street"]

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


def table(by: Browser, where: str, **told: str) -> tuple[list[str], dict[str, str]]:
    """Take a table away: what its first row says, and by what it was narrowed."""
    sent = by.post(where, told)
    assert sent.status_code == 200, sent.text
    book = load_workbook(io.BytesIO(sent.data))
    rows = list(book.worksheets[0].values)
    first = [str(cell) for cell in rows[1]] if len(rows) > 1 else []
    return first, {str(a): str(b) for a, b in book["筛选条件"].values}


def test_courses_leave_by_their_state(begin: Begin, browser_of: Sign) -> None:
    desk = Desk(begin, browser_of)
    desk.author.post(desk.new_lesson, TEXT)

    for by in (desk.author, desk.manager):
        first, told = table(by, "/console/courses/export.xlsx", state="draft")
        assert "草稿" in first
        assert told["状态"] == "草稿"
    first, _told = table(desk.manager, "/console/courses/export.xlsx", state="review")
    assert not first


def test_companies_leave_without_those_that_never_bought_here(street: Street) -> None:
    first, told = table(street.clerk, "/console/companies/export.xlsx", words="包头")

    assert first[:2] == ["包头第一建筑公司", street.uscc]
    assert told["查找"] == "包头"
    none, _told = table(street.clerk, "/console/companies/export.xlsx", words="没有")
    assert not none


def test_claims_leave_with_the_family_name(begin: Begin, browser_of: Sign) -> None:
    world = World(begin, browser_of)
    clerk = world.staff(Role.CLERK)
    world.asked()

    first, told = table(clerk, "/console/claims/export.xlsx")

    assert "待经办人核对" in first
    assert "*" in first[0]
    assert told["姓名"] == "隐去名字，只留姓氏"
    stranger = world.staff(Role.CLERK, world.there)
    assert not table(stranger, "/console/claims/export.xlsx")[0]

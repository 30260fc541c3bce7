"""Exports as desks meet them: short at once, long or with names as a job."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import text

from lms.jobs import exports as job
from lms.kernel.db import db
from lms.kernel.ids import AssociationId
from lms.web.console import sheets
from tests.conftest import Browser, HandClock
from tests.make import accounts as make_accounts
from tests.make import catalogue, learning
from tests.make import credentials as people
from tests.make.batches import called

Begin = Callable[..., Any]
PEOPLE = "/console/cohorts/people/export.xlsx"
YEAR = {"since": "2026-01-01", "until": "2026-12-31"}


@pytest.fixture
def hands(
    begin: Begin, association: AssociationId, browser_of: Callable[..., Browser]
) -> dict[str, Browser]:
    """A clerk and two managers of an association with three learners."""
    with begin() as work:
        _course, version = catalogue.course(work, association, credit=1)
        for serial in (1, 2, 3):
            person = people.constructor(work, serial=serial, name=called(serial))
            learning.enrolled(work, version, person_id=person)
        made = {
            who: make_accounts.staff(
                work,
                who.rstrip("2"),
                association_id=association,
                email=f"{who}@x.example",
            )
            for who in ("clerk", "manager", "manager2")
        }
    return {who: browser_of(account) for who, account in made.items()}


@pytest.fixture
def work_on(app: Flask, clock: HandClock) -> Callable[[], None]:
    """Let the clock's work make what was asked for."""

    def _work() -> None:
        job.run(clock, app.extensions["lms.ports"])
        db.session.remove()

    return _work


def sheet(body: bytes, n: int = 0) -> list[tuple[Any, ...]]:
    book = load_workbook(io.BytesIO(body))
    return list(book.worksheets[n].iter_rows(values_only=True))


def page_of(answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_a_short_list_comes_at_once_with_family_names_and_its_filter(
    hands: dict[str, Browser],
) -> None:
    answer = hands["clerk"].post(PEOPLE, {**YEAR, "specialty": "building"})

    rows = sheet(answer.data)
    assert [row[0] for row in rows] == ["姓名", "王*", "王*", "王*"]
    told = dict(row[:2] for row in sheet(answer.data, 1))
    assert (told["专业"], told["有效期自"]) == ("建筑工程", "2026-01-01")
    assert told["姓名"] == "隐去名字，只留姓氏"


def test_a_long_list_becomes_a_job_that_gives_the_same_table(
    hands: dict[str, Browser],
    work_on: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clerk = hands["clerk"]
    short = sheet(clerk.post(PEOPLE, YEAR).data)
    monkeypatch.setattr(sheets, "AT_ONCE", 2)

    asked = clerk.post(PEOPLE, YEAR)
    assert asked.status_code == 200
    assert 'name="export_reason"' in asked.text
    assert 'name="since" value="2026-01-01"' in asked.text
    assert clerk.post(PEOPLE, {**YEAR, "export_reason": "年"}).status_code == 422
    page = page_of(clerk.post(PEOPLE, {**YEAR, "export_reason": "年度核对"}))
    work_on()

    assert "可以下载" in clerk.get(page).text
    answer = clerk.post(f"{page}/file")
    body = answer.get_data()
    assert sheet(body) == short
    assert dict(row[:2] for row in sheet(body, 1))["有效期至"] == "2026-12-31"


def test_whole_names_need_a_second_person_and_go_to_the_asker_alone(
    hands: dict[str, Browser], work_on: Callable[[], None]
) -> None:
    clerk, manager = hands["clerk"], hands["manager"]
    form = {**YEAR, "whole": "1", "export_reason": "年度核对"}
    page = page_of(clerk.post(PEOPLE, form))
    work_on()
    assert "等待同意" in clerk.get(page).text
    assert "待同意导出" in manager.get("/console").text
    assert clerk.post(f"{page}/decide", {"answer": "yes"}).status_code == 403
    shown = manager.get(page).text
    assert "年度核对" in shown
    assert "2026-12-31" in shown

    page_of(manager.post(f"{page}/decide", {"answer": "yes", "comment": ""}))
    work_on()

    rows = sheet(clerk.post(f"{page}/file").get_data())
    assert sorted(row[0] for row in rows[1:]) == sorted(map(called, (1, 2, 3)))
    assert manager.post(f"{page}/file").status_code == 409
    deeds = manager.get("/console/deeds").text
    for word in ("申请导出", "下载导出文件", "对事项作出决定"):
        assert word in deeds


def test_a_no_is_told_with_its_reason(hands: dict[str, Browser]) -> None:
    clerk, manager = hands["clerk"], hands["manager"]
    form = {**YEAR, "whole": "1", "export_reason": "年度核对"}
    page = page_of(clerk.post(PEOPLE, form))

    assert manager.post(f"{page}/decide", {"answer": "no"}).status_code == 422
    page_of(manager.post(f"{page}/decide", {"answer": "no", "comment": "没有依据"}))

    shown = clerk.get(page).text
    assert "没有依据" in shown
    assert "未同意" in shown


def test_who_has_left_gets_no_list_made(
    hands: dict[str, Browser], work_on: Callable[[], None], begin: Begin
) -> None:
    form = {**YEAR, "whole": "1", "export_reason": "年度核对"}
    page = page_of(hands["clerk"].post(PEOPLE, form))
    page_of(hands["manager"].post(f"{page}/decide", {"answer": "yes"}))
    with begin() as work:
        work.session.execute(text("DELETE FROM grants WHERE role = 'clerk'"))
    work_on()

    assert "申请人已不在岗" in hands["manager"].get(page).text


def test_the_form_of_a_report_says_what_is_wrong_and_keeps_what_was_typed(
    hands: dict[str, Browser],
) -> None:
    clerk = hands["clerk"]
    good = {**YEAR, "basis": "ending", "reason": "年度上报"}
    for wrong, said in (
        ({"reason": "短"}, "请写明上报事由"),
        ({"until": "2025-01-01"}, "请写起止日期"),
        ({"basis": "x"}, "请选择口径"),
        ({"basis": "issued"}, "没有可上报的人"),
    ):
        answer = clerk.post("/console/province", {**good, **wrong})
        assert answer.status_code == 422
        assert said in answer.text
    assert (
        'value="年度上报"'
        in clerk.post("/console/province", {**good, "until": ""}).text
    )

    page = page_of(clerk.post("/console/province", good))
    assert "按注册有效期截止日期" in clerk.get(page).text


def test_another_associations_desk_finds_nothing(
    hands: dict[str, Browser], begin: Begin, browser_of: Callable[..., Browser]
) -> None:
    form = {**YEAR, "whole": "1", "export_reason": "年度核对"}
    page = page_of(hands["clerk"].post(PEOPLE, form))
    with begin() as work:
        other = people.association(work, code="BTXH", name="别的协会")
        account = make_accounts.staff(
            work, "manager", association_id=other, email="far@x.example"
        )
    far = browser_of(account)

    assert far.get(page).status_code == 404
    assert far.post(f"{page}/decide", {"answer": "yes"}).status_code == 404
    assert far.post(f"{page}/cancel").status_code == 404
    assert far.post(f"{page}/file").status_code == 404
    assert "年度核对" not in far.get("/console/exports").text
    people_of = far.get("/console/cohorts/people", query_string=YEAR).text
    assert "王*" not in people_of

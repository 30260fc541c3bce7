"""An old platform's Excel, from the clerk's upload to the learner's hours."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from lms.legacy.rules.columns import Kind
from tests.conftest import Browser, HandClock
from tests.make import legacy as make
from tests.web.console.old_platform import Desk

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
NUMBER = "蒙建教证字（2023）第 0081号"


@pytest.fixture
def desk(app: Flask, begin: Begin, browser_of: Sign, clock: HandClock) -> Desk:
    return Desk(app, begin, browser_of, clock)


def test_the_first_file_asks_for_its_columns_and_the_next_does_not(desk: Desk) -> None:
    page = desk.send(Kind.PEOPLE, make.person())
    assert "各列是什么" in desk.clerk.get(page).text

    desk.map(page, Kind.PEOPLE)
    assert "提交给负责人" in desk.clerk.get(page).text
    again = desk.send(Kind.PEOPLE, make.person())
    assert "提交给负责人" in desk.clerk.get(again).text


def test_columns_that_are_not_enough_are_told_and_stay_chosen(desk: Desk) -> None:
    page = desk.send(Kind.PEOPLE, make.person())
    told = {"head": "1", "platform": "我写的名称", "name": "3"}
    refused = desk.clerk.post(f"{page}/mapping", told)

    assert refused.status_code == 422
    assert "我写的名称" in refused.text
    select = refused.text.split('<select id="name"')[1].split("</select>")[0]
    assert 'value="3" selected' in " ".join(select.split())


def test_every_wrong_row_is_told_and_nothing_can_be_put(desk: Desk) -> None:
    bad = make.person(make.LI, name="李秀英", phone="12", old="X2")
    page = desk.send(Kind.PEOPLE, make.person(), bad)
    desk.map(page, Kind.PEOPLE)
    shown = desk.clerk.get(page).text

    assert "第 4 行" in shown
    assert "提交给负责人" not in shown
    refused = desk.clerk.post(f"{page}/ask", {"reason": "旧平台公司移交"})
    assert refused.status_code == 422


def test_the_report_says_of_every_row_what_becomes_of_it(desk: Desk) -> None:
    bad = make.person(make.LI, name="李秀英", phone="12", old="X2")
    page = desk.send(Kind.PEOPLE, make.person(), bad)
    desk.map(page, Kind.PEOPLE)
    sent = desk.clerk.post(f"{page}/report.xlsx")
    book = load_workbook(io.BytesIO(sent.data))
    rows = list(book.worksheets[0].iter_rows(values_only=True))

    assert [row[1] for row in rows[1:]] == ["新", "不能导入"]
    assert rows[2][4] == "李*"
    assert len(book.worksheets) == 2


def test_two_persons_bring_hours_in_and_their_owner_takes_them(desk: Desk) -> None:
    desk.take(Kind.PEOPLE, make.person())
    page = desk.take(Kind.HOURS, make.hours())
    assert "导入完成" in desk.manager.get(page).text

    assert "等待认领" in desk.learner.get("/me/legacy").text
    assert desk.learner.post("/me/legacy").status_code == 303
    mine = desk.learner.get("/me/legacy").text
    assert "已认领" in mine
    assert "深基坑安全" in desk.learner.get("/learn/hours/building/required").text


def test_an_old_number_answers_for_anybody_and_says_it_is_not_signed_here(
    desk: Desk, browser: Browser
) -> None:
    desk.take(Kind.PEOPLE, make.person())
    desk.take(Kind.CERTIFICATES, make.certificate(NUMBER))
    asked = {"number": NUMBER, "name": "张建国"}
    told = browser.post("/verify", asked)

    assert told.status_code == 200
    assert "旧平台证书" in told.text
    assert "没有对它签名" in told.text
    assert "张*" in told.text
    assert make.ZHANG not in told.text
    assert told.headers["Cache-Control"] == "no-store"
    wrong = browser.post("/verify", asked | {"name": "李秀英"})
    assert wrong.status_code == 422
    assert make.PLATFORM not in wrong.text


def test_another_association_sees_and_decides_nothing(desk: Desk) -> None:
    page = desk.send(Kind.PEOPLE, make.person())
    desk.map(page, Kind.PEOPLE)
    desk.clerk.post(f"{page}/ask", {"reason": "旧平台公司移交"})

    assert desk.stranger.get(page).status_code == 404
    answer = {"answer": "yes"}
    assert desk.stranger.post(f"{page}/decide", answer).status_code == 404
    assert make.PLATFORM not in desk.stranger.get("/console/legacy").text
    shown = desk.stranger.get("/console/legacy/records").text
    assert "还没有旧平台记录" in shown


def test_the_list_of_records_is_masked_and_its_table_keeps_the_filter(
    desk: Desk,
) -> None:
    desk.take(Kind.PEOPLE, make.person())
    shown = desk.clerk.get("/console/legacy/records?group=waiting").text
    assert "张*" in shown
    assert "张建国" not in shown
    sent = desk.clerk.post("/console/legacy/records/export.xlsx", {"group": "linked"})
    book = load_workbook(io.BytesIO(sent.data))
    assert len(list(book.worksheets[0].iter_rows())) == 1
    assert ("状态", "已认领") in list(book.worksheets[1].iter_rows(values_only=True))


def test_who_cannot_prove_it_is_shown_to_the_desk_and_given_by_two(
    desk: Desk, begin: Begin, browser_of: Sign
) -> None:
    desk.take(Kind.PEOPLE, make.person(phone="13700007777"))
    desk.take(Kind.HOURS, make.hours())
    desk.learner.post("/me/legacy")
    assert "带身份证到协会" in desk.learner.get("/me/legacy").text
    home = desk.clerk.get("/console").text
    assert "待核对认领" in home
    index = desk.clerk.get("/console/legacy/records").text
    link = index.split('href="/console/legacy/records/')[1].split('"')[0]
    page = f"/console/legacy/records/{link}"

    assert "张建国" in desk.clerk.get(page).text
    empty = desk.clerk.post(page, {"answer": "yes", "comment": ""})
    assert empty.status_code == 422
    yes = {"answer": "yes", "comment": "已看身份证"}
    assert desk.clerk.post(page, yes).status_code == 303
    assert "等另一位负责人同意" in desk.clerk.get(page).text
    assert "answer" in desk.manager.get(page).text
    assert desk.stranger.post(page, yes).status_code == 404
    assert desk.manager.post(page, yes).status_code == 303
    assert "已认领" in desk.learner.get("/me/legacy").text

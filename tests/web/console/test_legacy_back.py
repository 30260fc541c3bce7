"""Two managers take an import back; learner and stranger see that it counts no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from lms.legacy.rules.columns import Kind
from tests.conftest import Browser, HandClock
from tests.make import legacy as make
from tests.web.console.old_platform import Desk

NUMBER = "蒙建教证字（2023）第 0081号"
WHY = {"reason": "移交的是旧名册"}
YES = {"answer": "yes"}


@pytest.fixture
def desk(
    app: Flask,
    begin: Callable[..., Any],
    browser_of: Callable[..., Browser],
    clock: HandClock,
) -> Desk:
    return Desk(app, begin, browser_of, clock)


def waits(who: Browser) -> str:
    """What waits on somebody's desk, without the list of what does not."""
    return who.get("/console").text.partition("tasks-done")[0]


def test_two_managers_take_hours_back_and_their_owner_sees_why(desk: Desk) -> None:
    desk.take(Kind.PEOPLE, make.person())
    page = desk.take(Kind.HOURS, make.hours())
    desk.learner.post("/me/legacy")
    assert "撤回导入" not in desk.clerk.get(page).text
    assert "撤回导入" in desk.manager.get(page).text

    shown = desk.manager.get(f"{page}/withdrawal").text
    assert "受影响的本人" in shown
    assert "张*" in shown
    assert "张建国" not in shown
    assert desk.manager.post(f"{page}/withdrawal", WHY).status_code == 303
    assert "同意</button>" not in desk.manager.get(f"{page}/withdrawal").text
    assert "待同意撤回" not in waits(desk.manager)
    assert "查看提议" in desk.manager.get(page).text
    assert "查看并决定" not in desk.manager.get(page).text
    assert "待同意撤回" in waits(desk.second)
    assert "待同意导入" not in waits(desk.second)
    assert "查看并决定" in desk.second.get(page).text
    said = desk.second.post(f"{page}/withdrawal/decide", YES)
    assert said.status_code == 303, said.text
    done = desk.clerk.get(page).text
    assert "已撤回" in done
    assert WHY["reason"] in done
    book = desk.learner.get("/learn/hours/building/required").text
    assert book.count("深基坑安全") == 2
    assert desk.manager.get(f"{page}/withdrawal").location == page


def test_a_number_that_was_taken_back_says_so_to_anybody(
    desk: Desk, browser: Browser
) -> None:
    desk.take(Kind.PEOPLE, make.person())
    page = desk.take(Kind.CERTIFICATES, make.certificate(NUMBER))
    desk.manager.post(f"{page}/withdrawal", WHY)
    asked = desk.second.get(f"{page}/withdrawal").text
    assert "蒙建教证字(2023)第0081号" in asked
    assert asked.count("李经办") > desk.second.get(page).text.count("李经办")
    desk.second.post(f"{page}/withdrawal/decide", YES)
    told = browser.post("/verify", {"number": NUMBER, "name": "张建国"})

    assert told.status_code == 200
    assert "登记已由协会撤回" in told.text
    assert f"于 {desk.clock.now:%Y-%m-%d} 撤回" in told.text
    assert "编号和姓名相符" not in told.text
    assert "张*" not in told.text
    wrong = browser.post("/verify", {"number": NUMBER, "name": "李秀英"})
    assert "撤回" not in wrong.text


def test_what_stands_against_it_is_named_with_the_way_to_it(desk: Desk) -> None:
    people = desk.take(Kind.PEOPLE, make.person())
    hours = desk.take(Kind.HOURS, make.hours())
    shown = desk.manager.get(f"{people}/withdrawal").text

    assert f'href="{hours}"' in shown
    assert "提交给另一位负责人" not in shown
    refused = desk.manager.post(f"{people}/withdrawal", WHY)
    assert refused.status_code == 422
    assert "现在不能撤回" in refused.text
    assert WHY["reason"] not in desk.manager.get(people).text


def test_a_reason_too_short_and_a_bare_no_keep_what_was_typed(desk: Desk) -> None:
    page = desk.take(Kind.PEOPLE, make.person())
    short = desk.manager.post(f"{page}/withdrawal", {"reason": "错了"})
    assert short.status_code == 422
    assert "错了</textarea>" in short.text
    desk.manager.post(f"{page}/withdrawal", WHY)
    own = desk.manager.post(f"{page}/withdrawal/decide", YES | {"comment": "我同意"})
    assert own.status_code == 422
    bare = desk.second.post(f"{page}/withdrawal/decide", {"answer": "no"})
    assert bare.status_code == 422
    told = {"answer": "no", "comment": "名册没有错"}
    assert desk.second.post(f"{page}/withdrawal/decide", told).status_code == 303
    assert "名册没有错" in desk.manager.get(page).text
    assert desk.manager.post(f"{page}/withdrawal", WHY).status_code == 303
    assert desk.second.post(f"{page}/withdrawal/recall").status_code == 422
    assert desk.manager.post(f"{page}/withdrawal/recall").status_code == 303


def test_a_second_click_changes_nothing(desk: Desk) -> None:
    page = desk.take(Kind.PEOPLE, make.person())
    assert desk.manager.post(f"{page}/withdrawal", WHY).status_code == 303
    assert desk.manager.post(f"{page}/withdrawal", WHY).status_code == 409
    assert desk.second.post(f"{page}/withdrawal/decide", YES).status_code == 303
    assert desk.second.post(f"{page}/withdrawal/decide", YES).status_code == 409


def test_another_association_and_a_clerk_take_nothing_back(desk: Desk) -> None:
    page = desk.take(Kind.PEOPLE, make.person())
    for who, status in ((desk.stranger, 404), (desk.clerk, 403), (desk.learner, 403)):
        assert who.get(f"{page}/withdrawal").status_code == status
        assert who.post(f"{page}/withdrawal", WHY).status_code == status
    desk.manager.post(f"{page}/withdrawal", WHY)
    assert desk.stranger.post(f"{page}/withdrawal/decide", YES).status_code == 404
    assert desk.stranger.post(f"{page}/withdrawal/recall").status_code == 404

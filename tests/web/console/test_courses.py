"""The course editor: what an author writes and a manager publishes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from lms.accounts.rules import Role
from lms.catalogue import queries
from lms.catalogue.rules import VersionState
from lms.kernel.db import db
from tests.conftest import Browser, HandClock
from tests.make import accounts as make_accounts
from tests.make import catalogue as make
from tests.make.editor import COURSE, TEXT, Desk

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


@pytest.fixture
def desk(begin: Begin, browser_of: Sign) -> Desk:
    return Desk(begin, browser_of)


def test_an_author_begins_a_course(desk: Desk) -> None:
    answer = desk.author.post("/console/courses/new", COURSE)

    assert answer.status_code == 303
    page = desk.author.get(answer.location).text
    assert "脚手架搭设与验收" in page
    assert "还没有章节" in page
    made = queries.version(db.session(), UUID(answer.location.rsplit("/", 1)[1]))
    assert (made.price, made.association_id) == (3_000, desk.here)
    assert made.summary_html == "<p>连墙件 &amp; 剪刀撑</p><p>逐项过一遍</p>"


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"price": "-1"},
        {"price": "NaN"},
        {"price": "sNaN"},
        {"price": "Infinity"},
        {"price": ""},
        {"price": "0"},
        {"price": "", "free": ""},
        {"price": "30", "free": "y"},
        {"specialty": ""},
        {"track": ""},
        {"year": "1999"},
        {"track": "sometimes"},
        {"specialty": "magic"},
    ],
    ids=str,
)
def test_unsound_facts_come_back_with_what_was_typed(
    desk: Desk, wrong: dict[str, str]
) -> None:
    answer = desk.author.post("/console/courses/new", COURSE | wrong)

    assert answer.status_code == 422
    assert "连墙件 &amp; 剪刀撑" in answer.text


def test_nothing_that_costs_is_chosen_beforehand(desk: Desk) -> None:
    page = desk.author.get("/console/courses/new").text

    assert page.count('<option value="">请选择</option>') == 2
    assert "<option selected" not in page
    (price,) = re.findall(r'<input[^>]*name="price"[^>]*>', page)
    assert 'value=""' in price


def test_a_course_is_free_only_when_that_is_said(desk: Desk) -> None:
    free = COURSE | {"price": "", "free": "y", "specialty": "common"}
    begun = desk.author.post("/console/courses/new", free)
    assert begun.status_code == 303
    made = queries.version(db.session(), UUID(begun.location.rsplit("/", 1)[1]))
    assert (made.price, made.specialty) == (0, None)

    shown = desk.author.get(f"{begun.location}/facts").text
    assert re.search(r'name="free"[^>]*checked|checked[^>]*name="free"', shown)
    again = desk.author.post(f"{begun.location}/facts", free)
    assert again.status_code == 303
    refused = desk.author.post("/console/courses/new", COURSE | {"price": "0"})
    assert "不收费的请勾选“免费课程”" in refused.text


def test_a_teacher_without_a_title_leaves_no_dot(desk: Desk) -> None:
    begun = desk.author.post("/console/courses/new", COURSE | {"teacher_title": ""})
    (told,) = re.findall(
        r"主讲</dt>\s*<dd>\s*(.*?)\s*</dd>", desk.author.get(begun.location).text
    )
    assert told == "高老师"


def test_a_draft_is_offered_for_publishing_when_nothing_is_missing(desk: Desk) -> None:
    page = desk.author.get(desk.page).text
    assert "发布前还需要" in page
    assert f'action="{desk.page}/submit"' not in page

    desk.author.post(desk.new_lesson, TEXT)
    page = desk.author.get(desk.page).text
    assert "发布前还需要" not in page
    assert f'action="{desk.page}/submit"' in page


def test_chapters_are_named_and_moved(desk: Desk) -> None:
    desk.author.post(f"{desk.page}/chapters", {"title": "第二章"})
    desk.author.post(f"{desk.page}/chapters/{desk.chapter}/name", {"title": "总论"})
    desk.author.post(f"{desk.page}/chapters/{desk.chapter}/down")

    titles = [one.title for one in queries.outline(db.session(), desk.version)]
    assert titles == ["第二章", "总论"]
    page = desk.author.get(desk.page).text
    assert page.index("第二章") < page.index("总论")


def test_the_author_asks_and_the_manager_publishes(
    begin: Begin, browser_of: Sign, browser: Browser
) -> None:
    desk = Desk(begin, browser_of, two_person=True)
    desk.author.post(desk.new_lesson, TEXT | {"minutes": "0.5"})
    refused = desk.author.post(f"{desk.page}/submit")
    assert refused.status_code == 422
    assert "时长不足以支撑所填学时" in refused.text
    (lesson,) = desk.lessons()
    desk.author.post(f"{desk.page}/lessons/{lesson.id}", TEXT)

    early = desk.publish()
    assert early.status_code == 409
    assert "还没有提交" in early.text
    assert ">发布</button>" not in desk.manager.get(desk.page).text
    assert desk.author.post(f"{desk.page}/publish").status_code == 403

    desk.author.post(f"{desk.page}/submit")
    desk.manager.post(f"{desk.page}/send-back", {"reason": "补字幕"})
    assert desk.state() is VersionState.DRAFT
    desk.author.post(f"{desk.page}/submit")
    assert ">发布</button>" in desk.manager.get(desk.page).text
    assert desk.publish().status_code == 303
    assert "建筑工程质量控制要点" in browser.get("/courses").text

    changed = desk.author.post(f"{desk.page}/facts", COURSE)
    assert changed.status_code == 409
    assert "只有草稿可以修改" in changed.text


def test_a_yes_to_what_was_changed_since_publishes_nothing(
    begin: Begin, browser_of: Sign, clock: HandClock
) -> None:
    desk = Desk(begin, browser_of, two_person=True)
    desk.author.post(desk.new_lesson, TEXT)
    desk.author.post(f"{desk.page}/submit")
    seen = desk.seen()
    desk.manager.post(f"{desk.page}/send-back", {"reason": "改价格"})
    desk.author.post(f"{desk.page}/facts", COURSE | {"title": "另一门课"})
    clock.pass_seconds(60)
    desk.author.post(f"{desk.page}/submit")

    late = desk.manager.post(f"{desk.page}/publish", {"seen": seen})

    assert late.status_code == 409
    assert "请重新看过再发布" in late.text
    assert desk.state() is VersionState.REVIEW
    assert desk.publish().status_code == 303


def test_what_is_on_sale_is_reached_from_its_draft(desk: Desk) -> None:
    desk.author.post(desk.new_lesson, TEXT)
    desk.publish()
    draft = desk.author.post(f"{desk.page}/new-version").location

    assert f'href="{desk.page}"' in desk.manager.get(draft).text
    desk.manager.post(f"{desk.page}/withdraw")
    assert desk.state() is VersionState.WITHDRAWN


def test_another_association_finds_nothing(
    desk: Desk, begin: Begin, browser_of: Sign
) -> None:
    desk.author.post(desk.new_lesson, TEXT)
    (lesson,) = desk.lessons()
    with begin() as work:
        there = make.association(work)
        foreign = make_accounts.staff(
            work, Role.AUTHOR, association_id=there, email="foreign@demo.example"
        )
    stranger = browser_of(foreign)

    assert "建筑工程质量控制要点" not in stranger.get("/console/courses").text
    for path in ("", "/facts", f"/lessons/{lesson.id}", f"/lessons/{lesson.id}/look"):
        assert stranger.get(f"{desk.page}{path}").status_code == 404
    assert stranger.post(desk.new_lesson, TEXT).status_code == 404
    assert stranger.post(f"{desk.page}/facts", COURSE).status_code == 404
    assert len(desk.lessons()) == 1


def test_the_desk_tells_what_waits(desk: Desk) -> None:
    desk.author.post(desk.new_lesson, TEXT)
    desk.author.post(f"{desk.page}/submit")

    page = desk.manager.get("/console").text
    assert "待发布" in page
    assert "新建课程" in desk.author.get("/console").text
    assert "新建课程" not in page

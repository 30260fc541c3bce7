"""The register of teachers as its desk, learners and strangers see it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook

from lms.catalogue import services as authoring
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.policy.model import Specialty
from lms.teachers import queries
from lms.teachers.rules import State
from tests.conftest import Browser
from tests.make import catalogue as courses
from tests.make import teachers as make
from tests.web.console.teaching import PAGE, At, desks, entered, paper, stands, typed

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


@pytest.fixture
def at(begin: Begin, browser_of: Sign) -> At:
    return desks(begin, browser_of)


# -- from the form to the register -----------------------------------------------


def test_a_clerk_enters_another_checks_and_the_course_page_shows_whom_it_may(
    at: At, begin: Begin, browser: Browser
) -> None:
    one = entered(at.clerk)
    assert at.clerk.post(f"{PAGE}/{one}/papers", paper()).status_code == 303
    assert at.clerk.post(f"{PAGE}/{one}/submit").status_code == 303

    own = at.clerk.get(f"{PAGE}/{one}")
    assert "须由另一位同事复核" in own.text
    assert 'name="answer"' not in own.text
    refused = at.clerk.post(f"{PAGE}/{one}/decide", {"answer": "yes", "seen": "2"})
    assert refused.status_code == 422
    assert stands(at, one) is State.WAITING

    assert "待复核师资" in at.second.get("/console").text
    word = {"answer": "yes", "comment": "", "seen": "2"}
    yes = at.second.post(f"{PAGE}/{one}/decide", word)
    assert yes.status_code == 303
    assert stands(at, one) is State.REGISTERED

    with begin() as work:
        course, version = courses.course(work, at.house.here, publish=False)
    chosen = at.author.post(f"/console/teaching/courses/{version}", {"teacher": one})
    assert chosen.status_code == 303
    with begin() as work:
        authoring.publish(work, at.house.here, version)
    assert "高建民" not in browser.get(f"/courses/{course}").text
    assert "高建民" not in browser.get("/courses").text

    agreed = {"given_on": "2026-11-20", "how": "signed"}
    assert at.second.post(f"{PAGE}/{one}/consent", agreed).status_code == 303
    shown = browser.get(f"/courses/{course}").text
    for told in ("高建民", "正高级工程师", "包头市建筑设计院", "二十余年"):
        assert told in shown
    assert "高建民" in browser.get("/courses").text
    for secret in ("alert(1)", "138", make.ID_NUMBER, "京111", "1998"):
        assert secret not in shown

    assert at.second.post(f"{PAGE}/{one}/consent/withdraw").status_code == 303
    for page in (f"/courses/{course}", "/courses", "/"):
        assert "高建民" not in browser.get(page).text


def test_what_was_typed_stays_when_it_is_refused(at: At) -> None:
    wrong = at.clerk.post(f"{PAGE}/new", typed(id_number="110105194912310021"))
    assert wrong.status_code == 422
    assert "身份证" in wrong.text
    for kept in ("包头市建筑设计院", "正高级工程师", "二十余年"):
        assert kept in wrong.text

    entered(at.clerk)
    twice = at.clerk.post(f"{PAGE}/new", typed(name="别名"))
    assert twice.status_code == 409
    assert "已经在师资库里" in twice.text
    assert "别名" in twice.text


def test_a_double_click_enters_one_teacher(at: At) -> None:
    form = typed()

    first, again = (at.clerk.post(f"{PAGE}/new", form) for _n in range(2))

    assert first.location == again.location


def test_a_paper_is_judged_by_its_content(at: At) -> None:
    one = entered(at.clerk)

    none = at.clerk.post(f"{PAGE}/{one}/papers", paper(scan=(io.BytesIO(), "")))
    assert none.status_code == 422
    assert "京1112024202400091" in none.text
    sheet = (io.BytesIO(b"<html>no paper</html>"), "证书.jpg")
    assert at.clerk.post(f"{PAGE}/{one}/papers", paper(scan=sheet)).status_code == 422
    later = at.clerk.post(f"{PAGE}/{one}/papers", paper(granted_on="2027-01-01"))
    assert later.status_code == 422
    assert "发证日期不能晚于今天" in later.text


def test_two_who_edit_at_once_lose_nothing(at: At) -> None:
    one = entered(at.clerk)
    edit = f"{PAGE}/{one}/edit"

    first = at.clerk.post(edit, typed(seen="1", title="教授", id_number=""))
    late = at.second.post(edit, typed(seen="1", title="工程师", id_number=""))

    assert (first.status_code, late.status_code) == (303, 409)
    assert "同事刚刚改过" in late.text
    assert 'value="工程师"' in late.text


def test_a_scan_opens_for_the_desk_and_the_look_is_written_down(
    at: At, begin: Begin
) -> None:
    one = entered(at.clerk)
    at.clerk.post(f"{PAGE}/{one}/papers", paper())
    db.session.rollback()
    kept = queries.teacher(db.session(), at.house.here, UUID(one)).papers[0].id

    looked = at.second.post(f"{PAGE}/{one}/papers/{kept}")
    assert "data:image/jpeg;base64," in looked.text
    seen = at.second.post(f"{PAGE}/{one}/reveal", {"reason": "核对合同"})
    assert make.ID_NUMBER in seen.text
    assert make.ID_NUMBER not in at.second.get(f"{PAGE}/{one}").text
    assert at.second.post(f"{PAGE}/{one}/reveal", {"reason": ""}).status_code == 422
    told = json.loads(at.manager.post(f"{PAGE}/{one}/copy.json").text)
    assert told["phone"] == "13800000091"
    deeds = at.manager.get("/console/deeds").text
    for deed in ("查看教师证书扫描件", "查看教师完整号码", "导出教师本人资料"):
        assert deed in deeds


def test_another_associations_manager_finds_nobody(at: At, begin: Begin) -> None:
    with begin() as work:
        one = make.registered(work, at.house.here)
        card = queries.teacher(work.session, at.house.here, one)
    own, scan, consent = f"{PAGE}/{one}", card.papers[0].id, card.consents[0].id

    assert "高建民" not in at.stranger.get(PAGE).text
    assert "高建民" not in at.stranger.post(f"{PAGE}/search", {"words": "高建"}).text
    assert at.stranger.get(own).status_code == 404
    assert at.stranger.get(f"{own}/edit").status_code == 404
    for deed in (
        "edit", "submit", "take-back", "decide", "retire", "revive", "discard",
        "papers", f"papers/{scan}", f"papers/{scan}/remove", "consent",
        f"consents/{consent}", "consent/withdraw", "reveal", "copy.json",
    ):  # fmt: skip
        body = typed() | paper() | {"reason": "看一看", "given_on": "2026-11-01"}
        answer = at.stranger.post(f"{own}/{deed}", body | {"how": "signed"})
        assert answer.status_code == 404, deed


# -- the list ------------------------------------------------------------------------


def test_the_list_is_narrowed_searched_and_exported_with_its_filter(
    at: At, begin: Begin
) -> None:
    with begin() as work:
        soon = legal_day(work.now) + make.SOON
        here = at.house.here
        make.registered(work, here)
        make.registered(
            work, here, make.paper(valid_until=soon), name="周敏", id_number="",
            specialties=(Specialty.MUNICIPAL,),
        )  # fmt: skip
        make.waiting(make.nobody(work, here), here, name="韩冬", id_number="")

    ending = at.clerk.get(f"{PAGE}?pile=ending").text
    assert "周敏" in ending
    assert "高建民" not in ending
    assert "师资资格将到期" in at.clerk.get("/console/today").text
    found = at.clerk.post(f"{PAGE}/search", {"words": "韩"}).text
    assert "韩冬" in found
    assert "周敏" not in found
    field = at.clerk.get(f"{PAGE}?specialty=municipal").text
    assert "周敏" in field
    assert "高建民" not in field

    sheet = at.clerk.post(f"{PAGE}/export.xlsx", {"pile": "ending"})
    book = load_workbook(io.BytesIO(sheet.data))
    rows = list(book["师资"].values)
    assert [row[0] for row in rows[1:]] == ["周*"]
    assert ("范围", "60 天内到期") in list(book["筛选条件"].values)
    whole = at.clerk.post(f"{PAGE}/export.xlsx", {"pile": "all", "whole": "1"})
    assert "export_reason" in whole.text


def test_a_long_list_goes_on_without_gap_or_double(at: At, begin: Begin) -> None:
    with begin() as work:
        for n in range(30):
            make.entered(work, at.house.here, name=f"教师{n:02d}", id_number="")
    first = at.clerk.get(PAGE).text
    after = first.partition("after=")[2].partition('"')[0]
    second = at.clerk.get(f"{PAGE}?after={after}").text

    def names(page: str) -> set[str]:
        return {f"教师{n:02d}" for n in range(30) if f"教师{n:02d}" in page}

    assert len(names(first)) == 25
    assert not names(first) & names(second)
    assert len(names(first) | names(second)) == 30


def test_an_empty_register_says_what_to_do(at: At) -> None:
    assert "登记授课教师和他们的资格证书" in at.clerk.get(PAGE).text

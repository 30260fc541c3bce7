"""The register of teachers as its desk, learners and strangers see it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook

from lms.accounts.rules import Role
from lms.catalogue import services as authoring
from lms.catalogue.services import teaching
from lms.classes import services as class_services
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.errors import Conflict
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.learning import services as learning
from lms.policy.model import Specialty
from lms.teachers import queries, services
from lms.teachers.rules import State
from tests.conftest import Browser
from tests.make import accounts as account_make
from tests.make import catalogue as courses
from tests.make import classes as class_make
from tests.make import people, pictures
from tests.make import teachers as make
from tests.races import race

Begin = Callable[..., Any]
Sign = Callable[..., Browser]
PAGE = "/console/teachers"


@dataclass
class At:
    """A house with its people's browsers, and a desk of another association."""

    house: make.House
    author: Browser
    clerk: Browser
    second: Browser
    manager: Browser
    stranger: Browser


@pytest.fixture
def at(begin: Begin, browser_of: Sign) -> At:
    with begin() as work:
        house, other = make.house(work), make.house(work)
    browsers = (house.author, house.clerk, house.second, house.manager, other.manager)
    return At(house, *(browser_of(one) for one in browsers))


def typed(**over: Any) -> dict[str, Any]:
    return {
        "once": str(new_id()), "seen": "0", "name": "高建民", "sex": "male",
        "employer": "包头市建筑设计院", "title": "正高级工程师", "level": "full",
        "specialties": ["building", "municipal"], "since_year": "1998",
        "phone": "138 0000 0091", "id_number": make.ID_NUMBER,
        "cv": "从事支护<script>alert(1)</script>二十余年",
    } | over  # fmt: skip


def paper(**over: Any) -> dict[str, Any]:
    return {
        "kind": "constructor_1", "number": "京1112024202400091", "called": "",
        "issuer": "住房和城乡建设部", "granted_on": "2024-03-01",
        "valid_until": "2029-03-01",
        "scan": (io.BytesIO(pictures.wall_jpeg()), "证书.jpg"),
    } | over  # fmt: skip


def entered(by: Browser, **over: Any) -> str:
    made = by.post(f"{PAGE}/new", typed(**over))
    assert made.status_code == 303, made.text
    return str(made.location).rsplit("/", 1)[1]


def stands(at: At, one: str) -> State:
    db.session.rollback()
    return queries.teacher(db.session(), at.house.here, UUID(one)).state


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
    refused = at.clerk.post(f"{PAGE}/{one}/decide", {"answer": "yes"})
    assert refused.status_code == 422
    assert stands(at, one) is State.WAITING

    assert "待复核师资" in at.second.get("/console").text
    yes = at.second.post(f"{PAGE}/{one}/decide", {"answer": "yes", "comment": ""})
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
    for word in ("高建民", "正高级工程师", "包头市建筑设计院", "二十余年"):
        assert word in shown
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


# -- publishing, classes, learners ---------------------------------------------------


def test_the_course_page_names_each_teacher_that_lacks_something(
    at: At, begin: Begin
) -> None:
    with begin() as work:
        here = at.house.here
        make.asks(work, here)
        _course, version = courses.course(work, here, publish=False)
        one = make.waiting(make.nobody(work, here), here)
        teaching.set_teachers(work, here, version, [one])

    page = at.author.get(f"/console/courses/{version}").text
    assert "还没有复核在册" in page
    assert "高建民" in page
    kept = at.author.post(f"/console/courses/{version}/submit")
    assert kept.status_code == 422
    assert "有教师还没有复核在册" in kept.text


def test_a_course_is_rewritten_without_a_typed_name_once_the_register_speaks(
    at: At, begin: Begin
) -> None:
    with begin() as work:
        here = at.house.here
        _course, version = courses.course(work, here, publish=False)
        one = make.registered(work, here)
    at.author.post(f"/console/teaching/courses/{version}", {"teacher": str(one)})

    form = at.author.get(f"/console/courses/{version}/facts").text
    assert 'name="teacher"' not in form
    saved = at.author.post(
        f"/console/courses/{version}/facts",
        {
            "title": "新名", "specialty": "building", "track": "required",
            "year": "2026", "price": "30", "summary": "要点", "teacher": "冒名",
        },
    )  # fmt: skip
    assert saved.status_code == 303
    assert "冒名" not in at.author.get(f"/console/courses/{version}").text
    nobody = at.author.post(f"/console/teaching/courses/{version}", {"teacher": "x"})
    assert nobody.status_code == 404


def test_who_bought_a_course_sees_its_teachers_and_its_class_says_who_holds_it(
    at: At, begin: Begin, browser_of: Sign
) -> None:
    with begin() as work:
        taught = class_make.course(work, association_id=at.house.here)
        meeting = class_make.session(work, taught)
        one = make.registered(work, at.house.here)
        class_services.set_teachers(work, at.house.here, meeting, [one])
        me = people.account(work)
        _course, version = courses.course(work, at.house.here, publish=False)
        teaching.set_teachers(work, at.house.here, version, [one])
        authoring.publish(work, at.house.here, version)
        bought = learning.enrol(
            work, me.person_id, version, source="t", specialty=Specialty.BUILDING
        )
    mine = browser_of(me.account_id)

    assert "正高级工程师" in mine.get(f"/study/{bought}").text
    assert "高建民" in mine.get(f"/classes/{taught.lesson_id}").text
    at.clerk.post(f"{PAGE}/{one}/consent/withdraw")
    assert "高建民" not in mine.get(f"/study/{bought}").text
    assert "高建民" not in mine.get(f"/classes/{taught.lesson_id}").text
    assert "高建民" in at.clerk.get(f"/console/classes/{meeting}").text
    choose = f"/console/teaching/classes/{meeting}"
    assert at.clerk.post(choose, {"teacher": str(one)}).status_code == 303
    assert at.stranger.get(choose).status_code == 404
    assert at.stranger.post(choose, {"teacher": str(one)}).status_code == 404


def test_a_teacher_whom_a_course_names_is_not_thrown_away(at: At, begin: Begin) -> None:
    with begin() as work:
        _course, version = courses.course(work, at.house.here, publish=False)
    one = entered(at.author)
    at.author.post(f"/console/teaching/courses/{version}", {"teacher": one})

    kept = at.author.post(f"{PAGE}/{one}/discard")

    assert kept.status_code == 409
    assert "请先在那里换人" in kept.text
    at.author.post(f"/console/teaching/courses/{version}", {})
    assert at.author.post(f"{PAGE}/{one}/discard").status_code == 303
    assert at.author.get(f"{PAGE}/{one}").status_code == 404


def test_two_managers_decide_what_is_asked_of_teachers(
    at: At, begin: Begin, browser_of: Sign
) -> None:
    with begin() as work:
        other = account_make.staff(
            work, Role.MANAGER, association_id=at.house.here,
            email="m2@demo.example",
        )  # fmt: skip
    form = {"from_on": "2026-11-21", "needs": "checked", "reason": "按大纲要求"}
    assert at.manager.post("/console/terms/teachers", form).status_code == 303
    asked = at.manager.get("/console/terms").text
    assert "须有在册教师，资格在有效期内" in asked
    browser = browser_of(other)
    path = browser.get("/console/terms").text.partition("/console/terms/questions/")[2]
    question = path.partition("/")[0]
    yes = {"answer": "yes", "comment": ""}
    done = browser.post(f"/console/terms/questions/{question}/decide", yes)
    assert done.status_code == 303
    assert "本协会要求" in at.clerk.get(PAGE).text
    backwards = at.manager.post(
        "/console/terms/teachers", form | {"from_on": "2026-11-01"}
    )
    assert backwards.status_code == 422


# -- at once -------------------------------------------------------------------------


def test_of_two_who_check_at_once_one_does(at: At, app: Flask, begin: Begin) -> None:
    with begin() as work:
        one = make.waiting(make.nobody(work, at.house.here), at.house.here)
    house = at.house

    def checks(account: Any, word: tuple[bool, str]) -> Callable[[Work], object]:
        return lambda work: services.decide(
            house.as_(work, account), house.here, one, word
        )

    came = race(
        app,
        [checks(house.second, (True, "")), checks(house.manager, (False, "编号不符"))],
    )

    assert sum(isinstance(each, State) for each in came) == 1
    assert sum(isinstance(each, Conflict) for each in came) == 1


def test_of_two_who_enter_one_person_at_once_one_does(
    at: At, app: Flask, begin: Begin
) -> None:
    house = at.house
    came = race(
        app,
        [
            lambda work: make.entered(house.as_(work, house.clerk), house.here),
            lambda work: make.entered(house.as_(work, house.second), house.here),
        ],
    )

    assert sum(isinstance(each, UUID) for each in came) == 1
    assert sum(isinstance(each, Conflict) for each in came) == 1


def test_a_day_before_it_ends_a_paper_still_holds(at: At, begin: Begin) -> None:
    with begin() as work:
        until = legal_day(work.now) + timedelta(days=1)
        one = make.registered(work, at.house.here, make.paper(valid_until=until))

    page = at.clerk.get(f"{PAGE}/{one}").text

    assert "将到期" in page
    assert "已过期" not in page

"""Teachers on the pages of courses and classes, and two at once at their desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from lms.accounts.rules import Role
from lms.catalogue import services as authoring
from lms.catalogue.services import teaching
from lms.classes import services as class_services
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict
from lms.kernel.work import Work
from lms.learning import services as learning
from lms.policy.model import Specialty
from lms.teachers import services
from lms.teachers.rules import State
from tests.conftest import Browser
from tests.make import accounts as account_make
from tests.make import catalogue as courses
from tests.make import classes as class_make
from tests.make import people
from tests.make import teachers as make
from tests.races import race
from tests.web.console.teaching import PAGE, At, desks, entered

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


@pytest.fixture
def at(begin: Begin, browser_of: Sign) -> At:
    return desks(begin, browser_of)


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
            house.as_(work, account), house.here, one, word, seen=2
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

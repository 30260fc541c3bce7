"""学习中心: the page that a person comes back to."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import Flask

from lms.kernel.work import HOUSE, unit_of_work
from lms.learning import services as learning
from tests.conftest import Browser, HandClock
from tests.learning.ground import course
from tests.make import learning as make
from tests.make import people

Sign = Callable[..., Browser]


def test_it_resumes_at_the_second_even_while_another_page_plays(
    app: Flask, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        made = people.person(work)
        version, (lesson, _) = course(work, 1000, 1000)
        _, mine = make.enrolled(work, version, person_id=made.person_id)
        seat = make.sit(work, made.person_id, mine, lesson)
    for turn in range(2):
        clock.pass_seconds(45)
        with unit_of_work(HOUSE, clock=clock) as work:
            make.send(work, seat, seat.beat(turn * 45, turn * 45 + 45))

    page = browser_of(made.account_id).get("/learn").text

    assert "继续上次学习" in page
    assert "停在 1:30" in page
    assert "本课已计 1:30 / 16:40" in page


def test_a_course_just_bought_starts_at_its_first_lesson(
    app: Flask, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        made = people.person(work)
        version, _ = course(work, 1000)
        make.enrolled(work, version, person_id=made.person_id)

    page = browser_of(made.account_id).get("/learn").text

    assert "从这里开始" in page
    assert "第1课" in page


def test_what_was_left_is_where_the_next_visit_starts(
    app: Flask, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        made = people.person(work)
        version, (one, two) = course(work, 1000, 1000)
        _, mine = make.enrolled(work, version, person_id=made.person_id)
        make.sit(work, made.person_id, mine, two)
    clock.pass_seconds(600)
    with unit_of_work(HOUSE, clock=clock) as work:
        seat = make.sit(work, made.person_id, mine, one)
        assert learning.close_silent(work) == 0
    clock.pass_seconds(20)
    with unit_of_work(HOUSE, clock=clock) as work:
        make.send(work, seat, seat.beat(0, 20))

    assert "停在 0:20" in browser_of(made.account_id).get("/learn").text


def test_the_first_thing_is_to_choose_courses_where_nothing_was_bought(
    app: Flask, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        made = people.person(work)

    page = browser_of(made.account_id).get("/learn").text

    assert 'id="lead-title"' in page
    assert page.index("下一步") < page.index("我的课程")


def test_hours_are_closed_with_the_course_that_was_bought_before_another(
    app: Flask, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        made = people.person(work)
        version, _ = course(work, 1000, 1000)
        _, mine = make.enrolled(work, version, person_id=made.person_id)
    visitor = browser_of(made.account_id)

    lesson = re.compile(rf"/study/[^\"]*{mine}[^\"]*")
    for address in ("/learn/hours", "/learn/renewal", "/certificates"):
        page = visitor.get(address).text
        assert "继续学习" in page, address
        assert lesson.search(page), address

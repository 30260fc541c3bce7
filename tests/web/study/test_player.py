"""What the player's page shows and asks, through the browser's door."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.catalogue.models import Lesson
from lms.catalogue.rules import LessonKind
from lms.evidence.models import EvidenceLine
from lms.hours import queries as hours
from lms.kernel.db import db
from lms.kernel.ids import EnrolmentId, LessonId, PersonId
from lms.kernel.work import HOUSE, unit_of_work
from lms.learning import queries
from tests.conftest import START, Browser, HandClock
from tests.learning.ground import ask, course
from tests.make import learning as make
from tests.make import people
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)


@dataclass
class Learner:
    """A signed-in person with a course of two films."""

    browser: Browser
    person_id: PersonId
    enrolment: EnrolmentId
    lessons: list[LessonId]

    def page(self, lesson: int = 0) -> TestResponse:
        return self.browser.get(f"/study/{self.enrolment}/{self.lessons[lesson]}")

    def lease(self, lesson: int = 0, **more: Any) -> TestResponse:
        body = {
            "enrolment": str(self.enrolment),
            "lesson": str(self.lessons[lesson]),
            **more,
        }
        return self.browser.post_json("/study/lease", body)

    def beat(self, told: dict[str, Any], start: int, end: int) -> TestResponse:
        return self.browser.post_json("/study/beat", _beat(told, start, end))

    @property
    def credited(self) -> int:
        db.session.rollback()
        done = queries.progress(db.session(), self.enrolment)
        return sum(study.credited_seconds for study in done.values())


def _beat(told: dict[str, Any], start: int, end: int) -> dict[str, Any]:
    return {
        "lease": told["lease"],
        "seq": told["seq"] + 1,
        "nonce": told["nonce"],
        "media_from": start,
        "media_to": end,
        "state": "playing",
    }


Sign = Callable[..., Browser]


@pytest.fixture
def me(app: Flask, clock: HandClock, browser_of: Sign) -> Learner:
    with unit_of_work(HOUSE, clock=clock) as work:
        made = people.person(work)
        version, lessons = course(work, 100, 100)
        _, mine = make.enrolled(work, version, person_id=made.person_id)
    return Learner(browser_of(made.account_id), made.person_id, mine, lessons)


@pytest.fixture
def other(app: Flask, clock: HandClock, browser_of: Sign) -> Browser:
    with unit_of_work(HOUSE, clock=clock) as work:
        account = people.account(work, name="李四").account_id
    return browser_of(account)


def test_a_lesson_is_studied_to_its_end_over_the_wire(
    me: Learner, clock: HandClock
) -> None:
    assert "0:00" in me.page().text
    told = me.lease().json
    assert told
    for start, end in ((0, 30), (30, 60), (60, 90), (90, 100)):
        clock.pass_seconds(end - start)
        answer = me.beat(told, start, end)
        assert answer.status_code == 200
        assert answer.json
        told |= answer.json

    assert told["done"]
    page = me.page().text
    assert 'data-done="true"' in page
    assert "下一课：第2课" in page
    (card,) = hours.postings(
        db.session(), me.person_id, since=START.date(), until=START.date()
    )
    assert card.credit == 100


@pytest.mark.parametrize(
    "wrong",
    [
        {"seconds": 9999},
        {"credited": 100, "done": True},
        {"seq": "1"},
        {"seq": True},
        {"media_to": 1e9},
        {"media_to": 10**9},
        {"media_to": None},
        {"state": "finished"},
        {"lease": "not-an-id"},
        {"nonce": "x" * 500},
        {"nonce": "\ud800"},
        {"nonce": "學"},
    ],
)
def test_a_beat_with_a_wrong_or_unknown_field_stops_at_the_door(
    me: Learner, clock: HandClock, wrong: dict[str, Any]
) -> None:
    told = me.lease().json
    assert told
    clock.pass_seconds(30)

    answer = me.browser.post_json("/study/beat", _beat(told, 0, 30) | wrong)

    assert answer.status_code == 400
    assert me.credited == 0


@pytest.mark.parametrize("body", [[], "text", 7, {}])
def test_what_is_no_beat_stops_at_the_door(me: Learner, body: object) -> None:
    assert me.browser.post_json("/study/beat", body).status_code == 400
    assert me.browser.post_json("/study/lease", body).status_code == 400


Step = tuple[int, int, int]
"""From, to, and how many seconds the clock passed before. Units: seconds."""

CHEATS: dict[str, list[Step]] = {
    "claims the whole film at once": [(0, 100, 1)],
    "jumps to the end": [(90, 100, 10)],
    "sixteen times as fast": [(i * 16, i * 16 + 16, 1) for i in range(6)],
    "four times as fast": [(i * 20, i * 20 + 20, 5) for i in range(5)],
    "twice as fast": [(i * 20, i * 20 + 20, 10) for i in range(5)],
    "runs backwards": [(100, 0, 30)],
    "starts before the start": [(-100, 0, 30)],
    "all beats in one instant": [(i, i + 1, 0) for i in range(100)],
    "creeps by the tolerance": [(i * 2, i * 2 + 2, 0) for i in range(50)],
    "hops over gaps": [(i * 10, i * 10 + 3, 3) for i in range(10)],
    "sees one stretch again and again": [(0, 10, 10)] * 12,
    "parks at the end": [(0, 20, 20), *[(100, 100, 30)] * 6],
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_cheat_earns_no_second_that_did_not_pass(
    me: Learner, clock: HandClock, cheat: str
) -> None:
    told = me.lease().json
    assert told
    began = clock()
    for start, end, passed in CHEATS[cheat]:
        clock.pass_seconds(passed)
        answer = me.beat(told, start, end)
        assert answer.json
        told |= answer.json

    assert me.credited <= (clock() - began).total_seconds()
    assert not told["done"]


def test_a_forged_beat_without_a_token_is_refused(
    me: Learner, clock: HandClock
) -> None:
    told = me.lease().json
    assert told
    clock.pass_seconds(30)

    forged = me.browser.client.post("/study/beat", json=_beat(told, 0, 30))

    assert forged.status_code == 400
    assert me.credited == 0


def test_what_is_anothers_is_not_there(me: Learner, other: Browser) -> None:
    lesson = me.lessons[0]
    told = me.lease().json
    assert told
    for url in (
        f"/study/{me.enrolment}",
        f"/study/{me.enrolment}/{lesson}",
        f"/study/media/{lesson}",
        f"/study/captions/{lesson}.vtt",
    ):
        assert other.get(url).status_code == 404
    assert other.post_json("/study/beat", _beat(told, 0, 30)).status_code == 404
    stolen = {"enrolment": str(me.enrolment), "lesson": str(lesson)}
    assert other.post_json("/study/lease", stolen).status_code == 404
    assert other.post(f"/study/{me.enrolment}/{lesson}/answers").status_code == 404
    sent = other.post(f"/study/{me.enrolment}/specialty", {"specialty": "water"})
    assert sent.status_code == 404


def test_a_stranger_is_sent_to_sign_in(browser: Browser, me: Learner) -> None:
    url = f"/study/{me.enrolment}/{me.lessons[0]}"

    assert browser.get(url).status_code == 303
    assert browser.post_json("/study/beat", {}).status_code == 401


def test_a_second_device_is_told_in_words(me: Learner) -> None:
    assert me.lease().status_code == 200

    told = me.lease(1)

    assert told.status_code == 409
    assert told.json
    assert told.json["code"] == "lease.taken"
    assert "另一处" in told.json["detail"]
    assert me.lease(1, take_over=True).status_code == 200


def test_no_key_is_on_the_page_and_answers_are_judged_on_the_server(
    me: Learner, clock: HandClock
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        question = ask(work, me.lessons[0], key=(1,))
    page = me.page().text
    assert "专家论证？" in page
    assert "超过 5 米（含）须论证" not in page
    url = f"/study/{me.enrolment}/{me.lessons[0]}/answers"
    asking = {"headers": {"Accept": "application/json"}}

    wrong = me.browser.post(url, {"question": question, "choice": "0"}, **asking)
    right = me.browser.post(url, {"question": question, "choice": "1"}, **asking)

    assert wrong.json
    assert right.json
    assert (wrong.json["right"], right.json["right"]) == (False, True)
    assert wrong.json["explanation"]
    assert right.json["questions_open"] == 0
    by_form = me.browser.post(url, {"question": question, "choice": "1"})
    assert by_form.status_code == 303


@pytest.mark.parametrize(
    ("chosen", "code"),
    [(["4"], "question.no_option"), (["0", "x" * 900], "question.no_option")],
)
def test_what_is_no_option_is_not_written_down(
    me: Learner, clock: HandClock, chosen: list[str], code: str
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        question = ask(work, me.lessons[0], key=(1,))
    url = f"/study/{me.enrolment}/{me.lessons[0]}/answers"

    told = me.browser.post(
        url,
        {"question": question, "choice": chosen},
        headers={"Accept": "application/json"},
    )

    assert told.status_code == 422
    assert told.json
    assert told.json["code"] == code
    written = select(EvidenceLine).where(EvidenceLine.kind == "question.answered")
    assert db.session.scalars(written).all() == []


def test_a_question_is_not_answered_before_the_film_comes_to_it(
    me: Learner, clock: HandClock
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        question = ask(work, me.lessons[0], key=(1,), at=600)
    url = f"/study/{me.enrolment}/{me.lessons[0]}/answers"

    told = me.browser.post(
        url,
        {"question": question, "choice": "1"},
        headers={"Accept": "application/json"},
    )

    assert told.json
    assert told.json["code"] == "question.ahead"


def test_a_quiz_is_done_with_its_last_right_answer(
    app: Flask, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        made = people.person(work)
        version, lessons = course(work, 0, kind=LessonKind.QUIZ)
        _, mine = make.enrolled(work, version, person_id=made.person_id)
        question = ask(work, lessons[0], key=(0, 2))
    me = Learner(browser_of(made.account_id), made.person_id, mine, lessons)
    assert "多选" in me.page().text

    me.browser.post(
        f"/study/{mine}/{lessons[0]}/answers",
        {"question": question, "choice": ["0", "2"]},
    )

    assert 'data-done="true"' in me.page().text


def test_the_film_is_sent_by_ranges_to_who_is_enrolled(
    me: Learner, app: Flask, clock: HandClock
) -> None:
    film = BytesIO(bytes(range(256)) * 40)
    folder = app.extensions["lms.settings"].media_dir
    folder.mkdir(parents=True, exist_ok=True)
    key = "0" * 32 + ".mp4"
    (folder / key).write_bytes(film.getvalue())
    with unit_of_work(HOUSE, clock=clock) as work:
        lesson = work.session.get_one(Lesson, me.lessons[0])
        lesson.media_key = key
        lesson.captions_vtt = "WEBVTT\n\n00:00.000 --> 00:02.000\n深基坑\n"
    url = f"/study/media/{me.lessons[0]}"

    part = me.browser.get(url, headers={"Range": "bytes=256-511"})

    assert part.status_code == 206
    assert part.data == bytes(range(256))
    assert part.content_type == "video/mp4"
    part.close()
    captions = me.browser.get(f"/study/captions/{me.lessons[0]}.vtt")
    assert captions.content_type.startswith("text/vtt")
    assert "深基坑" in captions.text
    assert "track" in me.page().text


def test_a_common_course_asks_where_it_counts(
    app: Flask, clock: HandClock, browser_of: Sign
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        made = people.person(work)
        version, lessons = course(work, 100, specialty=None)
        _, mine = make.enrolled(work, version, person_id=made.person_id)
    me = Learner(browser_of(made.account_id), made.person_id, mine, lessons)
    assert me.lease().status_code == 422
    assert "计入哪个专业" in me.page().text

    refused = me.browser.post(f"/study/{mine}/specialty", {"specialty": "mining"})
    chosen = me.browser.post(f"/study/{mine}/specialty", {"specialty": "building"})

    assert (refused.status_code, chosen.status_code) == (404, 303)
    assert "建筑工程" in me.browser.get(f"/study/{mine}").text
    assert me.lease().status_code == 200


def test_the_player_carries_no_inline_script_or_style(me: Learner) -> None:
    page = me.page().text

    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert " style=" not in page
    assert " onclick=" not in page

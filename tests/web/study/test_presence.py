"""Presence over the wire: unknown before it is due, answered once, never by a must."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.evidence.models import EvidenceLine
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import PersonId
from lms.kernel.work import HOUSE, unit_of_work
from lms.learning import queries
from lms.learning import services as learning
from lms.learning.models import Lease, PresenceCheck, PresencePicture
from lms.web.study import forms
from tests.conftest import Browser, HandClock
from tests.learning.ground import ask, course
from tests.make import learning as make
from tests.make import people, pictures

MOST_BEATS = 40


class Page:
    """A signed-in person's player, that knows only what it is told."""

    def __init__(self, app: Flask, clock: HandClock, sign: Any, **asked: Any) -> None:
        with unit_of_work(HOUSE, clock=clock) as work:
            made = people.person(work)
            version, (self.lesson,) = course(work, 5400, presence=asked)
            ask(work, self.lesson, key=(2,), at=30)
            _, self.mine = make.enrolled(work, version, person_id=made.person_id)
        self.clock = clock
        self.person_id: PersonId = made.person_id
        self.browser: Browser = sign(made.account_id)
        self.answers: list[str] = []
        self.open()

    def keep(self, answer: TestResponse) -> dict[str, Any]:
        self.answers.append(answer.text)
        assert isinstance(answer.json, dict)
        return answer.json

    def open(self) -> dict[str, Any]:
        self.answers.append(self.browser.get(f"/study/{self.mine}/{self.lesson}").text)
        asked = {
            "enrolment": str(self.mine),
            "lesson": str(self.lesson),
            "take_over": True,
        }
        self.told = self.keep(self.browser.post_json("/study/lease", asked))
        self.lease = self.told["lease"]
        return self.told

    def beat_body(self, seconds: int = 30) -> dict[str, Any]:
        return {
            "lease": self.lease,
            "seq": self.told["seq"] + 1,
            "nonce": self.told["nonce"],
            "media_from": self.told["position"],
            "media_to": self.told["position"] + seconds,
            "state": "playing",
        }

    def beat(self, seconds: int = 30) -> dict[str, Any]:
        self.clock.pass_seconds(seconds)
        sent = self.browser.post_json("/study/beat", self.beat_body(seconds))
        self.told |= {"check": None} | self.keep(sent)
        return self.told

    def until_asked(self) -> dict[str, Any]:
        for _ in range(MOST_BEATS):
            if check := self.beat()["check"]:
                assert isinstance(check, dict)
                return check
        raise AssertionError("nobody asked")

    def body(self, check: dict[str, Any], n: int = 1, **said: Any) -> dict[str, Any]:
        right = {"code": check["code"]} if check["code"] else {"chosen": [2]}
        return {"lease": self.lease, "check": check["id"], "n": n, **(said or right)}

    def answer(self, check: dict[str, Any], n: int = 1, **said: Any) -> TestResponse:
        return self.browser.post_json("/study/check", self.body(check, n, **said))

    def picture(self, check: dict[str, Any], raw: bytes) -> TestResponse:
        sent = {
            "lease": self.lease,
            "check": check["id"],
            "picture": (BytesIO(raw), "me.jpg"),
        }
        asking = {"Accept": "application/json"}
        return self.browser.post("/study/check/picture", sent, headers=asking)

    def consent(self, agreed: str) -> None:
        answer = self.browser.post("/study/camera", {"agreed": agreed})
        assert answer.status_code == 303

    @property
    def credited(self) -> int:
        db.session.remove()
        found = queries.progress(db.session(), self.mine)
        return found[self.lesson].credited_seconds


Sign = Callable[..., Browser]


@pytest.fixture
def me(app: Flask, clock: HandClock, browser_of: Sign) -> Page:
    return Page(app, clock, browser_of)


def test_nothing_tells_when_the_next_check_is_due(me: Page) -> None:
    db.session.remove()
    due = db.session.scalars(select(Lease.check_at)).one()
    assert due is not None
    plain = (json.loads(text) for text in me.answers if text.startswith("{"))
    assert all(one.get("check") is None for one in plain)

    first = me.until_asked()
    me.answer(first)
    for _ in range(5):
        me.beat()

    db.session.remove()
    instants = {due, *db.session.scalars(select(Lease.check_at))}
    for text in me.answers:
        assert "check_at" not in text
        assert "check_left" not in text
        for instant in instants:
            assert instant is not None
            for form in (f"{instant:%H:%M:%S}", f"{int(instant.timestamp())}"):
                assert form not in text


def test_the_answers_of_a_page_are_alike_until_the_check_is_due(me: Page) -> None:
    shapes = set()
    while not me.beat()["check"]:
        shapes.add(tuple(sorted(json.loads(me.answers[-1]))))

    assert len(shapes) == 1


def test_the_question_is_asked_without_its_key(me: Page) -> None:
    check = me.until_asked()

    assert (check["kind"], len(check["options"])) == ("question", 4)
    assert "key" not in json.dumps(me.told)
    assert "论证。" not in json.dumps(me.told, ensure_ascii=False)


def test_a_check_is_passed_over_the_wire(me: Page) -> None:
    check = me.until_asked()
    before = me.credited

    wrong = me.answer(check, 1, chosen=[0]).json
    right = me.answer(check, 2).json

    assert wrong
    assert right
    assert (wrong["right"], wrong["check"]["tries"], right["right"]) == (False, 1, True)
    me.beat(20)
    assert me.credited == before + 20


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": 123456},
        {"code": "1" * 99},
        {"chosen": "2"},
        {"chosen": [True]},
        {"chosen": list(range(50))},
        {"n": "1"},
        {"check": "no-id"},
        {"right": True},
    ],
)
def test_a_reply_with_a_wrong_or_unknown_field_stops_at_the_door(
    me: Page, wrong: dict[str, Any]
) -> None:
    body = me.body(me.until_asked()) | wrong

    assert me.browser.post_json("/study/check", body).status_code == 400


def test_anothers_check_is_not_there(
    me: Page, app: Flask, clock: HandClock, browser_of: Sign
) -> None:
    check = me.until_asked()
    other = Page(app, clock, browser_of)

    stolen = other.browser.post_json("/study/check", me.body(check))

    assert stolen.status_code == 404


def test_two_tabs_that_answer_at_once_pass_once(me: Page, app: Flask) -> None:
    check = me.until_asked()
    body, token = me.body(check), me.browser.token()
    cookie = me.browser.client.get_cookie("lms")
    assert cookie

    def send(_: int) -> str:
        alone = app.test_client(use_cookies=False)
        headers = {"X-CSRFToken": token, "Cookie": f"lms={cookie.value}"}
        return alone.post("/study/check", json=body, headers=headers).text

    with ThreadPoolExecutor(8) as pool:
        told = {json.loads(text)["right"] for text in pool.map(send, range(24))}

    assert told == {True}
    db.session.remove()
    kinds = db.session.scalars(
        select(EvidenceLine.kind).where(EvidenceLine.kind.like("presence%"))
    ).all()
    assert kinds == ["presence.passed"]


def test_a_beat_and_an_answer_at_once_never_earn_the_waiting(
    me: Page, app: Flask
) -> None:
    check = me.until_asked()
    before = me.credited
    me.clock.pass_seconds(30)
    beat, body, token = me.beat_body(30), me.body(check), me.browser.token()
    cookie = me.browser.client.get_cookie("lms")
    assert cookie

    def send(n: int) -> int:
        alone = app.test_client(use_cookies=False)
        headers = {"X-CSRFToken": token, "Cookie": f"lms={cookie.value}"}
        url, sent = ("/study/beat", beat) if n % 2 else ("/study/check", body)
        return alone.post(url, json=sent, headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = set(pool.map(send, range(24)))

    assert codes == {200}
    assert me.credited == before


def test_an_answer_that_was_not_kept_may_be_given_again(me: Page) -> None:
    check = me.until_asked()
    reply = forms.reply(me.body(check))

    class Killed(Exception):
        """The process died before it committed."""

    def die() -> None:
        with unit_of_work(HOUSE, clock=me.clock) as work:
            assert learning.answer_check(work, me.person_id, reply).right
            raise Killed

    with pytest.raises(Killed):
        die()

    db.session.remove()
    assert queries.checks(db.session(), me.person_id)[0].outcome is None
    assert me.beat(10)["earned"] == 0
    again = me.answer(check).json
    assert again
    assert again["right"]


def test_two_missed_in_a_row_are_told_in_words_on_the_page(me: Page) -> None:
    me.until_asked()
    told: dict[str, Any] = {}
    for _ in range(12):
        told = me.beat(15)

    assert told["code"] == "lease.unanswered"
    page = me.browser.get(f"/study/{me.mine}/{me.lesson}").text
    assert "继续学习" in page
    assert "之前计的时间都在" in page
    assert me.open()["check"]


FACE = pictures.face_jpeg()


def test_a_camera_is_offered_to_nobody_who_has_not_agreed(me: Page) -> None:
    check = me.until_asked()

    assert check["camera"] is False
    refused = me.picture(check, FACE)
    assert refused.status_code == 422
    assert refused.json
    assert refused.json["code"] == "check.no_consent"
    assert me.answer(check).json["right"]  # type: ignore[index]  # an answer of JSON


def test_a_picture_may_answer_and_is_sealed_with_a_day_to_go(me: Page) -> None:
    me.consent("1")
    check = me.until_asked()
    assert check["camera"] is True
    assert check["options"]

    card = me.picture(check, FACE).json

    assert card
    assert card["right"] is True
    db.session.remove()
    kept = db.session.scalars(select(PresencePicture)).one()
    assert b"\xff\xd8\xff" not in kept.picture
    whose, jpeg = queries.open_picture(db.session(), kept.check_id)
    assert whose == me.person_id
    assert hashlib.sha256(jpeg).hexdigest() == kept.sha256
    assert kept.keep_until == legal_day(me.clock() + timedelta(days=90))
    line = db.session.scalars(
        select(EvidenceLine.facts).where(EvidenceLine.kind == "presence.passed")
    ).one()
    assert json.loads(line)["picture"] == kept.sha256
    with unit_of_work(HOUSE, clock=me.clock) as work:
        assert learning.drop_pictures(work, kept.keep_until) == 0
        assert learning.drop_pictures(work, kept.keep_until + timedelta(days=1)) == 1


def test_a_picture_answers_once(me: Page) -> None:
    me.consent("1")
    me.picture(me.until_asked(), FACE)
    again = me.until_asked()

    refused = me.picture(again, FACE)

    assert refused.status_code == 422
    assert refused.json
    assert refused.json["code"] == "check.same_picture"


def test_a_picture_of_a_wall_is_no_answer(me: Page) -> None:
    me.consent("1")
    check = me.until_asked()

    refused = me.picture(check, pictures.wall_jpeg())

    assert refused.status_code == 422
    assert refused.json
    assert "用数字确认" in refused.json["detail"]
    assert me.answer(check).json["right"]  # type: ignore[index]  # an answer of JSON


def test_a_consent_taken_back_ends_the_camera_at_once(me: Page) -> None:
    me.consent("1")
    check = me.until_asked()
    assert check["camera"] is True

    me.consent("0")

    assert me.beat(10)["check"]["camera"] is False
    assert me.picture(check, FACE).status_code == 422
    assert me.open()["check"]["camera"] is False
    assert "您于" in me.browser.get("/study/camera").text
    assert me.answer(check).json["right"]  # type: ignore[index]  # an answer of JSON


def test_an_association_may_do_without_cameras(
    app: Flask, clock: HandClock, browser_of: Sign
) -> None:
    me = Page(app, clock, browser_of, camera=0)
    me.consent("1")
    check = me.until_asked()

    assert check["camera"] is False
    assert me.picture(check, FACE).status_code == 422


def test_no_check_ever_needs_a_camera(me: Page) -> None:
    me.consent("1")
    for _ in range(4):
        check = me.until_asked()
        assert check["code"] or check["options"]
        assert me.answer(check).json["right"]  # type: ignore[index]  # an answer of JSON

    db.session.remove()
    assert db.session.scalars(select(PresencePicture)).all() == []
    assert len(db.session.scalars(select(PresenceCheck)).all()) == 4


def test_questions_with_a_second_are_marked_for_the_player(me: Page) -> None:
    page = me.browser.get(f"/study/{me.mine}/{me.lesson}").text

    assert 'data-at="30"' in page

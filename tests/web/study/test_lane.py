"""The lane before the doors: only the common beat, by the rules of the doors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request_started
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from lms.accounts import services as accounts
from lms.accounts.models import Account, SignedSession
from lms.accounts.rules import AccountState, Role
from lms.evidence.models import EvidenceLine
from lms.kernel.db import db
from lms.kernel.ids import AccountId, AssociationId, new_id
from lms.kernel.work import HOUSE, unit_of_work
from lms.learning import queries
from lms.learning import services as learning
from lms.learning.models import Lease
from tests.conftest import Browser, HandClock
from tests.learning.ground import course
from tests.make import learning as make
from tests.make import people


class Pupil:
    """One signed-in person with an open lease, and what the page knows of it."""

    def __init__(self, app: Flask, clock: HandClock, browser_of: Any) -> None:
        with unit_of_work(HOUSE, clock=clock) as work:
            made = people.person(work)
            version, (self.lesson,) = course(work, 200)
            _, self.mine = make.enrolled(work, version, person_id=made.person_id)
            card = learning.open_lease(
                work, made.person_id, self.mine, self.lesson, _asked(clock)
            )
        self.clock, self.person_id = clock, made.person_id
        self.account_id: AccountId = made.account_id
        self.browser: Browser = browser_of(made.account_id)
        self.told: dict[str, Any] = {"seq": 0, "nonce": card.nonce, "position": 0}
        self.lease = card.lease

    def body(self, seconds: int, **more: Any) -> dict[str, Any]:
        at = self.told["position"]
        return {
            "lease": str(self.lease),
            "seq": self.told["seq"] + 1,
            "nonce": self.told["nonce"],
            "media_from": at,
            "media_to": at + seconds,
            "state": "playing",
        } | more

    def beat(self, seconds: int = 30, **more: Any) -> TestResponse:
        self.clock.pass_seconds(seconds)
        answer = self.browser.post_json("/study/beat", self.body(seconds, **more))
        if answer.status_code == 200:
            assert answer.json
            self.told |= answer.json
        return answer

    @property
    def credited(self) -> int:
        db.session.remove()
        found = queries.progress(db.session(), self.mine)
        return found[self.lesson].credited_seconds


def _asked(clock: HandClock) -> learning.Ask:
    return learning.Ask(
        device=learning.Device("Chrome", "10.0.0.0/24"), tick=clock.tick()
    )


@pytest.fixture
def me(app: Flask, clock: HandClock, browser_of: Callable[..., Browser]) -> Pupil:
    return Pupil(app, clock, browser_of)


@pytest.fixture
def woken(app: Flask) -> Iterator[list[str]]:
    """What came as far as Flask's doors."""
    seen: list[str] = []

    def note(_sender: Flask, **_more: object) -> None:
        seen.append("request")

    request_started.connect(note, app)
    yield seen
    request_started.disconnect(note, app)


def test_a_common_beat_is_answered_before_the_doors(
    me: Pupil, woken: list[str]
) -> None:
    answers = [me.beat() for _ in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 200]
    assert woken == []
    assert me.credited == 90
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answers[0].headers["Content-Security-Policy"]
    assert answers[0].headers["X-Request-Id"]


def test_the_beat_that_ends_a_lesson_goes_through_the_doors(
    me: Pupil, woken: list[str]
) -> None:
    while not me.told.get("done"):
        assert me.beat(50).status_code == 200

    assert len(woken) == 1
    assert me.credited == 200


def test_a_beat_of_a_page_that_leaves_ends_its_lease_through_the_doors(
    me: Pupil, woken: list[str]
) -> None:
    me.beat()
    assert me.beat(state="left").status_code == 200

    assert len(woken) == 1
    assert me.beat().status_code == 409
    assert me.credited == 60


Spoil = Callable[[Flask, Pupil], None]


def _ended(_app: Flask, me: Pupil) -> None:
    with unit_of_work(HOUSE, clock=me.clock) as work:
        work.session.query(SignedSession).delete()


def _suspended(_app: Flask, me: Pupil) -> None:
    with unit_of_work(HOUSE, clock=me.clock) as work:
        work.session.execute(
            update(Account)
            .where(Account.id == me.account_id)
            .values(state=AccountState.SUSPENDED)
        )


def _appointed(_app: Flask, me: Pupil) -> None:
    with unit_of_work(HOUSE, clock=me.clock) as work:
        accounts.grant(
            work, me.account_id, Role.CLERK, association_id=AssociationId(new_id())
        )


def _halved(_app: Flask, me: Pupil) -> None:
    with unit_of_work(HOUSE, clock=me.clock) as work:
        work.session.execute(update(SignedSession).values(state="half"))


def _stranger(app: Flask, me: Pupil) -> None:
    me.browser = Browser(app)


def _forgotten(_app: Flask, me: Pupil) -> None:
    # The next beat follows within three minutes: only the session is too old.
    with unit_of_work(HOUSE, clock=me.clock) as work:
        long_ago = work.now - timedelta(hours=3)
        work.session.execute(update(SignedSession).values(seen_at=long_ago))


@pytest.mark.parametrize(
    ("spoil", "status"),
    [
        (_ended, 401),
        (_suspended, 401),
        (_halved, 401),
        (_stranger, 401),
        (_forgotten, 401),
        (_appointed, 403),
    ],
)
def test_who_may_not_come_in_is_refused_at_once(
    app: Flask, me: Pupil, spoil: Spoil, status: int
) -> None:
    assert me.beat().status_code == 200
    spoil(app, me)

    assert me.beat().status_code == status
    assert me.credited == 30


@pytest.mark.parametrize(
    "headers",
    [
        {"X-CSRFToken": ""},
        {"X-CSRFToken": "guessed"},
        {"Host": "evil.example"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json; charset=utf-8", "X-CSRFToken": ""},
    ],
)
def test_what_a_strange_page_sends_earns_nothing(
    me: Pupil, headers: dict[str, str]
) -> None:
    me.clock.pass_seconds(30)
    good = {"X-CSRFToken": me.browser.token(), "Content-Type": "application/json"}

    answer = me.browser.client.post(
        "/study/beat", data=json.dumps(me.body(30)), headers=good | headers
    )

    assert answer.status_code in {400, 415}
    assert me.credited == 0


def test_a_token_of_another_browser_is_refused(app: Flask, me: Pupil) -> None:
    with me.browser.client.session_transaction() as kept:
        kept["csrf_token"] = "another seed"
    me.clock.pass_seconds(30)
    foreign = Browser(app)

    answer = me.browser.client.post(
        "/study/beat", json=me.body(30), headers={"X-CSRFToken": foreign.token()}
    )

    assert answer.status_code == 400
    assert me.credited == 0


def test_another_persons_lease_is_not_there(
    app: Flask, clock: HandClock, me: Pupil, browser_of: Callable[..., Browser]
) -> None:
    other = Pupil(app, clock, browser_of)
    clock.pass_seconds(30)

    assert other.browser.post_json("/study/beat", me.body(30)).status_code == 404
    assert me.credited == 0


def test_study_keeps_a_session_alive(me: Pupil) -> None:
    for _ in range(6 * 60):
        assert me.beat(45, state="paused").status_code == 200

    db.session.remove()
    seen = db.session.scalars(select(SignedSession.seen_at)).one()
    assert me.clock() - seen <= timedelta(minutes=6)


@pytest.mark.parametrize("step", [86_400, -3600, 7200, -86_400 * 400])
def test_a_clock_that_is_set_neither_gives_nor_takes(me: Pupil, step: int) -> None:
    with unit_of_work(HOUSE, clock=me.clock) as work:
        # A session is judged by the wall; here only the study is.
        far = {"seen_at": me.clock() + timedelta(days=2), "opened_at": me.clock()}
        work.session.execute(update(SignedSession).values(**far))
    me.beat()
    me.clock.step(step)

    told = me.beat().json if abs(step) < 86_400 else None

    if told is not None:
        assert (told["earned"], told["reason"]) == (30, None)
        assert me.credited == 60
    me.clock.step(-step)
    me.beat()
    assert me.credited == (90 if told is not None else 60)


def test_copies_of_a_beat_at_once_earn_once_and_hear_the_same(
    app: Flask, me: Pupil
) -> None:
    me.beat()
    me.clock.pass_seconds(30)
    body, token = me.body(30), me.browser.token()
    cookie = me.browser.client.get_cookie("lms")
    assert cookie

    def send(_: int) -> str:
        alone = app.test_client(use_cookies=False)
        headers = {"X-CSRFToken": token, "Cookie": f"lms={cookie.value}"}
        return alone.post("/study/beat", json=body, headers=headers).text

    with ThreadPoolExecutor(8) as pool:
        told = set(pool.map(send, range(40)))

    assert len(told) == 1
    assert me.credited == 60


def test_the_beats_on_file_are_those_that_the_segment_sealed(
    app: Flask, me: Pupil
) -> None:
    folder: Path = app.extensions["lms.settings"].data_dir / "beats"
    for _ in range(4):
        me.beat()
    me.beat(state="left")

    lines = [
        line
        for file in folder.glob("*/*.jsonl")
        for line in file.read_text("utf-8").splitlines()
        if json.loads(line)[0] == str(me.lease)
    ]
    chained = bytes(32)
    for line in lines:
        chained = hashlib.sha256(chained + line.encode()).digest()
    db.session.remove()
    facts = db.session.scalars(
        select(EvidenceLine.facts).where(EvidenceLine.kind == "study.segment")
    ).one()
    assert len(lines) == 5
    assert json.loads(facts)["beats_hash"] == chained.hex()
    assert db.session.scalars(select(Lease.ended_why)).one() == "left"

"""Reminders of an end: each kind once, by day, however many run and whatever fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from lms.jobs import night, reminders
from lms.kernel.db import db
from lms.kernel.work import HOUSE, unit_of_work
from lms.notify import queries as notify
from lms.notify import services as letters
from lms.notify.models import OutboxMessage
from lms.people import services as people
from lms.policy.model import Province, Specialty
from lms.registration.models import ReminderRow
from lms.registration.services import reminding
from tests.conftest import HandClock
from tests.races import tried
from tests.registration.ground import PowerCut, learn, messages, registered
from tests.registration.walk import USCC, as_, cast

END = date(2027, 9, 30)


def morning(clock: HandClock, left: int, hour: int = 10) -> None:
    """Set the clock to so many days before the end."""
    day = END - timedelta(days=left)
    clock.now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(
        hours=8
    )


def day_of_work(app: Flask, clock: HandClock) -> None:
    db.session.remove()
    night.run(clock, app.extensions["lms.ports"])
    reminders.run(clock, {})
    db.session.remove()


def owed(template: str = "registration_ends") -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.template == template)
        .order_by(OutboxMessage.seq)
    )
    return [dict(row.facts) for row in rows]


@pytest.fixture
def one(begin: Callable[..., Any]) -> None:
    with begin() as work:
        made = registered(work, END, Specialty.WATER)
        learn(work, made.person_id, 60, 30, at=datetime(2025, 5, 1, tzinfo=UTC))


@pytest.mark.usefixtures("one")
def test_each_mark_is_told_once_on_its_day(app: Flask, clock: HandClock) -> None:
    for left in (181, 180, 179, 91, 90, 60, 59, 45, 31, 30, 1, 0):
        morning(clock, left)
        day_of_work(app, clock)
        day_of_work(app, clock)

    assert [each["left"] for each in owed()] == [180, 90, 60, 45, 31]
    assert {each["specialties"] for each in owed()} == {"building,water"}
    assert owed()[0]["per_cent"] == 50
    assert owed()[-1] | {"per_cent": 0} == {
        "specialties": "building,water",
        "ends": "2027-09-30",
        "left": 31,
        "opens": "",
        "closes": "2027-08-31",
        "state": "open",
        "per_cent": 0,
        "stays": 1,
    }


@pytest.mark.usefixtures("one")
def test_after_days_of_silence_one_message_is_enough(
    app: Flask, clock: HandClock
) -> None:
    for left in (200, 58, 57, 40):
        morning(clock, left)
        day_of_work(app, clock)

    assert [each["left"] for each in owed()] == [58, 40]


def test_a_window_that_opens_is_told_with_the_mark_of_the_same_day(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        made = registered(work, END, province=Province.BEIJING)
    for left in (91, 90, 89):
        morning(clock, left)
        day_of_work(app, clock)

    kinds = db.session.execute(
        select(ReminderRow.kind, ReminderRow.told_with).where(
            ReminderRow.person_id == made.person_id
        )
    ).all()
    assert [each["left"] for each in owed()] == [91, 90]
    assert owed()[1]["opens"] == "2027-07-02"
    assert {tuple(map(str, each)) for each in kinds} == {
        ("days_180", "days_180"),
        ("days_90", "days_90"),
        ("window", "days_90"),
    }


@pytest.mark.usefixtures("one")
def test_nobody_is_woken_by_it(app: Flask, clock: HandClock) -> None:
    for hour in (0, 5, 8, 21, 23):
        morning(clock, 60, hour)
        day_of_work(app, clock)
    assert owed() == []

    morning(clock, 59, 9)
    day_of_work(app, clock)
    assert [each["left"] for each in owed()] == [59]


@pytest.mark.usefixtures("one")
def test_however_many_run_at_once_one_message_is_owed(
    app: Flask, clock: HandClock
) -> None:
    morning(clock, 60)
    night.run(clock, app.extensions["lms.ports"])
    db.session.remove()

    failed = [
        each for each in tried(app, [lambda: reminders.run(clock, {})] * 6) if each
    ]

    assert failed == []
    assert len(owed()) == 1


def told_by_all(app: Flask, clock: HandClock, begin: Callable[..., Any]) -> int:
    """Let five remind the same person at once, past the run's own order."""
    with begin() as work:
        made = registered(work, END)
    morning(clock, 60)
    db.session.remove()

    def remind() -> None:
        with unit_of_work(HOUSE, clock=clock) as work:
            reminding.remind_all(work, [made.person_id])

    tried(app, [remind] * 5)
    return messages("registration_ends")


def test_the_key_alone_holds_it_too(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    assert told_by_all(app, clock, begin) == 1


def test_without_the_keys_five_would_be_told(
    app: Flask,
    clock: HandClock,
    begin: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The negative control: what was noted counts for nothing, and the letters show."""
    monkeypatch.setattr(reminding, "_noted", lambda *_told: (1,))
    message = letters.message

    def unkeyed(*said: Any, dedupe: str, **facts: Any) -> Any:
        return message(*said, **facts)

    monkeypatch.setattr(letters, "message", unkeyed)

    assert told_by_all(app, clock, begin) == 5


@pytest.mark.usefixtures("one")
def test_a_run_that_dies_before_its_end_tells_nobody_twice(
    app: Flask, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning(clock, 60)
    night.run(clock, app.extensions["lms.ports"])
    db.session.remove()
    whole = reminding.remind_all

    def dying(*said: Any) -> int:
        whole(*said)
        raise PowerCut

    monkeypatch.setattr(reminding, "remind_all", dying)
    with pytest.raises(PowerCut):
        reminders.run(clock, {})
    assert owed() == []
    monkeypatch.undo()

    day_of_work(app, clock)
    day_of_work(app, clock)

    assert len(owed()) == 1


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("state", ["early", "open", "late"])
@pytest.mark.parametrize("per_cent", [-1, 40, 100])
def test_the_words_say_what_to_do_next(locale: str, state: str, per_cent: int) -> None:
    words: dict[str, str | int] = {
        "specialties": "building,water",
        "ends": "2027-09-30",
        "left": 60,
        "opens": "2027-07-02",
        "closes": "2027-08-31",
        "state": state,
        "per_cent": per_cent,
        "stays": 1,
    }
    said = notify.wording("registration_ends", words, locale)

    assert "2027-09-30" in said.subject
    assert "60" in said.text
    assert "2027-08-31" in said.text
    assert ("40%" in said.text) == (per_cent == 40)
    named = "建筑工程、水利水电工程" if locale == "zh" else "Building, Water"
    assert named in said.text
    assert ("能否延续" if locale == "zh" else "May I renew?") in said.text
    assert "\n" not in said.text
    lapsed = notify.wording("registration_lapsed", words, locale)
    assert ("重新注册" if locale == "zh" else "re-registration") in lapsed.text


def test_the_runs_own_statement_needs_no_scan_of_everybody(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        far = registered(work, END + timedelta(days=400))
        near = registered(work, END)
        named = reminding.candidates(
            work.session, None, END - timedelta(days=100), limit=9
        )

        assert named == (near.person_id,)
        assert far.person_id not in named
        assert work.session.scalar(text("SELECT 1")) == 1


def test_the_employer_is_told_once_a_day_how_many_and_never_who(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        who = cast(work, valid_until=END)
        other = registered(work, END)
        people.agree(
            as_(work, who.agent),
            who.employer_id,
            people.ask_employer(work, other.person_id, USCC),
        )
    for left in (60, 59, 45):
        morning(clock, left)
        day_of_work(app, clock)
        day_of_work(app, clock)

    assert owed("people_end") == [{"count": 2}, {"count": 2}]
    assert messages("registration_ends") == 4
    words = notify.wording("people_end", {"count": 2}, "zh")
    assert "2 名建造师" in words.text

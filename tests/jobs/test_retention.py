"""The job that lets go what has been kept long enough."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.evidence import queries as evidence
from lms.evidence import services as book
from lms.evidence.models import EvidenceBody
from lms.gateways.beats import BeatFiles
from lms.jobs import retention
from lms.kernel.db import db
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.learning.ports import BeatBook
from lms.notify import services as notify
from lms.notify.models import OutboxMessage
from lms.notify.rules import Channel, Letter
from tests.conftest import HandClock

YEAR = 365.25
ONE, TWO = f"person:{new_id()}", f"person:{new_id()}"


def run(app: Flask, clock: HandClock) -> None:
    db.session.remove()
    retention.run(clock, app.extensions["lms.ports"])
    db.session.remove()


def bodies() -> int:
    return db.session.scalar(select(func.count()).select_from(EvidenceBody)) or 0


def told() -> list[dict[str, Any]]:
    lines = evidence.lines(db.session(), retention.STREAM)
    return [json.loads(line.facts) for line in lines]


def test_a_body_stays_six_years_and_goes_after_its_last_day(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        book.note(work, ONE, "exam.graded", {"answers": [1]})
    clock.pass_days(6 * YEAR - 2)
    run(app, clock)
    assert bodies() == 1

    clock.pass_days(4)
    run(app, clock)

    assert bodies() == 0
    assert told()[0]["count"] == 1
    assert evidence.verify(db.session(), ONE).intact


def test_what_is_held_outlives_its_day_until_the_release(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        book.note(work, ONE, "exam.graded", {"answers": [1]})
        book.note(work, TWO, "exam.graded", {"answers": [2]})
        book.place_hold(work, ONE, "行政复议期间")
    clock.pass_days(7 * YEAR)
    run(app, clock)
    assert bodies() == 1

    with begin() as work:
        book.release_hold(work, ONE, "复议已结束")
    run(app, clock)

    assert bodies() == 0
    kinds = [line.kind for line in evidence.lines(db.session(), ONE)]
    assert kinds == ["hold.released", "hold.placed", "exam.graded"]


def test_a_hold_has_a_reason_and_is_one(work: Work) -> None:
    with pytest.raises(Refused, match=r"hold\.no_reason"):
        book.place_hold(work, ONE, " x ")
    book.place_hold(work, ONE, "行政复议期间")
    with pytest.raises(Conflict, match=r"hold\.there"):
        book.place_hold(work, ONE, "另有原因")
    with pytest.raises(NotFound, match=r"hold\.unknown"):
        book.release_hold(work, TWO, "没有保全")
    with pytest.raises(NotFound, match=r"hold\.unknown"):
        book.place_hold(work, "person:%", "不是一份记录")


def test_messages_go_after_half_a_year_but_those_still_owed(
    app: Flask, clock: HandClock, begin: Callable[..., Any]
) -> None:
    def owed() -> int:
        return db.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0

    with begin() as work:
        for place in range(3):
            letter = Letter(Channel.MAIL, f"code_{place}", address="a@demo.example")
            notify.owe(work, letter)
        work.session.flush()
        first = select(OutboxMessage.seq).order_by(OutboxMessage.seq).limit(2)
        for row in work.session.scalars(
            select(OutboxMessage).where(OutboxMessage.seq.in_(first))
        ):
            row.state = "sent"
    clock.pass_days(180)
    run(app, clock)
    assert owed() == 3

    clock.pass_days(10)
    run(app, clock)

    assert owed() == 1
    assert told()[0] == {"count": 2, "record": "message"}


def test_beats_are_compressed_and_go_after_half_a_year(
    app: Flask, clock: HandClock, tmp_path: Path
) -> None:
    files = BeatFiles(tmp_path)
    files.write(json.dumps([str(new_id()), 1]))
    old = tmp_path / "2026-01-02"
    old.mkdir()
    (old / "05-1.jsonl.gz").write_bytes(b"")

    retention.run(clock, {**app.extensions["lms.ports"], BeatBook: files})

    assert not old.exists()
    assert list(tmp_path.glob("*/*.jsonl"))
    assert told()[0]["record"] == "beat"

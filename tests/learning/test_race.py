"""Many devices at once, on a real engine: never above the clock, never twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import cast
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Table, delete, func, select
from sqlalchemy.exc import IntegrityError

from lms.evidence import queries as evidence
from lms.hours import queries as hours
from lms.kernel.db import db
from lms.kernel.errors import Conflict
from lms.kernel.ids import EnrolmentId, LessonId, PersonId, new_id
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.learning import queries
from lms.learning import services as learning
from lms.learning.models import Lease
from lms.learning.services.beats import Answer, Beat
from tests.conftest import START, HandClock
from tests.learning.ground import course
from tests.make import learning as make
from tests.races import race, waves

DEVICES = 50


def _in_thread(app: Flask, clock: HandClock, act: object) -> object:
    with app.app_context():
        try:
            with unit_of_work(HOUSE, clock=clock) as work:
                return act(work)  # type: ignore[operator]  # any act
        finally:
            db.session.remove()


@pytest.fixture
def sea(app: Flask, clock: HandClock) -> tuple[PersonId, EnrolmentId, list[LessonId]]:
    """A person with fifty long lessons."""
    with unit_of_work(HOUSE, clock=clock) as work:
        version, lessons = course(work, *[5000] * DEVICES)
        me, mine = make.enrolled(work, version)
    return me, mine, lessons


def test_fifty_devices_never_earn_more_than_the_clock(
    app: Flask, clock: HandClock, sea: tuple[PersonId, EnrolmentId, list[LessonId]]
) -> None:
    me, mine, lessons = sea

    def sit(lesson: LessonId) -> make.Sitting | None:
        try:
            seat = _in_thread(
                app, clock, lambda w: make.sit(w, me, mine, lesson, take_over=True)
            )
        except Conflict:
            return None
        assert isinstance(seat, make.Sitting)
        return seat

    def claim(seat: make.Sitting) -> None:
        at = seat.card.position
        beat = seat.beat(at, at + 8)
        _in_thread(app, clock, lambda w: learning.record_beat(w, me, beat))

    with ThreadPoolExecutor(16) as pool:
        for _ in range(6):
            seats = [seat for seat in pool.map(sit, lessons) if seat]
            clock.pass_seconds(7)
            list(pool.map(claim, seats))

    earned = sum(s.credited_seconds for s in _progress(app, mine).values())
    assert 0 < earned <= (clock() - START).total_seconds()


def test_one_open_lease_a_person_when_fifty_ask_at_once(
    app: Flask, clock: HandClock, sea: tuple[PersonId, EnrolmentId, list[LessonId]]
) -> None:
    me, mine, lessons = sea

    def device(lesson: LessonId) -> bool:
        try:
            _in_thread(app, clock, lambda work: make.sit(work, me, mine, lesson))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        opened = list(pool.map(device, lessons))

    assert sum(opened) == 1


def _second(work: Work, first: UUID) -> UUID:
    """Open one more lease beside the open one, without a look at it."""
    row = work.session.get_one(Lease, first)
    facts = {c.name: getattr(row, c.name) for c in Lease.__table__.columns}
    made = Lease(**facts | {"id": new_id()})
    work.session.add(made)
    work.session.flush()
    return made.id


def test_two_hundred_askings_at_once_leave_one_open_lease(
    app: Flask, sea: tuple[PersonId, EnrolmentId, list[LessonId]]
) -> None:
    me, mine, lessons = sea
    got = waves(app, lambda w: make.sit(w, me, mine, lessons[0], take_over=True), 200)

    assert sum(isinstance(one, make.Sitting) for one in got) == 200
    still_open = select(func.count()).where(Lease.ended_at.is_(None))
    assert db.session.scalar(still_open) == 1
    assert evidence.verify(db.session(), f"person:{me}").intact


def test_without_lock_and_index_each_of_them_has_a_lease(
    app: Flask, clock: HandClock, sea: tuple[PersonId, EnrolmentId, list[LessonId]]
) -> None:
    """The control: the index stops who does not look; without it nothing does."""
    me, mine, lessons = sea
    with unit_of_work(HOUSE, clock=clock) as work:
        first = make.sit(work, me, mine, lessons[0]).card.lease
    assert first
    got = race(app, [lambda work: _second(work, first)] * 20)
    assert all(isinstance(one, IntegrityError) for one in got)

    index = next(i for i in cast("Table", Lease.__table__).indexes if i.unique)
    index.drop(db.engine)
    try:
        got = race(app, [lambda work: _second(work, first)] * 20)
        assert len({one for one in got if isinstance(one, UUID)}) == 20
    finally:
        db.session.execute(delete(Lease))
        db.session.commit()
        index.create(db.engine)


def test_the_same_beat_from_fifty_threads_earns_once(
    app: Flask, clock: HandClock, sea: tuple[PersonId, EnrolmentId, list[LessonId]]
) -> None:
    me, mine, lessons = sea
    seat = _in_thread(app, clock, lambda work: make.sit(work, me, mine, lessons[0]))
    assert isinstance(seat, make.Sitting)
    clock.pass_seconds(30)
    beat: Beat = seat.beat(0, 30)

    def send(_: int) -> str:
        told = _in_thread(app, clock, lambda w: learning.record_beat(w, me, beat))
        assert isinstance(told, Answer)
        return told.body

    with ThreadPoolExecutor(16) as pool:
        told = set(pool.map(send, range(DEVICES)))

    assert len(told) == 1
    assert _progress(app, mine)[lessons[0]].credited_seconds == 30


def test_the_last_beat_from_many_threads_posts_one_credit(
    app: Flask, clock: HandClock
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        version, (lesson,) = course(work, 30)
        me, mine = make.enrolled(work, version)
        seat = make.sit(work, me, mine, lesson)
    clock.pass_seconds(30)
    beat = seat.beat(0, 30)

    with ThreadPoolExecutor(16) as pool:
        list(
            pool.map(
                lambda _: _in_thread(
                    app, clock, lambda w: learning.record_beat(w, me, beat)
                ),
                range(DEVICES),
            )
        )

    with app.app_context():
        since, until = date(2026, 1, 1), date(2027, 1, 1)
        cards = hours.postings(db.session(), me, since=since, until=until)
        assert [card.credit for card in cards] == [100]
        assert evidence.verify(db.session(), f"person:{me}").intact
        db.session.remove()


def test_a_person_enrolled_from_many_threads_is_enrolled_once(
    app: Flask, clock: HandClock
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        version, _ = course(work, 30)
    me = PersonId(new_id())

    with ThreadPoolExecutor(8) as pool:
        made = set(
            pool.map(
                lambda i: _in_thread(
                    app,
                    clock,
                    lambda w: learning.enrol(w, me, version, source=f"line:{i}"),
                ),
                range(16),
            )
        )

    assert len(made) == 1


def _progress(app: Flask, mine: EnrolmentId) -> queries.Studies:
    with app.app_context():
        db.session.rollback()
        return queries.progress(db.session(), mine)

"""A thousand buyers for the last place of a class: one has it, whatever the moment."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import OperationalError

from lms.classes import queries, services
from lms.classes.models import ClassChoice, ClassPlace, ClassSession
from lms.classes.rules import Freed, Mode, PlaceState
from lms.commerce import services as commerce
from lms.commerce.queries import cart
from lms.commerce.rules import OfferKind
from lms.hours.models import HoursEntry
from lms.kernel.db import db
from lms.kernel.errors import Refused
from lms.kernel.ids import AccountId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work, unit_of_work
from lms.people.rules import Completeness
from tests.conftest import HandClock
from tests.make import classes as make
from tests.make import commerce as shop
from tests.make.classes import Taught
from tests.races import together

Begin = Callable[..., Any]
LONG = "LMS_SEEDS" in os.environ
SEEDS = int(os.environ.get("LMS_SEEDS", "1"))
"""How many orders of arrival are tried; `make test-long` tries twenty."""
BUYERS, HANDS = 1000 if LONG else 150, 24
"""A thousand in the long test; fewer in each run, whom one place must do as well."""


def gathered(begin: Begin, taught: Taught, many: int) -> list[PersonId]:
    """So many people, and the course in every cart."""
    with begin() as work:
        found = [shop.buyer(work) for _ in range(many)]
        for one in found:
            commerce.add(work, one, OfferKind.COURSE, taught.sold.course_id)
    return found


@pytest.fixture
def all_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every profile count as whole: a thousand of photos would cost a minute."""
    whole = Completeness(percent=100, missing=())
    monkeypatch.setattr(
        "lms.commerce.services.orders.people.completeness", lambda *_asked: whole
    )


def one_place(begin: Begin, taught: Taught, buyers: list[PersonId]) -> UUID:
    """A session with one place, which every one of them has chosen."""
    with begin() as work:
        session_id = make.session(work, taught, places=1)
        work.session.execute(delete(ClassChoice))
        work.session.execute(
            insert(ClassChoice),
            [
                {
                    "person_id": one,
                    "lesson_id": taught.lesson_id,
                    "session_id": session_id,
                    "chosen_at": work.now,
                }
                for one in buyers
            ],
        )
    return session_id


def tried(app: Flask, who: PersonId, deed: Callable[[Work], object]) -> object:
    actor = Actor(AccountId(new_id()), who)
    for _ in range(50):
        try:
            with unit_of_work(actor, clock=app.extensions["lms.clock"]) as work:
                return deed(work)
        except (OperationalError, sqlite3.OperationalError):
            # Who waited too long for the lock clicks again, as people do.
            continue
        except Refused as refused:
            return refused.code
    raise AssertionError("never got through")


def buy(app: Flask, one: PersonId, lag: float) -> object:
    time.sleep(lag)

    def order(work: Work) -> object:
        revision = cart(work.session, one).revision
        commerce.place_order(work, one, revision=revision, total_fen=Fen(12_800))
        return "ordered"

    with app.app_context():
        try:
            return tried(app, one, order)
        finally:
            db.session.remove()


def _with(deed: Callable[..., object], *told: object) -> Callable[[Work], object]:
    """Give a deed that wants nothing but its unit of work."""
    return lambda work: deed(work, *told)


def _new(work: Work, who: PersonId, session_id: UUID, mode: Mode, phone: str) -> object:
    return services.check(work, who, session_id, mode, phone).new


def counted(session_id: UUID) -> tuple[int, int]:
    """Count a session's places: in its own row, and one by one."""
    row = db.session.scalar(
        select(ClassSession.taken).where(ClassSession.id == session_id)
    )
    kept = select(func.count()).where(
        ClassPlace.session_id == session_id, ClassPlace.state != PlaceState.FREED
    )
    found = (row or 0, db.session.scalar(kept) or 0)
    db.session.remove()
    return found


def over(begin: Begin, taught: Taught, session_id: UUID) -> None:
    """Let who won give it up, and begin anew with the course in the cart."""
    with begin() as work:
        place = work.session.scalars(
            select(ClassPlace).where(
                ClassPlace.session_id == session_id,
                ClassPlace.state == PlaceState.HELD,
            )
        ).one()
        winner = PersonId(place.person_id)
        assert place.order_id is not None
        commerce.cancel(work, winner, place.order_id)
        commerce.add(work, winner, OfferKind.COURSE, taught.sold.course_id)


def test_a_thousand_buyers_for_the_last_place_are_one_in_whatever_order(
    app: Flask, begin: Begin, all_complete: None
) -> None:
    with begin() as work:
        taught = make.course(work)
    buyers = gathered(begin, taught, BUYERS)
    for seed in range(SEEDS):
        session_id = one_place(begin, taught, buyers)
        draw = random.Random(seed)
        waiting = [
            (one, draw.random() / 20) for one in draw.sample(buyers, len(buyers))
        ]
        with ThreadPoolExecutor(HANDS) as hands:
            got = list(hands.map(lambda each: buy(app, *each), waiting))

        said = (got.count("ordered"), got.count("class.full"))
        assert said == (1, BUYERS - 1), (seed, set(map(str, got)))
        assert counted(session_id) == (1, 1), seed
        over(begin, taught, session_id)
        assert counted(session_id) == (0, 0), seed


def test_who_looks_first_and_counts_later_sells_more_than_there_are(
    app: Flask, begin: Begin
) -> None:
    """The control: a look before the lock is what oversells."""
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught, places=1)
        few = [make.seated(work, taught, None) for _ in range(20)]
    looked = threading.Barrier(len(few))

    def look_then_take(one: PersonId) -> object:
        left = queries.session_card(db.session(), session_id).left
        db.session.remove()
        looked.wait(timeout=60)
        if not left:
            return "none"
        with unit_of_work(Actor(None, one), clock=app.extensions["lms.clock"]) as work:
            # Nobody looks again, and the count is what was seen plus one.
            work.session.add(
                ClassPlace(
                    id=new_id(),
                    session_id=session_id,
                    lesson_id=taught.lesson_id,
                    person_id=one,
                    state=PlaceState.TAKEN,
                    taken_at=work.now,
                    spots=[],
                    present_seconds=0,
                )
            )
            work.session.execute(
                update(ClassSession)
                .where(ClassSession.id == session_id)
                .values(taken=1)
                .execution_options(synchronize_session=False)
            )
        return "taken"

    got = together(app, [partial(look_then_take, one) for one in few])

    assert got.count("taken") > 1
    assert counted(session_id)[1] > 1


def test_cancelling_beside_buying_never_loses_a_place(app: Flask, begin: Begin) -> None:
    places = 8
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught, places=places)
        crowd = [make.in_cart(work, taught, session_id) for _ in range(30)]
        early = [(one, make.order(work, one)) for one in crowd[:places]]
    deeds: list[Callable[[], object]] = [
        partial(tried, app, one, _with(commerce.cancel, one, it)) for one, it in early
    ]
    deeds += [partial(buy, app, one, 0.01) for one in crowd[places:]]
    got = together(app, deeds)

    assert got.count(None) == places
    row, one_by_one = counted(session_id)
    assert row == one_by_one == got.count("ordered") <= places


def test_moving_crosswise_locks_nobody_out(app: Flask, begin: Begin) -> None:
    with begin() as work:
        taught = make.course(work)
        one, other = (make.session(work, taught, places=10) for _ in range(2))
        here = [make.seated(work, taught, one) for _ in range(5)]
        there = [make.seated(work, taught, other) for _ in range(5)]
    deeds: list[Callable[[], object]] = [
        partial(tried, app, who, _with(services.take, who, aim))
        for pair in zip(here, there, strict=True)
        for who, aim in zip(pair, (other, one), strict=True)
    ]
    got = together(app, deeds)

    assert all(isinstance(each, UUID) for each in got), got
    assert counted(one) == counted(other) == (5, 5)


def test_leaving_cancelling_and_coming_in_at_once_keep_the_count(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    for _seed in range(SEEDS):
        with begin() as work:
            taught = make.course(work)
            session_id = make.session(work, taught)
            crowd = [make.seated(work, taught, session_id) for _ in range(9)]
            mine = [queries.in_session(work.session, one, session_id) for one in crowd]

        def cancel(work: Work, house: Any = taught, it: UUID = session_id) -> object:
            return services.cancel_session(work, house.association_id, it, "停电")

        deeds: list[Callable[[], object]] = [
            partial(
                tried,
                app,
                one,
                _with(services.leave, one, place.id),
            )
            for one, place in zip(crowd, mine, strict=True)
            if place is not None
        ]
        together(app, [*deeds, partial(tried, app, crowd[0], cancel)])

        assert counted(session_id) == (0, 0)
        why = db.session.scalars(
            select(ClassPlace.freed_why).where(ClassPlace.session_id == session_id)
        ).all()
        db.session.remove()
        assert len(why) == 9
        assert set(why) <= {Freed.LEAVE, Freed.CANCELLED}


def test_two_scans_at_once_credit_once(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught)
        me = make.seated(work, taught, session_id)
        card = queries.session_card(work.session, session_id)
    clock.now = card.starts_at

    def scan(mode: Mode) -> Callable[[], object]:
        return partial(
            tried,
            app,
            me,
            _with(_new, me, session_id, mode, "one"),
        )

    assert sorted(together(app, [scan(Mode.IN)] * 4), key=str).count(True) == 1
    clock.now = card.ends_at
    assert sorted(together(app, [scan(Mode.OUT)] * 4), key=str).count(True) == 1
    posted = select(func.count()).where(HoursEntry.person_id == me)
    assert db.session.scalar(posted) == 1
    db.session.remove()


def test_one_telephone_in_two_hands_at_once_is_one_persons(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught)
        friends = [make.seated(work, taught, session_id) for _ in range(6)]
        clock.now = queries.session_card(work.session, session_id).starts_at
    deeds: list[Callable[[], object]] = [
        partial(
            tried,
            app,
            one,
            _with(_new, one, session_id, Mode.IN, "shared"),
        )
        for one in friends
    ]
    got = together(app, deeds)

    assert (got.count(True), got.count("class.device")) == (1, 5)

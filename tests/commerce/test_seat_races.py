"""A hundred assignments of ten seats at once give ten; none is lost or doubled."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from lms.commerce import queries, services
from lms.commerce.models import Seat
from lms.commerce.queries import SeatLineCard
from lms.commerce.rules.seats import SeatState
from lms.kernel.db import db
from lms.kernel.errors import LmsError, Refused
from lms.kernel.work import Actor, Work, unit_of_work
from lms.learning import queries as learning
from lms.learning import services as studying
from lms.learning.models import Enrolment, Study
from tests.commerce.test_seats import study
from tests.make import commerce as shop
from tests.make import companies
from tests.make import seats as make
from tests.make.companies import Company
from tests.make.seats import Staff
from tests.races import together

Begin = Callable[..., Any]
Deed = Callable[[Work, Staff], object]
PEOPLE, SEATS = 100, 10
SEEDS = int(os.environ.get("LMS_SEEDS", "4"))
"""How many orders of arrival are tried; `make test-long` tries twenty."""


@pytest.fixture
def crowd(begin: Begin) -> tuple[Company, list[Staff]]:
    """A company and a hundred of its people, all of whom could have a seat."""
    return _gathered(begin, PEOPLE)


@pytest.fixture
def few(begin: Begin) -> tuple[Company, list[Staff]]:
    """A company and twenty of its people."""
    return _gathered(begin, 20)


def _gathered(begin: Begin, people: int) -> tuple[Company, list[Staff]]:
    with begin() as work:
        company = companies.proved(work)
        staff = [make.staff(work, company) for _ in range(people)]
    return company, staff


def all_at_once(
    app: Flask, company: Company, staff: list[Staff], deed: Deed, seed: int
) -> list[object]:
    """Let the agent click for each of these in the same moment, more or less."""
    draw = random.Random(seed)

    def click(one: Staff, lag: float) -> object:
        time.sleep(lag)
        return _tried(app, company, one, deed)

    lags = [(one, draw.random() / 20) for one in draw.sample(staff, len(staff))]
    return together(app, [partial(click, one, lag) for one, lag in lags])


def _tried(app: Flask, company: Company, one: Staff, deed: Deed) -> object:
    actor = Actor(company.agent.account_id, company.agent.person_id)
    for _ in range(5):
        try:
            with unit_of_work(actor, clock=app.extensions["lms.clock"]) as work:
                return deed(work, one)
        except OperationalError:
            # Who waited too long for the lock clicks again, as people do.
            continue
        except Exception as error:
            return error
    raise AssertionError("never got through")


def line_of(begin: Begin, company: Company, seats: int) -> tuple[SeatLineCard, UUID]:
    with begin() as work:
        sold = shop.course(work)
        return make.bought(work, company, sold, seats), sold.version_id


def enrolled(version_id: UUID) -> int:
    found = select(func.count()).select_from(Enrolment)
    return db.session.scalar(found.where(Enrolment.version_id == version_id)) or 0


def test_a_hundred_clicks_for_ten_seats_seat_ten_in_whatever_order(
    app: Flask, begin: Begin, crowd: tuple[Company, list[Staff]]
) -> None:
    company, staff = crowd
    for seed in range(SEEDS):
        line, version_id = line_of(begin, company, SEATS)

        def assign(work: Work, one: Staff, line_id: UUID = line.line_id) -> object:
            return services.assign(work, company.id, line_id, [one.link]).count

        got = all_at_once(app, company, staff, assign, seed)

        refused = [one for one in got if isinstance(one, Refused)]
        assert (got.count(1), len(refused)) == (SEATS, PEOPLE - SEATS), seed
        assert {one.code for one in refused} == {"seat.not_enough"}
        assert enrolled(version_id) == SEATS
        count = queries.seat_line(db.session(), company.id, line.line_id).count
        assert (count.assigned, count.free) == (SEATS, 0)
        db.session.remove()


def test_who_looks_first_and_writes_later_sells_more_than_there_are(
    app: Flask, begin: Begin, crowd: tuple[Company, list[Staff]]
) -> None:
    """The control: a look before the lock is what oversells."""
    company, staff = crowd
    line, version_id = line_of(begin, company, SEATS)
    looked = threading.Barrier(len(staff))

    def look_then_sit(one: Staff) -> object:
        free = db.session.scalars(
            select(Seat.id).where(
                Seat.line_id == line.line_id, Seat.state == SeatState.FREE
            )
        ).all()
        db.session.remove()
        looked.wait(timeout=60)
        actor = Actor(company.agent.account_id, company.agent.person_id)
        with unit_of_work(actor, clock=app.extensions["lms.clock"]) as work:
            person_id = one.made.person_id
            work.session.execute(
                update(Seat)
                .where(Seat.id == free[staff.index(one) % len(free)])
                .values(state=SeatState.ASSIGNED, person_id=person_id)
            )
            source = f"careless:{one.link}"
            return studying.enrol(work, person_id, line.version_ids[0], source=source)

    together(app, [partial(look_then_sit, one) for one in staff])

    assert enrolled(version_id) > SEATS


def test_taking_back_and_beginning_to_study_at_once_leave_one_of_both(
    app: Flask, begin: Begin, few: tuple[Company, list[Staff]]
) -> None:
    company, staff = few
    one = staff[0]
    for seed in range(8):
        line, version_id = line_of(begin, company, 1)
        with begin(Actor(company.agent.account_id, company.agent.person_id)) as work:
            services.assign(work, company.id, line.line_id, [one.link])
        (seat,) = queries.seats_of_line(db.session(), company.id, line.line_id)
        db.session.remove()

        def meet(work: Work, who: Staff, seat_id: UUID = seat.id) -> object:
            if who is one:
                study(work, one)
            else:
                services.take_back(work, company.id, seat_id)
            return who.link

        all_at_once(app, company, [one, staff[1]], meet, seed)

        _check(company, line, version_id)
        _forget(begin, version_id)


def _check(company: Company, line: SeatLineCard, version_id: UUID) -> None:
    """Either the seat is free and nothing is there, or it is taken and was used."""
    (seat,) = queries.seats_of_line(db.session(), company.id, line.line_id)
    studied = db.session.scalar(
        select(func.count())
        .select_from(Study)
        .join(Enrolment, Enrolment.id == Study.enrolment_id)
        .where(Enrolment.version_id == version_id)
    )
    db.session.remove()
    if seat.state is SeatState.FREE:
        assert (enrolled(version_id), studied) == (0, 0)
    else:
        assert (enrolled(version_id), studied) == (1, 1)
    db.session.remove()


def _forget(begin: Begin, version_id: UUID) -> None:
    """Make room for the next seed: the person's one course is the next one's."""
    with begin() as work:
        rows = work.session.scalars(
            select(Enrolment.id).where(Enrolment.version_id == version_id)
        ).all()
        for row in rows:
            work.session.execute(
                update(Enrolment)
                .where(Enrolment.id == row)
                .values(person_id=companies.nobody(), source=f"gone:{row}")
            )


def test_two_agents_who_seat_the_same_people_crosswise_do_not_lock_each_other_out(
    app: Flask, begin: Begin, few: tuple[Company, list[Staff]]
) -> None:
    company, staff = few
    first, _ = line_of(begin, company, 30)
    second, _ = line_of(begin, company, 30)
    some = [one.link for one in staff[:20]]

    def assign(work: Work, one: Staff) -> object:
        place = staff.index(one)
        line = first if place % 2 else second
        links = some if place % 3 else some[::-1]
        return services.assign(work, company.id, line.line_id, links).count

    got = all_at_once(app, company, staff[:8], assign, 3)

    assert not [one for one in got if isinstance(one, LmsError)]
    assert sum(int(str(one)) for one in got) == 40
    assert len(learning.enrolments(db.session(), staff[0].made.person_id)) == 2

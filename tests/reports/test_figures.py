"""The day, the trend and the cohort: each number is what happened, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from lms.catalogue.queries import associations
from lms.exports import queries as exports
from lms.jobs import figures as job
from lms.jobs import night
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AssociationId
from lms.policy.model import Specialty
from lms.reports import cohorts, figures, trends
from lms.reports.cohorts import Step
from lms.reports.trends import Figure, Span
from tests.conftest import HandClock
from tests.make import catalogue, learning
from tests.make import commerce as make_commerce
from tests.make import credentials as people
from tests.make.batches import called

Begin = Callable[..., Any]


@pytest.fixture
def place(begin: Begin) -> AssociationId:
    """An association where one studies: 55 hours, and a passed test yesterday."""
    with begin() as work:
        made = people.association(work)
        _course, version = catalogue.course(work, made, credit=1)
        person = people.constructor(work, serial=1, name=called(1))
        learning.enrolled(work, version, person_id=person)
        people.credit(work, person, made, required=4500, elective=1000)
        people.passed(work, person, made)
        other = people.association(work, code="BTXH", name="别的协会")
        away = people.constructor(work, serial=2, name=called(2))
        people.credit(work, away, other)
    db.session.remove()
    return made


def test_a_day_is_what_happened_at_this_association_on_it(
    place: AssociationId, clock: HandClock
) -> None:
    on = legal_day(clock())
    today = figures.of_day(db.session(), place, on)
    assert (today.enrolments, today.credit, today.passed) == (1, 5500, 0)
    before = figures.of_day(db.session(), place, on - timedelta(days=1))
    assert (before.enrolments, before.credit, before.passed) == (0, 0, 1)


def test_days_that_are_over_are_added_up_once_and_today_never(
    place: AssociationId, clock: HandClock, app: Flask
) -> None:
    on = legal_day(clock())
    for _time in range(2):
        job.run(clock, app.extensions["lms.ports"])
        known = exports.days(db.session(), place, on - timedelta(days=9), on)
        assert [(one.day, one.passed) for one in known] == [(on - timedelta(days=1), 1)]
    clock.now += timedelta(days=2)
    job.run(clock, app.extensions["lms.ports"])
    known = exports.days(db.session(), place, on - timedelta(days=9), on)
    assert [one.credit for one in known] == [0, 5500]


def test_a_day_settles_before_it_is_added_up(
    place: AssociationId, clock: HandClock, app: Flask
) -> None:
    on = legal_day(clock())
    clock.now += timedelta(hours=24 - 10, minutes=5)  # five minutes past midnight
    assert legal_day(clock()) == on + timedelta(days=1)
    job.run(clock, app.extensions["lms.ports"])
    assert on not in {one.day for one in exports.days(db.session(), place, on, on)}


def test_a_trend_adds_the_kept_days_and_today_and_looks_a_year_back(
    place: AssociationId, clock: HandClock, app: Flask
) -> None:
    job.run(clock, app.extensions["lms.ports"])
    on = legal_day(clock())
    found = trends.trend(db.session(), place, Span.MONTHS, on)

    assert [one.label for one in found.points][-1] == "2026-11"
    assert len(found.points) == 12
    assert found.total(Figure.PASSED) == (1, 0)
    assert found.total(Figure.CREDIT) == (5500, 0)
    assert found.owed == 0

    later = on.replace(year=on.year + 1)
    clock.now += later - on
    job.run(clock, app.extensions["lms.ports"])
    found = trends.trend(db.session(), place, Span.DAYS, later)
    assert found.total(Figure.CREDIT) == (0, 5500)
    assert found.points[-1].before[Figure.CREDIT] == 5500


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [
        (date(2026, 11, 22), "2025-12", "2026-11"),
        (date(2027, 1, 1), "2026-02", "2027-01"),
        (date(2028, 2, 29), "2027-03", "2028-02"),
    ],
)
def test_twelve_months_end_with_the_running_one(
    on: date, first: str, last: str
) -> None:
    places = trends.spans(Span.MONTHS, on)
    assert (places[0][0], places[-1][0], len(places)) == (first, last, 12)
    assert places[-1][2] == on
    for (_a, _b, until), (_c, since, _d) in pairwise(places):
        assert since - until == timedelta(days=1)


def test_money_is_what_the_books_hold_by_day(begin: Begin, clock: HandClock) -> None:
    with begin() as work:
        sold = make_commerce.course(work)
        buyer = make_commerce.buyer(work)
        make_commerce.paid_order(work, buyer, sold)
    (row,) = db.session.execute(
        text("SELECT amount_fen, cash_on FROM money_lines")
    ).all()
    (place,) = [AssociationId(one.id) for one in associations(db.session())]

    known = figures.today(db.session(), place, clock())

    assert row.amount_fen > 0
    assert (known.month.came, known.month.back) == (row.amount_fen, 0)
    found = trends.trend(db.session(), place, Span.DAYS, legal_day(clock()))
    assert found.total(Figure.REVENUE) == (row.amount_fen, 0)


def test_a_cohort_counts_each_by_how_far_they_are(
    place: AssociationId, clock: HandClock, app: Flask
) -> None:
    night.run(clock, app.extensions["lms.ports"])
    asked = cohorts.whole_year(2026)

    (building,) = cohorts.cohorts(db.session(), place, asked)

    assert building.specialty is Specialty.BUILDING
    assert building.total == 1
    assert building.of(Step.QUARTER) == 1  # 55 of 120 hours
    assert building.certified == 0
    (row,) = cohorts.people(db.session(), place, asked)
    assert (row.name_masked, row.step) == ("王*", Step.QUARTER)
    assert cohorts.years(db.session(), place) == (2026,)
    assert cohorts.cohorts(db.session(), place, cohorts.whole_year(2025)) == ()
    assert figures.today(db.session(), place, clock()).ending == 0
    short = cohorts.Asked(asked.since, asked.until, short=True)
    assert cohorts.counted(db.session(), place, short) == 1


def test_who_was_renewed_or_lapsed_stays_in_the_year_that_ended(
    place: AssociationId, begin: Begin, clock: HandClock, app: Flask
) -> None:
    clock.now += timedelta(days=60)
    night.run(clock, app.extensions["lms.ports"])
    db.session.remove()

    (building,) = cohorts.cohorts(db.session(), place, cohorts.whole_year(2026))

    assert (building.of(Step.OVER), building.total) == (1, 1)

"""A clock that is set: no test, lease or hour is lost or gained by it; it is noted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import select

from lms.evidence import queries as evidence
from lms.evidence.models import EvidenceLine
from lms.evidence.ports import Sealer
from lms.exams import services as exams
from lms.exams.models import Attempt
from lms.exams.rules import AttemptState
from lms.jobs import evidence as sealing
from lms.jobs import exams as papers
from lms.jobs import scheduler, steps
from lms.kernel.clock import system_clock
from lms.kernel.db import db
from lms.learning.models import Lease
from tests.conftest import Browser, HandClock
from tests.exams.test_services import ME, sitting
from tests.web.study.test_lane import Pupil

Begin = Callable[..., Any]
STEPS = [86_400, 90, -3600, -86_400 * 400]
LEASES = next(job for job in scheduler.JOBS if job.module == "lms.jobs.leases")
EXAMS = next(job for job in scheduler.JOBS if job.module == "lms.jobs.exams")


@pytest.fixture
def watch(clock: HandClock) -> steps.Watch:
    """The job process's watch, which has looked before."""
    made = steps.Watch()
    made.look(clock)
    return made


@pytest.fixture
def paper(begin: Begin) -> UUID:
    with begin() as work:
        return exams.start(work, ME, sitting(work))


def state(paper: UUID) -> AttemptState:
    db.session.remove()
    return db.session.get_one(Attempt, paper).state


def left(paper: UUID, clock: HandClock) -> timedelta:
    db.session.remove()
    return db.session.get_one(Attempt, paper).deadline_at - clock()


def noted(kind: str) -> list[dict[str, Any]]:
    db.session.remove()
    found = select(EvidenceLine.facts).where(EvidenceLine.kind == kind)
    return [json.loads(facts) for facts in db.session.scalars(found)]


@pytest.mark.parametrize("step", STEPS)
def test_a_test_ends_when_it_would_have(
    app: Flask, clock: HandClock, watch: steps.Watch, paper: UUID, step: int
) -> None:
    before = left(paper, clock)
    clock.pass_seconds(60)
    clock.step(step)

    scheduler.once(app, EXAMS, watch)

    assert state(paper) is AttemptState.OPEN
    assert left(paper, clock) == before - timedelta(seconds=60)
    assert [one["seconds"] for one in noted("clock.stepped")] == [step]
    assert [one["attempt"] for one in noted("exam.deadline_moved")] == [str(paper)]
    assert evidence.verify(db.session(), f"person:{ME}").intact
    clock.pass_seconds(before.total_seconds() + 10)
    scheduler.once(app, EXAMS, watch)
    assert state(paper) is AttemptState.GRADED


def test_without_a_watch_the_same_step_ends_it(
    app: Flask, clock: HandClock, paper: UUID
) -> None:
    """The control."""
    clock.step(86_400)

    papers.run(clock, {})

    assert state(paper) is AttemptState.GRADED


def test_a_test_begun_after_the_step_has_its_own_hour(
    clock: HandClock, watch: steps.Watch, begin: Begin
) -> None:
    clock.step(86_400)
    with begin() as work:
        late = exams.start(work, ME, sitting(work))
    before = left(late, clock)

    watch.look(clock)

    assert left(late, clock) == before


def test_time_that_passes_is_no_step(clock: HandClock, watch: steps.Watch) -> None:
    for seconds in (1, 3600, 86_400 * 30):
        clock.pass_seconds(seconds)
        assert not watch.look(clock)

    assert not noted("clock.stepped")


def test_a_step_that_could_not_be_seen_to_is_found_again(
    clock: HandClock, watch: steps.Watch, begin: Begin
) -> None:
    clock.step(3600)
    with begin(), pytest.raises(RuntimeError):
        # Its own work cannot open while this one is.
        watch.look(clock)

    assert watch.look(clock) == timedelta(hours=1)


def test_a_step_forward_ends_no_lease_that_lives(
    app: Flask, clock: HandClock, browser_of: Callable[..., Browser]
) -> None:
    me = Pupil(app, clock, browser_of)
    watch = steps.Watch()
    watch.look(clock)
    me.beat()
    clock.step(3600)

    scheduler.once(app, LEASES, watch)
    assert me.beat().status_code == 200
    clock.pass_seconds(20)
    scheduler.once(app, LEASES, watch)
    assert me.beat(10).status_code == 200
    assert me.credited == 70

    clock.pass_seconds(1000)
    scheduler.once(app, LEASES, watch)
    db.session.remove()
    lease = db.session.scalars(select(Lease)).one()
    assert (lease.ended_why, lease.clock_steps) == ("silent", 1)


def test_without_rest_the_job_would_end_it(
    app: Flask, clock: HandClock, browser_of: Callable[..., Browser]
) -> None:
    """The control."""
    me = Pupil(app, clock, browser_of)
    me.beat()
    clock.step(3600)

    scheduler.once(app, replace(LEASES, rests_after_step=0), steps.Watch())

    assert me.beat().status_code != 200


@pytest.mark.parametrize("step", STEPS)
def test_the_book_is_sealed_over_a_step(
    app: Flask, clock: HandClock, watch: steps.Watch, paper: UUID, step: int
) -> None:
    sealer = app.extensions["lms.ports"][Sealer]
    sealing.seal(clock, sealer)
    clock.step(step)
    watch.look(clock)

    sealed = sealing.seal(clock, sealer)

    assert sealed
    assert sealed.lines >= 2
    assert all(one.intact for one in evidence.verify_all(db.session()))


@pytest.mark.parametrize("step", [86_400, -86_400])
def test_a_session_is_shut_by_a_step_or_stays_and_lives_no_longer_for_it(
    app: Flask, clock: HandClock, browser_of: Callable[..., Browser], step: int
) -> None:
    me = Pupil(app, clock, browser_of)
    clock.step(step)
    shown = me.browser.get("/learn").status_code
    assert shown == (303 if step > 0 else 200)

    clock.step(-step)
    assert me.browser.get("/learn").status_code == 200
    clock.pass_days(1.1)
    assert me.browser.get("/learn").status_code == 303


def test_a_clock_set_back_has_no_job_wait(app: Flask) -> None:
    made = BackgroundScheduler()
    made.start(paused=True)
    try:
        far = system_clock() + timedelta(hours=1)
        made.add_job(print, "interval", seconds=3, next_run_time=far)
        steps.Watch(lambda: scheduler.all_now(made))._told()
        (job,) = made.get_jobs()
        assert job.next_run_time <= system_clock()
    finally:
        made.shutdown(wait=False)

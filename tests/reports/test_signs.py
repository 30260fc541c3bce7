"""Signs over the tables: a script and a crowd are seen, an honest learner is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from lms.credentials import services as credentials
from lms.exams.models import Attempt, Question
from lms.exams.rules import AttemptState, QuestionKind
from lms.inspections import queries
from lms.inspections.rules import Why
from lms.jobs import inspections as job
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.learning.services import Device
from lms.policy.model import Specialty
from lms.reports import signs
from tests.conftest import HandClock
from tests.make import credentials as make_credentials
from tests.make import inspections as make


def pot(
    clock: HandClock, association_id: AssociationId, *, days: int = 1
) -> set[tuple[PersonId, Why]]:
    """What is in the pot of today."""
    today = legal_day(clock())
    with unit_of_work(HOUSE, clock=clock) as work:
        found = signs.pot(
            work.session,
            association_id,
            today - timedelta(days=days - 1),
            today + timedelta(days=1),
        )
    return {(PersonId(one.person_id), one.why) for one in found}


def test_a_script_is_in_the_pot_and_an_honest_learner_is_not(
    app: Flask, clock: HandClock
) -> None:
    script = make.pupil(clock)
    honest = make.classmate(script)
    script.study(80)
    clock.pass_seconds(600)
    honest.study(80, jitter_ms=900)

    assert pot(clock, script.association_id) == {
        (script.person.person_id, Why.STEADY_BEATS)
    }


def test_who_did_not_study_in_the_days_drawn_over_is_left_out(
    app: Flask, clock: HandClock
) -> None:
    script = make.pupil(clock)
    script.study(80)
    clock.pass_days(2)

    assert pot(clock, script.association_id) == set()
    assert pot(clock, script.association_id, days=4)


def test_another_associations_study_does_not_count(
    app: Flask, clock: HandClock
) -> None:
    script, other = make.pupil(clock), make.pupil(clock, name="王外人")
    script.study(80)

    assert pot(clock, other.association_id) == set()


def test_six_on_one_device_in_a_day_are_in_the_pot_and_five_are_not(
    app: Flask, clock: HandClock
) -> None:
    first = make.pupil(clock)
    crowd = [first, *(make.classmate(first, name=f"学员{n}") for n in "一二三四五")]
    alone = make.classmate(first, name="独自学")
    for one in crowd[:5]:
        one.study(2)
    alone.study(2, device=Device("微信 · Android", "198.51.100.0/24"))
    assert pot(clock, first.association_id) == set()

    crowd[5].study(2)
    assert pot(clock, first.association_id) == {
        (one.person.person_id, Why.SHARED_DEVICE) for one in crowd
    }


def test_a_day_without_sleep_is_in_the_pot(app: Flask, clock: HandClock) -> None:
    tireless = make.pupil(clock, seconds=17 * 3600)
    clock.pass_seconds(-10 * 3600 + 60)
    for _hour in range(17):
        tireless.study(118, jitter_ms=900)
        clock.pass_seconds(60)

    assert pot(clock, tireless.association_id, days=2) == {
        (tireless.person.person_id, Why.LONG_DAY)
    }


def sat(
    work: Work,
    person_id: PersonId,
    association_id: AssociationId,
    answers: list[int],
    questions: list[Question],
) -> None:
    """Write down a paper whose options stood in another order for each person."""
    turn = person_id.int % 4
    order = [(turn + n) % 4 for n in range(4)]
    work.session.add(
        Attempt(
            id=new_id(),
            person_id=person_id,
            association_id=association_id,
            specialty=Specialty.BUILDING,
            period_from=date(2024, 1, 1),
            period_until=date(2026, 12, 31),
            n=1,
            state=AttemptState.GRADED,
            paper=[[str(one.id), "single", order] for one in questions],
            answers={
                str(place): [order.index(chosen)]
                for place, chosen in enumerate(answers)
            },
            pass_mark=60,
            started_at=work.now - timedelta(minutes=40),
            deadline_at=work.now + timedelta(minutes=20),
            submitted_at=work.now - timedelta(minutes=1),
            score=50,
            passed=False,
        )
    )
    work.session.flush()


def test_two_papers_with_the_same_errors_are_paired_however_they_were_shuffled(
    begin: Callable[..., Any], app: Flask, clock: HandClock
) -> None:
    house = AssociationId(new_id())
    one, other, honest = (PersonId(new_id()) for _ in range(3))
    with begin() as work:
        questions = [
            Question(
                id=new_id(),
                association_id=house,
                specialty=Specialty.BUILDING,
                kind=QuestionKind.SINGLE,
                chapter="一",
                stem=f"题{n}",
                options=["甲", "乙", "丙", "丁"],
                key=[0],
                explanation="",
                basis="",
                digest=bytes([n]) * 32,
            )
            for n in range(10)
        ]
        work.session.add_all(questions)
        work.session.flush()
        sat(work, one, house, [1, 2, 3, 1, 2, 3, 1, 0, 0, 0], questions)
        sat(work, other, house, [1, 2, 3, 1, 2, 3, 0, 0, 0, 0], questions)
        sat(work, honest, house, [3, 3, 1, 0, 0, 0, 2, 0, 0, 0], questions)

    assert pot(clock, house) == {(one, Why.SAME_PAPER), (other, Why.SAME_PAPER)}
    (pair,) = signs.same_papers(db.session(), [house], one)
    assert (pair.other, pair.same, pair.wrong) == (other, 6, 6)
    assert signs.same_papers(db.session(), [house], honest) == ()
    assert signs.same_papers(db.session(), [AssociationId(new_id())], one) == ()


def test_the_night_draws_once_of_what_the_days_before_brought(
    begin: Callable[..., Any], app: Flask, clock: HandClock
) -> None:
    with begin() as work:
        house = make_credentials.association(work)
        people = [
            make_credentials.graduate(work, house, serial=n + 1) for n in range(2)
        ]
    for person in people:
        with begin() as work:
            credentials.issue(
                work, person, Specialty.BUILDING, printer=make_credentials.PLAIN
            )
    job.run(clock, {})
    assert queries.queue(db.session(), [house], decided=False) == ()

    clock.pass_days(1)
    job.run(clock, {})
    job.run(clock, {})
    (sample,) = queries.queue(db.session(), [house], decided=False)
    assert sample.why is Why.CERTIFICATE
    assert sample.person_id in people
    made = queries.last_draw(db.session(), house)
    assert made is not None
    assert (made.pot, made.taken) == (2, 1)
    today = legal_day(clock())
    assert queries.next_draw(db.session(), house, today) == today + timedelta(days=1)


@pytest.mark.parametrize("days", [0, 3])
def test_a_drawing_that_was_missed_is_made_up(
    app: Flask, clock: HandClock, days: int
) -> None:
    script = make.pupil(clock)
    job.run(clock, {})
    script.study(80)
    clock.pass_days(1 + days)
    job.run(clock, {})
    (sample,) = queries.queue(db.session(), [script.association_id], decided=False)
    assert sample.person_id == script.person.person_id

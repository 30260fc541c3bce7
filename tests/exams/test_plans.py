"""Plans for papers: put by one, decided by another; and more time for those in need."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.approvals.rules import ApprovalState
from lms.evidence import queries as evidence
from lms.exams import queries, services
from lms.exams.models import Attempt
from lms.exams.rules import (
    Blueprint,
    Difficulty,
    QuestionKind,
    Row,
    usual,
)
from lms.exams.rules.blueprints import faults, kept, read
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty
from tests.conftest import HandClock, work_at
from tests.make import bank as make
from tests.make import catalogue
from tests.make.bank import MULTIPLE, SINGLE

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The machine of a test has other work beside."""

ME = PersonId(new_id())
TODAY = date(2026, 11, 21)
SEED = b"s" * 32


@pytest.fixture
def here(work: Work) -> AssociationId:
    return catalogue.association(work)


# -- two persons ---------------------------------------------------------------


SOUND = make.plan(Row(SINGLE, 10, 1000))


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        pytest.param(make.plan(), "blueprint.empty", id="nothing"),
        pytest.param(
            make.plan(Row(SINGLE, 9, 1000)), "blueprint.points", id="90 points"
        ),
        pytest.param(
            make.plan(Row(SINGLE, 0, 1000)), "blueprint.count", id="no question"
        ),
        pytest.param(make.plan(Row(SINGLE, 201, 50)), "blueprint.count", id="too many"),
        pytest.param(
            make.plan(Row(SINGLE, 10, 1000, common_percent=101)),
            "blueprint.common",
            id="more than all",
        ),
        pytest.param(
            make.plan(Row(SINGLE, 5, 1000), Row(SINGLE, 5, 1000)),
            "blueprint.twice",
            id="one line twice",
        ),
        pytest.param(replace(SOUND, minutes=9), "blueprint.minutes", id="9 minutes"),
        pytest.param(replace(SOUND, pass_mark=101), "blueprint.pass_mark", id="101"),
        pytest.param(replace(SOUND, retakes=-1), "blueprint.retakes", id="-1"),
    ],
)
def test_a_plan_is_refused_with_what_is_wrong(wanted: Blueprint, code: str) -> None:
    assert code in faults(wanted, TODAY, TODAY)
    assert faults(SOUND, TODAY, TODAY) == ()
    assert faults(SOUND, TODAY - timedelta(days=1), TODAY) == ("blueprint.past",)


def test_a_plan_that_the_bank_cannot_fill_is_refused_when_put_and_when_decided(
    work: Work, here: AssociationId
) -> None:
    make.fill(work, [make.question(here, n) for n in range(9)])
    author = make.as_staff(work, "author")
    ask = {"since": TODAY, "reason": "新的方案"}
    with pytest.raises(Refused, match=r"blueprint\.short"):
        services.propose_plan(author, here, None, SOUND, **ask)  # type: ignore[arg-type]  # facts of several types
    (lack,) = queries.lacks(work.session, here, None, SOUND)
    assert (lack.specialty, lack.shortages[0].there) == (Specialty.BUILDING, 9)

    last = services.add_question(work, make.question(here, 10))
    asked = services.propose_plan(author, here, None, SOUND, **ask)  # type: ignore[arg-type]  # facts of several types
    services.retire(work, here, last)
    manager = make.as_staff(work, "manager")
    with pytest.raises(Refused, match=r"blueprint\.short"):
        services.decide_plan(manager, here, asked, True, "")
    assert services.decide_plan(manager, here, asked, False, "先补题") is (
        ApprovalState.REFUSED
    )
    now = queries.blueprint_of(work.session, here, Specialty.BUILDING, on=TODAY)
    assert now.id is None


def test_nobody_puts_a_plan_in_force_alone_or_without_the_role(
    work: Work, here: AssociationId
) -> None:
    make.fill(work, [make.question(here, n) for n in range(10)])
    both = make.as_staff(work, "clerk", "manager")
    asked = services.propose_plan(both, here, None, SOUND, since=TODAY, reason="方案甲")

    with pytest.raises(Refused, match=r"approval\.own"):
        services.decide_plan(both, here, asked, True, "")
    with pytest.raises(Refused, match=r"approval\.last_role"):
        services.decide_plan(make.as_staff(work, "clerk"), here, asked, True, "")
    there = catalogue.association(work)
    with pytest.raises(NotFound):
        services.decide_plan(make.as_staff(work, "manager"), there, asked, True, "")
    services.decide_plan(make.as_staff(work, "manager"), here, asked, True, "")
    with pytest.raises(Conflict, match=r"approval\.ended"):
        services.decide_plan(make.as_staff(work, "manager"), here, asked, True, "")


def test_a_plan_counts_from_its_day_and_a_begun_paper_keeps_its_own(
    work: Work, here: AssociationId, clock: HandClock
) -> None:
    make.fill(work, [make.question(here, n) for n in range(20)])
    make.in_force(work, here, SOUND, TODAY)
    begun = services.start(work, ME, make.sitting(here))
    short = make.plan(Row(SINGLE, 5, 2000), minutes=30, pass_mark=80, retakes=0)
    make.in_force(work, here, short, TODAY + timedelta(days=2))

    def now(on: date) -> Blueprint:
        found = queries.blueprint_of(work.session, here, Specialty.BUILDING, on=on)
        return found.blueprint

    assert now(TODAY + timedelta(days=1)) == SOUND
    assert now(TODAY + timedelta(days=2)) == short
    clock.pass_days(3)
    later = work_at(work, clock)
    services.auto_submit_due(later, begun)
    row = work.session.get_one(Attempt, begun)
    assert (len(row.paper), row.pass_mark) == (10, 60)

    other = services.start(later, PersonId(new_id()), make.sitting(here))
    fresh = work.session.get_one(Attempt, other)
    assert (len(fresh.paper), fresh.pass_mark) == (5, 80)
    assert fresh.deadline_at - fresh.started_at == timedelta(minutes=30)


def test_a_specialtys_own_plan_goes_before_the_general_one(
    work: Work, here: AssociationId
) -> None:
    make.fill(work, [make.question(here, n, specialty=None) for n in range(20)])
    own = replace(SOUND, minutes=90)
    make.in_force(work, here, own, TODAY, specialty=Specialty.BUILDING)
    make.in_force(work, here, replace(SOUND, minutes=45), TODAY)

    def minutes(specialty: Specialty) -> int:
        found = queries.blueprint_of(work.session, here, specialty, on=TODAY)
        return found.blueprint.minutes

    assert (minutes(Specialty.BUILDING), minutes(Specialty.WATER)) == (90, 45)


def test_a_yes_after_its_day_counts_from_the_day_it_is_said(
    work: Work, here: AssociationId, clock: HandClock
) -> None:
    make.fill(work, [make.question(here, n) for n in range(10)])
    author = make.as_staff(work, "author")
    asked = services.propose_plan(
        author, here, None, SOUND, since=TODAY, reason="方案甲"
    )
    clock.pass_days(5)
    late = make.as_staff(work_at(work, clock), "manager")

    services.decide_plan(late, here, asked, True, "")

    card = queries.plan(work.session, here, asked)
    assert card.effective_from == TODAY + timedelta(days=5)


@SLOW
@given(
    st.lists(
        st.builds(
            Row,
            st.sampled_from(QuestionKind),
            st.integers(1, 50),
            st.integers(50, 10_000),
            st.text(max_size=8),
            st.none() | st.sampled_from(Difficulty),
            st.none() | st.integers(0, 100),
        ),
        max_size=5,
    )
)
def test_a_plan_is_read_as_it_was_kept(rows: list[Row]) -> None:
    wanted = Blueprint(tuple(rows), 75, 66, 1)

    assert read(json.loads(json.dumps(kept(wanted)))) == wanted


def test_the_usual_plan_is_the_old_one() -> None:
    plan = usual({})

    assert [(row.kind, row.count, row.points) for row in plan.rows] == [
        (SINGLE, 20, 200),
        (MULTIPLE, 20, 200),
        (make.JUDGE, 10, 200),
    ]
    assert (plan.minutes, plan.pass_mark, plan.retakes) == (60, 60, 2)
    assert usual({"questions": 20, "retakes": 9}).questions == 20


# -- more time -----------------------------------------------------------------


def test_more_time_moves_the_servers_deadline_of_later_tests(
    work: Work, here: AssociationId, clock: HandClock
) -> None:
    make.fill(work, [make.question(here, n) for n in range(20)])
    make.in_force(work, here, replace(SOUND, minutes=45), TODAY)
    begun = services.start(work, ME, make.sitting(here))
    clerk = make.as_staff(work, "manager")

    services.grant_time(
        clerk,
        ME,
        here,
        percent=50,
        until=TODAY + timedelta(days=30),
        approvals=(new_id(),),
    )

    row = work.session.get_one(Attempt, begun)
    assert row.deadline_at - row.started_at == timedelta(minutes=45)
    services.submit(work, ME, begun)
    later = services.start(work, ME, make.sitting(here))
    card = queries.attempt(work.session, ME, later)
    # Half of 45 is 22 and a half: nobody loses the half.
    assert card.deadline_at - card.started_at == timedelta(minutes=68)
    assert card.extra_minutes == 23
    told = [one.kind for one in evidence.lines(work.session, f"person:{ME}")]
    assert "exam.time_given" in told


def test_more_time_ends_with_its_day_and_is_of_one_association(
    work: Work, here: AssociationId
) -> None:
    there = catalogue.association(work)
    clerk = make.as_staff(work, "manager")
    for percent in (25, 100):
        services.grant_time(
            clerk, ME, here, percent=percent, until=TODAY, approvals=(new_id(),)
        )

    def extra(where: AssociationId, on: date) -> int:
        return queries.extra_percent(work.session, ME, where, on=on)

    assert extra(here, TODAY) == 100
    assert extra(here, TODAY + timedelta(days=1)) == 0
    assert extra(there, TODAY) == 0


def test_nobody_gives_time_alone_to_themselves_or_by_any_share(
    work: Work, here: AssociationId
) -> None:
    clerk = make.as_staff(work, "manager")
    usual_grant: dict[str, Any] = {"percent": 50, "until": TODAY}
    with pytest.raises(Refused, match=r"unlock\.needs_approval"):
        services.grant_time(clerk, ME, here, approvals=(), **usual_grant)
    with pytest.raises(Refused, match=r"exam\.extra_time"):
        services.grant_time(
            clerk, ME, here, percent=30, until=TODAY, approvals=(new_id(),)
        )
    own = replace(clerk, actor=replace(clerk.actor, person_id=ME))
    with pytest.raises(Refused, match=r"unlock\.own"):
        services.grant_time(own, ME, here, approvals=(new_id(),), **usual_grant)

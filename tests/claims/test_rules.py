"""What may be claimed, and what it is worth."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.claims.rules import (
    ClaimKind,
    Grounds,
    Stage,
    Wanted,
    adverse,
    gives,
    problems,
    stage,
    track_of,
    will_count,
)
from lms.policy.facts import Activity
from lms.policy.model import Specialty, Track
from lms.policy.provinces.national import NATIONAL_2010
from lms.policy.substitution import counted
from tests.make import claims as make

ON = Grounds(
    NATIONAL_2010,
    Specialty.BUILDING,
    True,
    date(2026, 11, 21),
    date(2024, 1, 1),
    date(2026, 12, 31),
)


@pytest.mark.parametrize(
    ("over", "worth"),
    [
        pytest.param({}, 2000, id="a textbook gives twenty"),
        pytest.param(
            {"activity": Activity.PAPER, "author_rank": 1}, 1000,
            id="a paper gives its first author ten",
        ),
        pytest.param(
            {"activity": Activity.PAPER, "author_rank": 2}, 0,
            id="and its second nothing",
        ),
        pytest.param(
            {"activity": Activity.MONOGRAPH, "author_rank": 2, "characters": 50_001},
            2000, id="more than 50,000 characters",
        ),
        pytest.param(
            {"activity": Activity.MONOGRAPH, "author_rank": 1, "characters": 50_000},
            0, id="50,000 is not more",
        ),
        pytest.param(
            {"activity": Activity.TEACHING, "credit": 1600}, 1600,
            id="teaching gives its hours",
        ),
    ],
)  # fmt: skip
def test_work_outside_gives_what_the_law_says(over: dict[str, Any], worth: int) -> None:
    wanted = make.work_outside(**over)

    assert gives(wanted) == worth
    assert track_of(wanted) is Track.ELECTIVE
    assert bool(problems(wanted, ON)) is (worth == 0)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"activity": Activity.TEACHING}, "claim.no_hours"),
        ({"activity": Activity.PAPER}, "claim.no_rank"),
        ({"activity": Activity.PAPER, "author_rank": 2}, "claim.low_rank"),
        ({"activity": Activity.MONOGRAPH, "characters": 60_000}, "claim.no_rank"),
        ({"activity": Activity.MONOGRAPH, "author_rank": 3}, "claim.low_rank"),
        ({"activity": Activity.MONOGRAPH, "author_rank": 1}, "claim.no_characters"),
        (
            {"activity": Activity.MONOGRAPH, "author_rank": 1, "characters": 900},
            "claim.short",
        ),
    ],
)
def test_a_work_that_is_worth_nothing_says_what_it_lacks(
    over: dict[str, Any], code: str
) -> None:
    assert problems(make.work_outside(**over), ON) == (code,)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (make.work_outside(occurred_on=date(2023, 12, 31)), "claim.outside_period"),
        (make.work_outside(occurred_on=date(2026, 11, 22)), "claim.future"),
        (make.work_outside(occurred_on=None), "claim.future"),
        (make.work_outside(activity=None), "claim.no_activity"),
        (make.work_outside(about=" 书 "), "claim.about"),
        (make.hours(track=None), "claim.no_track"),
        (make.hours(credit=0), "claim.credit"),
        (make.hours(credit=-100), "claim.credit"),
        (make.hours(credit=12_001), "claim.credit"),
        (make.hours(ClaimKind.ADJUSTMENT, credit=-12_001), "claim.credit"),
    ],
)
def test_a_claim_says_what_is_wrong(wanted: Wanted, code: str) -> None:
    assert problems(wanted, ON) == (code,)


def test_an_adjustment_may_take_away() -> None:
    assert problems(make.hours(ClaimKind.ADJUSTMENT, credit=-100), ON) == ()


def test_a_province_that_substitutes_nothing_refuses() -> None:
    off = replace(ON, rules=replace(NATIONAL_2010, substitution_allowed=False))

    assert problems(make.work_outside(), off) == ("claim.substitution_off",)
    assert will_count(off.rules, 0, 2000) == 0


@given(
    st.dictionaries(st.sampled_from(Specialty), st.integers(0, 20_000)),
    st.integers(0, 12_000),
)
def test_never_more_than_the_cap_counts(
    claimed: dict[Specialty, int], cap: int
) -> None:
    rules = replace(NATIONAL_2010, substitution_cap=cap)
    kept = counted(rules, claimed)

    assert sum(kept.values()) == min(cap, sum(claimed.values()))
    assert all(kept[one] <= claimed[one] for one in claimed)


def test_three_textbooks_and_a_paper_fill_the_cap_and_no_more() -> None:
    assert will_count(NATIONAL_2010, 4000, 2000) == 2000
    assert will_count(NATIONAL_2010, 5500, 1000) == 500
    assert will_count(NATIONAL_2010, 7000, 1000) == 0


def test_where_a_claim_stands() -> None:
    assert stage("open", 0, 2, appealed=False) is Stage.CHECKING
    assert stage("open", 1, 2, appealed=False) is Stage.DECIDING
    assert stage("open", 0, 1, appealed=False) is Stage.DECIDING
    assert stage("open", 0, 2, appealed=True) is Stage.APPEALED
    assert stage("refused", 0, 2, appealed=True) is Stage.REFUSED


def test_only_what_staff_took_away_is_adverse() -> None:
    assert adverse(ClaimKind.REVOCATION, 0, by_staff=True)
    assert adverse(ClaimKind.ADJUSTMENT, -1, by_staff=True)
    assert not adverse(ClaimKind.ADJUSTMENT, -1, by_staff=False)
    assert not adverse(ClaimKind.ADJUSTMENT, 1, by_staff=True)

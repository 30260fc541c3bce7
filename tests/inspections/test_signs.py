"""Signs: each is seen in a script, and none in an honest learner."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.inspections import rules
from lms.inspections.rules import Beats

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def rhythm(gaps_ms: list[int]) -> Beats:
    return Beats(len(gaps_ms), sum(gaps_ms), sum(gap * gap for gap in gaps_ms))


def persons(n: int) -> list[UUID]:
    return [UUID(int=i + 1) for i in range(n)]


def test_a_script_that_sleeps_between_beats_is_seen() -> None:
    dice = Random(1)
    leases = [rhythm([30_000 + dice.randint(0, 4) for _ in range(20)]) for _ in "abcd"]
    assert rules.beats_too_steady(leases)


@pytest.mark.parametrize("jitter_ms", [60, 250, 2_000])
def test_a_browser_on_a_line_is_not_too_steady(jitter_ms: int) -> None:
    dice = Random(2)
    leases = [
        rhythm([30_000 + dice.randint(0, jitter_ms * 2) for _ in range(40)])
        for _ in range(5)
    ]
    assert not rules.beats_too_steady(leases)


def test_lessons_with_different_intervals_do_not_hide_a_script() -> None:
    assert rules.beats_too_steady([rhythm([30_000] * 40), rhythm([8_000] * 40)])


def test_few_beats_say_nothing() -> None:
    assert not rules.beats_too_steady([rhythm([30_000] * 59)])
    assert not rules.beats_too_steady([])
    assert rules.spread_of_beats([Beats(0, 0, 0)]) is None


@given(st.lists(st.integers(1_000, 180_000), min_size=1, max_size=60))
def test_the_spread_of_one_lease_is_that_of_its_gaps(gaps: list[int]) -> None:
    found = rules.spread_of_beats([rhythm(gaps)])
    assert found is not None
    expected = rules.spread([gap / 1000 for gap in gaps])
    assert found[0] == pytest.approx(expected, abs=0.05)


def test_answers_after_always_the_same_time_are_seen() -> None:
    assert rules.answers_too_steady([5.1, 5.0, 5.2, 5.1, 5.0, 5.1])
    assert not rules.answers_too_steady([5.1] * 5)


def test_a_human_answers_sooner_or_later() -> None:
    dice = Random(3)
    assert not rules.answers_too_steady([dice.uniform(3, 25) for _ in range(30)])


def test_a_day_of_study_without_sleep_is_seen_and_midnight_is_in_shanghai() -> None:
    midnight = datetime(2026, 11, 19, 16, tzinfo=UTC)
    spans = [
        (midnight - timedelta(hours=2), midnight + timedelta(hours=9)),
        (midnight + timedelta(hours=10), midnight + timedelta(hours=18)),
    ]
    by_day = {date(2026, 11, 19): 2 * 3600, date(2026, 11, 20): 17 * 3600}
    assert rules.seconds_by_day(spans) == by_day
    assert rules.long_days(spans) == {date(2026, 11, 20): 17 * 3600}


def test_sixteen_hours_and_an_honest_evening_are_not_too_long() -> None:
    assert not rules.long_days([(NOON - timedelta(hours=8), NOON + timedelta(hours=8))])
    assert not rules.long_days([(NOON, NOON + timedelta(hours=3))])


def test_what_six_use_is_named_and_what_a_family_uses_is_not() -> None:
    users = {"mill": persons(6), "home": persons(3), "office": persons(5)}
    assert rules.shared(users) == {"mill": frozenset(persons(6))}


def test_the_same_wrong_answers_are_seen() -> None:
    one, other, third = persons(3)
    wrong = {
        one: {("q", n, 2) for n in range(8)},
        other: {("q", n, 2) for n in range(7)},
        third: {("q", n, 3) for n in range(8)},
    }
    (pair,) = rules.alike(wrong)
    assert (pair.one, pair.other, pair.same, pair.wrong) == (one, other, 7, 7)


def test_honest_learners_share_errors_by_chance_and_are_not_paired() -> None:
    dice = Random(4)
    wrong = {
        person: {(n, dice.randrange(1, 4)) for n in range(100) if dice.random() < 0.25}
        for person in persons(40)
    }
    assert rules.alike(wrong) == ()


def test_an_error_that_everybody_makes_pairs_nobody() -> None:
    assert rules.alike({person: set(range(10)) for person in persons(60)}) == ()


def test_who_errs_in_nothing_is_like_nobody() -> None:
    assert rules.alike(dict.fromkeys(persons(3), ())) == ()

"""What must hold of every application, whatever the facts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lms.policy.assessment import assess
from lms.policy.calendar import PUBLISHED
from lms.policy.dates import last_day_of_term, same_day
from lms.policy.facts import (
    Activity,
    AssessmentRequest,
    Bar,
    ChangeKind,
    Commitments,
    SpecialtyFacts,
    StudyCredit,
    Substitution,
    SubstitutionStatus,
)
from lms.policy.model import Application, BarCause, Province, Specialty, Track
from lms.policy.periods import Period, counting_periods, period_of
from lms.policy.workdays import add_workdays
from tests.make import policy as make
from tests.make.policy import BUILDING, day

DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
BIRTHS = st.dates(date(1950, 1, 1), date(2004, 1, 1))


@st.composite
def specialties(draw: st.DrawFn) -> tuple[SpecialtyFacts, ...]:
    codes = draw(st.lists(st.sampled_from(Specialty), min_size=1, unique=True))
    main = draw(st.integers(-1, len(codes) - 1))
    found = []
    for place, code in enumerate(codes):
        begins = draw(DAYS)
        ends = last_day_of_term(begins, years=3)
        found.append(SpecialtyFacts(code, place == main, draw(DAYS), begins, ends))
    return tuple(found)


CREDITS = st.builds(
    StudyCredit,
    st.sampled_from(Specialty),
    st.sampled_from(Track),
    st.integers(1, 9000),
    DAYS,
)
WORKS = st.builds(
    Substitution,
    st.sampled_from(Activity),
    DAYS,
    st.sampled_from(SubstitutionStatus),
    credit=st.integers(0, 9000),
    author_rank=st.none() | st.integers(1, 4),
    characters=st.sampled_from([0, 50_000, 50_001]),
)
BARS = st.builds(Bar, st.sampled_from(BarCause), DAYS)


@st.composite
def requests(draw: st.DrawFn) -> AssessmentRequest:
    applied_on = draw(DAYS)
    delay = draw(st.none() | st.integers(0, 60))
    return AssessmentRequest(
        province=draw(st.sampled_from(Province)),
        application=draw(st.sampled_from(Application)),
        applied_on=applied_on,
        granted_on=None if delay is None else applied_on + timedelta(days=delay),
        born_on=draw(BIRTHS),
        specialties=draw(specialties()),
        credits=tuple(draw(st.lists(CREDITS, max_size=12))),
        substitutions=tuple(draw(st.lists(WORKS, max_size=6))),
        commitments=Commitments(draw(st.booleans()), draw(st.booleans())),
        change_kind=draw(st.sampled_from(ChangeKind)),
        last_change_granted_on=draw(st.none() | DAYS),
        deregistered_on=draw(DAYS),
        bars=tuple(draw(st.lists(BARS, max_size=3))),
    )


@given(requests(), CREDITS)
def test_more_study_never_owes_more(
    asked: AssessmentRequest, more: StudyCredit
) -> None:
    before = assess(asked)
    after = assess(replace(asked, credits=(*asked.credits, more)))

    assert sum(e.missing for e in after.hours) <= sum(e.missing for e in before.hours)
    assert len(after.reasons) <= len(before.reasons)


@given(requests(), WORKS)
def test_more_substitution_never_owes_more(
    asked: AssessmentRequest, more: Substitution
) -> None:
    before = assess(asked)
    after = assess(replace(asked, substitutions=(*asked.substitutions, more)))

    assert sum(e.missing for e in after.hours) <= sum(e.missing for e in before.hours)
    assert sum(e.substituted for e in after.hours) <= 6000
    assert not any(e.substituted for e in after.hours if e.track is Track.REQUIRED)


@given(requests(), st.randoms(use_true_random=False))
def test_the_order_of_the_facts_does_not_matter(
    asked: AssessmentRequest, dice: Random
) -> None:
    def mixed(items: Iterable[Any]) -> tuple[Any, ...]:
        shuffled = list(items)
        dice.shuffle(shuffled)
        return tuple(shuffled)

    other = replace(
        asked,
        credits=mixed(asked.credits),
        substitutions=mixed(asked.substitutions),
        bars=mixed(asked.bars),
    )

    assert assess(other) == assess(asked)


@given(requests())
def test_every_answer_holds_together(asked: AssessmentRequest) -> None:
    found = assess(asked)

    short = {(e.specialty, e.track) for e in found.reasons if e.code == "hours.short"}
    assert short == {(e.specialty, e.track) for e in found.hours if e.missing}
    assert all(each.clause for each in (*found.reasons, *found.warnings))
    assert (found.window is not None) == (asked.application is Application.RENEWAL)
    for each in found.validity or ():
        assert each.valid_from <= each.valid_until
        if asked.application is not Application.CHANGE:
            assert each.valid_until <= same_day(asked.born_on, years=65)


@given(st.lists(st.tuples(DAYS, st.integers(0, 1200)), max_size=8), DAYS)
def test_no_day_counts_twice(spans: list[tuple[date, int]], on: date) -> None:
    periods = [Period(begin, begin + timedelta(days=n)) for begin, n in spans]

    holding = [each for each in counting_periods(periods) if each.holds(on)]

    assert len(holding) <= 1
    assert bool(holding) <= any(each.holds(on) for each in periods)
    assert period_of(periods, on) == (holding[0] if holding else None)


def test_13_study_on_the_day_of_an_early_grant_belongs_to_the_new_period() -> None:
    old = Period(day("2024-01-01"), day("2026-12-31"))
    new = Period(day("2026-11-21"), day("2029-11-20"))

    assert period_of([new, old], day("2026-11-20")) == Period(
        old.begins_on, day("2026-11-20")
    )
    assert period_of([old, new], day("2026-11-21")) == new
    assert period_of([old, new], day("2029-11-21")) is None


def test_7_nothing_is_carried_over() -> None:
    valid = make.specialty(valid=("2026-12-21", "2029-12-20"))
    learned = (
        *make.study(BUILDING, 70, 70, on="2026-12-20"),
        *make.study(BUILDING, 50, 50, on="2028-01-01"),
    )
    found = assess(
        make.request(
            applied_on=day("2029-11-01"), specialties=(valid,), credits=learned
        )
    )

    assert [line.missing for line in found.hours] == [1000, 1000]


@given(st.dates(date(2004, 1, 1), date(2026, 12, 31)), st.integers(0, 60))
def test_a_working_day_more_is_a_later_day(start: date, count: int) -> None:
    one = add_workdays(PUBLISHED, start, count)
    next_one = add_workdays(PUBLISHED, start, count + 1)

    if next_one.on is not None:
        assert one.on is not None
        assert one.on < next_one.on
        assert PUBLISHED.works(next_one.on)

"""One property for each family of rules, whatever province, day or person."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from lms.policy.assessment import assess, counting_window
from lms.policy.calendar import PUBLISHED
from lms.policy.dates import last_day_of_term, same_day
from lms.policy.facts import Bar, ChangeKind, SpecialtyFacts, StudyCredit
from lms.policy.library import rules_for
from lms.policy.model import (
    Application,
    BarCause,
    EmployerChange,
    Province,
    RenewalStart,
    Specialty,
    Track,
)
from lms.policy.renewal import window_for
from lms.policy.validity import last_birthday
from lms.policy.verdict import WindowState
from lms.policy.workdays import add_workdays, workdays_between
from tests.make import policy as make
from tests.make.policy import BUILDING, MUNICIPAL

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
BIRTHS = st.dates(date(1958, 1, 1), date(2004, 1, 1))
PROVINCES = st.sampled_from(Province)
ORDER = [WindowState.EARLY, WindowState.OPEN, WindowState.LATE, WindowState.EXPIRED]


def held(
    begins: date, code: Specialty = BUILDING, *, main: bool = True
) -> SpecialtyFacts:
    ends = last_day_of_term(begins, years=3)
    return SpecialtyFacts(code, main, None, begins, ends)


@given(PROVINCES, st.lists(st.sampled_from(Specialty), min_size=1, unique=True), DAYS)
def test_quotas_a_further_specialty_asks_for_sixty_more(
    province: Province, codes: list[Specialty], begins: date
) -> None:
    several = tuple(
        held(begins, code, main=place == 0) for place, code in enumerate(codes)
    )
    found = assess(
        make.request(
            province=province,
            specialties=several,
            applied_on=begins + timedelta(days=9),
            credits=(),
        )
    )

    assert sum(line.needed for line in found.hours) == 12_000 + 6_000 * (len(codes) - 1)
    assert sum(line.missing for line in found.hours) == sum(
        line.needed for line in found.hours
    )


@given(DAYS, st.integers(-40, 1200), PROVINCES)
def test_counting_windows_a_day_counts_when_it_lies_inside_and_only_then(
    begins: date, shift: int, province: Province
) -> None:
    one, day = held(begins), begins + timedelta(days=shift)
    asked = make.request(
        province=province,
        specialties=(one,),
        applied_on=one.valid_until,
        credits=(StudyCredit(BUILDING, Track.REQUIRED, 100, day),),
    )
    since, until = counting_window(rules_for(province, asked.applied_on), asked, one)

    counted = assess(asked).hours[0].counted

    assert (since, until) == (one.valid_from, one.valid_until)
    assert counted == (100 if since <= day <= until else 0)


@given(st.integers(0, 90), st.integers(0, 90), DAYS)
def test_multi_specialty_surplus_never_crosses(
    mine: int, others: int, begins: date
) -> None:
    both = (held(begins), held(begins, MUNICIPAL, main=False))
    on = begins + timedelta(days=30)
    asked = make.request(
        specialties=both,
        applied_on=on,
        credits=make.study(BUILDING, mine, mine, on=begins.isoformat()),
    )
    more = make.study(MUNICIPAL, others, others, on=begins.isoformat())
    alone, together = (
        assess(asked),
        assess(replace(asked, credits=(*asked.credits, *more))),
    )

    def of(lines: object, code: Specialty) -> list[int]:
        return [line.missing for line in lines if line.specialty is code]  # type: ignore[attr-defined]  # lines of a verdict

    assert of(alone.hours, BUILDING) == of(together.hours, BUILDING)
    assert of(alone.hours, MUNICIPAL) == [3000, 3000]


@given(DAYS, st.integers(-10, 2000), st.sampled_from(["initial", "add_specialty"]))
def test_overdue_hours_are_asked_from_the_day_after_three_years_and_never_before(
    qualified_on: date, after: int, kind: str
) -> None:
    on = qualified_on + timedelta(days=after)
    one = SpecialtyFacts(BUILDING, main=False, qualified_on=qualified_on)
    found = assess(
        make.request(
            application=Application(kind), specialties=(one,), applied_on=on, credits=()
        )
    )

    late = on > same_day(qualified_on, years=3)
    assert bool(found.hours) == late == bool(found.warnings)


@given(PROVINCES, DAYS, st.integers(-400, 400), st.integers(0, 400))
def test_renewal_windows_only_ever_move_on(
    province: Province, ends: date, left: int, later: int
) -> None:
    first = ends - timedelta(days=left)
    second = first + timedelta(days=later)
    states = [
        window_for(rules_for(province, each), ends, each).state
        for each in (first, second)
    ]
    same = rules_for(province, first).key == rules_for(province, second).key

    assume(same)
    assert ORDER.index(states[0]) <= ORDER.index(states[1])
    assert (states[0] is WindowState.EXPIRED) == (first > ends)


@given(PROVINCES, DAYS, BIRTHS, st.integers(0, 60))
def test_validity_begins_with_the_grant_or_after_the_old_end_and_ends_by_65(
    province: Province, begins: date, born_on: date, delay: int
) -> None:
    one = held(begins)
    assert one.valid_until is not None
    on = one.valid_until - timedelta(days=60)
    granted_on = on + timedelta(days=delay)
    rules = rules_for(province, on)
    found = assess(
        make.request(
            province=province,
            specialties=(one,),
            applied_on=on,
            granted_on=granted_on,
            born_on=born_on,
        )
    ).validity
    cap = last_birthday(rules, born_on)
    if found is None:
        assert granted_on > cap
        return
    start = (
        one.valid_until + timedelta(days=1)
        if rules.renewal_start is RenewalStart.OLD_END
        else granted_on
    )

    natural = last_day_of_term(start, years=3)
    assert [(e.valid_from, e.valid_until) for e in found] == (
        [(start, min(natural, cap))] if min(natural, cap) >= start else []
    )
    assert all(each.clamped == (natural > cap) for each in found)


@given(PROVINCES, BIRTHS, st.integers(-400, 400))
def test_the_65th_birthday_is_the_last_good_day(
    province: Province, born_on: date, after: int
) -> None:
    birthday = last_birthday(rules_for(province, date(2026, 1, 1)), born_on)
    found = assess(
        make.request(
            province=province,
            born_on=born_on,
            applied_on=birthday + timedelta(days=after),
            specialties=(held(birthday - timedelta(days=500)),),
        )
    )

    assert ("age.over_65" in {e.code for e in found.reasons}) == (after > 0)


@given(PROVINCES, st.sampled_from(BarCause), DAYS, st.integers(-30, 1500))
def test_bars_hold_from_the_decision_to_the_same_day_some_years_later(
    province: Province, cause: BarCause, decided_on: date, after: int
) -> None:
    on = decided_on + timedelta(days=after)
    found = assess(
        make.request(
            province=province,
            application=Application.LOST_REISSUE,
            applied_on=on,
            specialties=(held(on),),
            bars=(Bar(cause, decided_on),),
        )
    )
    years = rules_for(province, on).bar_years(cause)

    barred = decided_on <= on <= same_day(decided_on, years=years)
    assert (f"bar.{cause}" in {e.code for e in found.reasons}) == barred


@given(PROVINCES, st.sampled_from(ChangeKind), DAYS, st.integers(0, 800))
def test_change_rules_bind_the_employer_alone_and_for_a_year_at_most(
    province: Province, kind: ChangeKind, last: date, after: int
) -> None:
    on = last + timedelta(days=after)
    found = assess(
        make.request(
            province=province,
            application=Application.CHANGE,
            change_kind=kind,
            applied_on=on,
            last_change_granted_on=last,
            specialties=(held(on),),
        )
    )
    way = rules_for(province, on).employer_change
    employer = kind is ChangeKind.EMPLOYER

    codes = {each.code for each in found.reasons}
    assert ("change.not_offered" in codes) == (
        employer and way is EmployerChange.NOT_OFFERED
    )
    assert ("change.within_a_year" in codes) == (
        employer and way is EmployerChange.ONCE_A_YEAR and on <= same_day(last, years=1)
    )


@given(st.dates(date(2025, 1, 1), date(2026, 10, 31)), st.integers(0, 30))
def test_working_days_there_and_back_are_the_same(start: date, count: int) -> None:
    found = add_workdays(PUBLISHED, start, count).on

    assert found is not None
    assert workdays_between(PUBLISHED, start, found) == count

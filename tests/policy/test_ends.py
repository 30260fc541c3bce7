"""Before and after an end: reminders, lapse (rule 65), late filing (rule 76)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.policy.filing import file_by, late_filing
from lms.policy.lapse import lapse_of
from lms.policy.library import rules_for
from lms.policy.model import Province, Specialty
from lms.policy.reminders import MARKS, Reminder, due
from lms.policy.renewal import window_for
from tests.make import policy as make
from tests.make.policy import BUILDING, MUNICIPAL, WATER, day

END = day("2027-03-31")
DAYS = st.integers(-30, 400)
PROVINCES = st.sampled_from(Province)


def told(province: Province, left: int) -> list[str]:
    on = END - timedelta(days=left)
    return [*due(window_for(rules_for(province, on), END, on), on)]


@pytest.mark.parametrize(
    ("province", "left", "kinds"),
    [
        (Province.GUIZHOU, 181, []),
        (Province.GUIZHOU, 180, ["days_180"]),
        (Province.GUIZHOU, 91, ["days_180"]),
        (Province.GUIZHOU, 90, ["days_90"]),
        (Province.GUIZHOU, 60, ["days_60"]),
        (Province.GUIZHOU, 45, ["days_45"]),
        (Province.GUIZHOU, 31, ["days_31"]),
        (Province.GUIZHOU, 0, ["days_31"]),
        (Province.GUIZHOU, -1, ["lapsed"]),
        (Province.BEIJING, 91, ["days_180"]),
        (Province.BEIJING, 90, ["days_90", "window"]),
        (Province.BEIJING, 30, ["days_31", "window"]),
        (Province.BEIJING, 29, ["days_31"]),
    ],
)
def test_what_a_day_has_reached(
    province: Province, left: int, kinds: list[str]
) -> None:
    assert told(province, left) == kinds


@given(PROVINCES, st.sets(DAYS, max_size=60))
def test_whatever_days_the_job_missed_each_kind_is_told_once_at_most(
    province: Province, ran: set[int]
) -> None:
    known: set[str] = set()
    messages = []
    for left in sorted(ran, reverse=True):
        new = [kind for kind in told(province, left) if kind not in known]
        known.update(new)
        messages += [new] if new else []

    assert len(messages) <= len(MARKS) + 2
    assert sum(map(len, messages)) == len(known)


@given(PROVINCES)
def test_a_job_that_runs_every_day_tells_every_mark_on_its_day(
    province: Province,
) -> None:
    first: dict[str, int] = {}
    for left in range(400, -2, -1):
        for kind in told(province, left):
            first.setdefault(kind, left)

    assert [first[f"days_{mark}"] for mark in MARKS] == list(MARKS)
    assert first[Reminder.LAPSED] == -1
    opens = rules_for(province, END).opens_days_before
    assert first.get(Reminder.WINDOW) == opens


SHORT = make.specialty(valid=("2024-01-01", "2026-12-31"))
LONG = make.specialty(MUNICIPAL, valid=("2024-10-01", "2027-09-30"))


def test_65_the_specialty_that_is_over_goes_the_next_day_and_the_other_stays() -> None:
    assert lapse_of((SHORT, LONG), day("2026-12-31")).gone == ()

    found = lapse_of((SHORT, LONG), day("2027-01-01"))

    assert (found.gone, found.stays) == ((SHORT,), (LONG,))
    assert found.main is MUNICIPAL
    assert not found.whole


def test_65_of_those_that_stay_the_main_one_or_the_earliest_leads() -> None:
    later = make.specialty(WATER, valid=("2024-11-01", "2027-10-31"))
    ended_extra = make.specialty(MUNICIPAL, valid=("2024-01-01", "2026-12-31"))
    main = make.specialty(valid=("2025-01-01", "2027-12-31"))

    assert lapse_of((SHORT, later, LONG), day("2027-01-01")).main is MUNICIPAL
    assert lapse_of((ended_extra, later, main), day("2027-01-01")).main is BUILDING


def test_65_nothing_is_left_when_all_is_over() -> None:
    assert lapse_of((SHORT, LONG), day("2027-10-01")).whole
    assert not lapse_of((), day("2027-10-01")).whole


def test_what_was_applied_for_in_time_does_not_lapse_by_silence() -> None:
    found = lapse_of((SHORT, LONG), day("2027-01-01"), waiting={BUILDING})

    assert found.gone == ()
    assert found.main is BUILDING


@given(
    st.lists(
        st.tuples(st.sampled_from(Specialty), st.dates(date(2026, 1, 1))),
        unique_by=lambda each: each[0],
        max_size=6,
    ),
    st.dates(date(2026, 1, 1), date(2040, 1, 1)),
)
def test_nothing_is_lost_and_nothing_good_goes(
    ends: list[tuple[Specialty, date]], on: date
) -> None:
    held = tuple(
        make.specialty(code, valid=("2023-01-01", end.isoformat()))
        for code, end in ends
    )
    found = lapse_of(held, on)

    assert {*found.gone, *found.stays} == {*held}
    assert all(e.valid_until and e.valid_until >= on for e in found.stays)
    assert (found.main in {e.code for e in found.stays}) or not found.stays


def test_76_thirty_days_to_file_a_change_then_a_warning_and_accepted_still() -> None:
    changed = day("2026-10-22")

    assert file_by(changed) == day("2026-11-21")
    assert late_filing(changed, day("2026-11-21")) is None
    warning = late_filing(changed, day("2026-11-22"))
    assert warning is not None
    assert warning.days == {"until": day("2026-11-21")}
    assert warning.clause == "四川办事说明 变更注册 注意3"

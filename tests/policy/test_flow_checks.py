"""The live checks on dates, and what the authority's silence means."""

from dataclasses import replace
from datetime import date

import pytest

from lms.policy import flow_checks
from lms.policy.calendar import PUBLISHED
from lms.policy.flow import Limit, Path
from lms.policy.flows import flow_for
from lms.policy.model import Application, Province, WorkdayLimits
from tests.make.policy import day

LIMITS = WorkdayLimits()


@pytest.mark.parametrize(
    ("applied_on", "ends_on", "lasts"),
    [
        pytest.param("2026-11-21", "2027-11-20", False, id="77: a day short"),
        pytest.param("2026-11-21", "2027-11-21", True, id="77: a year to the day"),
        pytest.param("2026-11-21", None, True, id="no fixed end"),
        pytest.param("2028-02-29", "2029-02-28", True, id="from a leap day"),
        pytest.param("2028-02-29", "2029-02-27", False, id="a day short of that"),
    ],
)
def test_a_contract_runs_a_year_from_the_application(
    applied_on: str, ends_on: str | None, lasts: bool
) -> None:
    until = day(ends_on) if ends_on else None
    assert flow_checks.contract_lasts(day(applied_on), until) is lasts


@pytest.mark.parametrize(
    ("issued_on", "dismissed_on", "after"),
    [
        pytest.param("2025-03-01", "2025-03-01", False, id="77: on the day of issue"),
        pytest.param("2025-03-01", "2025-03-02", True, id="77: the day after"),
        pytest.param("2025-03-01", "2025-02-28", False, id="before"),
    ],
)
def test_a_dismissal_is_later_than_the_certificate(
    issued_on: str, dismissed_on: str, after: bool
) -> None:
    assert flow_checks.dismissed_after(day(issued_on), day(dismissed_on)) is after


@pytest.mark.parametrize(
    ("dismissed_on", "begins_on", "after"),
    [
        pytest.param("2026-05-31", "2026-06-01", True, id="the next day"),
        pytest.param("2026-05-31", "2026-05-31", False, id="the same day"),
        pytest.param("2026-05-31", "2026-05-01", False, id="while still employed"),
    ],
)
def test_a_new_contract_begins_after_the_dismissal(
    dismissed_on: str, begins_on: str, after: bool
) -> None:
    found = flow_checks.contract_begins_after(day(dismissed_on), day(begins_on))
    assert found is after


@pytest.mark.parametrize(
    ("paid", "enough"),
    [
        pytest.param("2026-09 2026-10 2026-11", True, id="with this month"),
        pytest.param("2026-08 2026-09 2026-10", True, id="this month not booked yet"),
        pytest.param("2026-07 2026-08 2026-09", False, id="ended too early"),
        pytest.param("2026-08 2026-10 2026-11", False, id="with a gap"),
        pytest.param("2026-10 2026-11", False, id="two months"),
        pytest.param("", False, id="none"),
    ],
)
def test_three_months_of_insurance_are_paid_in_a_row(paid: str, enough: bool) -> None:
    months = [day(f"{month}-15") for month in paid.split()]
    assert flow_checks.insured(day("2026-11-21"), months) is enough


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    months = [day("2025-11-30"), day("2025-12-01"), day("2026-01-31")]
    assert flow_checks.insured(day("2026-01-05"), months)
    assert flow_checks.insured(day("2026-02-28"), months)
    assert not flow_checks.insured(day("2026-03-01"), months)


@pytest.mark.parametrize(
    ("on", "shut"),
    [
        pytest.param("2026-12-01", False, id="50: the last open day"),
        pytest.param("2026-12-02", True, id="50: the first of the last thirty"),
        pytest.param("2026-12-31", True, id="the end itself"),
        pytest.param("2027-01-01", False, id="over: another rule speaks"),
    ],
)
def test_beijing_takes_no_change_in_the_last_thirty_days(on: str, shut: bool) -> None:
    change = flow_for(Province.BEIJING, Application.CHANGE, Path.ORDINARY, day(on))
    cancel = flow_for(
        Province.BEIJING, Application.CANCELLATION, Path.ORDINARY, day(on)
    )
    assert change is not None
    assert cancel is not None
    assert flow_checks.shut_by_end(change, day(on), day("2026-12-31")) is shut
    assert not flow_checks.shut_by_end(cancel, day(on), day("2026-12-31"))


@pytest.mark.parametrize(
    ("today", "told_on", "accepted_from"),
    [
        pytest.param("2026-05-08", None, None, id="72: the last day is not over"),
        pytest.param("2026-05-09", None, "2026-04-28", id="72: accepted by silence"),
        pytest.param("2026-05-20", "2026-05-08", None, id="72: told on the last day"),
        pytest.param("2026-05-20", "2026-05-09", "2026-04-28", id="told too late"),
    ],
)
def test_silence_on_deficiencies_accepts_from_the_day_of_receipt(
    today: str, told_on: str | None, accepted_from: str | None
) -> None:
    told = day(told_on) if told_on else None
    found = flow_checks.silence(PUBLISHED, LIMITS, day("2026-04-28"), day(today), told)
    assert found is not None
    assert found.told_by.on == date(2026, 5, 8)
    assert found.accepted_from == (day(accepted_from) if accepted_from else None)


def test_past_the_calendar_silence_means_nothing_yet() -> None:
    found = flow_checks.silence(PUBLISHED, LIMITS, day("2026-12-28"), day("2027-02-01"))
    assert found is not None
    assert found.told_by.on is None
    assert found.accepted_from is None


def test_without_a_limit_silence_means_nothing() -> None:
    none = replace(LIMITS, deficiency=None)
    today = day("2026-06-30")
    assert flow_checks.silence(PUBLISHED, none, day("2026-04-28"), today) is None


@pytest.mark.parametrize("limit", Limit)
def test_every_limit_has_its_place_in_the_province_rules(limit: Limit) -> None:
    assert flow_checks.workdays_allowed(LIMITS, limit) == getattr(LIMITS, limit.value)

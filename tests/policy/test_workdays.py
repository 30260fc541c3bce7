"""The authority's working days (rules A9)."""

import pytest

from lms.policy.calendar import PUBLISHED
from lms.policy.workdays import add_workdays, workdays_between
from tests.make.policy import day


@pytest.mark.parametrize(
    ("start", "count", "on"),
    [
        pytest.param(
            "2026-09-24", 2, "2026-09-29", id="66: accepted on the second day"
        ),
        pytest.param("2026-09-29", 10, "2026-10-19", id="66: decided in ten"),
        pytest.param("2026-09-29", 3, "2026-10-09", id="66: changed in three"),
        pytest.param("2026-11-20", 2, "2026-11-24", id="67: from a Friday"),
        pytest.param("2026-11-21", 2, "2026-11-24", id="67: from a Saturday"),
        pytest.param("2026-11-22", 2, "2026-11-24", id="67: from a Sunday"),
        pytest.param("2026-11-24", 10, "2026-12-08", id="67: ten"),
        pytest.param("2026-11-24", 3, "2026-11-27", id="67: three"),
        pytest.param("2026-02-13", 3, "2026-02-25", id="68: over Spring Festival"),
        pytest.param("2026-02-13", 5, "2026-02-27", id="68: five"),
        pytest.param("2026-02-13", 10, "2026-03-05", id="68: with a worked Saturday"),
        pytest.param("2026-09-30", 3, "2026-10-10", id="69: due on a worked Saturday"),
        pytest.param("2026-09-30", 10, "2026-10-20", id="69: ten"),
        pytest.param("2026-09-30", 20, "2026-11-03", id="69: twenty"),
        pytest.param("2026-10-10", 2, "2026-10-13", id="70: from a worked Saturday"),
        pytest.param("2026-10-17", 2, "2026-10-20", id="70: from a free one"),
        pytest.param("2026-04-28", 10, "2026-05-14", id="71: over May Day"),
        pytest.param("2026-04-28", 5, "2026-05-08", id="72: told in five"),
        pytest.param("2026-06-17", 5, "2026-06-25", id="73: over Dragon Boat"),
        pytest.param("2026-11-23", 20, "2026-12-21", id="73: twenty"),
        pytest.param("2026-12-28", 2, "2026-12-30", id="74: still covered"),
        pytest.param("2026-12-31", 0, "2026-12-31", id="no days at all"),
    ],
)
def test_add(start: str, count: int, on: str) -> None:
    assert add_workdays(PUBLISHED, day(start), count).on == day(on)


def test_74_past_the_calendar_there_is_no_guess() -> None:
    due = add_workdays(PUBLISHED, day("2026-12-28"), 5)

    assert due.on is None
    assert due.not_before == day("2027-01-02")
    assert add_workdays(PUBLISHED, day("2027-01-04"), 1).on is None
    assert add_workdays(PUBLISHED, day("2003-12-31"), 1).on is None


def test_the_calendar_of_2026_is_the_notice_of_2026() -> None:
    def rests(since: str, until: str) -> bool:
        span = (day(until) - day(since)).days + 1
        days = [day(since).fromordinal(day(since).toordinal() + n) for n in range(span)]
        return not any(PUBLISHED.works(each) for each in days)

    assert rests("2026-01-01", "2026-01-03")
    assert rests("2026-02-15", "2026-02-23")
    assert rests("2026-04-04", "2026-04-06")
    assert rests("2026-05-01", "2026-05-05")
    assert rests("2026-06-19", "2026-06-21")
    assert rests("2026-09-25", "2026-09-27")
    assert rests("2026-10-01", "2026-10-07")
    worked = {each for each in PUBLISHED.work if each.year == 2026}
    assert sorted(map(str, worked)) == [
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    ]


def test_the_days_left_are_the_inverse() -> None:
    start = day("2026-09-24")
    for count in range(40):
        due = add_workdays(PUBLISHED, start, count).on
        assert due is not None
        assert workdays_between(PUBLISHED, start, due) == count
    assert workdays_between(PUBLISHED, start, day("2027-01-01")) is None

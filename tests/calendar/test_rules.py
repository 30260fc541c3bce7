"""A notice is read as it was published; a slip in it is found, not loaded."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.calendar.rules import (
    Notice,
    changes,
    overlay,
    owed_year,
    read_notice,
)
from lms.policy.calendar import PUBLISHED
from lms.policy.workdays import add_workdays
from tests.make.calendar import OF_2026, OF_2027
from tests.make.policy import day


def read(text: str, year: int) -> Notice:
    found = read_notice(text, year)
    assert isinstance(found, Notice), found
    return found


def flaws(text: str, year: int) -> list[str]:
    found = read_notice(text, year)
    assert isinstance(found, tuple)
    return [each.code for each in found]


def test_the_notice_of_2026_changes_nothing_in_the_calendar_shipped() -> None:
    notice = read(OF_2026, 2026)

    assert len(notice.rest) == 33
    assert sorted(map(str, notice.work)) == [
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20",
        "2026-10-10",
    ]  # fmt: skip
    assert not changes(PUBLISHED, overlay(PUBLISHED, [notice]), 2026)


def test_every_year_shipped_can_be_read_back_from_lines() -> None:
    for year in range(2007, 2027):
        rest = [f"{each} 休" for each in PUBLISHED.rest if each.year == year]
        rest += [f"{year}-{fixed} 休" for fixed in ("01-01", "05-01")]
        rest += [f"{year}-10-0{n} 休" for n in (1, 2, 3)]
        work = [f"{each} 班" for each in PUBLISHED.work if each.year == year]

        notice = read("\n".join(rest + work), year)

        assert not changes(PUBLISHED, overlay(PUBLISHED, [notice]), year)


@pytest.mark.parametrize(
    ("before", "after", "codes"),
    [
        ("7日（周三）", "8日（周三）", ["calendar.weekday", "calendar.count"]),
        ("4月4日（周六）至", "4月5日（周日）至", ["calendar.count"]),
        ("1月4日（周日）上班", "1月5日（周一）上班", ["calendar.work_on_weekday"]),
        ("5月9日（周六）上班", "5月2日（周六）上班", ["calendar.both"]),
        ("6月19日（周五）至21日（周日）", "6月31日", ["calendar.bad_date"]),
        ("4月4日（周六）至6日", "4月6日（周一）至4日", ["calendar.weekday"]),
        ("5月9日（周六）上班", "5月9日（周六）另行安排", ["calendar.unread"]),
        ("5月9日（周六）上班", "2028年5月13日上班", ["calendar.far_day"]),
    ],
)
def test_a_slip_of_the_pen_is_found(before: str, after: str, codes: list[str]) -> None:
    assert before in OF_2026

    assert flaws(OF_2026.replace(before, after), 2026)[: len(codes)] == codes


def test_a_notice_of_another_year_or_half_of_one_is_refused() -> None:
    assert flaws(OF_2026, 2027)[0] == "calendar.other_year"
    half = OF_2026[: OF_2026.index("七、国庆节")]
    assert flaws(half, 2026) == ["calendar.holiday_missing"] * 3
    assert flaws("", 2026) == flaws("各位好", 2026) == ["calendar.no_dates"]
    assert flaws("1" * 20_001, 2026) == ["calendar.too_long"]


def test_a_notice_may_move_days_of_the_december_before() -> None:
    text = OF_2027 + "2026年12月27日（周日）上班。2026年12月31日至2027年1月3日放假。"

    after = overlay(PUBLISHED, [read(text, 2027)])

    assert after.works(day("2026-12-27"))
    assert not after.works(day("2026-12-31"))
    assert after.last == day("2027-12-31")


def test_74_a_loaded_year_is_counted_on_and_the_next_is_not() -> None:
    after = overlay(PUBLISHED, [read(OF_2027, 2027)])

    assert add_workdays(after, day("2026-12-28"), 5).on == day("2027-01-05")
    assert add_workdays(after, day("2027-12-30"), 5).on is None
    assert add_workdays(PUBLISHED, day("2026-12-28"), 5).on is None


def test_a_year_beyond_a_gap_waits() -> None:
    far = Notice(2029, frozenset(), frozenset())

    assert overlay(PUBLISHED, [far]) == PUBLISHED


@pytest.mark.parametrize(
    ("today", "year"),
    [
        ("2026-10-31", None),
        ("2026-11-01", 2027),
        ("2026-12-31", 2027),
        ("2027-03-01", 2027),
        ("2028-03-01", 2027),
    ],
)
def test_from_november_on_the_next_year_is_owed(today: str, year: int | None) -> None:
    assert owed_year(PUBLISHED, day(today)) == year
    if year is not None:
        after = overlay(PUBLISHED, [read(OF_2027, 2027)])
        assert owed_year(after, day("2027-03-01")) is None


@given(
    st.sets(st.dates(date(2026, 12, 1), date(2027, 12, 31)), max_size=40),
    st.sets(st.dates(date(2026, 12, 1), date(2027, 12, 31)), max_size=10),
)
def test_a_notice_alone_decides_its_year(rest: set[date], work: set[date]) -> None:
    notice = Notice(2027, frozenset(rest - work), frozenset(work))

    once = overlay(PUBLISHED, [notice])

    assert overlay(once, [notice]) == once
    on = date(2027, 1, 1)
    while on.year == 2027:
        weekday = on.weekday() < 5
        assert once.works(on) == (on in work or (weekday and on not in rest))
        on += timedelta(days=1)


@given(st.text(max_size=300), st.integers(2004, 2199))
def test_no_text_breaks_the_reader(text: str, year: int) -> None:
    read_notice(text, year)


@given(
    st.lists(
        st.sampled_from(
            ["1月", "31日", "2月", "（周一）", "至", "、", "放假", "上班", "，", "。",
             "共3天", "2027年", "99日", "\n", "2027-02-30 休", "9999-12-31 班"]
        ),
        max_size=25,
    )
)  # fmt: skip
def test_no_scraps_of_a_notice_break_the_reader(scraps: list[str]) -> None:
    read_notice("".join(scraps), 2027)

"""An old platform's rows: read as people write them, refused with every reason."""

from __future__ import annotations

from datetime import date

import pytest

from lms.kernel.credit import Credit
from lms.legacy.rules import lawful
from lms.legacy.rules.columns import Field, Kind, guess, mapping_problems
from lms.legacy.rules.lawful import Owner
from lms.legacy.rules.rows import Record, Row, read
from lms.policy.model import Province, Specialty, Track
from tests.make import legacy as make

TODAY = date(2026, 11, 22)
OWNER = Owner(Province.INNER_MONGOLIA, (Specialty.BUILDING,), *make.PERIOD)


def rows(kind: Kind, *lines: list[str], letter: str = "t") -> tuple[Row, ...]:
    cells = [[letter + text for text in line] for line in (make.HEADS[kind], *lines)]
    return read(cells, 0, kind, guess(make.HEADS[kind], kind), TODAY)


@pytest.mark.parametrize("kind", Kind)
def test_the_usual_heads_are_understood_whole(kind: Kind) -> None:
    found = guess(make.HEADS[kind], kind)

    assert sorted(found.values()) == list(range(len(make.HEADS[kind])))
    assert mapping_problems(kind, found, len(make.HEADS[kind])) == ()


def test_a_mapping_without_what_is_needed_says_so() -> None:
    lacking = {Field.NAME: 0, Field.ID_NUMBER: 0, Field.YEAR: 9}

    assert set(mapping_problems(Kind.HOURS, lacking, 3)) == {
        "legacy.column_missing", "statement.column_twice", "statement.column_gone",
    }  # fmt: skip
    assert "legacy.no_day" in mapping_problems(Kind.HOURS, {Field.NAME: 0}, 3)


def test_a_person_is_read_as_a_clerk_wrote_them() -> None:
    (row,) = rows(Kind.PEOPLE, make.person())

    assert row.good, row.faults
    assert row.record.specialties == (Specialty.BUILDING,)
    assert row.record.province is Province.INNER_MONGOLIA
    assert (row.record.period_from, row.record.period_until) == make.PERIOD


@pytest.mark.parametrize(
    ("place", "words", "code"),
    [
        (1, "John", "name.letters"),
        (2, make.ZHANG[:-1] + ("1" if make.ZHANG[-1] != "1" else "2"),
         "id_number.checksum"),
        (3, "123", "roster.phone"),
        (4, "火星", "legacy.province"),
        (5, "飞行", "roster.specialty"),
        (7, "昨天", "legacy.day"),
        (8, "2020-01-01", "legacy.period"),
    ],
)  # fmt: skip
def test_each_wrong_cell_of_a_person_is_told(place: int, words: str, code: str) -> None:
    line = make.person()
    line[place] = words

    (row,) = rows(Kind.PEOPLE, line)
    assert row.faults == (code,)


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"credit": "0"}, "legacy.credit"),
        ({"credit": "121"}, "legacy.credit"),
        ({"credit": "-3"}, "legacy.credit"),
        ({"credit": "1.234"}, "legacy.credit"),
        ({"track": "其他"}, "legacy.track"),
        ({"on": ""}, "legacy.day"),
        ({"on": "2027-01-01"}, "statement.future_day"),
        ({"on": "2025-05-20", "year": "2024"}, "legacy.year"),
        ({"on": "", "year": "2030"}, "legacy.year"),
        ({"course": ""}, "legacy.course"),
    ],
)
def test_each_wrong_cell_of_hours_is_told(over: dict[str, str], code: str) -> None:
    (row,) = rows(Kind.HOURS, make.hours(**over))

    assert row.faults == (code,)


def test_what_stands_twice_is_told_at_both_rows() -> None:
    found = rows(Kind.HOURS, make.hours(), make.hours("3"), make.hours("4", old="H2"))

    assert [row.faults for row in found] == [("legacy.twice",), ("legacy.twice",), ()]


def test_a_formula_and_an_id_number_kept_as_a_figure_are_refused() -> None:
    (formula,) = rows(Kind.PEOPLE, make.person(), letter="f")[:1]
    (figure,) = rows(Kind.PEOPLE, make.person(), letter="n")[:1]

    assert "roster.formula" in formula.faults
    assert "roster.id_as_figure" in figure.faults


def told(year: int) -> Row:
    record = Record(
        "1", specialties=(Specialty.BUILDING,), track=Track.REQUIRED, credit=100,
        year=year,
    )  # fmt: skip
    return Row(2, record)


@pytest.mark.parametrize("year", [2024, 2027])
def test_in_a_year_in_which_a_period_begins_or_ends_the_day_must_be_told(
    year: int,
) -> None:
    assert lawful.dated(told(year), OWNER).faults == ("legacy.day_needed",)


def test_a_year_wholly_inside_the_period_needs_no_day() -> None:
    assert lawful.dated(told(2025), OWNER).record.earned_on == date(2025, 12, 31)


def test_where_no_period_is_known_the_day_must_be_told() -> None:
    nobody = Owner(None, (), None, None)

    assert lawful.dated(told(2025), nobody).faults == ("legacy.day_needed",)


def test_hours_beyond_what_a_period_asks_for_are_marked_and_no_others() -> None:
    found = rows(
        Kind.HOURS,
        make.hours("40", old="1"), make.hours("20", old="2"),
        make.hours("0.01", old="3"), make.hours("60", old="4", track="选修"),
        make.hours("60", old="5", on="2022-05-20"),
    )  # fmt: skip
    marked = lawful.within(found, {make.ZHANG: OWNER}, {}, TODAY)

    assert [row.faults for row in marked] == [(), (), ("legacy.above",), (), ()]


def test_what_was_taken_over_before_is_added_up_with_it() -> None:
    (row,) = rows(Kind.HOURS, make.hours("1"))
    place = lawful.place_of(row.record, OWNER)

    for before, faults in ((Credit(5900), ()), (Credit(5901), ("legacy.above",))):
        (found,) = lawful.within([row], {make.ZHANG: OWNER}, {place: before}, TODAY)
        assert found.faults == faults

"""A company's list, row by row: what is read, and everything that is wrong with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kernel.grids import Cell, CellKind
from lms.people.rules.roster import (
    MOST_ROWS,
    NUDGE_EVERY,
    Checked,
    Nudgeable,
    NudgeKind,
    Unreadable,
    check_roster,
    nudge_objection,
    read_roster,
    read_specialties,
)
from tests.conftest import START
from tests.make.people import id_number

HEAD = ("姓名", "手机号", "邮箱", "身份证号", "专业")


def sheet(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> list[list[Cell]]:
    return [[Cell(text) for text in row] for row in (head, *rows)]


def one(*cells: str) -> Checked:
    (found,) = check_roster(read_roster(sheet(cells)))
    return found


def test_a_whole_row_is_read_and_folded() -> None:
    number = id_number()
    found = one(
        " 张 三 ", "+86 138-0000-0001", "Z@Demo.Example", f" {number.lower()} ", "房建"
    )

    assert found.good
    entry = found.entry
    assert (entry.n, entry.name, entry.phone) == (2, "张三", "13800000001")
    assert (entry.email, entry.id_number) == ("z@demo.example", number)
    assert [each.value for each in found.specialties] == ["building"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        pytest.param(("", "13800000001"), "roster.no_name", id="no name"),
        pytest.param(("John", "13800000001"), "name.letters", id="no Chinese name"),
        pytest.param(("=1+1", "13800000001"), "name.letters", id="a formula as words"),
        pytest.param(("张三", ""), "roster.no_contact", id="nowhere to write to"),
        pytest.param(("张三", "1380000000"), "roster.phone", id="ten digits"),
        pytest.param(
            ("张三", "a@b.cn"), "roster.phone", id="mail where a phone belongs"
        ),
        pytest.param(("张三", "", "x@y"), "roster.email", id="half an address"),
        pytest.param(
            ("张三", "13800000001", "", "150203198506150010"),
            "id_number.checksum",
            id="a wrong digit in the ID number",
        ),
        pytest.param(
            ("张三", "13800000001", "", "15020319850615"),
            "id_number.form",
            id="too short",
        ),
        pytest.param(
            ("张三", "13800000001", "", "", "土木"),
            "roster.specialty",
            id="no specialty",
        ),
    ],
)
def test_what_is_wrong_is_named(row: tuple[str, ...], problem: str) -> None:
    assert problem in one(*row).problems


def test_every_fault_of_a_row_is_told_at_once() -> None:
    found = one("", "123", "x@", "1", "土木")

    assert len(found.problems) == 5


def test_who_stands_twice_is_told_in_both_rows() -> None:
    number = id_number()
    found = check_roster(
        read_roster(
            sheet(
                ("张三", "13800000001", "", number),
                ("李四", "13800000002", "", number),
                ("王五", "138 0000 0001", "", ""),
                ("赵六", "13800000003", "", ""),
            )
        )
    )

    assert [row.problems for row in found] == [
        ("roster.phone_twice", "roster.id_twice"),
        ("roster.id_twice",),
        ("roster.phone_twice",),
        (),
    ]


def test_a_figure_in_the_column_of_id_numbers_is_no_number() -> None:
    grid = sheet(("张三", "13800000001"))
    grid[1] += [Cell(""), Cell("150203198506150000", CellKind.NUMBER)]
    (found,) = check_roster(read_roster(grid))

    assert found.problems == ("roster.id_as_figure",)


def test_a_formula_counts_as_nothing_and_is_told() -> None:
    grid = sheet(("张三", "13800000001"))
    grid[1][0] = Cell("=", CellKind.FORMULA)
    (found,) = check_roster(read_roster(grid))

    assert found.problems == ("roster.formula", "roster.no_name")


def test_the_head_may_stand_below_a_title_and_carry_marks() -> None:
    grid = [[Cell("某某公司人员名册")], *sheet(("张三", "13800000001"), head=(
        "*姓名", "手机号码（必填）", "部门", "身份证号码", "注册专业",
    ))]  # fmt: skip
    found = read_roster(grid)

    assert found.ignored == ("部门",)
    assert (found.entries[0].n, found.entries[0].phone) == (3, "13800000001")


@pytest.mark.parametrize(
    ("grid", "code"),
    [
        pytest.param(
            [[Cell("张三"), Cell("13800000001")]], "roster.no_head", id="no head"
        ),
        pytest.param(sheet(head=("姓名", "专业")), "roster.no_head", id="no address"),
        pytest.param(
            sheet(head=("姓名", "手机", "手机号")), "roster.head_twice", id="twice"
        ),
        pytest.param(sheet(), "roster.empty", id="nobody"),
        pytest.param(sheet(("", "", " ")), "roster.empty", id="blank rows alone"),
        pytest.param(
            sheet(*[("张三", "13800000001")] * (MOST_ROWS + 1)),
            "roster.too_many",
            id="many",
        ),
    ],
)
def test_what_is_no_list_is_refused(grid: list[list[Cell]], code: str) -> None:
    with pytest.raises(Unreadable) as said:
        read_roster(grid)
    assert said.value.code == code


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("建筑工程", ["building"]),
        ("市政、机电安装", ["municipal", "mechanical"]),
        ("公路, 水利水电", ["highway", "water"]),
        ("冶炼工程", []),  # went two ways: nobody can say which
        ("建筑、瓜果", []),
    ],
)
def test_specialties_are_read_as_people_write_them(typed: str, read: list[str]) -> None:
    assert [each.value for each in read_specialties(typed)] == read


@given(st.lists(st.lists(st.text(max_size=6), max_size=4), max_size=4))
def test_no_sheet_of_words_breaks_the_reader(rows: list[list[str]]) -> None:
    grid = [[Cell(text) for text in row] for row in rows]
    try:
        found = check_roster(read_roster(grid))
    except Unreadable:
        return
    assert all(row.good or row.problems for row in found)


@pytest.mark.parametrize(
    ("known", "kind", "problem"),
    [
        pytest.param(
            Nudgeable(False, True, False, None), NudgeKind.HOURS, "", id="first"
        ),
        pytest.param(
            Nudgeable(False, True, False, START - NUDGE_EVERY + timedelta(seconds=1)),
            NudgeKind.HOURS,
            "nudge.too_soon",
            id="a second before three days are over",
        ),
        pytest.param(
            Nudgeable(False, True, False, START - NUDGE_EVERY),
            NudgeKind.SEAT,
            "",
            id="when three days are over",
        ),
        pytest.param(
            Nudgeable(False, True, True, None),
            NudgeKind.HOURS,
            "nudge.quiet",
            id="quiet",
        ),
        pytest.param(
            Nudgeable(True, False, False, None),
            NudgeKind.HOURS,
            "nudge.not_there",
            id="of hours, before the invitation was answered",
        ),
        pytest.param(
            Nudgeable(True, False, False, None),
            NudgeKind.INVITATION,
            "",
            id="to answer",
        ),
    ],
)
def test_who_is_reminded(known: Nudgeable, kind: NudgeKind, problem: str) -> None:
    assert nudge_objection(known, kind, START) == problem

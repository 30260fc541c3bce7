"""Statements are read: columns guessed, each row a line or a reason."""

from __future__ import annotations

from datetime import date

import pytest

from lms.commerce.rules.columns import Field, fingerprint, guess
from lms.commerce.rules.statements import Flaw, read
from tests.make.statements import HEADS

TODAY = date(2026, 11, 21)


def test_the_columns_of_five_banks_are_guessed() -> None:
    for heads, wanted in (
        (HEADS, {Field.DAY: 0, Field.CREDIT: 3, Field.DEBIT: 2, Field.PAYER: 5}),
        (
            ["记账日期", "收入", "支出", "对方名称", "对方账户", "摘要"],
            {Field.DAY: 0, Field.CREDIT: 1, Field.DEBIT: 2, Field.PAYER: 3},
        ),
        (
            ["交易时间", "借贷标志", "交易金额(元)", "对方单位名称", "用途"],
            {Field.DAY: 0, Field.DIRECTION: 1, Field.AMOUNT: 2, Field.PAYER: 3},
        ),
        (
            ["Date", "Credit", "Debit", "对方户名", "Remark"],
            {Field.DAY: 0, Field.CREDIT: 1, Field.DEBIT: 2, Field.PAYER: 3},
        ),
        (
            ["日期", "发生额", "账户余额", "付款人名称", "附言"],
            {Field.DAY: 0, Field.AMOUNT: 1, Field.BALANCE: 2, Field.PAYER: 3},
        ),
    ):
        found = guess(heads)
        assert {what: found.get(what) for what in wanted} == wanted


def test_a_form_is_known_again_by_its_heads_alone() -> None:
    assert fingerprint(["交易日期", "金额 "]) == fingerprint(["交易日期", "金额"])
    assert fingerprint(["交易日期", "金额"]) != fingerprint(["金额", "交易日期"])


SIGNED = {Field.DAY: 0, Field.AMOUNT: 1, Field.DIRECTION: 2, Field.PAYER: 3}


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        pytest.param(["2026-13-01", "1", "贷", "x"], "statement.bad_day", id="no day"),
        pytest.param(["2026-11-22", "1", "贷", "x"], "statement.future_day", id="soon"),
        pytest.param(
            ["2026-11-20", "1.234", "贷", "x"], "statement.bad_amount", id="mill"
        ),
        pytest.param(["2026-11-20", "0", "贷", "x"], "statement.zero", id="nought"),
        pytest.param(["2026-11-20", "1", "?", "x"], "statement.bad_direction", id="w"),
        pytest.param(["2026-11-20", "1", "贷", "x" * 201], "statement.long", id="long"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(cells: list[str], code: str) -> None:
    told = read([["日期", "金额", "借贷", "户名"], cells], 0, SIGNED, TODAY)

    assert [(f.n, f.code) for f in told.flaws] == [(2, code)]


def test_sums_and_feet_are_passed_over() -> None:
    rows = [
        ["日期", "金额", "借贷", "户名"],
        ["2026-11-20", "128.00", "贷", "张建国"],
        ["", "", "", ""],
        ["合计", "128.00", "", ""],
        ["打印时间：2026-11-21", "", "", ""],
    ]
    told = read(rows, 0, SIGNED, TODAY)

    assert (len(told.lines), told.skipped, told.flaws) == (1, 3, ())


def test_one_number_twice_in_a_file_is_a_flaw_of_the_second() -> None:
    columns = SIGNED | {Field.RUNNING_NO: 4}
    line = ["2026-11-20", "1", "贷", "x", "77"]
    told = read(
        [["日期", "金额", "借贷", "户名", "流水号"], line, line], 0, columns, TODAY
    )

    assert told.flaws == (Flaw(3, "statement.twice", "2"),)


def test_lines_without_a_number_that_are_alike_are_counted() -> None:
    line = ["2026-11-20", "1", "贷", "x"]
    heads = ["日期", "金额", "借贷", "户名"]
    once = read([heads, line, line], 0, SIGNED, TODAY).lines
    again = read([heads, line, line], 0, SIGNED, TODAY).lines

    assert [one.running_no for one in once] == [one.running_no for one in again]
    assert once[0].running_no != once[1].running_no


@pytest.mark.parametrize("turned", [False, True])
def test_a_balance_that_jumps_tells_of_missing_lines(*, turned: bool) -> None:
    columns = SIGNED | {Field.BALANCE: 4}
    rows = [
        ["2026-11-18", "100", "贷", "x", "100"],
        ["2026-11-19", "20", "借", "x", "80"],
        ["2026-11-20", "5", "贷", "x", "90"],
    ]
    shown = rows[::-1] if turned else rows
    told = read([["日期", "金额", "借贷", "户名", "余额"], *shown], 0, columns, TODAY)

    assert len(told.gaps) == 1
    assert not read([[""] * 5, *shown[:1]], 0, columns, TODAY).gaps

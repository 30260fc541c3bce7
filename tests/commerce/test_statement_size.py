"""A month of a large association: five thousand lines from the file to the queue."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import func, select

from lms.commerce.models import Order, StatementLine, Transfer
from lms.commerce.rules.statements import LineState
from lms.commerce.services import imports
from lms.gateways.statement_files import LocalStatementReader
from lms.kernel.db import db
from lms.kernel.errors import Refused
from lms.kernel.work import unit_of_work
from tests.conftest import HandClock
from tests.make import commerce as make
from tests.make import statements as bank
from tests.make.statements import HEADS, row

LINES, ORDERS = 5_000, 400
READER = LocalStatementReader()


def as_csv(rows: list[list[str]], encoding: str) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("明细")
        for n, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                if n and HEADS[place] == "贷方发生额" and cell:
                    sheet.write_number(n, place, float(cell))
                else:
                    sheet.write_string(n, place, cell)
    return out.getvalue()


SMALL = [HEADS, row("1280.10", payer="内蒙古㛃建设", words="培训费，含教材")]


@pytest.mark.parametrize(
    "upload",
    [
        pytest.param(as_csv(SMALL, "gb18030"), id="GB18030"),
        pytest.param(as_csv(SMALL, "utf-8"), id="UTF-8"),
        pytest.param(as_csv(SMALL, "utf-8-sig"), id="UTF-8 with BOM"),
        pytest.param(as_csv(SMALL, "utf-16"), id="UTF-16"),
        pytest.param(as_xlsx(SMALL), id="XLSX"),
    ],
)
def test_the_same_cells_come_out_of_every_kind_of_file(upload: bytes) -> None:
    cells = READER.read(upload)

    assert cells[0] == HEADS
    assert [cell for cell in cells[1] if cell] == [cell for cell in SMALL[1] if cell]


def test_plain_gbk_with_tabs_and_wrapped_numbers_is_read() -> None:
    text = '交易日期\t金额\t对方户名\t账号\n2026-11-20\t1,280.00\t甲\t="6222000"\n'
    cells = READER.read(text.encode("gbk"))

    assert cells[1] == ["2026-11-20", "1,280.00", "甲", "6222000"]


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (b"\x89PNG\r\n\x1a\n\x00", "statement.encoding"),
        (b"\xff\xfe\xff", "statement.encoding"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook.old"),
        (b"PK\3\4", "workbook.unreadable"),
        (b"a" * (5 << 20), "workbook.too_big"),
    ],
)
def test_what_is_no_table_is_refused(upload: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        READER.read(upload)
    assert refused.value.code == code


def test_five_thousand_lines_are_taken_each_to_its_place(
    app: Flask, begin: Callable[..., Any], clock: HandClock
) -> None:
    with begin() as work:
        house = make.association(work)
        sold = make.course(work, house)
        numbers = [
            work.session.get_one(Order, make.pending_order(work, me, sold)).number
            for me in (make.buyer(work, name=f"学员{n}") for n in range(ORDERS))
        ]
    rows = [
        row("128.00", number=str(n), words=f"培训 {numbers[n]}")
        if n < ORDERS
        else row(f"{n}.37", number=str(n), payer=f"公司{n}", words="货款")
        for n in range(LINES)
    ]
    upload = as_xlsx([HEADS, *rows])
    clerk = bank.hand(work).actor

    cells = READER.read(upload)
    with unit_of_work(clerk, clock=clock) as work:
        made = bank.laid(work, house, imports.Upload("大.xlsx", b"d" * 32, cells))
    with unit_of_work(clerk, clock=clock) as work:
        told = imports.take(work, house, made)

    assert (told.new_lines, told.matched) == (LINES, ORDERS)
    assert db.session.scalar(select(func.count(Transfer.id))) == ORDERS
    waiting = select(func.count()).where(StatementLine.state == LineState.OPEN)
    assert db.session.scalar(waiting) == LINES - ORDERS

"""`python -m tests.bench.files`: what large files cost, from their bytes to the rows.

A month's statement of a large association, a bank of questions, a company's roster and
an old platform's lists, five thousand rows each, on SQLite or with
LMS_TEST_ENGINE=postgresql there. The floor is reading the cells of the same file. The
goal is ten seconds of CPU, the database's included.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable

import xlsxwriter
from sqlalchemy import func, select

from lms.assembly import assemble
from lms.commerce.models import Order, Transfer
from lms.commerce.services import imports
from lms.exams import queries as exams
from lms.exams import services as bank
from lms.exams.models import Question
from lms.exams.rules import tables
from lms.exams.services import Draft
from lms.gateways.statement_files import LocalStatementReader
from lms.jobs import migrate
from lms.kernel.db import db
from lms.kernel.grids import Limits, WorkbookReader
from lms.kernel.ids import AccountId, AssociationId, new_id
from lms.kernel.settings import from_env
from lms.kernel.work import HOUSE, Actor, Work, unit_of_work
from tests import engines
from tests.bench import lists_in
from tests.bench.verify import cpu
from tests.make import bank as questions
from tests.make import commerce as make
from tests.make import statements

ROWS, ORDERS = 5_000, 400
GOAL_SECONDS = 10.0
_LIMITS = Limits(ROWS + 1, len(tables.COLUMNS) + 2, 4100)


def workbook(rows: list[list[str]]) -> bytes:
    """Write rows as text into a sheet."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for n, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                sheet.write_string(n, place, cell)
    return out.getvalue()


def statement() -> tuple[float, float]:
    """Take in a month of a bank, some of it for orders; give cost and floor."""
    with unit_of_work(HOUSE) as work:
        house = make.association(work)
        sold = make.course(work, house)
        numbers = [
            work.session.get_one(Order, make.pending_order(work, me, sold)).number
            for me in (make.buyer(work, name=f"学员{n}") for n in range(ORDERS))
        ]
        clerk = statements.hand(work).actor
    file = workbook([statements.HEADS, *(_line(n, numbers) for n in range(ROWS))])
    reader = LocalStatementReader()

    def whole() -> None:
        cells = reader.read(file)
        with unit_of_work(clerk) as work:
            upload = imports.Upload("大.xlsx", b"d" * 32, cells)
            made = statements.laid(work, house, upload)
        with unit_of_work(clerk) as work:
            imports.take(work, house, made)

    cost, floor = spent(whole), spent(lambda: reader.read(file))
    _insist(db.session.scalar(select(func.count(Transfer.id))), ORDERS)
    return cost, floor


def _line(n: int, numbers: list[str]) -> list[str]:
    if n < len(numbers):
        return statements.row("128.00", number=str(n), words=f"培训 {numbers[n]}")
    return statements.row(f"{n}.37", number=str(n), payer=f"公司{n}", words="货款")


def question_bank(reader: WorkbookReader) -> tuple[float, float]:
    """Read, compare and store a bank of questions; give cost and floor."""
    with unit_of_work(HOUSE) as work:
        house = make.association(work)
    some = (
        questions.question(None, n, stem=f"第{n}号规范第{n * 7}条对{n * 13}有何要求")
        for n in range(ROWS)
    )
    heads = [tables.HEADS[name] for name in tables.COLUMNS]
    file = workbook([heads, *map(list, tables.rows(some))])
    author = Actor(AccountId(new_id()), None)

    def whole() -> None:
        with unit_of_work(author) as work:
            made = bank.keep_import(work, house, _draft(work, house, reader, file))
        with unit_of_work(author) as work:
            bank.commit_import(work, house, made)

    cost, floor = spent(whole), spent(lambda: reader.grid(file, _LIMITS))
    stored = select(func.count(Question.id)).where(Question.association_id == house)
    _insist(db.session.scalar(stored), ROWS)
    return cost, floor


def _draft(
    work: Work, house: AssociationId, reader: WorkbookReader, file: bytes
) -> Draft:
    """Judge a file as the page does: against itself, and against the bank."""
    found = list(tables.read(reader.grid(file, _LIMITS)).questions)
    exams.same(work.session, house, found)
    exams.alike_all(work.session, house, dict(enumerate(found)))
    return Draft("大.xlsx", b"q" * 32, tuple(found), (), {})


def _insist(found: int | None, wanted: int) -> None:
    if found != wanted:
        raise RuntimeError(f"{found} rows are there, not {wanted}")


def spent(act: Callable[[], object]) -> float:
    """Charge an act, and say what the clock said.

    Units: seconds of CPU, the database's included.
    """
    before, begun = cpu(), time.perf_counter()
    act()
    charged = cpu() - before
    print(f"{charged:8.1f} s CPU{time.perf_counter() - begun:8.1f} s by the clock")
    return charged


def main() -> int:
    """Print the table; fail above the goal."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"LMS_DATA_DIR": folder, "LMS_DEMO": "1"}
        if os.environ.get("LMS_TEST_ENGINE") == "postgresql":
            env["DATABASE_URL"] = engines.durable_postgresql_url()
        app = assemble(from_env(env))
        with app.app_context():
            migrate.upgrade()
            reader: WorkbookReader = app.extensions["lms.ports"][WorkbookReader]
            old = lists_in.OldPlatform(reader, workbook, spent)
            rows = {
                "bank statement": statement(),
                "bank of questions": question_bank(reader),
                "company's roster": lists_in.roster(reader, workbook, spent),
                "old platform's people": old.people(),
                "old platform's hours": old.hours(),
                "old certificates": old.certificates(),
            }
            rows["hours taken back"] = old.back(), rows["old platform's hours"][1]
            db.session.remove()
            db.engine.dispose()
    print(f"{ROWS:,} rows{'':<18}{'ms':>8}{'goal':>8}{'floor':>8}{'ratio':>8}")
    for name, (cost, floor) in rows.items():
        mark = "  over" if cost > GOAL_SECONDS else ""
        print(
            f"{name:<28}{cost * 1000:>8.0f}{GOAL_SECONDS * 1000:>8.0f}"
            f"{floor * 1000:>8.0f}{cost / floor:>8.1f}{mark}"
        )
    return int(max(cost for cost, _floor in rows.values()) > GOAL_SECONDS)


if __name__ == "__main__":
    sys.exit(main())

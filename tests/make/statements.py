"""Makers: a bank's statement as cells, laid on a desk and taken in."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.commerce.models import StatementLine
from lms.commerce.queries import statements
from lms.commerce.services import imports
from lms.commerce.services.imports import Reading, Upload
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.work import Actor, Work
from tests.conftest import Browser

HEADS = [
    "交易日期", "交易流水号", "借方发生额", "贷方发生额", "余额", "对方户名",
    "对方账号", "附言",
]  # fmt: skip
BANK = Reading("包头银行", "1500", 0, {})


def row(
    amount: str,
    *,
    day: str = "2026-11-20",
    number: str = "1",
    payer: str = "张建国",
    words: str = "",
    out: str = "",
) -> list[str]:
    """One row of the statement."""
    return [day, number, out, amount, "", payer, "6222000011112222", words]


def upload(*rows: list[str], heads: list[str] | None = None) -> Upload:
    """A file with these rows below the heads."""
    cells = [heads or HEADS, *rows]
    return Upload("流水.csv", hashlib.sha256(repr(cells).encode()).digest(), cells)


def hand(work: Work, *roles: str, person_id: PersonId | None = None) -> Work:
    """The same work in somebody's hands, a clerk's if nothing else is said."""
    actor = Actor(
        AccountId(new_id()),
        person_id or PersonId(new_id()),
        frozenset(roles or {"clerk"}),
    )
    return replace(work, actor=actor)


def laid(work: Work, house: AssociationId, came: Upload) -> UUID:
    """A file on the desk, whose bank was named; everything else was guessed right."""
    made = imports.upload(work, house, came)
    if not (shown := statements.statement(work.session, house, made)).account:
        reading = replace(BANK, head=shown.head, columns=shown.columns)
        imports.remap(work, house, made, reading)
    return made


def taken(work: Work, house: AssociationId, *rows: list[str]) -> list[StatementLine]:
    """The lines of a statement that was taken in."""
    made = laid(work, house, upload(*rows))
    imports.take(work, house, made)
    return list(
        work.session.scalars(
            select(StatementLine)
            .where(StatementLine.import_id == made)
            .order_by(StatementLine.n)
        )
    )


def ticked(by: Browser) -> str:
    """Give what the one box of the queue says."""
    queue = by.get("/console/money/lines?group=confirm").text
    return str(re.findall(r'name="line"\s+value="([^"]+)"', queue)[0])


def seen(by: Browser, line: str) -> str:
    """Say for which orders a line's page says that its money is."""
    return str(re.findall(r'name="seen" value="([^"]+)"', by.get(line).text)[0])


def confirm(by: Browser, line: str, note: str = "") -> TestResponse:
    """Look at a line's page, and press its button."""
    return by.post(f"{line}/confirm", {"seen": seen(by, line), "note": note})

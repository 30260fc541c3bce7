"""Who is at the desk when an old platform's files come in, and what they do there."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import xlsxwriter
from flask import Flask
from sqlalchemy import select

from lms.accounts.models import Account
from lms.jobs import legacy as job
from lms.kernel.ids import AssociationId, PersonId
from lms.legacy.rules.columns import Kind, guess
from tests.conftest import Browser, HandClock
from tests.make import accounts as make_accounts
from tests.make import legacy as make
from tests.make import people as make_people

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


def sheet(kind: Kind, *rows: list[str]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_string(0, 0, "学员数据导出")
        for n, row in enumerate((make.HEADS[kind], *rows), 1):
            for place, text in enumerate(row):
                page.write_string(n, place, text)
    return file.getvalue()


class Desk:
    """A clerk and two managers of an association, another's manager, a learner."""

    def __init__(self, app: Flask, begin: Begin, sign: Sign, clock: HandClock) -> None:
        self.app, self.clock = app, clock
        with begin() as work:
            self.house: AssociationId = make_people.association(work)
            other = make_people.association(work)
            staff = [
                make_accounts.staff(
                    work, role, association_id=house, email=f"s{n}@demo.example"
                )
                for n, (role, house) in enumerate(
                    (
                        ("clerk", self.house),
                        ("manager", self.house),
                        ("manager", other),
                        ("manager", self.house),
                    )
                )
            ]
            self.me: PersonId = make.owner(work)
            mine = work.session.scalars(
                select(Account.id).where(Account.person_id == self.me)
            ).one()
        self.clerk, self.manager, self.stranger, self.second = map(sign, staff)
        self.learner = sign(mine)

    def send(self, kind: Kind, *rows: list[str]) -> str:
        """Upload a file; give the address of its page."""
        sent = self.clerk.post(
            "/console/legacy",
            {
                "kind": kind.value,
                "platform": make.PLATFORM,
                "file": (io.BytesIO(sheet(kind, *rows)), "旧平台.xlsx"),
            },
            content_type="multipart/form-data",
        )
        assert sent.status_code == 303, sent.text
        return str(sent.location)

    def map(self, page: str, kind: Kind) -> None:
        """Say what the columns are, as the page offered it."""
        told = {f.value: str(n) for f, n in guess(make.HEADS[kind], kind).items()}
        sent = self.clerk.post(
            f"{page}/mapping", told | {"head": "1", "platform": make.PLATFORM}
        )
        assert sent.status_code == 303, sent.text

    def take(self, kind: Kind, *rows: list[str]) -> str:
        """Bring a file in by both persons and the clock's work."""
        page = self.send(kind, *rows)
        self.map(page, kind)
        self.clerk.post(f"{page}/ask", {"reason": "旧平台公司移交"})
        assert "同意导入" in self.manager.get(page).text
        assert "同意导入" not in self.clerk.get(page).text
        said = self.manager.post(f"{page}/decide", {"answer": "yes"})
        assert said.status_code == 303, said.text
        job.run(self.clock, {})
        return page

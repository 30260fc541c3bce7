"""Five thousand people in one list: read, judged, shown and invited."""

from __future__ import annotations

import io

import xlsxwriter
from sqlalchemy import func, select

from lms.gateways.workbooks import LocalWorkbooks
from lms.kernel.grids import Limits
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage
from lms.people import queries, services
from lms.people.models import EmployerLink
from lms.people.rules import id_check
from lms.people.rules.roster import MOST_COLUMNS, MOST_ROWS, read_roster
from tests.make import companies as make


def sheet(rows: int) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["姓名", "手机号", "身份证号", "专业"])
        for n in range(rows):
            body = f"1502{n // 1000:02d}{1970 + n % 30}0601{n % 1000:03d}"
            row = ["张建国", f"138{n:08d}", body + id_check(body), "建筑、市政"]
            page.write_row(n + 1, 0, row)
    return file.getvalue()


def test_five_thousand_people_are_taken_in_at_once(work: Work) -> None:
    company = make.proved(work)
    upload = sheet(MOST_ROWS)
    acting, account = company.acting(work), company.agent.account_id

    grid = LocalWorkbooks().grid(upload, Limits(MOST_ROWS + 10, MOST_COLUMNS))
    draft = services.draft_roster(acting, company.id, read_roster(grid))
    shown = queries.roster_rows(work.session, company.id, account, draft)
    invited = services.take_roster(acting, company.id, draft, site="x.test")

    assert (len(shown), invited) == (MOST_ROWS, MOST_ROWS)
    links = work.session.scalar(select(func.count()).select_from(EmployerLink))
    sent = select(func.count()).where(OutboxMessage.template == "link_invited_new")
    assert (links, work.session.scalar(sent)) == (MOST_ROWS, MOST_ROWS)

"""Rosters as both desks take them: a model to fill in, the upload, and the report."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import xlsxwriter
from flask import Response, request, send_file
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from lms.kernel.errors import Forbidden, Refused
from lms.kernel.grids import Limits, WorkbookReader
from lms.kernel.ids import AccountId, EmployerId
from lms.people import queries, services
from lms.people.queries import DraftCard, RosterRow
from lms.people.rules.roster import (
    HEAD_WITHIN,
    MOST_COLUMNS,
    MOST_ROWS,
    Roster,
    Unreadable,
    read_roster,
)
from lms.web import desk
from lms.web.messages import words

PAGE = 100
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LIMITS = Limits(rows=MOST_ROWS + HEAD_WITHIN, columns=MOST_COLUMNS)


@dataclass(frozen=True, slots=True)
class RosterPage:
    """A page of a list's rows, as `parts/ui.html: pager` wants it."""

    rows: tuple[RosterRow, ...]
    number: int
    pages: int
    total: int


def account() -> AccountId:
    """Name the account that hands a list in.

    Raises: Forbidden for nobody.
    """
    visitor = desk.visitor()
    if visitor is None:
        raise Forbidden("approval.nobody")
    return AccountId(visitor.account_id)


def read() -> Roster:
    """Read the workbook that was sent.

    Raises: Refused when it is none, or no list of people.
    """
    sent: FileStorage | None = request.files.get("roster")
    if sent is None or not sent.filename:
        raise Refused("workbook.none")
    grid = desk.port(WorkbookReader).grid(sent.read(), _LIMITS)
    try:
        return read_roster(grid)
    except Unreadable as no:
        raise Refused(no.code) from no


def draft(employer_id: EmployerId) -> tuple[UUID, tuple[str, ...]]:
    """Put a list down, sealed; give it, and the heads that mean nothing here.

    Raises: Refused.
    """
    roster = read()
    with desk.begin() as work:
        return services.draft_roster(work, employer_id, roster), roster.ignored


def take(employer_id: EmployerId, draft_id: UUID) -> int:
    """Invite everybody of a list; say how many.

    Raises: NotFound; Refused.
    """
    with desk.begin() as work:
        site = desk.settings().base_url
        return services.take_roster(work, employer_id, draft_id, site=site)


def drop(employer_id: EmployerId, draft_id: UUID) -> None:
    """Throw a list away.

    Raises: NotFound; Refused.
    """
    with desk.begin() as work:
        services.drop_roster(work, employer_id, draft_id)


def shown(employer_id: EmployerId, draft_id: UUID) -> tuple[DraftCard, RosterPage]:
    """Give a list and a page of its rows: bad ones first when they are asked for.

    Raises: NotFound.
    """
    session, who = desk.reading(), account()
    card = queries.roster_draft(session, employer_id, who, draft_id)
    rows = queries.roster_rows(session, employer_id, who, draft_id)
    if request.args.get("only") == "bad":
        rows = tuple(row for row in rows if not row.checked.good)
    pages = max(1, -(-len(rows) // PAGE))
    number = min(max(1, request.args.get("page", 1, int)), pages)
    some = rows[PAGE * (number - 1) : PAGE * number]
    return card, RosterPage(some, number, pages, len(rows))


def fate(row: RosterRow) -> str:
    """Say what becomes of a row, in words."""
    if not row.checked.good:
        return " ".join(words(code, {}) for code in row.checked.problems)
    if row.checked.known == "staff":
        return str(_("已是在职人员，跳过"))
    known = row.checked.known
    return str(_("已有待处理的邀请，跳过") if known else _("可以邀请"))


def report(employer_id: EmployerId, draft_id: UUID) -> Response:
    """Send the row-by-row report: no number and no address stands in it.

    Raises: NotFound.
    """
    rows = queries.roster_rows(desk.reading(), employer_id, account(), draft_id)
    head = (_("行号"), _("姓名"), _("结果"))
    body = ((str(row.n), row.name, fate(row)) for row in rows)
    return _book(_("名册校验报告"), head, (8, 14, 80), body)


def model() -> Response:
    """Send an empty list to fill in: its columns are text, so no digit is lost."""
    head = (
        _("姓名"), _("手机号"), _("邮箱（可不填）"), _("身份证号（可不填）"),
        _("专业（可不填）"),
    )  # fmt: skip
    return _book(_("人员名册模板"), head, (14, 18, 28, 24, 30), ())


def _book(
    name: str,
    head: Sequence[str],
    widths: Sequence[int],
    rows: Iterable[Sequence[str]],
) -> Response:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(name)
        text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": 1})
        sheet.freeze_panes(1, 0)
        for place, (word, width) in enumerate(zip(head, widths, strict=True)):
            sheet.set_column(place, place, width, text)
            sheet.write_string(0, place, word, bold)
        for n, row in enumerate(rows, 1):
            for place, value in enumerate(row):
                # As words, always: what somebody typed never becomes a formula.
                sheet.write_string(n, place, value, text)
    file.seek(0)
    return send_file(
        file, mimetype=TYPE, as_attachment=True, download_name=f"{name}.xlsx"
    )

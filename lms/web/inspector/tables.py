"""The inspector's lists as tables, masked as on the page, noted on the own record."""

from collections.abc import Iterable, Sequence
from itertools import islice
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.commerce import queries as commerce
from lms.inspections import queries
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound
from lms.people import queries as people
from lms.reports import board as boards
from lms.reports import companies as reports
from lms.reports import inspection
from lms.reports.inspection import SampleRow
from lms.web import board_words, desk
from lms.web.console.sheets import (
    MOST_LISTED,
    Cell,
    Column,
    exported,
    own_stream,
    yuan_cell,
)
from lms.web.doors import staff
from lms.web.filters import listed
from lms.web.inspector import words as said
from lms.web.inspector.blueprint import bp, scope

Rows = Iterable[Sequence[Cell]]


def _given(
    name: str, columns: Sequence[Column], rows: Rows, kind: str, narrowed: str
) -> ResponseReturnValue:
    """Send a table of what is in the inspector's reach, noted on the own record."""
    places = inspection.names(desk.reading(), scope()).values()
    filters = ((_("协会"), listed(places)), (_("范围"), narrowed))
    return exported(name, columns, rows, kind, filters, own_stream())


@bp.post("/export.xlsx")
@staff("inspector")
def index_export() -> ResponseReturnValue:
    """Give the samples that wait, or that were decided, as a table."""
    decided = request.form.get("tab") == "decided"
    columns = (
        Column(_("姓名"), "name"), Column(_("协会"), width=32),
        Column(_("证书编号"), width=28), Column(_("原因"), width=20),
        Column(_("抽中或立案时间"), "instant", 18), Column(_("结论"), width=20),
        Column(_("结论时间"), "instant", 18),
    )  # fmt: skip
    session = desk.reading()
    cards = queries.queue(session, scope(), decided=decided, limit=MOST_LISTED)
    rows = tuple(map(_sample, inspection.sample_rows(session, cards)))
    told = _("已核查") if decided else _("待核查")
    return _given(_("抽查样本"), columns, rows, "inspection.exported", told)


def _sample(row: SampleRow) -> tuple[Cell, ...]:
    card = row.card
    last = card.findings[0] if card.findings else None
    return (
        row.name_masked, row.association, row.number, str(said.WHYS[card.why][0]),
        card.drawn_at, str(said.VERDICTS[last.verdict][0]) if last else "",
        last.at if last else None,
    )  # fmt: skip


@bp.post("/companies/export.xlsx")
@staff("inspector")
def companies_export() -> ResponseReturnValue:
    """Give the companies that deal with the associations inspected as a table."""
    asked = request.form.get("words", "").strip()[:60]
    columns = (
        Column(_("企业"), width=36), Column(_("统一社会信用代码"), width=22),
        Column(_("订单"), "count"), Column(_("已付金额"), "money"),
        Column(_("席位"), "count"), Column(_("已分配"), "count"),
        Column(_("最近往来"), "day"),
    )  # fmt: skip
    every = reports.every(desk.reading(), scope(), asked)
    rows = tuple(
        (
            one.name, one.uscc, one.orders, yuan_cell(one.paid_fen), one.seats,
            one.assigned, legal_day(one.last_at),
        )
        for one in islice(every, MOST_LISTED)
    )  # fmt: skip
    told = _("查找：%(words)s", words=asked) if asked else ""
    kind = "inspection.companies_exported"
    return _given(_("企业采购"), columns, rows, kind, told)


@bp.post("/companies/<uuid:employer_id>/export.xlsx")
@staff("inspector")
def company_export(employer_id: UUID) -> ResponseReturnValue:
    """Give how far a company's people are, masked, as a table."""
    session = desk.reading()
    if not commerce.dealt_with(session, scope(), employer_id):
        raise NotFound("employer.unknown")
    on, ask = desk.today(), boards.BoardAsk()
    every = boards.everyone(session, employer_id, on=on, now=desk.now())
    rows = map(boards.masked, boards.narrowed(every, ask, on=on))
    whose = people.company(session, employer_id).name
    return board_words.sheet(rows, ask, own_stream(), whose)

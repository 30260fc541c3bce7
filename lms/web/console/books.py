"""对账: where bank, payment provider and orders differ, day by day, until settled."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.commerce.queries import reconciliations as queries
from lms.commerce.rules.reconciling import DiffKind, DiffState
from lms.commerce.services import reconciling
from lms.kernel.ids import PersonId
from lms.kernel.money import Fen
from lms.people import queries as people
from lms.web import desk, money_words
from lms.web.console.sheets import Cell, Column, exported, yuan_cell
from lms.web.doors import staff

bp = Blueprint("console_books", __name__, url_prefix="/console/money/books")

_OF_INVOICES = {DiffKind.INVOICE_OVER}


def _state() -> DiffState:
    asked = request.values.get("state", "open")
    return DiffState(asked) if asked in set(DiffState) else DiffState.OPEN


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Show the days, and the differences that wait."""
    session, house = desk.reading(), desk.association()
    state = _state()
    rows = queries.found(session, house, state)
    return render_template(
        "console/books.html",
        runs=queries.runs(session, house),
        rows=rows,
        state=state,
        waiting=queries.open_count(session, house),
        names={
            one.settled_by: people.name(session, PersonId(one.settled_by))
            for one in rows
            if one.settled_by
        },
        invoices=_OF_INVOICES,
        states=DiffState,
        said=money_words,
    )


@bp.post("/<uuid:difference_id>/settle")
@staff("clerk", "manager")
def settle(difference_id: UUID) -> ResponseReturnValue:
    """Say what became of a difference."""
    with desk.begin() as work:
        reconciling.settle_difference(
            work, desk.association(), difference_id, request.form.get("reason", "")
        )
    flash(_("已记录处理情况。"), "ok")
    return redirect(url_for("console_books.index"), 303)


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the differences as a table; the export goes on the record."""
    state = _state()
    columns = (
        Column(_("发现日期"), "day"), Column(_("差异"), width=34),
        Column(_("系统（元）"), "money"), Column(_("对方（元）"), "money"),
        Column(_("相差（元）"), "money"), Column(_("编号"), width=30),
        Column(_("状态")), Column(_("处理情况"), width=40),
    )  # fmt: skip
    rows = queries.found(desk.reading(), desk.association(), state, limit=20_000)
    filters = ((_("状态"), str(money_words.DIFF_STATE[state][0])),)
    return exported(
        _("对账差异"), columns, map(_cells, rows), "books.exported", filters
    )


def _cells(row: queries.DifferenceCard) -> tuple[Cell, ...]:
    return (
        row.found_on, str(money_words.DIFF[row.kind][0]), yuan_cell(Fen(row.ours_fen)),
        yuan_cell(Fen(row.theirs_fen)), yuan_cell(Fen(row.theirs_fen - row.ours_fen)),
        row.ref, str(money_words.DIFF_STATE[row.state][0]), row.reason,
    )  # fmt: skip

"""开票文件的格式: which columns the tax system's file has, and what stands in them."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.commerce.queries import invoices as queries
from lms.commerce.queries import sellers
from lms.commerce.rules.handover import (
    BASIC_SOURCES,
    DETAIL_SOURCES,
    MOST_COLUMNS,
    Column,
    FileKind,
    Layout,
    Rows,
)
from lms.commerce.rules.invoices import RefundRule
from lms.commerce.services import issuing
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.web import desk, money_words
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint(
    "console_invoice_layout", __name__, url_prefix="/console/money/invoice-file"
)

_WORDS = {
    "item": 60, "tax_code": 19, "rate": 10, "unit": 10, "remark": 100, "payee": 16,
    "reviewer": 16,
}  # fmt: skip
_MORE = 4
"""So many empty rows wait below each table, for columns to be added."""


@bp.get("")
@staff("clerk", "manager")
def edit() -> ResponseReturnValue:
    """Show the layout in force, to be changed from a day on."""
    layout = queries.layout(desk.reading(), desk.association(), desk.today())
    return _page(layout, desk.today().isoformat())


def _page(layout: Layout, since: str, problems: tuple[str, ...] = ()) -> str:
    session = desk.reading()
    before = queries.layouts(session, desk.association())
    return render_template(
        "console/invoice_layout.html",
        layout=layout,
        since=since,
        problems=[words(one, {}) for one in problems],
        sources={"basic": ("", *BASIC_SOURCES), "details": ("", *DETAIL_SOURCES)},
        kinds=(FileKind, Rows, RefundRule),
        more=_MORE,
        before=[
            (day, at, people.name(session, PersonId(who)) if who else "—")
            for day, at, who in before
        ],
        said=money_words,
        seller=sellers.seller(session, desk.association(), desk.now()),
        today=desk.today(),
    )


@bp.post("")
@staff("clerk", "manager")
def save() -> ResponseReturnValue:
    """Set a layout from a day on; files that were made stay as they are."""
    layout = _sent()
    since = request.form.get("since", "")
    day = _day(since)
    if day is None or day < desk.today():
        return _page(layout, since, ("handover.since",)), 422
    try:
        with desk.begin() as work:
            issuing.set_layout(work, desk.association(), layout, day)
    except Refused as refused:
        return _page(layout, since, refused.reasons), 422
    flash(_("格式已保存，自 %(day)s 起生效。", day=since), "ok")
    return redirect(url_for("console_invoice_layout.edit"), 303)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _sent() -> Layout:
    form = request.form
    return Layout(
        kind=FileKind.CSV if form.get("kind") == "csv" else FileKind.XLSX,
        basic=_columns("basic"),
        details=_columns("details"),
        rows=Rows.EACH if form.get("rows") == "each" else Rows.ONE,
        refunds=RefundRule.FIRST
        if form.get("refunds") == "first"
        else RefundRule.TOGETHER,
        **{name: form.get(name, "").strip()[:most] for name, most in _WORDS.items()},
    )


def _columns(table: str) -> tuple[Column, ...]:
    """Read a table's columns in their order; a head that was emptied is gone.

    Fixed words beside a column win over its source.
    """
    form = request.form
    rows = zip(
        form.getlist(f"{table}-head"),
        form.getlist(f"{table}-source"),
        form.getlist(f"{table}-fixed"),
        strict=False,
    )
    return tuple(
        (head.strip()[:60], f"={fixed.strip()[:60]}" if fixed.strip() else source)
        for head, source, fixed in rows
        if head.strip()
    )[: MOST_COLUMNS + 1]

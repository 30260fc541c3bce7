"""收入: what was earned by course, month and channel, to the fen of the books."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.money import Fen
from lms.reports import revenue as reports
from lms.reports.coupons import by_coupon
from lms.reports.revenue import CHANNELS, Asked, Basis, Revenue, Sums
from lms.web import desk, money_words
from lms.web.console.sheets import Cell, Column, exported, yuan_cell
from lms.web.doors import staff
from lms.web.filters import money

bp = Blueprint("console_revenue", __name__, url_prefix="/console/money/revenue")

_LONGEST = 366 * 3
"""Days that one report may span."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One month of the chart. Units: fen; heights in thousandths of the highest."""

    month: str
    sums: Sums
    came: int
    back: int


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Show the report, with its charts and figures."""
    session, house = desk.reading(), desk.association()
    asked = _asked(request.args)
    found = reports.revenue(session, house, asked)
    return render_template(
        "console/revenue.html",
        asked=asked,
        found=found,
        bars=_bars(found, asked),
        courses=sorted(found.by(0).items(), key=lambda one: -one[1].net),
        channels=found.by(2),
        coupons=by_coupon(session, house, asked.since, asked.until),
        sold=reports.courses_sold(session, house),
        all_channels=CHANNELS,
        basis=Basis,
        said=money_words,
    )


def _asked(told: Mapping[str, str]) -> Asked:
    today = desk.today()
    since = _day(told.get("since", "")) or date(today.year, 1, 1)
    until = _day(told.get("until", "")) or today
    if until < since or (until - since).days > _LONGEST:
        since, until = date(today.year, 1, 1), today
    basis = Basis.ORDER if told.get("basis") == "order" else Basis.CASH
    channel = told.get("channel", "")
    return Asked(
        since,
        until,
        basis,
        channel if channel in CHANNELS else "",
        _course(told.get("course", "")),
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found <= date(2199, 12, 31) else None


def _course(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _bars(found: Revenue, asked: Asked) -> tuple[Bar, ...]:
    by_month: dict[str, Sums] = found.by(1)
    most = max((max(s.came, s.back) for s in by_month.values()), default=0) or 1
    return tuple(
        Bar(month, sums, 1000 * sums.came // most, 1000 * sums.back // most)
        for month in reports.months(asked)
        for sums in (by_month.get(month, Sums()),)
    )


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give every cell of the report as a table; the export goes on the record."""
    asked = _asked(request.form)
    found = reports.revenue(desk.reading(), desk.association(), asked)
    columns = (
        Column(_("月份")), Column(_("课程"), width=40), Column(_("收款渠道")),
        Column(_("收入（元）"), "money"), Column(_("退款（元）"), "money"),
        Column(_("净收入（元）"), "money"),
    )  # fmt: skip
    rows = (
        _cells(found, key, sums)
        for key, sums in sorted(
            found.cells.items(), key=lambda one: (one[0][1], str(one[0][0]), one[0][2])
        )
    )
    return exported(_("收入"), columns, rows, "revenue.exported", _filters(asked))


def _cells(found: Revenue, key: reports.Key, sums: Sums) -> tuple[Cell, ...]:
    course, month, channel = key
    return (
        month, found.titles.get(course, str(course)),
        str(money_words.CHANNEL.get(channel, channel)), yuan_cell(Fen(sums.came)),
        yuan_cell(Fen(sums.back)), yuan_cell(Fen(sums.net)),
    )  # fmt: skip


def _filters(asked: Asked) -> tuple[tuple[str, str], ...]:
    sold = reports.courses_sold(desk.reading(), desk.association())
    course = sold.get(asked.course, "") if asked.course else ""
    channel = str(money_words.CHANNEL.get(asked.channel, "")) if asked.channel else ""
    basis = _("按到账日") if asked.basis is Basis.CASH else _("按订单付款日")
    return (
        (_("起"), asked.since.isoformat()),
        (_("止"), asked.until.isoformat()),
        (_("口径"), basis),
        (_("收款渠道"), channel),
        (_("课程"), course),
        *_coupons(asked),
    )


def _coupons(asked: Asked) -> tuple[tuple[str, str], ...]:
    """Name the coupons of the orders that were paid in these days, and what they cost.

    A coupon is an order's, not a course's: it stands beside the cells, not in them.
    """
    found = by_coupon(desk.reading(), desk.association(), asked.since, asked.until)
    return tuple(
        (
            _("优惠券：%(title)s", title=one.title),
            _(
                "%(n)s 单，减免 %(cut)s，净收入 %(paid)s",
                n=one.orders,
                cut=money(Fen(one.cut_fen)),
                paid=money(Fen(one.paid_fen)),
            ),
        )
        for one in found
    )

"""趋势: twelve months or ninety days, beside the same time a year before."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.kernel.credit import Credit
from lms.kernel.money import Fen
from lms.reports import trends as reports
from lms.reports.trends import Figure, Point, Span
from lms.web import desk
from lms.web.console.sheets import Cell, Column, exported, hours_cell, yuan_cell
from lms.web.doors import staff
from lms.web.filters import credit, money

bp = Blueprint("console_trends", __name__, url_prefix="/console/trends")

FIGURES: Mapping[Figure, tuple[LazyString, LazyString]] = MappingProxyType(
    {
        Figure.ENROLMENTS: (
            _l("开通课程"),
            _l("当期新开通的课程数，一人一门算一次，含企业席位。"),
        ),
        Figure.CREDIT: (
            _l("记入学时"),
            _l("当期记入学时账的学时，含更正（可为负）。"),
        ),
        Figure.PASSED: (_l("考试合格"), _l("当期交卷并合格的考试次数。")),
        Figure.CERTIFICATES: (_l("发出合格证"), _l("当期签发的合格证，含换发。")),
        Figure.REVENUE: (
            _l("净收入"),
            _l("按到账日，收入减退款，与“收入”页一致。"),
        ),
    }
)
SPANS: Mapping[Span, LazyString] = MappingProxyType(
    {Span.MONTHS: _l("近 12 个月"), Span.DAYS: _l("近 90 天")}
)


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Show the charts, each with its table."""
    found = reports.trend(
        desk.reading(), desk.association(), _span(request.args), desk.today()
    )
    return render_template(
        "console/trends.html",
        found=found,
        figures=FIGURES,
        spans=SPANS,
        written=written,
        change=change,
    )


def _span(told: Mapping[str, str]) -> Span:
    return Span.DAYS if told.get("span") == Span.DAYS.value else Span.MONTHS


def written(figure: Figure, value: int) -> str:
    """Write a figure for people."""
    if figure is Figure.REVENUE:
        return money(Fen(value))
    if figure is Figure.CREDIT:
        return credit(Credit(value))
    return str(value)


def change(now: int, before: int) -> str:
    """Say how a figure stands beside that of a year before."""
    if not before:
        return str(_("去年同期无数据"))
    share = round(100 * (now - before) / abs(before))
    if not share:
        return str(_("与去年同期持平"))
    if share > 0:
        return str(_("比去年同期多 %(share)s%%", share=share))
    return str(_("比去年同期少 %(share)s%%", share=-share))


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the charts' figures as a table."""
    span = _span(request.form)
    found = reports.trend(desk.reading(), desk.association(), span, desk.today())
    looks = {Figure.REVENUE: "money", Figure.CREDIT: "hours"}
    columns = [Column(_("时间"))]
    for figure, (words, _hint) in FIGURES.items():
        look = looks.get(figure, "count")
        columns.append(Column(str(words), look))
        columns.append(Column(_("%(words)s（去年同期）", words=words), look, 22))
    filters = (
        (_("范围"), str(SPANS[span])),
        (_("截至"), desk.today().isoformat()),
    )
    rows = (_cells(one) for one in found.points)
    return exported(_("趋势"), columns, rows, "trends.exported", filters)


def _cells(one: Point) -> tuple[Cell, ...]:
    cells: list[Cell] = [one.label]
    for figure in FIGURES:
        cells += [_cell(figure, one.now[figure]), _cell(figure, one.before[figure])]
    return tuple(cells)


def _cell(figure: Figure, value: int) -> int | Decimal:
    if figure is Figure.REVENUE:
        return yuan_cell(Fen(value))
    return hours_cell(Credit(value)) if figure is Figure.CREDIT else value

"""今日: what a manager looks at each morning."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.announcements.services import MATTER as ANNOUNCEMENT
from lms.catalogue import queries as catalogue
from lms.claims.queries import KINDS
from lms.exams.queries import QUESTION
from lms.exports.services import MATTER as EXPORT
from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound
from lms.people.rules import CORRECTION
from lms.reports import desk as waits
from lms.reports import figures, todays
from lms.reports import overdue as late
from lms.reports.board import month_of
from lms.reports.overdue import Late
from lms.reports.todays import TodayRow
from lms.web import desk
from lms.web.console import merchants
from lms.web.console.sheets import Cell, Column, exported, hours_cell
from lms.web.console.tasks import tasks_for
from lms.web.doors import staff
from lms.web.filters import term

bp = Blueprint("console_today", __name__, url_prefix="/console/today")

TITLES: Mapping[str, LazyString] = MappingProxyType(
    {
        "studying": _l("正在学习的人"),
        "enrolled": _l("今日开通的课程"),
        "credited": _l("今日记入的学时"),
        "passed": _l("今日考试合格"),
        "failed": _l("今日考试不合格"),
    }
)

_LATE: Mapping[str, tuple[LazyString, str, str]] = MappingProxyType(
    {
        CORRECTION: (_l("信息更正待决定"), "console_people.corrections", ""),
        ANNOUNCEMENT: (_l("通知待复核"), "console_announcements.index", ""),
        QUESTION: (_l("组卷方案待决定"), "console_plans.index", ""),
        EXPORT: (_l("导出待同意"), "console_exports.index", ""),
        "refund": (_l("退款待同意"), "console_orders.index", "refund"),
        "line_return": (_l("退回款项待决定"), "console_lines.index", "returning"),
        "invoice_red": (_l("红字发票待决定"), "console_invoices.index", "red"),
        "refunds": (_l("已同意的退款待登记"), "console_orders.index", "bank"),
        "invoices": (_l("发票待开"), "console_invoices.index", "ready"),
        "threads": (_l("咨询投诉待答复"), "console_threads.index", ""),
        "lines": (_l("银行流水待认领"), "console_lines.index", "open"),
        **{one: (_l("学员申请待办"), "console_claims.index", "") for one in KINDS},
    }
)
"""What is late: words, where it lies, and in which of the list's groups."""


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Show what waits, what is late, and the figures of the day."""
    session, house = desk.reading(), desk.association()
    visitor, on = desk.visitor(), desk.today()
    waiting = waits.waiting(session, house, desk.me(), on=on)
    first, last = month_of(on)
    return render_template(
        "console/today.html",
        association=catalogue.association(session, house),
        on=on,
        week=figures.week_of(on),
        month=(first, last),
        tasks=[
            *merchants.tasks(),
            *tasks_for(visitor.roles if visitor else frozenset(), waiting),
        ],
        late=[
            (_late_words(one), _late_place(one), one)
            for one in late.overdue(session, house, on, money=True)
        ],
        today=figures.today(session, house, desk.now()),
    )


def _late_words(one: Late) -> str:
    found = _LATE.get(one.matter or one.what)
    return str(found[0]) if found else _("其他须两人决定的事项")


def _late_place(one: Late) -> str:
    _words, endpoint, group = _LATE.get(
        one.matter or one.what, ("", "console.home", "")
    )
    return url_for(endpoint, group=group) if group else url_for(endpoint)


@bp.get("/<what>")
@staff("clerk", "manager")
def listed(what: str) -> ResponseReturnValue:
    """List what is behind a figure of today."""
    if what not in TITLES:
        raise NotFound("export.unknown")
    return render_template(
        "console/today_list.html",
        what=what,
        title=TITLES[what],
        rows=todays.rows(desk.reading(), desk.association(), what, desk.now()),
        most=todays.MOST,
    )


@bp.post("/<what>/export.xlsx")
@staff("clerk", "manager")
def export(what: str) -> ResponseReturnValue:
    """Give what is behind a figure as a table."""
    if what not in TITLES:
        raise NotFound("export.unknown")
    figure = (
        Column(_("分数"), "count")
        if what in {"passed", "failed"}
        else Column(_("学时"), "hours")
    )
    columns = (
        Column(_("时间"), "instant", 18), Column(_("姓名")),
        Column(_("专业")), figure, Column(_("内容"), width=40),
    )  # fmt: skip
    rows = todays.every(desk.reading(), desk.association(), what, desk.now())
    filters = (
        (_("内容"), str(TITLES[what])),
        (_("日期"), desk.today().isoformat()),
    )
    cells = (_cells(row, points=what in {"passed", "failed"}) for row in rows)
    return exported(str(TITLES[what]), columns, cells, "today.exported", filters)


def _cells(row: TodayRow, *, points: bool) -> tuple[Cell, ...]:
    figure: Cell = row.figure
    if row.figure is not None and not points:
        figure = hours_cell(Credit(row.figure))
    return row.at, row.name_masked, term(row.specialty), figure, _title(row)


def _title(row: TodayRow) -> str:
    return term(row.title) if row.title in {"required", "elective"} else str(row.title)

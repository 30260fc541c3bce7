"""The association's view of tests: attempts, and who is stuck."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.people import queries as people
from lms.reports import desk as desk_reports
from lms.reports import exams as reports
from lms.reports.exams import AttemptRow
from lms.web import desk
from lms.web.console.sheets import Cell, Column, exported
from lms.web.doors import staff
from lms.web.filters import term

bp = Blueprint("console_exams", __name__, url_prefix="/console/exams")


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Show the newest attempts, and first those who are stuck."""
    session, association_id = desk.reading(), desk.association()
    asked = desk_reports.unlocks_asked(session, association_id)
    return render_template(
        "console/exams.html",
        locked=desk_reports.to_unlock(session, association_id, on=desk.today()),
        asked=asked,
        called={one.person_id: people.name(session, one.person_id) for one in asked},
        attempts=reports.attempts(session, association_id),
    )


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give all attempts as a table; the export goes on the record."""
    columns = (
        Column(_("学员"), "name"), Column(_("专业")), Column(_("次数"), "count"),
        Column(_("注册周期起"), "day"), Column(_("开始时间"), "instant", 18),
        Column(_("成绩"), "count"), Column(_("结果")),
    )  # fmt: skip
    rows = reports.every_attempt(desk.walking(), desk.association())
    filters = ((_("范围"), _("全部考试，新的在前")),)
    return exported(_("考试"), columns, map(_cells, rows), "exam.exported", filters)


def _cells(row: AttemptRow) -> tuple[Cell, ...]:
    ended = {True: _("合格"), False: _("未合格"), None: _("进行中")}
    return (
        row.name, term(row.specialty), row.n, row.period_from, row.started_at,
        row.score, ended[row.passed],
    )  # fmt: skip

"""上报省厅: a signed report with all fields, which another must agree to."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from lms.exports import queries
from lms.exports.queries import ReportCard
from lms.exports.rules import REASON_LENGTH, Basis, Period, Wanted
from lms.kernel.errors import Refused
from lms.reports import handing
from lms.reports import province as reports
from lms.signing import queries as signing
from lms.signing import rules as signers
from lms.web import desk
from lms.web.console import export_words
from lms.web.console.export_asking import taken
from lms.web.console.sheets import MOST_LISTED, Cell, Column, exported
from lms.web.doors import staff

bp = Blueprint("console_province", __name__, url_prefix="/console/province")

LONGEST = 366 * 3
"""Days that one report may span."""

FIELDS = 12


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Ask for which days a report shall be, and list those that were signed."""
    return _page(_period(request.args))


@bp.post("/reports.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the reports that were signed as a table; the export goes on the record."""
    columns = (
        Column(_("编号"), width=24), Column(_("口径"), width=28),
        Column(_("开始日期"), "day"), Column(_("结束日期"), "day"),
        Column(_("行数"), "count"), Column(_("申请人"), "name"),
        Column(_("同意人"), "name"), Column(_("签名时间"), "instant", 18),
        Column(_("校验值（SHA-256）"), width=68),
    )  # fmt: skip
    session = desk.reading()
    done = queries.reports(session, desk.association(), limit=MOST_LISTED)
    called = handing.called(
        session, {one for row in done for one in (row.asked_by, row.agreed_by)}
    )
    rows = tuple(_cells(one, called) for one in done)
    filters = ((_("范围"), _("最近签名的 %(n)s 份上报材料", n=MOST_LISTED)),)
    return exported(_("上报材料"), columns, rows, "export.reports_exported", filters)


def _cells(one: ReportCard, called: Mapping[UUID, str]) -> tuple[Cell, ...]:
    return (
        one.number, str(export_words.BASES[one.basis]), one.since, one.until, one.count,
        called.get(one.asked_by, "") if one.asked_by else "",
        called.get(one.agreed_by, "") if one.agreed_by else "", one.made_at, one.sha256,
    )  # fmt: skip


@bp.post("")
@staff("clerk", "manager")
def ask() -> ResponseReturnValue:
    """Ask for a report; another person must agree before it is made."""
    period = _period(request.form)
    reason = " ".join(request.form.get("reason", "").split())
    wrong = _wrong(request.form, period, reason)
    if period is None or wrong:
        return _page(period, wrong, reason), 422
    owner = signers.association(desk.association())
    signing.ring(desk.reading(), owner, desk.now())
    total = reports.count(desk.reading(), desk.association(), period)
    if not total:
        return _page(period, {"since": _("这段时间没有可上报的人。")}, reason), 422
    return taken(
        Wanted(
            kind="province.report",
            title=_("上报省厅"),
            reason=reason,
            personal=True,
            total=total,
            locale=str(get_locale() or "zh"),
            period=period,
            filters=(
                (_("口径"), str(export_words.BASES[period.basis])),
                (_("开始日期"), period.since.isoformat()),
                (_("结束日期"), period.until.isoformat()),
            ),
        )
    )


def _wrong(
    told: Mapping[str, str], period: Period | None, reason: str
) -> dict[str, str]:
    """Name what is wrong, by field."""
    found = {}
    if period is None:
        found["since"] = _("请写起止日期，起在止前，最长三年。")
    if not REASON_LENGTH[0] <= len(reason) <= REASON_LENGTH[1]:
        found["reason"] = _("请写明上报事由，4 至 200 个字。")
    if told.get("basis", "") not in set(Basis):
        found["basis"] = _("请选择口径。")
    return found


def _page(
    period: Period | None, wrong: dict[str, str] | None = None, reason: str = ""
) -> str:
    session, house, today = desk.reading(), desk.association(), desk.today()
    done = queries.reports(session, house)
    shown = period or Period(Basis.ISSUED, date(today.year, 1, 1), today)
    return render_template(
        "console/province.html",
        period=shown,
        counted=reports.count(session, house, shown),
        wrong=wrong or {},
        reason=reason,
        bases=export_words.BASES,
        done=done,
        called=handing.called(
            session,
            [one for row in done for one in (row.asked_by, row.agreed_by)],
        ),
        ready=_ready(),
        most=REASON_LENGTH[1],
    )


def _ready() -> bool:
    """Tell whether the association has keys to sign with."""
    owner = signers.association(desk.association())
    try:
        signing.ring(desk.reading(), owner, desk.now())
    except Refused:
        return False
    return True


def _period(told: Mapping[str, str]) -> Period | None:
    basis = told.get("basis", "")
    since, until = _day(told.get("since", "")), _day(told.get("until", ""))
    if since is None or until is None:
        return None
    if until < since or (until - since).days > LONGEST:
        return None
    return Period(Basis(basis) if basis in set(Basis) else Basis.ISSUED, since, until)


def _day(typed: str) -> date | None:
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if date(2000, 1, 1) <= found <= date(2199, 12, 31) else None

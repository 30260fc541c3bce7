"""The association's certificates: issued, and waiting for a hand."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.credentials.rules import State
from lms.policy.model import Specialty
from lms.reports import certificates as reports
from lms.reports.certificates import Asked
from lms.web import desk
from lms.web.console.sheets import Cell, Column, Counted, exported, hours_cell
from lms.web.doors import staff
from lms.web.filters import term

bp = Blueprint("console_certificates", __name__, url_prefix="/console/certificates")


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the certificates issued and waiting; say how many could be asked for."""
    session, association_id = desk.reading(), desk.association()
    asked = _asked(request.args)
    return render_template(
        "console/certificates.html",
        page=reports.issued(
            session,
            association_id,
            asked,
            on=desk.today(),
            after=request.args.get("after", ""),
        ),
        asked=asked,
        waiting=reports.waiting(session, association_id),
        candidates=reports.candidate_count(session, association_id, on=desk.today()),
        specialties=tuple(Specialty),
        states=tuple(State),
    )


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the list as a table; the export goes on the record."""
    columns = (
        Column(_("证书编号"), width=30), Column(_("姓名"), "name"),
        Column(_("身份证号"), width=22), Column(_("聘用企业"), width=28),
        Column(_("专业")), Column(_("必修学时"), "hours"),
        Column(_("选修学时"), "hours"), Column(_("成绩"), "count"),
        Column(_("适用期起"), "day"), Column(_("适用期止"), "day"),
        Column(_("发证日期"), "day"), Column(_("状态")),
    )  # fmt: skip
    asked = _asked(request.form)
    session, house = desk.walking(), desk.association()
    rows = Counted(
        map(_cells, reports.every(session, house, asked, desk.today())),
        reports.count(session, house, asked),
    )
    filters = (
        (_("专业"), term(asked.specialty) if asked.specialty else ""),
        (_("状态"), state_word(asked.state) if asked.state else ""),
        (_("查找"), asked.words),
    )
    return exported(_("证书表"), columns, rows, "certificates.exported", filters)


def _cells(row: reports.IssuedRow) -> tuple[Cell, ...]:
    facts, hours = row.facts, row.facts.hours[0]
    return (
        facts.number, facts.name, facts.id_masked, facts.employer, term(row.specialty),
        hours_cell(hours.required), hours_cell(hours.elective), facts.score,
        facts.period_from, facts.period_until, facts.issued_on,
        state_word(row.verdict),
    )  # fmt: skip


_STATES = {
    "valid": _l("有效"),
    "expired": _l("已过期"),
    "superseded": _l("已换发"),
    "revoked": _l("已撤销"),
}


def state_word(state: str) -> str:
    """Say a certificate's state."""
    return str(_STATES[state])


def _asked(said: Mapping[str, str]) -> Asked:
    state = said.get("state", "")
    return Asked(
        specialty=_specialty(said.get("specialty", "")),
        state=State(state) if state in set(State) else None,
        words=said.get("q", "")[:60],
    )


def _specialty(code: str) -> Specialty | None:
    return Specialty(code) if code in set(Specialty) else None

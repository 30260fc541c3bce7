"""The association's certificates: issued, waiting for a hand, and asking the rule."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import (
    Blueprint,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.credentials import services
from lms.credentials.ports import Printer
from lms.credentials.rules import State
from lms.kernel.errors import LmsError, Refused
from lms.policy.model import Specialty
from lms.reports import certificates as reports
from lms.reports.certificates import Asked, Candidate
from lms.web import desk
from lms.web.console.sheets import Cell, Column, exported, hours_cell
from lms.web.doors import staff
from lms.web.filters import term
from lms.web.messages import words

bp = Blueprint("console_certificates", __name__, url_prefix="/console/certificates")

AT_ONCE = 60
"""So many people one press of the button may ask for: about a second's work."""


@dataclass(slots=True)
class Outcome:
    """What asking the rule for many came to."""

    issued: int = 0
    waiting: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    left: int = 0


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the certificates issued, those waiting, and who may be asked for."""
    session, association_id = desk.reading(), desk.association()
    asked = _asked(request.args)
    return render_template(
        "console/certificates.html",
        page=reports.issued(
            session,
            association_id,
            asked,
            page=request.args.get("page", 1, int),
            on=desk.today(),
        ),
        asked=asked,
        waiting=reports.waiting(session, association_id),
        candidates=len(
            reports.candidates(
                session, association_id, asked.specialty, on=desk.today()
            )
        ),
        specialties=tuple(Specialty),
        states=tuple(State),
        at_once=AT_ONCE,
    )


@bp.post("/issue")
@staff("clerk", "manager")
def issue() -> ResponseReturnValue:
    """Ask the rule for everybody of a specialty, or of all; it decides each."""
    specialty = _specialty(request.form.get("specialty", ""))
    outcome = _ask(
        reports.candidates(
            desk.reading(), desk.association(), specialty, on=desk.today()
        )
    )
    flash(_told(outcome), "ok" if outcome.issued else "info")
    back = url_for(
        "console_certificates.index", specialty=specialty.value if specialty else None
    )
    return redirect(back, 303)


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the list as a table; the export goes on the record."""
    columns = (
        Column(_("证书编号"), width=30), Column(_("姓名")),
        Column(_("身份证号"), width=22), Column(_("聘用企业"), width=28),
        Column(_("专业")), Column(_("必修学时"), "hours"),
        Column(_("选修学时"), "hours"), Column(_("成绩"), "count"),
        Column(_("适用期起"), "day"), Column(_("适用期止"), "day"),
        Column(_("发证日期"), "day"), Column(_("状态")),
    )  # fmt: skip
    asked = _asked(request.form)
    rows = reports.every(desk.walking(), desk.association(), asked, desk.today())
    return exported(_("证书表"), columns, map(_cells, rows), "certificates.exported")


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


def _ask(people: tuple[Candidate, ...]) -> Outcome:
    """Ask for each in a work of its own: what is issued stays issued."""
    outcome = Outcome(left=max(0, len(people) - AT_ONCE))
    printer = desk.port(Printer)
    association_id = desk.association()
    for one in people[:AT_ONCE]:
        try:
            with desk.begin() as work:
                services.issue(
                    work,
                    one.person_id,
                    one.specialty,
                    printer=printer,
                    association_id=association_id,
                )
            outcome.issued += 1
        except Refused as refused:
            _refused(outcome, one, refused)
        except LmsError as error:
            outcome.refused[error.code] += 1
    return outcome


def _refused(outcome: Outcome, one: Candidate, refused: Refused) -> None:
    if refused.code == "certificate.needs_hand":
        with desk.begin() as work:
            services.wait_for_hand(
                work, one.person_id, one.specialty, str(refused.facts["characters"])
            )
        outcome.waiting += 1
        return
    outcome.refused.update(refused.reasons)


def _told(outcome: Outcome) -> str:
    parts = [_("签发 %(count)s 张", count=outcome.issued)]
    if outcome.waiting:
        parts.append(_("待人工制证 %(count)s 人", count=outcome.waiting))
    parts.extend(
        _("%(reason)s %(count)s 人", reason=words(code, {}).rstrip("。"), count=count)
        for code, count in outcome.refused.most_common()
    )
    if outcome.left:
        parts.append(_("还有 %(count)s 人未处理，请再点一次", count=outcome.left))
    return "；".join(parts) + "。"

"""Tables of what is asked about the staff: invitations sent, and what was decided."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.queries import inviting
from lms.accounts.queries.inviting import InvitationCard
from lms.accounts.rules import StaffDeed
from lms.accounts.services import staffing
from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import ApprovalState
from lms.web import desk
from lms.web.console.sheets import MOST_LISTED, Cell, Column, exported
from lms.web.console.staff import called_by
from lms.web.doors import staff
from lms.web.filters import term

bp = Blueprint("console_staff_tables", __name__, url_prefix="/console/staff")


@bp.post("/invitations.xlsx")
@staff("manager")
def invitations() -> ResponseReturnValue:
    """Give the invitations whose links open something now; the export is noted."""
    columns = (
        Column(_("姓名"), "name"), Column(_("岗位")),
        Column(_("链接有效至"), "instant", 18),
    )  # fmt: skip
    found = inviting.waiting(desk.reading(), desk.association(), desk.now())
    rows = tuple(_invitation(one) for one in found if one.stands)
    filters = ((_("范围"), _("已发出、还没有接受的邀请")),)
    kind = "staff.invitations_exported"
    return exported(_("已发出的邀请"), columns, rows, kind, filters)


def _invitation(one: InvitationCard) -> tuple[Cell, ...]:
    # The address stays here: it is where the link went, and no list needs it.
    return one.opened.name if one.opened else "", term(one.role), one.expires_at


@bp.post("/decisions.xlsx")
@staff("manager")
def decisions() -> ResponseReturnValue:
    """Give what was decided about the staff; the export goes on the record."""
    columns = (
        Column(_("事项")), Column(_("对象"), "name"), Column(_("岗位")),
        Column(_("改任")), Column(_("提出人"), "name"),
        Column(_("提出时间"), "instant", 18), Column(_("结果")),
        Column(_("决定人"), "name"), Column(_("决定时间"), "instant", 18),
    )  # fmt: skip
    session, house = desk.reading(), desk.association()
    found = approvals.closed(session, house, staffing.MATTER, limit=MOST_LISTED)
    called = called_by(found, ())
    rows = tuple(_decision(one, called) for one in found)
    filters = ((_("范围"), _("最近的 %(n)s 项决定，不含理由和意见", n=MOST_LISTED)),)
    kind = "staff.decisions_exported"
    return exported(_("以往的决定"), columns, rows, kind, filters)


def _decision(one: ApprovalCard, called: dict[str, str]) -> tuple[Cell, ...]:
    told = one.payload
    deeds = {
        StaffDeed.INVITE: _("邀请"),
        StaffDeed.CHANGE: _("改任"),
        StaffDeed.WITHDRAW: _("撤销"),
    }
    states = {
        ApprovalState.APPROVED: _("已同意"),
        ApprovalState.REFUSED: _("不同意"),
    }
    return (
        deeds[StaffDeed(told["deed"])], called.get(told.get("account", ""), ""),
        term(told["role"]), term(told["to"]) if "to" in told else "",
        called.get(str(one.asked_person_id), ""), one.asked_at,
        states.get(one.state, _("已撤回")),
        "；".join(called.get(str(said.person_id), "") for said in one.decisions),
        one.decided_at,
    )  # fmt: skip

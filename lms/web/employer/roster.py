"""The company's list of people: handed in as a workbook, looked at, taken over."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import Refused
from lms.people.rules.roster import MOST_ROWS
from lms.web import roster_desk
from lms.web.doors import staff
from lms.web.employer.parts import acting_company, acting_for, bp
from lms.web.limits import limiter
from lms.web.messages import words


@bp.get("/roster")
@staff("employer")
def roster() -> ResponseReturnValue:
    """Show how a list is handed in."""
    return _page()


def _page(fault: str = "") -> str:
    acting_company()
    return render_template(
        "employer/roster.html", acting=acting_for(), fault=fault, most=MOST_ROWS
    )


@bp.get("/roster/model.xlsx")
@staff("employer")
def roster_model() -> ResponseReturnValue:
    """Give an empty list to fill in."""
    return roster_desk.model()


@bp.post("/roster")
@staff("employer")
@limiter.limit("20/hour")
def roster_send() -> ResponseReturnValue:
    """Take a list in, sealed, and show what is wrong with it."""
    employer_id = acting_company()
    try:
        draft_id, ignored = roster_desk.draft(employer_id)
    except Refused as no:
        return _page(words(no.code, no.facts)), 422
    if ignored:
        flash(_("这些列没有用到：%(names)s", names="、".join(ignored[:8])), "info")
    return redirect(url_for("employer.roster_show", draft_id=draft_id), 303)


@bp.get("/roster/<uuid:draft_id>")
@staff("employer")
def roster_show(draft_id: UUID) -> ResponseReturnValue:
    """Show a list row by row, before anybody is invited."""
    card, page = roster_desk.shown(acting_company(), draft_id)
    if card.taken:
        return redirect(url_for("employer.people", tab="waiting"), 303)
    return render_template(
        "employer/roster_draft.html",
        acting=acting_for(),
        draft=card,
        page=page,
        fate=roster_desk.fate,
    )


@bp.get("/roster/<uuid:draft_id>/report.xlsx")
@staff("employer")
def roster_report(draft_id: UUID) -> ResponseReturnValue:
    """Give the report on a list."""
    return roster_desk.report(acting_company(), draft_id)


@bp.post("/roster/<uuid:draft_id>/take")
@staff("employer")
def roster_take(draft_id: UUID) -> ResponseReturnValue:
    """Invite everybody of a list, all or nobody."""
    employer_id = acting_company()
    try:
        count = roster_desk.take(employer_id, draft_id)
    except Refused as no:
        flash(words(no.code, no.facts), "warn")
        return redirect(url_for("employer.roster_show", draft_id=draft_id), 303)
    flash(_("已向 %(count)s 人发出邀请，本人接受之后列入在职人员。", count=count), "ok")
    return redirect(url_for("employer.people", tab="waiting"), 303)


@bp.post("/roster/<uuid:draft_id>/drop")
@staff("employer")
def roster_drop(draft_id: UUID) -> ResponseReturnValue:
    """Throw a list away."""
    roster_desk.drop(acting_company(), draft_id)
    flash(_("名册已删除，内容没有保留。"), "ok")
    return redirect(url_for("employer.roster"), 303)

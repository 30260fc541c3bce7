"""What a line's money is when it is no order's: kept, none of ours, or sent back."""

from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.commerce.queries import statements
from lms.commerce.services import line_returns, lines
from lms.kernel.errors import NotFound, Refused
from lms.web import desk
from lms.web.console.amounts import fen
from lms.web.doors import staff

bp = Blueprint(
    "console_line_returns",
    __name__,
    url_prefix="/console/money/lines/<uuid:line_id>",
)


@bp.post("/keep")
@staff("clerk", "manager")
def keep(line_id: UUID) -> ResponseReturnValue:
    """Keep a line as money of an unknown payer, or take it up again."""
    kept = request.form.get("kept") == "1"
    with desk.begin() as work:
        lines.keep(
            work,
            desk.association(),
            line_id,
            request.form.get("why", ""),
            kept=kept,
        )
    flash(_("已暂记待查。") if kept else _("已放回待匹配。"), "ok")
    return _back(line_id)


@bp.post("/aside")
@staff("clerk", "manager")
def set_aside(line_id: UUID) -> ResponseReturnValue:
    """Set a line aside that is none of the orders', or take it back."""
    aside = request.form.get("aside") == "1"
    with desk.begin() as work:
        lines.set_aside(
            work,
            desk.association(),
            line_id,
            request.form.get("why", ""),
            aside=aside,
        )
    flash(_("已标为与订单无关。") if aside else _("已放回待匹配。"), "ok")
    return _back(line_id)


@bp.post("/returns")
@staff("clerk", "manager")
def ask_return(line_id: UUID) -> ResponseReturnValue:
    """Put it to a manager to send money back."""
    with desk.begin() as work:
        line_returns.ask_return(
            work,
            desk.association(),
            line_id,
            fen(request.form.get("amount", "")),
            request.form.get("reason", ""),
        )
    flash(_("已提出退回，等待负责人同意。"), "ok")
    return _back(line_id)


@bp.post("/returns/<uuid:return_id>/decide")
@staff("manager")
def decide_return(line_id: UUID, return_id: UUID) -> ResponseReturnValue:
    """Agree to a return, or not."""
    _return_of(line_id, return_id)
    approved = request.form.get("approved") == "1"
    comment = request.form.get("comment", "").strip()[:400]
    if not approved and not comment:
        raise Refused("approval.no_comment")
    with desk.begin() as work:
        line_returns.decide_return(
            work, desk.association(), return_id, (approved, comment)
        )
    flash(
        _("已同意。请在银行退回款项，再登记流水号。")
        if approved
        else _("已退回申请。"),
        "ok",
    )
    return _back(line_id)


@bp.post("/returns/<uuid:return_id>/done")
@staff("clerk", "manager")
def note_return(line_id: UUID, return_id: UUID) -> ResponseReturnValue:
    """Note the bank's line by which money went back."""
    _return_of(line_id, return_id)
    number, day = request.form.get("bank_line", "").strip(), _day()
    if not number or day is None:
        raise Refused("line.no_reason")
    with desk.begin() as work:
        line_returns.note_return(work, desk.association(), return_id, number[:60], day)
    flash(_("已登记退回。"), "ok")
    return _back(line_id)


def _day() -> date | None:
    try:
        found = date.fromisoformat(request.form.get("returned_on", ""))
    except ValueError:
        return None
    return found if found <= desk.today() else None


def _return_of(line_id: UUID, return_id: UUID) -> None:
    """Insist that a return belongs to the line that the address names."""
    card = statements.line(desk.reading(), desk.association(), line_id)
    if return_id not in {one.id for one in card.returns}:
        raise NotFound("line.no_return")


def _back(line_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("console_lines.show", line_id=line_id), 303)

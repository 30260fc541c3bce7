"""红字发票: one asks, another agrees, the tax system makes it, its file comes here."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.commerce.queries import invoices as queries
from lms.commerce.rules.invoices import RedWhy
from lms.commerce.services import reds
from lms.commerce.services.reds import RedAsk
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.web import desk
from lms.web.console.amounts import fen
from lms.web.console.invoices import UPLOAD_BYTES, back, page, sent_paper, why
from lms.web.doors import staff

bp = Blueprint(
    "console_reds",
    __name__,
    url_prefix="/console/money/invoices/<uuid:invoice_id>/reds",
)


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint == "console_reds.done":
        request.max_content_length = UPLOAD_BYTES


@bp.post("")
@staff("clerk", "manager")
def ask(invoice_id: UUID) -> ResponseReturnValue:
    """Put it to a manager to take an invoice back."""
    said = request.form
    reason = said.get("why", "")
    if reason not in set(RedWhy):
        raise Refused("invoice.no_reason")
    asked = RedAsk(
        RedWhy(reason), said.get("words", ""), amount_fen=fen(said.get("amount", ""))
    )
    try:
        with desk.begin() as work:
            reds.ask_red(work, desk.association(), invoice_id, asked)
    except (Refused, Conflict) as no:
        return page(invoice_id, why(no)), 422
    flash(_("已提出红冲。"), "ok")
    return back(invoice_id)


@bp.post("/<uuid:red_id>/wish")
@staff("clerk", "manager")
def wish(invoice_id: UUID, red_id: UUID) -> ResponseReturnValue:
    """Put a buyer's wish to a manager, or say why not."""
    _red_of(invoice_id, red_id)
    forward = request.form.get("forward") == "1"
    with desk.begin() as work:
        reds.take_up_wish(
            work, desk.association(), red_id, (forward, request.form.get("words", ""))
        )
    flash(_("已提交负责人。") if forward else _("已答复学员。"), "ok")
    return back(invoice_id)


@bp.post("/<uuid:red_id>/decide")
@staff("manager")
def decide(invoice_id: UUID, red_id: UUID) -> ResponseReturnValue:
    """Agree to a red entry, or not."""
    _red_of(invoice_id, red_id)
    approved = request.form.get("approved") == "1"
    comment = request.form.get("comment", "").strip()[:400]
    if not approved and not comment:
        raise Refused("approval.no_comment")
    with desk.begin() as work:
        reds.decide_red(work, desk.association(), red_id, (approved, comment))
    told = _("已同意。请在电子税务局开具红字发票，再上传文件。")
    flash(told if approved else _("没有同意红冲。"), "ok")
    return back(invoice_id)


@bp.post("/<uuid:red_id>/done")
@staff("clerk", "manager")
def done(invoice_id: UUID, red_id: UUID) -> ResponseReturnValue:
    """Take in the red invoice that the tax system made."""
    _red_of(invoice_id, red_id)
    try:
        paper, typed = sent_paper()
        with desk.begin() as work:
            reds.record_red(work, desk.association(), red_id, paper, typed)
    except (Refused, Conflict) as no:
        return page(invoice_id, why(no)), 422
    flash(_("红字发票已登记。"), "ok")
    return back(invoice_id)


def _red_of(invoice_id: UUID, red_id: UUID) -> None:
    """Insist that a red entry belongs to the invoice that the address names."""
    card = queries.invoice_of(desk.reading(), desk.association(), invoice_id)
    if red_id not in {one.id for one in card.reds}:
        raise NotFound("invoice.no_red")

"""退款规则: what goes back when, as dated data, with the words that buyers read."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.commerce.queries import offers as queries
from lms.commerce.queries.offers import DealCard
from lms.commerce.rules.offers import DealKind
from lms.commerce.rules.refunding import RefundMode, RefundPolicy
from lms.commerce.services import deals
from lms.kernel.errors import Refused
from lms.web import desk, offer_words
from lms.web.console.offer_forms import RefundRuleForm
from lms.web.console.sheets import Cell, Column, exported
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint("console_refund_rules", __name__, url_prefix="/console/refund-rules")


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Show the rule that holds, those that held, and the form of a new one."""
    first = queries.first_refund_day(desk.reading(), desk.association(), desk.today())
    return _page(RefundRuleForm.blank(from_on=first, num=2, den=3))


def _page(form: RefundRuleForm, fault: str = "") -> str:
    session, ours = desk.reading(), desk.association()
    return render_template(
        "console/refund_rules.html",
        clauses=offer_words.clauses(queries.refund_policy(session, ours, desk.today())),
        rules=[
            (one, offer_words.clauses(_policy(one)))
            for one in queries.deals(session, ours, DealKind.REFUND)
        ],
        form=form,
        fault=fault,
        said=offer_words,
        me=desk.me(),
        today=desk.today(),
        first=queries.first_refund_day(session, ours, desk.today()),
    )


def _policy(one: DealCard) -> RefundPolicy:
    said = one.terms
    return RefundPolicy(RefundMode(said["mode"]), said["num"], said["den"], one.words)


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give every rule that was made as a table; the export goes on the record."""
    columns = (
        Column(_("起始日"), "day"), Column(_("截止日"), "day"),
        Column(_("状态")), Column(_("规则"), width=100),
    )  # fmt: skip
    found = queries.deals(desk.reading(), desk.association(), DealKind.REFUND)
    filters = (
        (_("范围"), _("各次规则，含已停用和未同意的")),
        (_("日期"), desk.today().isoformat()),
    )
    kind = "deal.refund_rules_exported"
    return exported(_("退款规则"), columns, tuple(map(_cells, found)), kind, filters)


def _cells(one: DealCard) -> tuple[Cell, ...]:
    state = str(offer_words.standing(one, desk.today())[0])
    return one.from_on, one.until_on, state, "".join(offer_words.clauses(_policy(one)))


@bp.post("")
@staff("clerk", "manager")
def make() -> ResponseReturnValue:
    """Make a rule; it holds from its day on, once a second person agrees."""
    form = RefundRuleForm.sent()
    if not form.validate():
        return _page(form), 422
    try:
        with desk.begin() as work:
            deals.make_deal(work, desk.association(), form.facts())
    except Refused as no:
        return _page(form, words(no.code, no.facts)), 422
    flash(_("已保存。需要另一人同意的，同意后生效。"), "ok")
    return redirect(url_for("console_refund_rules.index"), 303)

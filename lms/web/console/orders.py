"""The association's orders: see them, and match bank lines with them."""

from collections.abc import Iterable, Mapping
from uuid import UUID

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
from wtforms import DateField, StringField, ValidationError
from wtforms.validators import InputRequired, Length, Optional

from lms.catalogue import queries as catalogue
from lms.commerce import queries, services
from lms.commerce.queries import RefundCard
from lms.commerce.queries.wishes import open_wish
from lms.commerce.rules import OPEN_REFUNDS, OrderState, TransferState
from lms.commerce.services import BankLine
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people import queries as people
from lms.reports import orders as reports
from lms.web import desk, offer_words, order_words, returning
from lms.web.console.amounts import fen
from lms.web.console.sheets import Cell, Column, Counted, exported, yuan_cell
from lms.web.doors import staff
from lms.web.filters import money
from lms.web.forms import PageForm

bp = Blueprint("console_orders", __name__, url_prefix="/console/orders")


class BankLineForm(PageForm):
    """A line as the bank's statement prints it."""

    value_on = DateField(
        _l("入账日期"), validators=[InputRequired(_l("请填写入账日期。"))]
    )
    amount = StringField(
        _l("入账金额（元）"),
        validators=[InputRequired(_l("请填写金额。"))],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    payer = StringField(
        _l("付款户名"), validators=[InputRequired(_l("请填写户名。")), Length(max=120)]
    )
    running_no = StringField(
        _l("银行流水号"),
        validators=[InputRequired(_l("请填写流水号。")), Length(max=60)],
        render_kw={"autocomplete": "off"},
    )
    reference = StringField(_l("附言"), validators=[Optional(), Length(max=60)])

    def validate_value_on(self, field: DateField) -> None:
        """Refuse a day that has not come."""
        if field.data and field.data > desk.today():
            raise ValidationError(_("入账日期不能晚于今天。"))

    def validate_amount(self, field: StringField) -> None:
        """Refuse what is not an amount of yuan with at most two decimals."""
        if not fen(field.data or ""):
            raise ValidationError(_("请填写大于零的金额，最多两位小数。"))

    def line(self, bank_account: str) -> BankLine:
        """Give the line that was typed."""
        return BankLine(
            bank_account=bank_account,
            reference=(self.reference.data or "").strip(),
            value_on=self.value_on.data or desk.today(),
            amount_fen=fen(self.amount.data or ""),
            running_no=(self.running_no.data or "").strip(),
            payer=(self.payer.data or "").strip(),
        )


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the association's orders."""
    session, association_id = desk.reading(), desk.association()
    group, words = _asked(request.args)
    return render_template(
        "console/orders.html",
        page=reports.orders(
            session,
            association_id,
            group=group,
            words=words,
            after=request.args.get("after", ""),
        ),
        counts=reports.counts(session, association_id),
        group=group,
        hands=reports.HANDS,
        asked=words,
        words=order_words,
        compared=queries.last_reconciliation(session),
    )


def _asked(said: Mapping[str, str]) -> tuple[str, str]:
    group = said.get("group", "all")
    known = group if group in reports.GROUPS else "all"
    return known, said.get("words", "").strip()[:60]


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the list as a table for the books; the export goes on the record."""
    group, words = _asked(request.form)
    columns = (
        Column(_("订单号"), width=22), Column(_("学员"), "name"),
        Column(_("课程"), width=40),
        Column(_("金额（元）"), "money"), Column(_("已退（元）"), "money"),
        Column(_("状态")), Column(_("付款方式")), Column(_("付款户名"), "name", 24),
        Column(_("银行流水号"), width=20), Column(_("聘用企业"), width=28),
        Column(_("统一社会信用代码"), width=22), Column(_("下单时间"), "instant", 18),
        Column(_("付款时间"), "instant", 18), Column(_("优惠（元）"), "money"),
        Column(_("优惠码"), width=24),
    )  # fmt: skip
    session, house = desk.walking(), desk.association()
    filters = (
        (_("分类"), str(order_words.GROUPS[group])),
        (_("查找"), words),
    )
    rows = Counted(
        map(_cells, reports.every(session, house, group, words)),
        reports.count(session, house, group, words),
    )
    return exported(_("订单表"), columns, rows, "orders.exported", filters)


def _cells(row: reports.BookRow) -> tuple[Cell, ...]:
    order = row.order
    return (
        order.number, order.name, "；".join(order.titles),
        yuan_cell(order.total_fen), yuan_cell(row.refunded_fen),
        str(order_words.ORDER[order.state][0]),
        "；".join(str(order_words.PROVIDER[one]) for one in row.providers),
        "；".join(row.payers), "；".join(row.bank_lines), row.employer, row.uscc,
        order.placed_at, order.paid_at, yuan_cell(row.cut_fen), row.coupon,
    )  # fmt: skip


@bp.get("/<uuid:order_id>")
@staff("clerk", "manager")
def order(order_id: UUID) -> ResponseReturnValue:
    """Show one order with its money."""
    return _order_page(order_id, BankLineForm.blank(value_on=desk.today()))


def _order_page(order_id: UUID, form: BankLineForm) -> str:
    session, association_id = desk.reading(), desk.association()
    shown = queries.order_of(session, association_id, order_id)
    refunds = queries.refunds(session, shown.id)
    rule, returnable = returning.returnable(shown)
    bought = queries.purchase(session, shown.id)
    people_named = {
        who
        for transfer in shown.transfers
        for who in (transfer.proposed_by, transfer.second_by)
    } | {refund.asked_by for refund in refunds}
    return render_template(
        "console/order.html",
        order=shown,
        refunds=refunds,
        wish=open_wish(session, shown.id),
        spoken_for=_spoken_for(refunds),
        rule=rule,
        returnable=returnable,
        why=offer_words.WHY,
        association=catalogue.association_at(session, association_id, shown.placed_at),
        bought=bought,
        name=bought.company_name if bought else people.name(session, shown.person_id),
        names={
            who: people.name(session, PersonId(who))
            for who in people_named
            if who is not None
        },
        form=form,
        me=desk.me(),
        proposed=TransferState.PROPOSED,
        words=order_words,
        now=desk.now(),
        today=desk.today(),
    )


def _spoken_for(refunds: Iterable[RefundCard]) -> dict[UUID, int]:
    """Add up what of each payment is on its way back. Units: fen."""
    found: dict[UUID, int] = {}
    for one in refunds:
        if one.state in OPEN_REFUNDS:
            found[one.payment_id] = found.get(one.payment_id, 0) + one.amount_fen
    return found


@bp.post("/<uuid:order_id>/transfers")
@staff("clerk", "manager")
def propose(order_id: UUID) -> ResponseReturnValue:
    """Match a bank line with the order."""
    form = BankLineForm.sent()
    if not form.validate():
        return _order_page(order_id, form), 422
    with desk.begin() as work:
        ours = catalogue.association_at(work.session, desk.association(), work.now)
        account = ours.transfer_account.get("account", "main")
        made = services.propose_transfer(work, ours.id, order_id, form.line(account))
        if made.state is TransferState.PROPOSED:
            told = _("已登记，等待另一人复核。"), "ok"
        else:
            told = _outcome(work, order_id)
    flash(*told)
    return redirect(url_for("console_orders.order", order_id=order_id), 303)


def _outcome(work: Work, order_id: UUID) -> tuple[str, str]:
    """Say what a confirmed line came to: courses opened, or money still missing."""
    work.session.flush()
    order = queries.order_of(work.session, desk.association(), order_id)
    if order.state is OrderState.FULFILLED:
        return _("已确认到账，课程已开通。"), "ok"
    if order.missing_fen:
        missing = money(order.missing_fen)
        return _("已登记，但还差 %(missing)s，课程没有开通。", missing=missing), "warn"
    return _("已登记，课程没有开通，请看订单状态。"), "warn"


@bp.post("/<uuid:order_id>/transfers/<uuid:transfer_id>/confirm")
@staff("clerk", "manager")
def second(order_id: UUID, transfer_id: UUID) -> ResponseReturnValue:
    """Confirm a line that another person matched."""
    with desk.begin() as work:
        _line_of(work, order_id, transfer_id)
        services.second_transfer(work, desk.association(), transfer_id)
        told = _outcome(work, order_id)
    flash(*told)
    return redirect(url_for("console_orders.order", order_id=order_id), 303)


@bp.post("/<uuid:order_id>/transfers/<uuid:transfer_id>/withdraw")
@staff("clerk", "manager")
def withdraw(order_id: UUID, transfer_id: UUID) -> ResponseReturnValue:
    """Take a wrongly matched line back."""
    with desk.begin() as work:
        _line_of(work, order_id, transfer_id)
        services.withdraw_transfer(work, desk.association(), transfer_id)
    flash(_("已撤销该流水。"), "ok")
    return redirect(url_for("console_orders.order", order_id=order_id), 303)


def _line_of(work: Work, order_id: UUID, transfer_id: UUID) -> None:
    """Insist that a line belongs to the order that the address names."""
    order = queries.order_of(work.session, desk.association(), order_id)
    if transfer_id not in {line.id for line in order.transfers}:
        raise NotFound("transfer.unknown")

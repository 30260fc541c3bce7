"""Give money back: the desk asks, a manager agrees, the provider or the bank pays."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms.commerce import queries, services
from lms.commerce.ports import Checkout
from lms.commerce.queries import OrderCard, RefundCard
from lms.commerce.rules import ONLINE, RefundState
from lms.commerce.services import RefundAsk, wishes
from lms.kernel.errors import NotFound, Refused, Unavailable
from lms.kernel.money import Fen
from lms.web import desk, returning
from lms.web.console import refund_parts
from lms.web.console.amounts import fen
from lms.web.doors import staff
from lms.web.forms import PageForm

bp = Blueprint(
    "console_refunds", __name__, url_prefix="/console/orders/<uuid:order_id>/refunds"
)


class RefundForm(PageForm):
    """What to give back, of which payment, and why."""

    payment = HiddenField()
    amount = StringField(
        _l("退款金额（元）"),
        validators=[Optional()],
        render_kw={"inputmode": "decimal", "autocomplete": "off"},
    )
    reason = TextAreaField(
        _l("退款原因"),
        validators=[InputRequired(_l("请写明退款原因。")), Length(max=400)],
        render_kw={"rows": 2},
    )


class DecisionForm(PageForm):
    """A manager's word on a refund."""

    approved = HiddenField()
    comment = StringField(_l("意见"), validators=[Optional(), Length(max=400)])


class ReturnForm(PageForm):
    """The bank's line by which a transfer went back."""

    returned_on = DateField(
        _l("退回日期"), validators=[InputRequired(_l("请填写退回日期。"))]
    )
    bank_line = StringField(
        _l("银行流水号"),
        validators=[InputRequired(_l("请填写流水号。")), Length(max=60)],
        render_kw={"autocomplete": "off"},
    )


@bp.post("")
@staff("clerk", "manager")
def ask(order_id: UUID) -> ResponseReturnValue:
    """Put a refund to a manager."""
    order = _order(order_id)
    form, lines = RefundForm.sent(), refund_parts.typed()
    if not form.validate():
        return _wrong(order_id, form)
    amount = sum(one.amount_fen for one in lines) or fen(form.amount.data or "")
    asked = RefundAsk(
        _uuid(form.payment.data), Fen(amount), str(form.reason.data), lines
    )
    with desk.begin() as work:
        services.ask_refund(
            work,
            desk.association(),
            order_id,
            asked,
            certified=returning.certified(order),
        )
    flash(_("退款已提交，等待负责人同意。"), "ok")
    return _back(order_id)


@bp.post("/decline")
@staff("clerk", "manager")
def decline(order_id: UUID) -> ResponseReturnValue:
    """Say no to what a learner asked to have back, with the reason."""
    _order(order_id)
    form = DecisionForm.sent()
    if not form.validate():
        return _wrong(order_id, form)
    with desk.begin() as work:
        wishes.decline(work, desk.association(), order_id, form.comment.data or "")
    flash(_("已答复学员。"), "ok")
    return _back(order_id)


@bp.post("/<uuid:refund_id>/decide")
@staff("manager")
def decide(order_id: UUID, refund_id: UUID) -> ResponseReturnValue:
    """Agree or not; what is agreed to goes to the provider at once."""
    order, refund = _refund(order_id, refund_id)
    form = DecisionForm.sent()
    approved, comment = form.approved.data == "1", (form.comment.data or "").strip()
    if not form.validate():
        return _wrong(order_id, form)
    if not approved and not comment:
        raise Refused("approval.no_comment")
    with desk.begin() as work:
        services.decide_refund(
            work,
            desk.association(),
            refund_id,
            (approved, comment),
            certified=returning.certified(order),
        )
    if not approved:
        flash(_("已退回这笔退款申请。"), "ok")
    elif refund.provider in ONLINE:
        _send(refund_id)
    else:
        flash(_("已同意。请在银行退回款项，然后登记银行流水号。"), "ok")
    return _back(order_id)


def _send(refund_id: UUID) -> None:
    """Tell the provider; what goes unanswered is asked again by the clock's work."""
    sending = queries.sending_refund(desk.reading(), refund_id)
    if sending is None:
        return
    port = desk.port(Checkout)
    try:
        seen = port.refund(sending)
    except Unavailable:
        flash(_("已同意。支付平台暂未应答，系统会自动继续。"), "info")
        return
    except Refused:
        with desk.begin() as work:
            services.fail_refund(work, refund_id)
        flash(_("支付平台没有受理这笔退款。"), "bad")
        return
    with desk.begin() as work:
        state = services.settle_refund(work, refund_id, seen)
    done = state is RefundState.DONE
    flash(_("款项已退回。") if done else _("支付平台正在退款。"), "ok")


@bp.post("/<uuid:refund_id>/returned")
@staff("clerk", "manager")
def returned(order_id: UUID, refund_id: UUID) -> ResponseReturnValue:
    """Record the bank's line of a transfer that went back."""
    _refund(order_id, refund_id)
    form = ReturnForm.sent()
    if not form.validate() or form.returned_on.data is None:
        return _wrong(order_id, form)
    if form.returned_on.data > desk.today():
        raise Refused("refund.day")
    with desk.begin() as work:
        services.record_return(
            work,
            desk.association(),
            refund_id,
            str(form.bank_line.data),
            form.returned_on.data,
        )
    flash(_("已登记退回。"), "ok")
    return _back(order_id)


def _order(order_id: UUID) -> OrderCard:
    return queries.order_of(desk.reading(), desk.association(), order_id)


def _refund(order_id: UUID, refund_id: UUID) -> tuple[OrderCard, RefundCard]:
    order = _order(order_id)
    for one in queries.refunds(desk.reading(), order.id):
        if one.id == refund_id:
            return order, one
    raise NotFound("refund.unknown")


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise NotFound("payment.unknown") from error


def _wrong(order_id: UUID, form: PageForm) -> ResponseReturnValue:
    """Say what is missing, on the order's page."""
    for errors in form.errors.values():
        flash(str(errors[0]), "bad")
    return _back(order_id)


def _back(order_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("console_orders.order", order_id=order_id), 303)

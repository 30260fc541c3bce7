"""What the company buys: its quotes, orders and seats at a glance, and how it pays."""

from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue import queries as catalogue
from lms.commerce import queries, services
from lms.commerce.queries import OrderCard, invoices
from lms.commerce.queries import offers as cheaper
from lms.commerce.rules import OrderState, RefundState
from lms.commerce.services import CheckoutPlan, wishes
from lms.commerce.services.wishes import WishAsk
from lms.kernel.errors import Refused
from lms.reports import seats as reports
from lms.web import company_words, desk, offer_words, order_words, paying, returning
from lms.web.doors import staff
from lms.web.employer.parts import acting_company, acting_for, bp
from lms.web.errors import wants_json
from lms.web.messages import words
from lms.web.shop.wishes import WishForm, returns, ticked


@bp.get("/buying")
@staff("employer")
def buying() -> ResponseReturnValue:
    """Show the company's quotes, orders and seats."""
    employer_id, session = acting_company(), desk.reading()
    return render_template(
        "employer/buying.html",
        acting=acting_for(),
        quotes=queries.quotes_for(session, employer_id, desk.today(), limit=20),
        orders=queries.company_orders(session, employer_id),
        lines=queries.seat_lines(session, employer_id),
        use=reports.in_use(session, employer_id),
        said=company_words,
        words=order_words,
    )


@bp.get("/orders/<uuid:order_id>")
@staff("employer")
def order(order_id: UUID) -> ResponseReturnValue:
    """Show an order of the company as it stands."""
    return _page(queries.company_order(desk.reading(), acting_company(), order_id))


def _page(
    shown: OrderCard,
    form: WishForm | None = None,
    chosen: frozenset[UUID] = frozenset(),
) -> str:
    session = desk.reading()
    left = (shown.expires_at - desk.now()).total_seconds()
    return render_template(
        "employer/order.html",
        acting=acting_for(),
        order=shown,
        bought=queries.purchase(session, shown.id),
        invoice=invoices.standing_of(session, [shown.id]).get(shown.id),
        mine=shown.person_id == desk.me(),
        lines=queries.unused_seats(session, shown.id),
        notes={line.id: [_("%(n)s 个席位", n=line.quantity)] for line in shown.lines},
        refunds=[
            one
            for one in queries.refunds(session, shown.id)
            if one.state in {RefundState.SENDING, RefundState.DONE}
        ],
        returns=returns(shown, form, chosen),
        rule=offer_words.clauses(
            cheaper.refund_policy(session, shown.association_id, desk.today())
        ),
        why=offer_words.WHY,
        association=catalogue.association_at(
            session, shown.association_id, shown.placed_at
        ),
        words=order_words,
        seconds_left=max(0, int(left)),
        back=request.args.get("paid") == "1",
        ways=paying.seller(shown.association_id).ways,
        play=desk.settings().play,
        code=paying.code(shown.attempt),
        elsewhere=paying.leave_wechat(),
    )


@bp.post("/orders/<uuid:order_id>/refund")
@staff("employer")
def order_wish(order_id: UUID) -> ResponseReturnValue:
    """Ask the association for the money of seats that nobody uses."""
    employer_id = acting_company()
    shown = queries.company_order(desk.reading(), employer_id, order_id)
    form, chosen = WishForm.sent(), ticked()
    if not form.validate():
        return _page(shown, form, chosen), 422
    asked = WishAsk(chosen, str(form.reason.data))
    try:
        with desk.begin() as work:
            wishes.wish(
                work,
                desk.me(),
                order_id,
                asked,
                certified=returning.certified(shown),
                employer_id=employer_id,
            )
    except Refused as no:
        form.form_errors.append(words(no.code, no.facts))
        return _page(shown, form, chosen), 422
    flash(_("退款申请已提交，协会核对后答复您。"), "ok")
    return redirect(url_for("employer.order", order_id=order_id), 303)


@bp.post("/orders/<uuid:order_id>/refund/withdraw")
@staff("employer")
def order_wish_back(order_id: UUID) -> ResponseReturnValue:
    """Take back what the company asked for."""
    employer_id = acting_company()
    with desk.begin() as work:
        wishes.withdraw(work, desk.me(), order_id, employer_id)
    flash(_("已撤回退款申请。"), "ok")
    return redirect(url_for("employer.order", order_id=order_id), 303)


@bp.post("/orders/<uuid:order_id>/pay")
@staff("employer")
def order_pay(order_id: UUID) -> ResponseReturnValue:
    """Send the agent to the payment page; the intent is written first."""
    employer_id = acting_company()
    shown = queries.company_order(desk.reading(), employer_id, order_id)
    merchant = paying.seller(shown.association_id).code

    def begin() -> CheckoutPlan:
        with desk.begin() as work:
            return services.begin_payment(
                work,
                desk.me(),
                order_id,
                request.form.get("method", ""),
                employer_id=employer_id,
                merchant=merchant,
            )

    return paying.pay(begin, url_for("employer.order", order_id=order_id))


@bp.post("/orders/<uuid:order_id>/check")
@staff("employer")
def order_check(order_id: UUID) -> ResponseReturnValue:
    """Ask the provider how the payment stands, and settle what it says."""
    employer_id = acting_company()
    shown = queries.company_order(desk.reading(), employer_id, order_id)
    if shown.attempt is not None:
        paying.look(shown.attempt)
    shown = queries.company_order(desk.reading(), employer_id, order_id)
    waiting = shown.state is OrderState.PENDING
    if wants_json():
        return jsonify(state=shown.state.value, waiting=waiting)
    if waiting:
        flash(_("还没有收到付款结果。到账后会自动开通席位，无需重复付款。"), "info")
    return redirect(url_for("employer.order", order_id=order_id), 303)


@bp.post("/orders/<uuid:order_id>/cancel")
@staff("employer")
def order_cancel(order_id: UUID) -> ResponseReturnValue:
    """Give up an unpaid order; its payment page is closed first."""
    employer_id = acting_company()
    shown = queries.company_order(desk.reading(), employer_id, order_id)
    if shown.state is OrderState.PENDING and shown.attempt is not None:
        paying.look(shown.attempt, close=True)
    with desk.begin() as work:
        services.cancel(work, desk.me(), order_id, employer_id=employer_id)
    flash(_("订单已取消。"), "ok")
    return redirect(url_for("employer.order", order_id=order_id), 303)


@bp.post("/orders/<uuid:order_id>/transfer")
@staff("employer")
def order_transferred(order_id: UUID) -> ResponseReturnValue:
    """Note that the company says to have sent the money by bank."""
    employer_id = acting_company()
    with desk.begin() as work:
        services.declare_transfer(work, desk.me(), order_id, employer_id=employer_id)
    flash(_("已登记。协会核对到账后开通席位，请保留转账回单。"), "ok")
    return redirect(url_for("employer.order", order_id=order_id), 303)

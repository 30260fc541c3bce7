"""A person's cart, checkout and orders. The page after payment only reads."""

from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue import queries as catalogue
from lms.commerce import queries, services
from lms.commerce.queries import OrderCard
from lms.commerce.queries import offers as cheaper
from lms.commerce.rules import OfferKind, OrderState, RefundState
from lms.commerce.services import CheckoutPlan, coupons, wishes
from lms.commerce.services.wishes import WishAsk
from lms.kernel.errors import NotFound, Refused
from lms.kernel.money import Fen
from lms.people import queries as people
from lms.web import desk, offer_words, order_words, paying, returning
from lms.web.account.profile_parts import by_account
from lms.web.doors import learner
from lms.web.errors import wants_json
from lms.web.forms import PageForm
from lms.web.limits import limiter
from lms.web.messages import words
from lms.web.shop import class_places
from lms.web.shop.wishes import WishForm, returns, ticked

bp = Blueprint("shop", __name__, url_prefix="/shop")

_COMPLETE = 100
_DIGITS = 12


@bp.get("/cart")
@learner
def cart() -> ResponseReturnValue:
    """Show what was chosen."""
    shown = queries.cart(desk.reading(), desk.me(), desk.today())
    return render_template(
        "shop/cart.html",
        cart=shown,
        houses=_houses(shown),
        classes=class_places.of_cart(shown),
        words=words,
    )


@bp.post("/cart/items")
@learner
def add() -> ResponseReturnValue:
    """Put a course or a package into the cart."""
    kind, offer_id = _offer()
    with desk.begin() as work:
        services.add(work, desk.me(), kind, offer_id)
    flash(_("已加入购物车。"), "ok")
    return redirect(url_for("shop.cart"), 303)


def _offer() -> tuple[OfferKind, UUID]:
    """Read what was chosen from the form.

    Raises: NotFound for what cannot be an offer.
    """
    try:
        return OfferKind(request.form.get("kind", "")), UUID(
            request.form.get("offer_id", "")
        )
    except ValueError as error:
        raise NotFound("offer.unknown") from error


@bp.post("/cart/items/<uuid:item_id>/remove")
@learner
def remove(item_id: UUID) -> ResponseReturnValue:
    """Take something out of the cart."""
    with desk.begin() as work:
        services.remove(work, desk.me(), item_id)
    return redirect(url_for("shop.cart"), 303)


@bp.get("/checkout")
@learner
def checkout() -> ResponseReturnValue:
    """Show what would be ordered, and whether the profile allows it."""
    session = desk.reading()
    shown = queries.cart(session, desk.me(), desk.today())
    if not shown.ready:
        return redirect(url_for("shop.cart"), 303)
    complete = people.completeness(session, desk.me())
    return render_template(
        "shop/checkout.html",
        cart=shown,
        houses=_houses(shown),
        classes=class_places.of_cart(shown),
        problem=words(shown.coupon_problem, {}) if shown.coupon_problem else "",
        rules={
            each: _rule(each)
            for each in {item.association_id for item in shown.ready}
            if each is not None
        },
        complete=complete,
        ready=complete.percent >= _COMPLETE,
        form=PageForm.blank(),
    )


@bp.post("/checkout/coupon")
@learner
@limiter.limit("30/hour", key_func=by_account)
def coupon() -> ResponseReturnValue:
    """Keep a code, if it takes something off; an empty one takes it away."""
    try:
        with desk.begin() as work:
            kept = coupons.enter(work, desk.me(), request.form.get("code", "")[:60])
    except Refused as no:
        flash(words(no.code, no.facts), "bad")
    else:
        flash(_("优惠码已生效，价格已更新。") if kept else _("已不用优惠码。"), "ok")
    return redirect(url_for("shop.checkout"), 303)


@bp.post("/checkout")
@learner
def place() -> ResponseReturnValue:
    """Place the orders that were shown."""
    try:
        with desk.begin() as work:
            placed = services.place_order(
                work,
                desk.me(),
                revision=_number("revision"),
                total_fen=Fen(_number("total_fen")),
            )
    except Refused as no:
        if not no.code.startswith("class."):
            raise
        flash(words(no.code, no.facts), "bad")
        return redirect(url_for("shop.cart"), 303)
    if len(placed) > 1:
        flash(
            _("课程来自多个协会，已分成 %(n)s 个订单，请分别付款。", n=len(placed)),
            "info",
        )
        return redirect(url_for("shop.orders"), 303)
    return redirect(url_for("shop.order", order_id=placed[0]), 303)


def _number(name: str) -> int:
    typed = request.form.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < _DIGITS else -1


def _rule(association_id: UUID) -> list[str]:
    """Say an association's rule of refunds as it holds today."""
    found = cheaper.refund_policy(desk.reading(), association_id, desk.today())
    return offer_words.clauses(found)


def _houses(shown: queries.CartCard) -> dict[object, str]:
    """Name the associations of what is in a cart."""
    session = desk.reading()
    return {
        each: catalogue.association(session, each).name
        for each in {item.association_id for item in shown.items}
        if each is not None
    }


@bp.get("/orders")
@learner
def orders() -> ResponseReturnValue:
    """List a person's orders."""
    return render_template(
        "shop/orders.html",
        orders=queries.orders(desk.reading(), desk.me()),
        words=order_words,
        now=desk.now(),
    )


@bp.get("/orders/<uuid:order_id>")
@learner
def order(order_id: UUID) -> ResponseReturnValue:
    """Show an order as it stands; after payment too, this page asks nobody."""
    return _page(queries.order(desk.reading(), desk.me(), order_id))


def _page(
    shown: OrderCard,
    form: WishForm | None = None,
    chosen: frozenset[UUID] = frozenset(),
) -> str:
    session = desk.reading()
    refunds = [
        one
        for one in queries.refunds(session, shown.id)
        if one.state in {RefundState.SENDING, RefundState.DONE}
    ]
    return render_template(
        "shop/order.html",
        order=shown,
        refunds=refunds,
        notes=_notes(shown, {line.line_id for one in refunds for line in one.lines}),
        returns=returns(shown, form, chosen),
        why=offer_words.WHY,
        association=catalogue.association_at(
            session, shown.association_id, shown.placed_at
        ),
        words=order_words,
        rule=_rule(shown.association_id),
        now=desk.now(),
        seconds_left=max(0, int((shown.expires_at - desk.now()).total_seconds())),
        back=request.args.get("paid") == "1",
        ways=paying.seller(shown.association_id).ways,
        play=desk.settings().play,
        code=paying.code(shown.attempt),
        elsewhere=paying.leave_wechat(),
    )


def _notes(shown: OrderCard, closed: set[UUID]) -> dict[UUID, list[str]]:
    """Say of each line what it holds, and that it is closed."""
    notes: dict[UUID, list[str]] = {line.id: [] for line in shown.lines}
    for line in shown.lines:
        if line.kind is OfferKind.PACKAGE:
            count = len(line.version_ids)
            notes[line.id].append(_("套餐，含 %(n)s 门课程", n=count))
        if line.id in closed:
            notes[line.id].append(_("已退款，课程已关闭，不能再学。"))
    return notes


@bp.post("/orders/<uuid:order_id>/refund")
@learner
def wish_refund(order_id: UUID) -> ResponseReturnValue:
    """Ask the association for money back."""
    shown = queries.order(desk.reading(), desk.me(), order_id)
    form, chosen = WishForm.sent(), ticked()
    if not form.validate():
        return _page(shown, form, chosen), 422
    asked = WishAsk(chosen, str(form.reason.data))
    certified = returning.certified(shown)
    try:
        with desk.begin() as work:
            wishes.wish(work, desk.me(), order_id, asked, certified=certified)
    except Refused as no:
        form.form_errors.append(words(no.code, no.facts))
        return _page(shown, form, chosen), 422
    flash(_("退款申请已提交，协会核对后答复您。"), "ok")
    return redirect(url_for("shop.order", order_id=order_id), 303)


@bp.post("/orders/<uuid:order_id>/refund/withdraw")
@learner
def withdraw_wish(order_id: UUID) -> ResponseReturnValue:
    """Take back what one asked for."""
    with desk.begin() as work:
        wishes.withdraw(work, desk.me(), order_id)
    flash(_("已撤回退款申请。"), "ok")
    return redirect(url_for("shop.order", order_id=order_id), 303)


@bp.post("/orders/<uuid:order_id>/pay")
@learner
def pay(order_id: UUID) -> ResponseReturnValue:
    """Send the person to the payment page; the intent is written first."""
    shown = queries.order(desk.reading(), desk.me(), order_id)
    merchant = paying.seller(shown.association_id).code

    def begin() -> CheckoutPlan:
        with desk.begin() as work:
            return services.begin_payment(
                work,
                desk.me(),
                order_id,
                request.form.get("method", ""),
                merchant=merchant,
            )

    return paying.pay(begin, url_for("shop.order", order_id=order_id))


@bp.post("/orders/<uuid:order_id>/check")
@learner
def check(order_id: UUID) -> ResponseReturnValue:
    """Ask the provider how the payment stands, and settle what it says."""
    shown = queries.order(desk.reading(), desk.me(), order_id)
    if shown.attempt is not None:
        paying.look(shown.attempt)
    shown = queries.order(desk.reading(), desk.me(), order_id)
    waiting = shown.state is OrderState.PENDING
    if wants_json():
        return jsonify(state=shown.state.value, waiting=waiting)
    if waiting:
        flash(_("还没有收到付款结果。到账后会自动开通，无需重复付款。"), "info")
    return redirect(url_for("shop.order", order_id=order_id), 303)


@bp.post("/orders/<uuid:order_id>/cancel")
@learner
def cancel(order_id: UUID) -> ResponseReturnValue:
    """Give up an unpaid order; its payment page is closed first."""
    shown = queries.order(desk.reading(), desk.me(), order_id)
    if shown.state is OrderState.PENDING and shown.attempt is not None:
        paying.look(shown.attempt, close=True)
    with desk.begin() as work:
        services.cancel(work, desk.me(), order_id)
    flash(_("订单已取消。"), "ok")
    return redirect(url_for("shop.order", order_id=order_id), 303)


@bp.post("/orders/<uuid:order_id>/transfer")
@learner
def transferred(order_id: UUID) -> ResponseReturnValue:
    """Note that the person says to have sent the money by bank."""
    with desk.begin() as work:
        services.declare_transfer(work, desk.me(), order_id)
    flash(_("已登记。协会核对到账后开通课程，请保留转账回单。"), "ok")
    return redirect(url_for("shop.order", order_id=order_id), 303)

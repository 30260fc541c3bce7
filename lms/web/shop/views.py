"""A person's cart, checkout and orders. The page after payment only reads."""

from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue import queries as catalogue
from lms.commerce import queries, services
from lms.commerce.ports import Checkout, CheckoutAsked
from lms.commerce.queries import AttemptCard
from lms.commerce.rules import OfferKind, OrderState, RefundState
from lms.commerce.services import CheckoutPlan, Outcome
from lms.kernel.errors import NotFound, Refused
from lms.kernel.money import Fen
from lms.people import queries as people
from lms.web import desk, order_words
from lms.web.doors import learner
from lms.web.errors import wants_json
from lms.web.forms import PageForm

bp = Blueprint("shop", __name__, url_prefix="/shop")

_COMPLETE = 100
_DIGITS = 12


@bp.get("/cart")
@learner
def cart() -> ResponseReturnValue:
    """Show what was chosen."""
    shown = queries.cart(desk.reading(), desk.me())
    return render_template("shop/cart.html", cart=shown, houses=_houses(shown))


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
    shown = queries.cart(session, desk.me())
    if not shown.ready:
        return redirect(url_for("shop.cart"), 303)
    complete = people.completeness(session, desk.me())
    return render_template(
        "shop/checkout.html",
        cart=shown,
        houses=_houses(shown),
        complete=complete,
        ready=complete.percent >= _COMPLETE,
        form=PageForm.blank(),
    )


@bp.post("/checkout")
@learner
def place() -> ResponseReturnValue:
    """Place the orders that were shown."""
    with desk.begin() as work:
        placed = services.place_order(
            work,
            desk.me(),
            revision=_number("revision"),
            total_fen=Fen(_number("total_fen")),
        )
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
    session = desk.reading()
    shown = queries.order(session, desk.me(), order_id)
    stripe = desk.settings().stripe
    return render_template(
        "shop/order.html",
        order=shown,
        refunds=[
            one
            for one in queries.refunds(session, shown.id)
            if one.state in {RefundState.SENDING, RefundState.DONE}
        ],
        association=catalogue.association(session, shown.association_id),
        words=order_words,
        now=desk.now(),
        seconds_left=max(0, int((shown.expires_at - desk.now()).total_seconds())),
        back=request.args.get("paid") == "1",
        payments_ready=stripe.ready,
        play=stripe.stand_in,
    )


@bp.post("/orders/<uuid:order_id>/pay")
@learner
def pay(order_id: UUID) -> ResponseReturnValue:
    """Send the person to the payment page; the intent is written first."""
    with desk.begin() as work:
        plan = services.begin_payment(
            work, desk.me(), order_id, request.form.get("method", "")
        )
    attempt = plan.attempt
    if attempt.url is None:
        return redirect(_reachable(_open(plan)), 303)
    if attempt.expires_at <= desk.now():
        _look(attempt)
        return redirect(url_for("shop.order", order_id=order_id), 303)
    return redirect(_reachable(attempt.url), 303)


def _reachable(url: str) -> str:
    """Give a payment page's address as this visitor can reach it."""
    return desk.settings().payment_page(url, request.host)


def _open(plan: CheckoutPlan) -> str:
    """Ask the provider for a page, and write down where it is."""
    settings = desk.settings()
    # The framework has turned away every host that the settings do not name.
    base = request.host_url if settings.stripe.stand_in else settings.base_url
    there = base.rstrip("/") + url_for("shop.order", order_id=plan.order_id)
    asked = CheckoutAsked(
        key=plan.attempt.key,
        order_id=str(plan.order_id),
        attempt_id=str(plan.attempt.id),
        number=plan.number,
        lines=tuple((line.title, line.price_fen) for line in plan.lines),
        currency=plan.currency,
        method=plan.attempt.method,
        expires_at=plan.attempt.expires_at,
        success_url=f"{there}?paid=1",
        cancel_url=there,
    )
    try:
        opened = desk.port(Checkout).open(asked)
    except Refused:
        with desk.begin() as work:
            services.note_refused(work, plan.attempt.id)
        raise
    with desk.begin() as work:
        services.note_opened(work, plan.attempt.id, opened)
    return opened.url


@bp.post("/orders/<uuid:order_id>/check")
@learner
def check(order_id: UUID) -> ResponseReturnValue:
    """Ask the provider how the payment stands, and settle what it says."""
    shown = queries.order(desk.reading(), desk.me(), order_id)
    if shown.attempt is not None:
        _look(shown.attempt)
    shown = queries.order(desk.reading(), desk.me(), order_id)
    waiting = shown.state is OrderState.PENDING
    if wants_json():
        return jsonify(state=shown.state.value, waiting=waiting)
    if waiting:
        flash(_("还没有收到付款结果。到账后会自动开通，无需重复付款。"), "info")
    return redirect(url_for("shop.order", order_id=order_id), 303)


def _look(attempt: AttemptCard, *, close: bool = False) -> Outcome | None:
    """Read a payment from the provider and settle it; `close` ends it first."""
    if attempt.session_id is None:
        return None
    port = desk.port(Checkout)
    seen = (port.expire if close else port.read)(attempt.session_id)
    with desk.begin() as work:
        return services.settle(work, seen, live=port.live)


@bp.post("/orders/<uuid:order_id>/cancel")
@learner
def cancel(order_id: UUID) -> ResponseReturnValue:
    """Give up an unpaid order; its payment page is closed first."""
    shown = queries.order(desk.reading(), desk.me(), order_id)
    if shown.state is OrderState.PENDING and shown.attempt is not None:
        _look(shown.attempt, close=True)
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

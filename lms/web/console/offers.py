"""优惠: coupons with their codes, tiers for many seats, and prices of members."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.commerce.queries import offers as queries
from lms.commerce.queries.offers import CouponCard, DealCard, UseCard
from lms.commerce.rules.offers import DealKind, DealState
from lms.commerce.services import coupons, deals
from lms.commerce.services.bargains import COUPONS, DEALS
from lms.kernel.errors import LmsError, Refused
from lms.web import desk, offer_words
from lms.web.console.offer_forms import CouponForm, MemberPriceForm, TierForm, on_sale
from lms.web.console.sheets import Cell, Column, exported, yuan_cell
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint("console_offers", __name__, url_prefix="/console/offers")


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """Show what is cheaper, for whom and until when."""
    return _page()


def _page(
    coupon: CouponForm | None = None,
    tier: TierForm | None = None,
    price: MemberPriceForm | None = None,
    faults: tuple[str, ...] = (),
) -> str:
    session, ours = desk.reading(), desk.association()
    today = desk.today()
    return render_template(
        "console/offers.html",
        coupons=queries.coupons(session, ours),
        tiers=queries.deals(session, ours, DealKind.TIER),
        prices=queries.deals(session, ours, DealKind.MEMBER),
        titles=dict(on_sale()),
        coupon=coupon or CouponForm.fresh(),
        tier=tier or TierForm.blank(from_on=today),
        price=price or MemberPriceForm.blank(from_on=today).choose(),
        opened="coupon" if coupon else "tier" if tier else "price" if price else "",
        faults=faults,
        said=offer_words,
        me=desk.me(),
        today=today,
    )


def _faults(no: LmsError) -> tuple[str, ...]:
    return tuple(words(code, no.facts) for code in no.reasons or (no.code,))


def _told(state: DealState) -> None:
    if state is DealState.ASKED:
        flash(_("已提交，等待另一位负责人同意后生效。"), "ok")
    else:
        flash(_("已生效。"), "ok")


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give coupons, tiers and prices of members as a table; it goes on the record."""
    session, ours = desk.reading(), desk.association()
    columns = (
        Column(_("种类")), Column(_("名称"), width=24), Column(_("优惠"), width=36),
        Column(_("开始日期"), "day"), Column(_("结束日期"), "day"),
        Column(_("状态")), Column(_("最低金额（元）"), "money"),
        Column(_("适用于"), width=40), Column(_("可用次数"), "count"),
        Column(_("已用次数"), "count"),
    )  # fmt: skip
    titles = dict(on_sale())
    rows = [_coupon_cells(one, titles) for one in queries.coupons(session, ours)]
    for kind, word in ((DealKind.TIER, _("多人优惠")), (DealKind.MEMBER, _("会员价"))):
        found = queries.deals(session, ours, kind)
        rows.extend(_deal_cells(one, word, titles) for one in found)
    filters = ((_("范围"), _("优惠券、多人优惠和会员价，含已停用的")),)
    return exported(_("优惠"), columns, rows, "deal.exported", filters)


def _coupon_cells(one: CouponCard, titles: dict[str, str]) -> tuple[Cell, ...]:
    only = offer_words.titled(one.offers, titles) if one.offers else _("全部")
    return (
        _("优惠券"), one.title, offer_words.worth(one.percent, one.amount_fen),
        one.from_on, one.until_on,
        str(offer_words.standing(one, desk.today())[0]),
        yuan_cell(one.minimum_fen), only, one.total, one.used,
    )  # fmt: skip


def _deal_cells(one: DealCard, word: str, titles: dict[str, str]) -> tuple[Cell, ...]:
    return (
        word, "", offer_words.deal(one, titles), one.from_on, one.until_on,
        str(offer_words.standing(one, desk.today())[0]), None, "", None, None,
    )  # fmt: skip


@bp.post("/coupons")
@staff("clerk", "manager")
def make_coupon() -> ResponseReturnValue:
    """Make a coupon; it counts once a second person agrees."""
    form = CouponForm.sent().choose()
    if not form.validate():
        return _page(coupon=form), 422
    try:
        with desk.begin() as work:
            made = coupons.make_coupon(work, desk.association(), form.facts())
    except LmsError as no:
        return _page(coupon=form, faults=_faults(no)), 422
    ours = queries.coupons(desk.reading(), desk.association())
    _told(next(one.state for one in ours if one.id == made))
    return redirect(url_for("console_offers.index"), 303)


@bp.post("/tiers")
@staff("clerk", "manager")
def make_tier() -> ResponseReturnValue:
    """Make a tier for many seats."""
    form = TierForm.sent()
    return _deal(form, "tier") if form.validate() else (_page(tier=form), 422)


@bp.post("/prices")
@staff("clerk", "manager")
def make_price() -> ResponseReturnValue:
    """Say what members pay."""
    form = MemberPriceForm.sent().choose()
    return _deal(form, "price") if form.validate() else (_page(price=form), 422)


def _deal(form: TierForm | MemberPriceForm, which: str) -> ResponseReturnValue:
    try:
        with desk.begin() as work:
            deals.make_deal(work, desk.association(), form.facts())
    except Refused as no:
        if isinstance(form, TierForm):
            return _page(tier=form, faults=_faults(no)), 422
        return _page(price=form, faults=_faults(no)), 422
    flash(_("已保存。需要另一人同意的，同意后生效。"), "ok")
    return redirect(url_for("console_offers.index") + f"#{which}", 303)


@bp.post("/coupons/<uuid:coupon_id>/decide")
@staff("manager")
def decide_coupon(coupon_id: UUID) -> ResponseReturnValue:
    """Agree to a coupon that somebody else made, or not."""
    with desk.begin() as work:
        state = COUPONS.decide(work, desk.association(), coupon_id, answer())
    flash(_("已生效。") if state is DealState.ACTIVE else _("已退回。"), "ok")
    return redirect(url_for("console_offers.index"), 303)


@bp.post("/coupons/<uuid:coupon_id>/stop")
@staff("manager")
def stop_coupon(coupon_id: UUID) -> ResponseReturnValue:
    """Let a coupon take nothing off any more."""
    with desk.begin() as work:
        COUPONS.stop(work, desk.association(), coupon_id)
    flash(_("已停用，已下的订单不受影响。"), "ok")
    return redirect(url_for("console_offers.index"), 303)


@bp.post("/coupons/<uuid:coupon_id>/codes.xlsx")
@staff("clerk", "manager")
def codes(coupon_id: UUID) -> ResponseReturnValue:
    """Give a coupon's codes as a table; it goes on the record."""
    found = queries.codes(desk.reading(), desk.association(), coupon_id)
    columns = (
        Column(_("优惠码"), width=24), Column(_("可用次数"), "count"),
        Column(_("已用次数"), "count"),
    )  # fmt: skip
    return exported(_("优惠码"), columns, map(_cells, found), "coupon.codes_exported")


def _cells(one: UseCard) -> tuple[Cell, ...]:
    return one.code, one.total, one.used


def answer() -> tuple[bool, str]:
    """Read a manager's word.

    Raises: Refused for a no without a reason.
    """
    approved = request.form.get("approved") == "1"
    comment = request.form.get("comment", "").strip()[:400]
    if not approved and not comment:
        raise Refused("approval.no_comment")
    return approved, comment


@bp.post("/deals/<uuid:deal_id>/decide")
@staff("manager")
def decide_deal(deal_id: UUID) -> ResponseReturnValue:
    """Agree to a rule that somebody else made, or not."""
    with desk.begin() as work:
        state = deals.decide_deal(work, desk.association(), deal_id, answer())
    flash(_("已生效。") if state is DealState.ACTIVE else _("已退回。"), "ok")
    return _back()


@bp.post("/deals/<uuid:deal_id>/stop")
@staff("manager")
def stop_deal(deal_id: UUID) -> ResponseReturnValue:
    """End a rule at once."""
    with desk.begin() as work:
        DEALS.stop(work, desk.association(), deal_id)
    flash(_("已停用，已下的订单不受影响。"), "ok")
    return _back()


def _back() -> ResponseReturnValue:
    to = "console_refund_rules" if request.form.get("to") == "refunds" else bp.name
    return redirect(url_for(f"{to}.index"), 303)

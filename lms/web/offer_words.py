"""How prices, coupons and the rule of refunds are said."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.commerce.queries.offers import CouponCard, DealCard
from lms.commerce.rules.offers import DealKind, DealState
from lms.commerce.rules.refunding import RefundMode, RefundPolicy
from lms.kernel.money import Fen
from lms.web.filters import listed, money

Word = tuple[LazyString, str]

STATE: Mapping[DealState, Word] = MappingProxyType(
    {
        DealState.ASKED: (_l("待另一人同意"), "warn"),
        DealState.ACTIVE: (_l("生效"), "ok"),
        DealState.REFUSED: (_l("未同意"), "neutral"),
        DealState.STOPPED: (_l("已停用"), "neutral"),
    }
)

WHY: Mapping[str, LazyString] = MappingProxyType(
    {
        "refund.unstudied": _l("还没有开始学习，可以全退"),
        "refund.prorated": _l("按没有学完的比例退"),
        "refund.seats": _l("按没有分配的席位退"),
        "refund.seats_taken": _l("席位都已分配，先收回没有开始学习的席位"),
        "refund.begun": _l("已经开始学习，按规则不退"),
        "refund.limit": _l("学完的部分已到上限，按规则不退"),
        "refund.certified": _l("付款后已签发合格证，不能退"),
        "refund.line_closed": _l("这一项的款项已退"),
    }
)
"""Why so much of a line may go back, and not more."""


def clauses(policy: RefundPolicy) -> list[str]:
    """Say a rule of refunds in sentences, the association's own words last."""
    whole = _("没有开始学习的课程，可以全额退款。")
    if policy.mode is RefundMode.WHOLE:
        begun = _("已经开始学习的课程不退款。")
    else:
        begun = _(
            "已经开始学习的，按没有学完的比例退款；学完 %(num)s/%(den)s 后不再退款。",
            num=policy.num,
            den=policy.den,
        )
    said = [
        whole,
        begun,
        _("签发合格证后不退款；退款合计不超过实付金额。"),
        _("退款后这门课程关闭，不能再学；已经取得的学时保留。"),
    ]
    return [str(one) for one in said] + ([policy.words] if policy.words else [])


def worth(percent: int | None, amount_fen: int | None) -> str:
    """Say what a coupon takes off."""
    if percent:
        return str(_("减 %(percent)s%%", percent=percent))
    return str(_("减 %(amount)s", amount=money(Fen(amount_fen or 0))))


def standing(one: CouponCard | DealCard, today: date) -> Word:
    """Say where an offer stands on a day: what is agreed may be over, or to come."""
    if one.state is DealState.ACTIVE and one.until_on and one.until_on < today:
        return _l("已过期"), "neutral"
    if one.state is DealState.ACTIVE and one.from_on > today:
        return _l("未开始"), "info"
    return STATE[one.state]


def deal(one: DealCard, titles: Mapping[str, str]) -> str:
    """Say what a tier, or a price of members, takes off."""
    terms = one.terms
    if one.kind is DealKind.TIER:
        return str(_("满 %(n)s 人，减 %(p)s%%", n=terms["seats"], p=terms["percent"]))
    if "offer" in terms:
        title = titles.get(terms["offer"], str(_("已下架的课程")))
        return f"{title} {money(Fen(terms['price_fen']))}"
    return str(_("全部课程和套餐，减 %(p)s%%", p=terms["percent"]))


def titled(offers: tuple[str, ...], titles: Mapping[str, str]) -> str:
    """Name the courses and packages that a coupon is for."""
    gone = str(_("已下架的课程"))
    return listed([titles.get(one, gone) for one in offers])


MESSAGES: dict[str, LazyString] = {
    "coupon.code": _l("优惠码用 4 到 24 位字母或数字。"),
    "coupon.days": _l("结束日期不能早于开始日期。"),
    "coupon.early": _l("这个优惠码还没有开始使用。"),
    "coupon.gone": _l("订单过期后它的优惠码已被用完，不能按原价格开通，请退回款项。"),
    "coupon.invalid": _l("优惠券没有保存，请按提示修改。"),
    "coupon.many": _l("一次最多生成 500 个优惠码。"),
    "coupon.minimum": _l("还没有达到这个优惠码的最低金额。"),
    "coupon.not_for_these": _l("这个优惠码不适用于所选的课程。"),
    "coupon.over": _l("这个优惠码已经过期。"),
    "coupon.own_uses": _l("您已经用过这个优惠码。"),
    "coupon.taken": _l("已有同样的优惠码，请换一个。"),
    "coupon.title": _l("请填写优惠券名称。"),
    "coupon.unknown": _l("没有这个优惠码，请核对后再输入。"),
    "coupon.used_up": _l("这个优惠码已经用完。请返回结算页，看看不用它的价格。"),
    "coupon.uses": _l("请填写可用次数，每人至少 1 次。"),
    "coupon.worth": _l("折扣比例（1 到 100）和减免金额，请填其中一项。"),
    "deal.percent": _l("优惠比例请填 1 到 100。"),
    "deal.backwards": _l("生效日期太早。退款规则最早从 {day} 起，让学员事先看得到。"),
    "deal.price": _l("请填写会员价。"),
    "deal.seats": _l("人数请填 2 以上的整数。"),
    "deal.share": _l("请填写退款上限，例如 2/3。"),
    "enrolment.closed": _l("这门课已经退款，不能再学；已经取得的学时都在。"),
    "member.heads": _l(
        "没有找到表头。请写四列：名称、代码或证件号、开始日期、结束日期。"
    ),
    "member.many": _l("一次最多导入 5000 行。"),
    "member.name": _l("请填写单位名称。"),
    "member.number": _l("号码有误：应是 18 位统一社会信用代码，或 18 位身份证号。"),
    "member.row": _l("缺号码，或者日期看不懂。"),
    "member.unknown": _l("没有找到这个会员。"),
    "refund.above_rule": _l(
        "按退款规则这一项最多可退 {most} 元；要多退，请由负责人提出。"
    ),
    "refund.limit": _l("学完的部分已到退款规则的上限，不能退款。"),
    "refund.line_amount": _l("每一项的退款应大于零，且不超过它的余额 {left} 元。"),
    "refund.line_closed": _l("这一项的款项已经退过。"),
    "refund.line_unreadable": _l("请填写大于零的金额，最多两位小数。"),
    "refund.line_unknown": _l("没有找到订单里的这一项。"),
    "refund.seats_taken": _l("席位都已分配，请先收回没有开始学习的席位。"),
    "refund.seats_wrong": _l("退回的席位数超过了没有分配的席位。"),
    "refund.sum": _l("各项退款之和与退款金额不一致。"),
    "wish.no_lines": _l("请勾选要退款的课程。"),
    "wish.no_reason": _l("请写明退款原因。"),
    "wish.not_now": _l("这个订单现在不能申请退款，请刷新页面看状态。"),
    "wish.unknown": _l("这份退款申请已经答复或撤回，请刷新页面。"),
}

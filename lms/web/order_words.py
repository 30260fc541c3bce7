"""How the states of orders and money are said, and in which tone."""

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from lms.commerce.queries.wishes import WishStage
from lms.commerce.rules import (
    OrderState,
    PaymentState,
    Provider,
    RefundState,
    TransferState,
)

Word = tuple[LazyString, str]

ORDER: Mapping[OrderState, Word] = MappingProxyType(
    {
        OrderState.DRAFT: (_l("草稿"), "neutral"),
        OrderState.PENDING: (_l("待付款"), "warn"),
        OrderState.PAID: (_l("已付款"), "ok"),
        OrderState.FULFILLED: (_l("课程已开通"), "ok"),
        OrderState.PART_REFUNDED: (_l("部分退款"), "neutral"),
        OrderState.REFUNDED: (_l("已退款"), "neutral"),
        OrderState.EXPIRED: (_l("已过期"), "neutral"),
        OrderState.CANCELLED: (_l("已取消"), "neutral"),
        OrderState.HOLD: (_l("款项核对中"), "bad"),
        OrderState.PAID_LATE: (_l("过期后到账"), "ok"),
    }
)

REASONS: Mapping[str, LazyString] = MappingProxyType(
    {
        "placed": _l("提交订单"),
        "free": _l("免费课程"),
        "stripe": _l("在线支付"),
        "wechat": _l("微信支付"),
        "alipay": _l("支付宝"),
        "transfer": _l("对公转账"),
        "by_person": _l("学员取消"),
        "time": _l("超时未付款"),
        "amount": _l("到账金额与订单不符"),
        "currency": _l("到账币种与订单不符"),
        "owned_already": _l("订单内课程已开通，款项待退"),
        "coupon_gone": _l("订单过期后优惠码已用完，款项待退"),
        "class_full": _l("订单过期后上课场次已满员，款项待退"),
        "paid_twice": _l("重复付款，款项待退"),
        "refund": _l("协会退款"),
    }
)

PAYMENT: Mapping[PaymentState, Word] = MappingProxyType(
    {
        PaymentState.APPLIED: (_l("已入账"), "ok"),
        PaymentState.HELD: (_l("核对中"), "bad"),
        PaymentState.SURPLUS: (_l("多付待退"), "bad"),
        PaymentState.REFUNDED: (_l("已退回"), "neutral"),
    }
)

PROVIDER: Mapping[Provider, LazyString] = MappingProxyType(
    {
        Provider.STRIPE: _l("在线支付"),
        Provider.WECHAT: _l("微信支付"),
        Provider.ALIPAY: _l("支付宝"),
        Provider.TRANSFER: _l("对公转账"),
        Provider.NONE: _l("无需付款"),
    }
)

REFUND: Mapping[RefundState, Word] = MappingProxyType(
    {
        RefundState.ASKED: (_l("待负责人同意"), "warn"),
        RefundState.SENDING: (_l("退款办理中"), "info"),
        RefundState.DONE: (_l("已退款"), "ok"),
        RefundState.REFUSED: (_l("未同意"), "neutral"),
        RefundState.FAILED: (_l("支付平台未受理"), "bad"),
    }
)

TRANSFER: Mapping[TransferState, Word] = MappingProxyType(
    {
        TransferState.PROPOSED: (_l("待复核"), "warn"),
        TransferState.CONFIRMED: (_l("已确认"), "ok"),
        TransferState.WITHDRAWN: (_l("已撤销"), "neutral"),
    }
)

WISH: Mapping[WishStage, Word] = MappingProxyType(
    {
        WishStage.WAITING: (_l("待协会核对"), "warn"),
        WishStage.TAKEN_UP: (_l("待负责人同意"), "warn"),
        WishStage.SENDING: (_l("退款办理中"), "info"),
        WishStage.DONE: (_l("已退款"), "ok"),
        WishStage.REFUSED: (_l("未同意"), "neutral"),
        WishStage.WITHDRAWN: (_l("已撤回"), "neutral"),
    }
)

GROUPS: Mapping[str, LazyString] = MappingProxyType(
    {
        "all": _l("全部"),
        "hand": _l("待处理"),
        "declared": _l("称已转账"),
        "second": _l("流水待复核"),
        "surplus": _l("多收待退"),
        "wish": _l("退款申请"),
        "refund": _l("退款待同意"),
        "bank": _l("退款待登记"),
        "pending": _l("待付款"),
        "company": _l("企业订单"),
        "paid": _l("已付款"),
        "ended": _l("已过期或取消"),
        "refunded": _l("已退款"),
    }
)
"""The groups of a list of orders, as its tabs and its file say them."""

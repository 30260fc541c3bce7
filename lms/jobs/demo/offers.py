"""The demonstration's bargains: a tier, coupons, members, and a rule of refunds."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from lms.commerce import queries
from lms.commerce.rules import OrderState
from lms.commerce.rules.offers import DealKind
from lms.commerce.services import coupons, deals, members, wishes
from lms.commerce.services.bargains import COUPONS, DEALS
from lms.commerce.services.coupons import CouponFacts
from lms.commerce.services.deals import DealFacts
from lms.commerce.services.members import MemberFacts
from lms.commerce.services.wishes import WishAsk
from lms.jobs.demo.money import Desk
from lms.jobs.demo.people import Made
from lms.kernel.clock import legal_day
from lms.kernel.money import Fen
from lms.kernel.work import Work
from lms.people import queries as people

_MEMBERS = (
    ("91110000600037341L", "示例会员建设有限公司"),
    ("91440300708461136T", "示例会员工程有限公司"),
)
_WORDS = "退款由协会审核后原路退回，一般 7 个工作日到账。"


def lay(work: Work, cast: Mapping[str, Made], desk: Desk) -> None:
    """Lay what is cheaper on the desk; one coupon waits for the second person."""
    clerk, manager = desk.at(work, "clerk", 2), desk.at(work, "manager", 2)
    since = legal_day(work.now) - timedelta(days=2)
    rules: tuple[tuple[DealKind, dict[str, Any], str], ...] = (
        (DealKind.TIER, {"seats": 10, "percent": 5}, ""),
        (DealKind.MEMBER, {"percent": 8}, ""),
        (DealKind.REFUND, {"mode": "prorated", "num": 2, "den": 3}, _WORDS),
    )
    for kind, terms, words in rules:
        made = deals.make_deal(
            clerk, desk.house, DealFacts(kind, terms, words, since, None)
        )
        DEALS.decide(manager, desk.house, made, (True, "同意"))
    year = timedelta(days=365)
    number = people.open_id_number(work.session, cast["张建国"].person_id)
    for code, name in (*_MEMBERS, (number, "张建国")):
        facts = MemberFacts(code, name, since, since + year)
        members.keep(clerk, desk.house, facts)
    members.note(clerk, desk.house, "member.list_taken", len(_MEMBERS) + 1)
    standing = CouponFacts(
        "年末学习优惠", 0, Fen(2_000), Fen(10_000), (), since, since + year, 1,
        "XUESHI2026", 100, 0,
    )  # fmt: skip
    made = coupons.make_coupon(clerk, desk.house, standing)
    COUPONS.decide(manager, desk.house, made, (True, "同意"))
    waiting = CouponFacts(
        "老学员回馈", 10, Fen(0), Fen(0), (), since, since + year, 1, "", 0, 20
    )
    coupons.make_coupon(clerk, desk.house, waiting)
    _wish(work, cast["吴难"])


def _wish(work: Work, asker: Made) -> None:
    """Let somebody who failed three times ask for money back; the desk decides."""
    order = next(
        one
        for one in queries.orders(work.session, asker.person_id)
        if one.state is OrderState.FULFILLED
    )
    lines = queries.order(work.session, asker.person_id, order.id).lines
    wishes.wish(
        replace(work, actor=asker.actor),
        asker.person_id,
        order.id,
        WishAsk(
            frozenset(one.id for one in lines),
            "考了三次没有通过，今年不再报名，申请退款。",
        ),
        certified=False,
    )

"""Coupons, rules and members at each desk, for the walk of the doors."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import update

from lms.commerce.models import Coupon, Deal
from lms.commerce.rules.offers import DealKind, DealState
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from tests.house import lives
from tests.house.lives import Things
from tests.make import offers as make

if TYPE_CHECKING:
    from tests.house.world import World


def lay(work: Work, world: World, houses: tuple[AssociationId, AssociationId]) -> None:
    """Lay a coupon and a rule in both states, and a member, at each desk."""
    here, there = houses
    for n, (which, house) in enumerate(
        (("own", here), ("same", here), ("foreign", there))
    ):
        maker = make.hand(work, house, "clerk", lives.person(work, "王守成"))
        coupon = make.asked_coupon(maker, house, code=f"WALK{n}")
        deal = make.deal(maker, house, DealKind.TIER, {"seats": 10, "percent": 5})
        world.things["staff"][which] |= {
            "coupon_id": coupon,
            "deal_id": deal,
            "member_id": make.member(maker, house, n),
        }
    standing: Things = {
        "coupon_id": _standing(work, here, "WALK9"),
        "deal_id": _rule(work, here),
    }
    world.instead["console_offers.stop_coupon"] = standing
    world.instead["console_offers.stop_deal"] = standing


def _standing(work: Work, house: AssociationId, code: str) -> UUID:
    maker = make.hand(work, house, "clerk", lives.person(work, "王守成"))
    made = make.asked_coupon(maker, house, code=code)
    work.session.execute(
        update(Coupon).where(Coupon.id == made).values(state=DealState.ACTIVE)
    )
    return made


def _rule(work: Work, house: AssociationId) -> UUID:
    maker = make.hand(work, house, "clerk", lives.person(work, "王守成"))
    made = make.deal(maker, house, DealKind.TIER, {"seats": 20, "percent": 8})
    work.session.execute(
        update(Deal).where(Deal.id == made).values(state=DealState.ACTIVE)
    )
    return made

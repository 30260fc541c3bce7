"""What coupons did for the orders that were paid."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.commerce.models import Coupon, CouponUse, Order
from lms.kernel.clock import start_of
from lms.kernel.ids import AssociationId


@dataclass(frozen=True, slots=True)
class CouponSums:
    """What a coupon did for orders that were paid. Units: fen."""

    title: str
    orders: int
    cut_fen: int
    paid_fen: int


def by_coupon(
    session: Session, house: AssociationId, since: date, until: date
) -> tuple[CouponSums, ...]:
    """Say which coupons made orders cheaper that were paid in the time asked for.

    By the day an order was paid; what went back is off. An order that went back whole
    before study gave its use back and is not counted.
    """
    after = date.fromordinal(until.toordinal() + 1)
    rows = session.execute(
        select(
            Coupon.title,
            func.count().label("orders"),
            func.sum(CouponUse.amount_fen).label("cut"),
            func.sum(Order.total_fen - Order.refunded_fen).label("paid"),
        )
        .join(CouponUse, CouponUse.coupon_id == Coupon.id)
        .join(Order, Order.id == CouponUse.order_id)
        .where(
            Coupon.association_id == house,
            CouponUse.freed_at.is_(None),
            Order.paid_at >= start_of(since),
            Order.paid_at < start_of(after),
        )
        .group_by(Coupon.id, Coupon.title)
        .order_by(func.sum(CouponUse.amount_fen).desc(), Coupon.title)
    )
    return tuple(
        CouponSums(row.title, row.orders, int(row.cut), int(row.paid)) for row in rows
    )

"""What was bought under two accounts of one person becomes one person's."""

from sqlalchemy import select

from lms.commerce.models import CouponUse, Invoice, Member, Order, Seat
from lms.kernel.ids import PersonId
from lms.kernel.moving import move
from lms.kernel.work import Work


def take_over(work: Work, goes: PersonId, stays: PersonId) -> dict[str, int]:
    """Move orders with all that hangs on them, invoices, seats and memberships.

    A seat in a line where who stays sits already stays behind, and the company can
    take it back. A cart is nobody's record: it stays behind too.
    """
    # Money that comes in this moment waits, and finds the order with who stays.
    work.session.scalars(
        select(Order.id)
        .where(Order.person_id == goes)
        .order_by(Order.id)
        .with_for_update()
    ).all()
    moved = {
        "orders": move(work, Order, goes, stays),
        "invoices": move(work, Invoice, goes, stays),
        "seats": move(work, Seat, goes, stays, once=("line_id",)),
    }
    move(work, CouponUse, goes, stays)
    move(work, Member, goes, stays, once=("association_id", "from_on"))
    return moved

"""What was bought under two accounts of one person becomes one person's."""

from sqlalchemy import ColumnElement, delete, or_, select

from lms.commerce.models import CartItem, CouponUse, Invoice, Order, Seat
from lms.commerce.rules.seats import SeatDeed, SeatState
from lms.commerce.services.seating import note_step
from lms.evidence import services as evidence
from lms.kernel.ids import PersonId
from lms.kernel.moving import move
from lms.kernel.work import Work


def take_over(work: Work, goes: PersonId, stays: PersonId) -> dict[str, int]:
    """Move orders with all that hangs on them, invoices, seats and what was chosen.

    One person needs one seat in a line: where who stays sits already, the other's seat
    is the company's again, free. Of two carts one is made, each offer once.
    """
    session = work.session
    # Money that comes in this moment waits, and finds the order with who stays.
    session.scalars(
        select(Order.id).where(_theirs(goes)).order_by(Order.id).with_for_update()
    ).all()
    moved = {
        "orders": move(work, Order, goes, stays),
        "invoices": move(work, Invoice, goes, stays),
        "seats": move(work, Seat, goes, stays, once=("line_id",)),
        "seats_freed": _free_second(work, goes),
    }
    move(work, CartItem, goes, stays, once=("kind", "offer_id"))
    session.execute(delete(CartItem).where(CartItem.person_id == goes))
    move(work, CouponUse, goes, stays)
    return moved


def _theirs(goes: PersonId) -> ColumnElement[bool]:
    """Choose the orders of who goes, and the companies' orders that seat them."""
    seated = select(Seat.order_id).where(Seat.person_id == goes)
    return or_(Order.person_id == goes, Order.id.in_(seated))


def _free_second(work: Work, goes: PersonId) -> int:
    """Give the company back each seat beside one that who stays has in the same line.

    What was studied there counts with what was studied on the other already.
    """
    seats = work.session.scalars(
        select(Seat).where(Seat.person_id == goes).order_by(Seat.id)
    ).all()
    for seat in seats:
        note_step(work, seat, SeatDeed.TAKEN_BACK)
        link = str(seat.link_id) if seat.link_id else None
        seat.state, seat.assigned_at = SeatState.FREE, None
        seat.person_id = seat.link_id = None
        evidence.note(
            work,
            f"order:{seat.order_id}",
            "seat.taken_back",
            seat=str(seat.id),
            n=seat.n,
            link=link,
        )
    work.session.flush()
    return len(seats)

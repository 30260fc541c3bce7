"""Open the seats that a company paid for, and shut them when its money goes back."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, select

from lms.commerce.models import Order, Seat, SeatStep
from lms.commerce.rules.seats import SeatDeed, SeatState
from lms.evidence import services as evidence
from lms.kernel.errors import Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work


def open_seats(work: Work, order: Order) -> int:
    """Open the seats of a locked order that is paid; again opens none. Say how many."""
    there = work.session.scalar(
        select(func.count()).select_from(Seat).where(Seat.order_id == order.id)
    )
    if there:
        return there
    rows = [
        {
            "id": new_id(),
            "order_id": order.id,
            "line_id": line.id,
            "n": n,
            "employer_id": order.employer_id,
            "association_id": order.association_id,
            "state": SeatState.FREE,
            "person_id": None,
            "link_id": None,
            "opened_at": work.now,
            "assigned_at": None,
        }
        for line in order.lines
        for n in range(1, line.quantity + 1)
    ]
    work.session.execute(insert(Seat), rows)
    evidence.note(work, f"order:{order.id}", "seats.opened", count=len(rows))
    return len(rows)


def return_seats(work: Work, order: Order, wanted: Mapping[UUID, int]) -> None:
    """Give up so many unused seats of each line of a locked order: nobody sits there.

    For whoever gives their money back: the seats go first, the money follows.

    Raises: Refused (seat.not_enough) when a line has not so many that are free.
    """
    for line_id, count in wanted.items():
        free = _in_state(work, SeatState.FREE, Seat.line_id == line_id)
        if len(free) < count:
            raise Refused("seat.not_enough", free=len(free), asked=count)
        _shut(work, order, free[-count:] if count else [])


def reopen_seats(work: Work, order: Order, wanted: Mapping[UUID, int]) -> None:
    """Open so many seats of each line again: their money did not go back after all."""
    rows: list[Seat] = []
    for line_id, count in wanted.items():
        shut = _in_state(work, SeatState.RETURNED, Seat.line_id == line_id)
        rows += shut[:count]
    for seat in rows:
        seat.state = SeatState.FREE
        note_step(work, seat, SeatDeed.REOPENED)
    work.session.flush()
    evidence.note(work, f"order:{order.id}", "seats.reopened", count=len(rows))


def _shut(work: Work, order: Order, seats: Iterable[Seat]) -> None:
    count = 0
    for seat in seats:
        seat.state = SeatState.RETURNED
        note_step(work, seat, SeatDeed.RETURNED)
        count += 1
    work.session.flush()
    evidence.note(work, f"order:{order.id}", "seats.returned", count=count)


def _in_state(work: Work, state: SeatState, which: ColumnElement[bool]) -> list[Seat]:
    return list(
        work.session.scalars(
            select(Seat)
            .where(Seat.state == state, which)
            .order_by(Seat.line_id, Seat.n)
            .execution_options(populate_existing=True)
        )
    )


def note_step(work: Work, seat: Seat, deed: SeatDeed) -> int:
    """Write down what was done with a seat; give the number of the step."""
    last = work.session.scalar(
        select(func.max(SeatStep.seq)).where(SeatStep.seat_id == seat.id)
    )
    seq = (last or 0) + 1
    work.session.add(
        SeatStep(
            seat_id=seat.id,
            seq=seq,
            deed=deed,
            person_id=seat.person_id,
            account_id=work.actor.account_id,
            at=work.now,
        )
    )
    work.session.flush()
    return seq

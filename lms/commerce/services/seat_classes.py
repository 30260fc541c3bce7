"""Choose the session of a class for who sits on a company's seat."""

from uuid import UUID

from lms.classes import queries as classes
from lms.classes import services as places
from lms.commerce.models import OrderLine
from lms.commerce.queries import line_card
from lms.commerce.services.seats import lock_seat
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound
from lms.kernel.ids import EmployerId, PersonId
from lms.kernel.work import Work
from lms.learning import services as learning
from lms.people import queries as people


def pick_session(
    work: Work, employer_id: EmployerId, seat_id: UUID, session_id: UUID
) -> None:
    """Take a place in a session for who has a seat and has not chosen; they are told.

    Raises: NotFound for a session of what the seat does not hold; Conflict; Refused
        with why not, also for who chose for themselves.
    """
    order, seat = lock_seat(work, employer_id, seat_id, ())
    line = work.session.get_one(OrderLine, seat.line_id)
    card = classes.session_card(work.session, session_id)
    if card.version_id not in line_card(line).version_ids:
        raise NotFound("class.unknown")
    if seat.person_id is None:
        raise Conflict("seat.not_now")
    person_id = PersonId(seat.person_id)
    learning.hold_head(work, person_id)
    company = people.company(work.session, employer_id).name
    places.pick(work, person_id, session_id, company)
    evidence.note(
        work,
        f"order:{order.id}",
        "seat.session_picked",
        seat=str(seat.id),
        session=str(session_id),
    )

"""Say who sits: assign a seat, take it back while unused, give it to another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.accounts import queries as account_queries
from lms.accounts import services as accounts
from lms.classes import services as classes
from lms.commerce import queries
from lms.commerce.models import Order, OrderLine, Seat
from lms.commerce.queries import line_card
from lms.commerce.rules.seats import Candidate, SeatDeed, SeatState, seat_objection
from lms.commerce.services.fulfilling import (
    enrol_again,
    enrol_versions,
    seat_source,
)
from lms.commerce.services.orders import lock_order
from lms.commerce.services.seating import note_step
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import EmployerId, PersonId, VersionId
from lms.kernel.work import Work, fail_point
from lms.learning import services as learning
from lms.notify import services as notify
from lms.people import queries as people
from lms.people import services as people_services
from lms.people.queries import StaffCard


@dataclass(frozen=True, slots=True)
class Assigned:
    """How many got a seat, and who did not and why. `percent`: of the profile.

    PII: names.
    """

    count: int
    passed: tuple[tuple[str, str, int], ...] = ()


def assign(
    work: Work, employer_id: EmployerId, line_id: UUID, link_ids: Sequence[UUID]
) -> Assigned:
    """Seat some of a company's people in a line that it paid for.

    Each gets what an own purchase gives. Who cannot have it is passed over and named;
    with too few free seats nobody is seated.

    Raises: NotFound; Refused (seat.nobody, seat.not_enough).
    """
    if not link_ids:
        raise Refused("seat.nobody")
    order_id = _order_of(work, employer_id, line_id)
    staff = people.staff_some(work.session, employer_id, link_ids)
    _lock_people(work, [one.person_id for one in staff])
    order = _locked(work, employer_id, order_id)
    line = _line(order, line_id)
    free = _free_seats(work, line_id, limit=len(link_ids))
    if not free:
        # Looked at before the people are: who comes too late hears so at once.
        raise Refused("seat.not_enough", free=0, asked=len(link_ids))
    able, passed = _sorted(work, employer_id, line, staff)
    if len(free) < len(able):
        raise Refused("seat.not_enough", free=len(free), asked=len(able))
    for seat, one in zip(free, able, strict=False):
        _seat(work, order, line, seat, one)
    return Assigned(len(able), passed)


def _free_seats(work: Work, line_id: UUID, *, limit: int) -> Sequence[Seat]:
    return work.session.scalars(
        select(Seat)
        .where(Seat.line_id == line_id, Seat.state == SeatState.FREE)
        .order_by(Seat.n)
        .limit(limit)
        .execution_options(populate_existing=True)
    ).all()


def take_back(work: Work, employer_id: EmployerId, seat_id: UUID) -> None:
    """Free a seat of which nothing was studied; its course is the person's no more.

    Raises: NotFound; Conflict (seat.not_now); Refused (seat.used).
    """
    order, seat = lock_seat(work, employer_id, seat_id, ())
    _free(work, order, seat)


def reassign(work: Work, employer_id: EmployerId, seat_id: UUID, link_id: UUID) -> None:
    """Give a seat of which nothing was studied to another of the company's people.

    Raises: NotFound; Conflict (seat.not_now); Refused (seat.used), or why the other
        cannot have it: then the seat stays as it was.
    """
    staff = people.staff_some(work.session, employer_id, [link_id])
    if not staff:
        raise NotFound("link.unknown")
    others = [one.person_id for one in staff]
    order, seat = lock_seat(work, employer_id, seat_id, others)
    line = _line(order, seat.line_id)
    able, passed = _sorted(work, employer_id, line, staff)
    if passed:
        raise Refused(passed[0][1], percent=passed[0][2])
    _free(work, order, seat)
    _seat(work, order, line, seat, able[0])


def _order_of(work: Work, employer_id: UUID, line_id: UUID) -> UUID:
    found = work.session.scalar(
        select(Seat.order_id)
        .where(Seat.line_id == line_id, Seat.employer_id == employer_id)
        .limit(1)
    )
    if found is None:
        raise NotFound("seat.unknown")
    return found


def _lock_people(work: Work, persons: Iterable[PersonId]) -> None:
    """Lock persons in one order for all, before any order's row."""
    for person_id in sorted(set(persons)):
        accounts.lock_person(work, person_id)


def _locked(work: Work, employer_id: UUID, order_id: UUID) -> Order:
    """Lock an order whose seats whoever acts may give: its row guards them all."""
    order = lock_order(work, order_id)
    here = order.employer_id == employer_id
    if "clerk" in work.actor.roles and work.actor.association_id is not None:
        if not here or order.association_id != work.actor.association_id:
            raise NotFound("seat.unknown")
    elif not here:
        raise NotFound("seat.unknown")
    else:
        people_services.may_act(work, employer_id)
    return order


def lock_seat(
    work: Work, employer_id: UUID, seat_id: UUID, others: Sequence[PersonId]
) -> tuple[Order, Seat]:
    """Lock who sits, whoever is to sit, the order, and read the seat afresh."""
    known = work.session.execute(
        select(Seat.order_id, Seat.person_id).where(
            Seat.id == seat_id, Seat.employer_id == employer_id
        )
    ).first()
    if known is None:
        raise NotFound("seat.unknown")
    sitting = [PersonId(known.person_id)] if known.person_id else []
    _lock_people(work, [*sitting, *others])
    order = _locked(work, employer_id, known.order_id)
    seat = work.session.get_one(Seat, seat_id, populate_existing=True)
    if seat.state is not SeatState.ASSIGNED or seat.person_id != known.person_id:
        raise Conflict("seat.not_now")
    return order, seat


def _line(order: Order, line_id: UUID) -> OrderLine:
    return next(line for line in order.lines if line.id == line_id)


def _sorted(
    work: Work, employer_id: EmployerId, line: OrderLine, staff: Sequence[StaffCard]
) -> tuple[list[StaffCard], tuple[tuple[str, str, int], ...]]:
    """Part who may sit from who may not, and why.

    Whoever has left the company while these locks were waited for is not among them.
    """
    still = people.staff_some(work.session, employer_id, [s.link_id for s in staff])
    here = {one.link_id for one in still}
    able, passed = [], []
    for one in staff:
        known = _known(work, line, one, linked=one.link_id in here)
        problem = seat_objection(known)
        if problem:
            passed.append((one.name, problem, known.percent))
        else:
            able.append(one)
    return able, tuple(passed)


def _known(work: Work, line: OrderLine, one: StaffCard, *, linked: bool) -> Candidate:
    session, person_id = work.session, one.person_id
    problem = queries.offer_problem(
        line_card(line).version_ids,
        queries.owned_versions(session, person_id),
        queries.awaited_versions(session, person_id),
    )
    percent = people.completeness(session, person_id).percent
    return Candidate(linked, percent, problem)


def _seat(
    work: Work, order: Order, line: OrderLine, seat: Seat, one: StaffCard
) -> None:
    """Let somebody sit: exactly what an own purchase of the line would do."""
    seat.state, seat.assigned_at = SeatState.ASSIGNED, work.now
    seat.person_id, seat.link_id = one.person_id, one.link_id
    work.session.flush()
    seq = note_step(work, seat, SeatDeed.ASSIGNED)
    people_services.lock_profile(work, one.person_id, f"order:{order.id}")
    enrol_versions(work, one.person_id, _wanted(seat, line))
    _note(work, order, seat, "seat.assigned")
    account = account_queries.account_of(work.session, one.person_id)
    notify.message(
        work,
        account.id,
        "seat_assigned",
        dedupe=f"seat:{seat.id}:{seq}",
        of=order.association_id,
        company=people.company(work.session, seat.employer_id).name,
        course=line.title,
    )
    fail_point("commerce.seat.assigned")


def _free(work: Work, order: Order, seat: Seat) -> None:
    if seat.person_id is None:
        raise Conflict("seat.not_now")
    person_id = PersonId(seat.person_id)
    line = _line(order, seat.line_id)
    sources = [source for _version, source in _wanted(seat, line)]
    try:
        learning.take_back(work, person_id, sources)
    except Refused as begun:
        raise Refused("seat.used") from begun
    note_step(work, seat, SeatDeed.TAKEN_BACK)
    seat.state, seat.assigned_at = SeatState.FREE, None
    seat.person_id = seat.link_id = None
    work.session.flush()
    _note(work, order, seat, "seat.taken_back")
    # What this seat gave first, something else of the person's may give as well.
    enrol_again(work, person_id)
    versions = line_card(line).version_ids
    classes.free_unowned(work, person_id, versions)
    fail_point("commerce.seat.freed")


def _wanted(seat: Seat, line: OrderLine) -> list[tuple[VersionId, str]]:
    return [
        (version_id, seat_source(seat.id, version_id))
        for version_id in line_card(line).version_ids
    ]


def _note(work: Work, order: Order, seat: Seat, kind: str) -> None:
    evidence.note(
        work,
        f"order:{order.id}",
        kind,
        seat=str(seat.id),
        n=seat.n,
        link=str(seat.link_id) if seat.link_id else None,
    )

"""Give what was paid for: the one place where money becomes a right to study."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.classes import services as classes
from lms.commerce import queries
from lms.commerce.models import Order, OrderLine, Payment, Refund, RefundLine, Seat
from lms.commerce.queries import LineCard, line_card
from lms.commerce.rules import OPEN_REFUNDS, OrderState, PaymentState, RefundState
from lms.commerce.services import seating
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId, VersionId
from lms.kernel.money import Fen, yuan
from lms.kernel.work import Work, fail_point
from lms.learning import services as learning
from lms.notify import services as notify
from lms.people import queries as people_queries
from lms.people import services as people
from lms.policy.model import Specialty


def fulfil(work: Work, order: Order) -> None:
    """Enrol the person in all that a locked order holds, and tell them.

    Each enrolment names the order line, so that doing it again changes nothing. What a
    company paid for becomes seats.
    """
    order.paid_at = work.now
    if order.employer_id is not None:
        _open_seats(work, order)
        return
    person_id = PersonId(order.person_id)
    people.lock_profile(work, person_id, f"order:{order.id}")
    enrol_lines(work, order)
    classes.confirm(work, order.id)
    account = accounts.account_of(work.session, person_id)
    notify.message(
        work,
        account.id,
        "order_paid",
        dedupe=f"order-paid:{order.id}",
        of=order.association_id,
        number=order.number,
        total=yuan(Fen(order.total_fen)),
        courses=sum(len(line.version_ids) for line in order.lines),
    )
    fail_point("commerce.settle.before_commit")


def _open_seats(work: Work, order: Order) -> None:
    """Open a company's seats, and tell those who act for it."""
    count = seating.open_seats(work, order)
    for agent in people_queries.agents(work.session, order.employer_id or order.id):
        if agent.confirmed_at is not None:
            notify.message(
                work,
                agent.account_id,
                "seats_opened",
                dedupe=f"order-paid:{order.id}:{agent.account_id}",
                of=order.association_id,
                number=order.number,
                total=yuan(Fen(order.total_fen)),
                seats=count,
            )
    fail_point("commerce.settle.before_commit")


def enrol_lines(work: Work, order: Order, only: Collection[UUID] | None = None) -> None:
    """Enrol the person in what a locked order holds, all or only some of its lines.

    Again changes nothing.
    """
    for line in map(line_card, order.lines):
        if only is not None and line.id not in only:
            continue
        fail_point("commerce.fulfil.line")
        wanted = [(one, _source(line.id, one)) for one in line.version_ids]
        enrol_versions(work, PersonId(order.person_id), wanted)


def enrol_versions(
    work: Work, person_id: PersonId, wanted: Iterable[tuple[VersionId, str]]
) -> None:
    """Enrol a person in versions by their sources; again changes nothing.

    A course of which another version is being studied is not begun a second time.
    """
    owned = queries.owned_versions(work.session, person_id)
    # A 公共 course counts for the main specialty until the learner says otherwise.
    main = _main_specialty(work, person_id)
    for version_id, source in wanted:
        if version_id not in owned:
            learning.enrol(work, person_id, version_id, source=source, specialty=main)


def take_back_lines(work: Work, order: Order, wanted: Mapping[UUID, int]) -> None:
    """Take back what some lines of a locked order gave: courses, or so many seats.

    What was begun to be studied is closed. What is paid for twice stays open.

    Raises: Refused (seat.not_enough) when so many seats are not free.
    """
    if order.employer_id is not None:
        seating.return_seats(work, order, wanted)
        return
    person_id = PersonId(order.person_id)
    learning.take_back(work, person_id, sources(order, wanted), begun_too=True)
    work.session.flush()
    enrol_again(work, person_id)
    classes.free_unowned(work, person_id, _versions(order, wanted))


def _versions(order: Order, only: Collection[UUID]) -> list[VersionId]:
    """Name the versions in some lines of an order."""
    lines = [line_card(line) for line in order.lines if line.id in only]
    return [each for line in lines for each in line.version_ids]


def give_lines_again(work: Work, order: Order, wanted: Mapping[UUID, int]) -> None:
    """Give again what lines of a locked order gave: their money did not go back."""
    if order.employer_id is not None:
        seating.reopen_seats(work, order, wanted)
        return
    learning.give_again(work, PersonId(order.person_id), sources(order, wanted))
    enrol_lines(work, order, wanted.keys())


def sources(order: Order, only: Collection[UUID]) -> tuple[str, ...]:
    """Name the sources that the enrolments of an order's lines have."""
    return tuple(
        _source(line.id, version_id)
        for line in map(line_card, order.lines)
        if line.id in only
        for version_id in line.version_ids
    )


def _source(line_id: UUID, version_id: VersionId) -> str:
    return f"order-line:{line_id}:{version_id}"


def _main_specialty(work: Work, person_id: PersonId) -> Specialty | None:
    try:
        return people_queries.registration(work.session, person_id).main.code
    except NotFound:
        # An order needs a whole profile; money that comes later than that still counts.
        return None


def enrol_again(work: Work, person_id: PersonId) -> None:
    """Enrol a person anew in what other paid orders of theirs hold.

    An enrolment names the order that was first; when that one's money goes back, what
    was paid for twice is still paid for once. A company's seats count as well.
    """
    spoken_for = Refund.state.in_((*OPEN_REFUNDS, RefundState.DONE))
    by_line = select(RefundLine.line_id).join(Refund, Refund.id == RefundLine.refund_id)
    # Before there were lines, a refund was of the whole order.
    lined = select(RefundLine.refund_id)
    applied = select(Payment.id).where(Payment.state == PaymentState.APPLIED)
    whole = select(Refund.order_id).where(
        spoken_for, Refund.id.not_in(lined), Refund.payment_id.in_(applied)
    )
    rows = work.session.execute(
        select(Order, OrderLine.id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            Order.person_id == person_id,
            Order.employer_id.is_(None),
            Order.state.in_((OrderState.FULFILLED, OrderState.PART_REFUNDED)),
            Order.id.not_in(whole),
            OrderLine.id.not_in(by_line.where(spoken_for)),
        )
        .order_by(Order.paid_at, OrderLine.position)
    )
    for order, line_id in rows.all():
        enrol_lines(work, order, {line_id})
    for seat_id, line in _seats_of(work, person_id):
        wanted = [(one, seat_source(seat_id, one)) for one in line.version_ids]
        enrol_versions(work, person_id, wanted)


def _seats_of(work: Work, person_id: PersonId) -> list[tuple[UUID, LineCard]]:
    rows = work.session.execute(
        select(Seat.id, OrderLine)
        .join(OrderLine, OrderLine.id == Seat.line_id)
        .where(Seat.person_id == person_id)
        .order_by(Seat.assigned_at)
    )
    return [(seat_id, line_card(line)) for seat_id, line in rows]


def seat_source(seat_id: UUID, version_id: VersionId) -> str:
    """Name the source of an enrolment that a seat gave."""
    return f"seat:{seat_id}:{version_id}"

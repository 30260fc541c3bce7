"""Read what decides how much of an order may go back, line by line."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.classes.queries import sitting
from lms.commerce.models import Order, OrderLine, Refund, RefundLine
from lms.commerce.queries import offers
from lms.commerce.queries.cards import LineCard
from lms.commerce.queries.orders import line_card
from lms.commerce.queries.seats import unused_seats
from lms.commerce.rules import OPEN_REFUNDS, RefundState
from lms.commerce.rules.refunding import Highest, LineFacts, RefundPolicy, highest
from lms.kernel.ids import PersonId, VersionId
from lms.kernel.money import Fen
from lms.learning import queries as learning
from lms.learning.queries import EnrolmentCard

_SPOKEN_FOR = (*OPEN_REFUNDS, RefundState.DONE)


@dataclass(frozen=True, slots=True)
class LineReturn:
    """What of a line may go back by the rule, what is known of it, and why."""

    line: LineCard
    facts: LineFacts
    most: Highest


def returns(
    session: Session, order_id: UUID, on: date, *, certified: bool
) -> tuple[RefundPolicy, tuple[LineReturn, ...]]:
    """Say what of each line of an order may go back on a day, and by which rule."""
    order = session.get_one(Order, order_id)
    policy = offers.refund_policy(session, order.association_id, on)
    facts = line_facts(session, order)
    return policy, tuple(
        LineReturn(
            line_card(line),
            facts[line.id],
            highest(policy, facts[line.id], certified=certified),
        )
        for line in order.lines
    )


def line_facts(session: Session, order: Order) -> dict[UUID, LineFacts]:
    """Gather what is known of each line of an order."""
    gone = _gone(session, order.id)
    if order.employer_id is not None:
        counts = {one.line_id: one.count for one in unused_seats(session, order.id)}
        return {
            line.id: LineFacts(
                price_fen=Fen(line.price_fen),
                returned_fen=gone.get(line.id, (Fen(0), 0))[0],
                begun=bool(line.id in counts and counts[line.id].assigned),
                seats=line.quantity,
                free=counts[line.id].free if line.id in counts else 0,
                returned_seats=gone.get(line.id, (Fen(0), 0))[1],
            )
            for line in order.lines
        }
    own = learning.enrolments(session, PersonId(order.person_id))
    return {line.id: _own_line(session, order, line, own, gone) for line in order.lines}


def _own_line(
    session: Session,
    order: Order,
    line: OrderLine,
    own: tuple[EnrolmentCard, ...],
    gone: dict[UUID, tuple[Fen, int]],
) -> LineFacts:
    theirs = [one for one in own if one.source.startswith(f"order-line:{line.id}:")]
    begun = any(one.last_at or one.lessons_done for one in theirs)
    studied, whole = _studied(session, order, line, theirs) if begun else (0, 0)
    return LineFacts(
        price_fen=Fen(line.price_fen),
        returned_fen=gone.get(line.id, (Fen(0), 0))[0],
        closed=line.id in gone,
        begun=begun,
        studied=studied,
        whole=whole,
    )


def _studied(
    session: Session, order: Order, line: OrderLine, theirs: list[EnrolmentCard]
) -> tuple[int, int]:
    """Add up seconds: those that were studied, and those that the line asks for."""
    buyer = PersonId(order.person_id)
    by_version = {one.version_id: one for one in theirs}
    studied = whole = 0
    for each in line.version_ids:
        version_id = VersionId(UUID(each))
        lessons = catalogue.version(session, version_id).lessons
        sat = sitting.sat_in(session, buyer, [one.id for one in lessons])
        whole += sum(one.required_seconds for one in lessons)
        own = by_version.get(version_id)
        done = learning.progress(session, own.id) if own else {}
        for lesson in lessons:
            if lesson.id in sat:
                # Who sat in a class has had it, whether or not it earned anything.
                studied += lesson.required_seconds
            elif lesson.id in done:
                card = done[lesson.id]
                seconds = lesson.required_seconds if card.completed_at else 0
                studied += max(
                    seconds, min(card.credited_seconds, lesson.required_seconds)
                )
    # Begun, and nothing to measure it by: all of it counts as studied.
    return (studied, whole) if whole else (1, 1)


def _gone(session: Session, order_id: UUID) -> dict[UUID, tuple[Fen, int]]:
    """Add up what of each line went back, or is on its way: fen and seats."""
    rows = session.execute(
        select(
            RefundLine.line_id,
            func.sum(RefundLine.amount_fen),
            func.sum(RefundLine.seats),
        )
        .join(Refund, Refund.id == RefundLine.refund_id)
        .where(Refund.order_id == order_id, Refund.state.in_(_SPOKEN_FOR))
        .group_by(RefundLine.line_id)
    )
    return {line_id: (Fen(int(fen)), int(seats)) for line_id, fen, seats in rows}

"""What of a refund is for which line: judged by the association's rule, and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.commerce.models import Order, Refund, RefundLine
from lms.commerce.queries import offers
from lms.commerce.queries.refunding import line_facts
from lms.commerce.rules.refunding import (
    Highest,
    LineFacts,
    RefundPolicy,
    Wish,
    highest,
    wish_objection,
)
from lms.commerce.rules.sharing import share
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import new_id
from lms.kernel.money import Fen, yuan
from lms.kernel.work import Work


@dataclass(frozen=True, slots=True)
class LineWish:
    """What somebody wants back of a line of an order. Units: fen; seats."""

    line_id: UUID
    amount_fen: Fen
    seats: int = 0


@dataclass(frozen=True, slots=True)
class Allowed:
    """A wish that stands, with what the rule says of its line."""

    wish: LineWish
    most: Highest


def whole_order(work: Work, order: Order, left_fen: Fen) -> tuple[LineWish, ...]:
    """Part a whole payment among the lines of which something is left.

    Raises: Refused (refund.begun) while somebody sits on a seat of the order.
    """
    facts = line_facts(work.session, order)
    if any(one.seats and one.begun for one in facts.values()):
        raise Refused("refund.begun")
    open_lines = [line.id for line in order.lines if facts[line.id].left_fen]
    parts = share(left_fen, [facts[one].left_fen for one in open_lines])
    return tuple(
        LineWish(one, part, facts[one].free)
        for one, part in zip(open_lines, parts, strict=True)
        if part
    )


def judge(
    work: Work,
    order: Order,
    wishes: Sequence[LineWish],
    *,
    certified: bool,
    beyond: bool,
) -> tuple[Allowed, ...]:
    """Insist that each line may give what is wished for.

    `beyond`: a manager asks, who may go beyond the rule.

    Raises: Refused with the reason why this money stays.
    """
    facts = line_facts(work.session, order)
    policy = offers.refund_policy(
        work.session, order.association_id, legal_day(work.now)
    )
    if len({one.line_id for one in wishes}) < len(wishes):
        raise Refused("refund.line_unknown")
    return tuple(
        _judged(policy, facts, one, certified=certified, beyond=beyond)
        for one in wishes
    )


def _judged(
    policy: RefundPolicy,
    facts: dict[UUID, LineFacts],
    wish: LineWish,
    *,
    certified: bool,
    beyond: bool,
) -> Allowed:
    line = facts.get(wish.line_id)
    if line is None:
        raise Refused("refund.line_unknown")
    most = highest(policy, line, certified=certified)
    said = Wish(wish.amount_fen, wish.seats)
    problem = wish_objection(line, said, most, beyond=beyond)
    if problem:
        raise Refused(problem, left=yuan(line.left_fen), most=yuan(most.amount_fen))
    return Allowed(wish, most)


def write(work: Work, refund_id: UUID, allowed: Sequence[Allowed]) -> None:
    """Keep what of a refund is for which line, and what the rule said."""
    for one in allowed:
        work.session.add(
            RefundLine(
                id=new_id(),
                refund_id=refund_id,
                line_id=one.wish.line_id,
                amount_fen=one.wish.amount_fen,
                seats=one.wish.seats,
                most_fen=one.most.amount_fen,
                reason=one.most.reason,
            )
        )
    work.session.flush()


def kept(work: Work, order: Order, refund: Refund) -> tuple[LineWish, ...]:
    """Give what a refund is for; one from before there were lines is for them all."""
    rows = _rows(work, refund)
    if rows:
        return tuple(
            LineWish(row.line_id, Fen(row.amount_fen), row.seats) for row in rows
        )
    return whole_order(work, order, Fen(refund.amount_fen))


def went_beyond(work: Work, refund: Refund) -> bool:
    """Tell whether a refund was asked for beyond the rule."""
    return any(row.amount_fen > row.most_fen for row in _rows(work, refund))


def taken(work: Work, order: Order, refund: Refund) -> dict[UUID, int]:
    """Name the lines that a refund takes back, with how many seats of each."""
    rows = _rows(work, refund)
    if rows:
        return {row.line_id: row.seats for row in rows}
    return {line.id: line.quantity for line in order.lines}


def given_again(work: Work, order: Order, refund: Refund) -> dict[UUID, int]:
    """Name what a failed refund gives again: not what another one took back too."""
    found = taken(work, order, refund)
    if order.employer_id is not None:
        return found
    facts = line_facts(work.session, order)
    return {one: seats for one, seats in found.items() if not facts[one].closed}


def _rows(work: Work, refund: Refund) -> Sequence[RefundLine]:
    return work.session.scalars(
        select(RefundLine)
        .where(RefundLine.refund_id == refund.id)
        .order_by(RefundLine.line_id)
    ).all()

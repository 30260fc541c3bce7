"""Of which lines of an order money was that went back, as its refunds say."""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.commerce.models import MoneyLine, Refund, RefundLine
from lms.commerce.rules import RefundState


def of_lines(session: Session, payment_ids: set[UUID]) -> dict[int, dict[UUID, int]]:
    """Say of which lines each movement back was, where a refund of its amount tells.

    Shape: a movement's number to fen by line. Money that a provider sent back of its
    own accord, or before refunds had lines, is not among them.
    """
    found: dict[int, dict[UUID, int]] = {}
    for some in some_of(payment_ids):
        refunds = _refunds(session, some)
        moved = session.execute(
            select(MoneyLine.seq, MoneyLine.payment_id, MoneyLine.amount_fen)
            .where(MoneyLine.payment_id.in_(some), MoneyLine.amount_fen < 0)
            .order_by(MoneyLine.seq)
        )
        for seq, payment_id, amount in moved:
            told = refunds[payment_id]
            same = (n for n, one in enumerate(told) if sum(one.values()) == -amount)
            which = next(same, None)
            if which is not None:
                found[seq] = told.pop(which)
    return found


def _refunds(
    session: Session, payment_ids: list[UUID]
) -> dict[UUID, list[dict[UUID, int]]]:
    """List what refunds of payments are of, by line, in the order they ended."""
    rows = session.execute(
        select(Refund.id, Refund.payment_id, RefundLine.line_id, RefundLine.amount_fen)
        .join(RefundLine, RefundLine.refund_id == Refund.id)
        .where(
            Refund.payment_id.in_(payment_ids),
            Refund.state.in_((RefundState.SENDING, RefundState.DONE)),
        )
        .order_by(
            Refund.done_at.is_(None), Refund.done_at, Refund.decided_at, Refund.id
        )
    )
    found: dict[UUID, dict[UUID, dict[UUID, int]]] = defaultdict(dict)
    for refund_id, payment_id, line_id, fen in rows:
        found[payment_id].setdefault(refund_id, {})[line_id] = fen
    ordered = {one: list(refunds.values()) for one, refunds in found.items()}
    return defaultdict(list, ordered)


def some_of(ids: set[UUID]) -> Iterator[list[UUID]]:
    """Give ids in portions that one question holds."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), 500):
        yield ordered[start : start + 500]

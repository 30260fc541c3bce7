"""Lines of the bank's statements as the desk works through them.

A payer's name stands in full: an order is matched by it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from lms.commerce.models import (
    LineReturn,
    Order,
    PurchaseOrder,
    StatementImport,
    StatementLine,
    Transfer,
)
from lms.commerce.rules import TransferState
from lms.commerce.rules.matching import Reason
from lms.commerce.rules.statements import LineState, ReturnState, Shares, parts_mark
from lms.kernel.ids import AssociationId
from lms.kernel.money import Fen
from lms.people.models import Person
from lms.reports.pages import Page, from_place

PAGE = 30


@dataclass(frozen=True, slots=True)
class Guess:
    """An order that a line may be for, by its number and buyer. Units: fen."""

    order_id: UUID
    number: str
    name: str
    amount_fen: Fen
    confidence: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line in a list. Units: fen. PII: payer and words."""

    id: UUID
    booked_on: date
    amount_fen: Fen
    running_no: str
    payer: str
    words: str
    state: LineState
    shares: Shares
    why: str
    confidence: int
    guess: Guess | None
    parts: tuple[tuple[UUID, str], ...]

    @property
    def mark(self) -> str:
        """Say for which orders the line's money is."""
        return parts_mark(order_id for order_id, _number in self.parts)


_S = StatementLine
GROUPS: Mapping[str, ColumnElement[bool] | None] = MappingProxyType(
    {
        "open": _S.state == LineState.OPEN,
        "confirm": _S.proposed_fen > 0,
        "kept": _S.state == LineState.KEPT,
        "returning": _S.returning_fen > 0,
        "done": _S.state == LineState.DONE,
        "out": _S.state == LineState.OUT,
        "aside": _S.state == LineState.ASIDE,
        "all": None,
    }
)
"""The tabs of the list; a line may stand in several."""


def counts(session: Session, house: AssociationId) -> dict[str, int]:
    """Count what waits for somebody, of each kind."""
    return {
        group: session.scalar(
            select(func.count()).select_from(_S).where(_S.association_id == house, some)
        )
        or 0
        for group, some in GROUPS.items()
        if group in {"open", "confirm", "kept", "returning"} and some is not None
    }


def lines(
    session: Session, house: AssociationId, group: str, words: str, after: str
) -> Page[LineRow]:
    """List lines, the newest first, from after one on."""
    chosen = _chosen(house, group, words)
    rows, more = from_place(session, chosen, (_S.booked_on, _S.id), after, size=PAGE)
    return Page(_cards(session, [row[0] for row in rows]), more)


def every(
    session: Session, house: AssociationId, group: str, words: str
) -> Iterator[LineRow]:
    """Go through a whole list, for a table to download."""
    rows = session.scalars(
        _chosen(house, group, words).order_by(_S.booked_on, _S.id)
    ).all()
    for start in range(0, len(rows), 500):
        yield from _cards(session, rows[start : start + 500])


def _chosen(house: AssociationId, group: str, words: str) -> Select[StatementLine]:
    chosen = select(_S).where(_S.association_id == house)
    narrowed = GROUPS.get(group)
    if narrowed is not None:
        chosen = chosen.where(narrowed)
    if words:
        of_order = exists().where(
            Transfer.line_id == _S.id,
            Transfer.order_id == Order.id,
            Order.number == words.upper(),
        )
        chosen = chosen.where(
            or_(
                _S.running_no == words.upper(),
                _S.payer.contains(words, autoescape=True),
                _S.remark.contains(words, autoescape=True),
                of_order,
            )
        )
    return chosen


def _cards(session: Session, rows: Any) -> tuple[LineRow, ...]:  # noqa: ANN401 - rows of the select
    named = _orders(session, rows)
    parts: dict[UUID | None, tuple[tuple[UUID, str], ...]] = {}
    for line_id, order_id, number in session.execute(
        select(Transfer.line_id, Order.id, Order.number)
        .join(Order, Order.id == Transfer.order_id)
        .where(
            Transfer.line_id.in_([row.id for row in rows]),
            Transfer.state != TransferState.WITHDRAWN,
        )
    ):
        parts[line_id] = (*parts.get(line_id, ()), (order_id, number))
    return tuple(
        LineRow(
            row.id,
            row.booked_on,
            Fen(row.amount_fen),
            row.running_no,
            row.payer,
            " ".join(one for one in (row.remark, row.summary) if one),
            row.state,
            Shares(
                row.amount_fen,
                row.proposed_fen,
                row.confirmed_fen,
                row.returning_fen,
                row.returned_fen,
            ),
            row.why,
            row.confidence,
            _guess(row, named),
            parts.get(row.id, ()),
        )
        for row in rows
    )


def _orders(session: Session, rows: Any) -> dict[UUID, tuple[str, str]]:  # noqa: ANN401 - rows of the select
    ids = {UUID(row.guess[0][0]) for row in rows if row.guess}
    return named(session, ids)


def named(session: Session, order_ids: set[UUID]) -> dict[UUID, tuple[str, str]]:
    """Give numbers and buyers of orders. PII: the names."""
    found = session.execute(
        select(
            Order.id,
            Order.number,
            func.coalesce(PurchaseOrder.company_name, Person.name).label("name"),
        )
        .join(PurchaseOrder, PurchaseOrder.order_id == Order.id, isouter=True)
        .join(Person, Person.id == Order.person_id, isouter=True)
        .where(Order.id.in_(order_ids))
    )
    return {row.id: (row.number, row.name or "") for row in found}


def _guess(row: StatementLine, known: dict[UUID, tuple[str, str]]) -> Guess | None:
    if not row.guess or row.state is not LineState.OPEN:
        return None
    order_id, amount, confidence, reasons = row.guess[0]
    number, name = known.get(UUID(order_id), ("", ""))
    if not number:
        return None
    return Guess(
        UUID(order_id),
        number,
        name,
        Fen(amount),
        confidence,
        tuple(Reason(one) for one in reasons),
    )


def going_out(
    session: Session, house: AssociationId, amount_fen: int
) -> tuple[tuple[str, date, str], ...]:
    """List lines by which an amount left, that stand for no return yet."""
    used = select(LineReturn.bank_line).where(
        LineReturn.association_id == house, LineReturn.bank_line.is_not(None)
    )
    rows = session.execute(
        select(_S.running_no, _S.booked_on, _S.payer)
        .where(
            _S.association_id == house,
            _S.state == LineState.OUT,
            _S.amount_fen == -amount_fen,
            _S.running_no.not_in(used),
        )
        .order_by(_S.booked_on.desc())
        .limit(10)
    )
    return tuple((row.running_no, row.booked_on, row.payer) for row in rows)


def to_confirm(session: Session, house: AssociationId, me: UUID, *, two: bool) -> int:
    """Count the matched lines that `me` may confirm; `two` bars who had a part."""
    chosen = select(func.count()).select_from(_S).where(_S.association_id == house)
    chosen = chosen.where(_S.proposed_fen > 0)
    if two:
        imported = exists().where(
            StatementImport.id == _S.import_id, StatementImport.made_by == me
        )
        matched = exists().where(
            Transfer.line_id == _S.id,
            Transfer.state == TransferState.PROPOSED,
            Transfer.proposed_by == me,
        )
        chosen = chosen.where(~imported, ~matched)
    return session.scalar(chosen) or 0


def to_decide(session: Session, house: AssociationId, me: UUID) -> int:
    """Count the returns that others asked and nobody decided."""
    return (
        session.scalar(
            select(func.count())
            .select_from(LineReturn)
            .where(
                LineReturn.association_id == house,
                LineReturn.state == ReturnState.ASKED,
                LineReturn.asked_by.is_distinct_from(me),
            )
        )
        or 0
    )

"""Invoices as the desk works through them.

A buyer's title stands in full: the tax system's file carries it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.commerce.models import Invoice, InvoiceHandover, InvoiceOrder, InvoiceRed
from lms.commerce.models import Order as Bought
from lms.commerce.queries import payers_of
from lms.commerce.rules import OrderState
from lms.commerce.rules.invoices import (
    OPEN_REDS,
    InvoiceState,
    InvoiceType,
    RedState,
    TitleKind,
)
from lms.commerce.rules.matching import same_payer
from lms.kernel.ids import AssociationId
from lms.kernel.money import Fen
from lms.reports.pages import Page, from_place

PAGE = 30
_UNPAID = (OrderState.PENDING, OrderState.EXPIRED, OrderState.CANCELLED)


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice in a list. Units: fen. PII: title and payers."""

    id: UUID
    serial: str
    title: str
    kind: TitleKind
    type: InvoiceType
    tax_no: str
    amount_fen: Fen
    red_fen: Fen
    state: InvoiceState
    asked_at: datetime
    issued_number: str | None
    issued_on: date | None
    orders: tuple[str, ...]
    paid: bool
    payers: tuple[str, ...]
    red: RedState | None

    @property
    def strange_payer(self) -> bool:
        """Tell whether somebody else paid than whose name stands on it."""
        return bool(self.payers) and not any(
            same_payer(one, (self.title,)) for one in self.payers
        )


_PART, _OF_PART = aliased(InvoiceOrder), aliased(Bought)
_UNPAID_ORDER = exists().where(
    _PART.invoice_id == Invoice.id,
    _PART.order_id == _OF_PART.id,
    _OF_PART.state.in_(_UNPAID),
)
_RED = exists().where(
    InvoiceRed.invoice_id == Invoice.id, InvoiceRed.state.in_(OPEN_REDS)
)
_READY = and_(Invoice.state == InvoiceState.ASKED, ~_UNPAID_ORDER)

GROUPS: Mapping[str, ColumnElement[bool] | None] = MappingProxyType(
    {
        "ready": _READY,
        "unpaid": and_(Invoice.state == InvoiceState.ASKED, _UNPAID_ORDER),
        "handed": Invoice.state == InvoiceState.HANDED,
        "red": _RED,
        "issued": Invoice.state == InvoiceState.ISSUED,
        "over": Invoice.state.in_(
            (InvoiceState.RED, InvoiceState.DECLINED, InvoiceState.WITHDRAWN)
        ),
        "all": None,
    }
)
"""The tabs of the list; `red` stands beside another."""


def counts(session: Session, house: AssociationId) -> dict[str, int]:
    """Count what waits for somebody, of each kind."""
    return {
        group: session.scalar(
            select(func.count())
            .select_from(Invoice)
            .where(Invoice.association_id == house, some)
        )
        or 0
        for group, some in GROUPS.items()
        if group in {"ready", "unpaid", "handed", "red"} and some is not None
    }


def invoices(
    session: Session, house: AssociationId, group: str, words: str, after: str
) -> Page[InvoiceRow]:
    """List invoices, the newest first, from after one on."""
    chosen = _chosen(house, group, words)
    newest = (Invoice.asked_at, Invoice.id)
    rows, more = from_place(session, chosen, newest, after, size=PAGE)
    return Page(_cards(session, [row[0] for row in rows]), more)


def every(
    session: Session, house: AssociationId, group: str, words: str
) -> Iterator[InvoiceRow]:
    """Go through a whole list, for a table to download."""
    rows = session.scalars(
        _chosen(house, group, words).order_by(Invoice.asked_at, Invoice.id)
    ).all()
    for start in range(0, len(rows), 500):
        yield from _cards(session, rows[start : start + 500])


def _chosen(house: AssociationId, group: str, words: str) -> Select[Invoice]:
    chosen = select(Invoice).where(Invoice.association_id == house)
    narrowed = GROUPS.get(group)
    if narrowed is not None:
        chosen = chosen.where(narrowed)
    if words:
        of_order = exists().where(
            InvoiceOrder.invoice_id == Invoice.id,
            InvoiceOrder.order_id == Bought.id,
            Bought.number == words.upper(),
        )
        chosen = chosen.where(
            or_(
                Invoice.serial == words.upper(),
                Invoice.issued_number == words,
                Invoice.title.contains(words, autoescape=True),
                of_order,
            )
        )
    return chosen


def _cards(session: Session, rows: Any) -> tuple[InvoiceRow, ...]:  # noqa: ANN401 - rows of the select
    ids = [row.id for row in rows]
    orders: dict[UUID, list[tuple[UUID, str, OrderState]]] = {one: [] for one in ids}
    for invoice_id, order_id, number, state in session.execute(
        select(InvoiceOrder.invoice_id, Bought.id, Bought.number, Bought.state)
        .join(Bought, Bought.id == InvoiceOrder.order_id)
        .where(InvoiceOrder.invoice_id.in_(ids))
        .order_by(Bought.placed_at)
    ):
        orders[invoice_id].append((order_id, number, state))
    paid_by = payers_of(session, {o[0] for some in orders.values() for o in some})
    reds = {
        row.invoice_id: row.state
        for row in session.execute(
            select(InvoiceRed.invoice_id, InvoiceRed.state)
            .where(InvoiceRed.invoice_id.in_(ids), InvoiceRed.state.in_(OPEN_REDS))
            .order_by(InvoiceRed.asked_at)
        )
    }
    return tuple(
        InvoiceRow(
            row.id,
            row.serial,
            row.title,
            row.kind,
            row.type,
            row.tax_no,
            Fen(row.amount_fen),
            Fen(row.red_fen),
            row.state,
            row.asked_at,
            row.issued_number,
            row.issued_on,
            tuple(number for _id, number, _state in orders[row.id]),
            all(state not in _UNPAID for _id, _number, state in orders[row.id]),
            tuple(p for one in orders[row.id] for p in paid_by.get(one[0], ())),
            reds.get(row.id),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """A file that was made for the tax system. Units: fen."""

    id: UUID
    made_at: datetime
    made_by: UUID | None
    count: int
    total_fen: Fen
    kind: str
    there: bool


def handovers(session: Session, house: AssociationId) -> tuple[HandoverRow, ...]:
    """List the newest files for the tax system."""
    rows = session.execute(
        select(
            InvoiceHandover.id,
            InvoiceHandover.made_at,
            InvoiceHandover.made_by,
            InvoiceHandover.count,
            InvoiceHandover.total_fen,
            InvoiceHandover.kind,
            InvoiceHandover.wrapped.is_not(None).label("there"),
        )
        .where(InvoiceHandover.association_id == house)
        .order_by(InvoiceHandover.made_at.desc())
        .limit(20)
    )
    return tuple(
        HandoverRow(**row._asdict() | {"total_fen": Fen(row.total_fen)}) for row in rows
    )


def reds_to_decide(session: Session, house: AssociationId, me: UUID) -> int:
    """Count the red entries that others asked and nobody decided."""
    return (
        session.scalar(
            select(func.count())
            .select_from(InvoiceRed)
            .where(
                InvoiceRed.association_id == house,
                InvoiceRed.state == RedState.ASKED,
                InvoiceRed.asked_by.is_distinct_from(me),
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that a file may be for. Units: fen. PII: the title."""

    id: UUID
    title: str
    amount_fen: Fen
    marks: tuple[str, ...]


def waiting_for_file(session: Session, house: AssociationId) -> tuple[Waiting, ...]:
    """List the requests that a file may be for, with the marks that it may carry."""
    rows = session.execute(
        select(
            Invoice.id,
            Invoice.serial,
            Invoice.title,
            Invoice.amount_fen,
            Bought.number,
        )
        .join(InvoiceOrder, InvoiceOrder.invoice_id == Invoice.id)
        .join(Bought, Bought.id == InvoiceOrder.order_id)
        .where(
            Invoice.association_id == house,
            or_(Invoice.state == InvoiceState.HANDED, _READY),
        )
        .order_by(Invoice.asked_at)
        .limit(5000)
    )
    found: dict[UUID, Waiting] = {}
    for row in rows:
        before = found.get(row.id)
        marks = (*(before.marks if before else (row.serial,)), row.number)
        found[row.id] = Waiting(row.id, row.title, Fen(row.amount_fen), marks)
    return tuple(found.values())

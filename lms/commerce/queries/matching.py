"""Read what a bank line may be matched with, and what payers are known by."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.orm import Session

from lms.commerce.models import (
    Invoice,
    InvoiceOrder,
    Order,
    PurchaseOrder,
    StatementLine,
    Transfer,
)
from lms.commerce.rules import PAYABLE_LATE, OrderState, TransferState
from lms.commerce.rules.matching import Book, Candidate, Paid, Waiting
from lms.commerce.rules.orders import number_is_whole
from lms.kernel.ids import AssociationId
from lms.kernel.money import Fen
from lms.people.queries import naming

BACK = timedelta(days=120)
"""Orders that are older are not looked at, unless the remark names them."""

_PAYABLE = PAYABLE_LATE | {OrderState.PENDING}


def book(
    session: Session,
    association_id: AssociationId,
    now: datetime,
    numbers: Collection[str] = (),
) -> Book:
    """Gather the orders that wait for money, and those that remarks name."""
    recent = Order.placed_at > now - BACK
    rows = _waiting(session, association_id, recent)
    known = {row.number for row in rows}
    named = [one for one in numbers if one not in known and number_is_whole(one)]
    for start in range(0, len(named), 500):
        chunk = Order.number.in_(named[start : start + 500])
        rows += _waiting(session, association_id, chunk)
    return Book(rows)


def _got(association_id: AssociationId) -> Subquery:
    """Sum what each order has of transfers, confirmed or still to be. Units: fen."""
    return (
        select(Transfer.order_id, func.sum(Transfer.amount_fen).label("fen"))
        .where(Transfer.state != TransferState.WITHDRAWN)
        .where(Transfer.association_id == association_id)
        .group_by(Transfer.order_id)
        .subquery()
    )


def _waiting(
    session: Session, association_id: AssociationId, chosen: ColumnElement[bool]
) -> list[Waiting]:
    got = _got(association_id)
    rows = session.execute(
        select(
            Order.id,
            Order.number,
            Order.person_id,
            Order.total_fen,
            Order.transfer_declared_at,
            func.coalesce(got.c.fen, 0).label("got"),
        )
        .join(got, got.c.order_id == Order.id, isouter=True)
        .where(
            Order.association_id == association_id,
            Order.state.in_(_PAYABLE),
            Order.total_fen > func.coalesce(got.c.fen, 0),
            chosen,
        )
        .order_by(Order.placed_at.desc())
    ).all()
    persons = {row.person_id for row in rows}
    names = naming.names(session, persons)
    companies = naming.employments(session, persons)
    titles = _titles(session, association_id)
    return [
        Waiting(
            row.id,
            row.number,
            Fen(row.total_fen - int(row.got)),
            row.transfer_declared_at is not None,
            titles.get(row.id, ()),
            (companies[row.person_id],) if row.person_id in companies else (),
            names.get(row.person_id, ""),
        )
        for row in rows
    ]


def _titles(
    session: Session, association_id: AssociationId
) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, tuple[str, ...]] = defaultdict(tuple)
    for order_id, title in session.execute(
        select(InvoiceOrder.order_id, Invoice.title)
        .join(Invoice, Invoice.id == InvoiceOrder.invoice_id)
        .where(Invoice.association_id == association_id, InvoiceOrder.live)
    ):
        found[order_id] += (title,)
    # A company's order says from the start whose invoice it is to stand on.
    for order_id, title in session.execute(
        select(PurchaseOrder.order_id, PurchaseOrder.company_name)
        .join(Order, Order.id == PurchaseOrder.order_id)
        .where(Order.association_id == association_id, Order.state.in_(_PAYABLE))
    ):
        found[order_id] += (title,)
    return found


def titles_of(session: Session, order_id: UUID) -> tuple[str, ...]:
    """Name whose invoice an order is to stand on."""
    asked = session.scalars(
        select(Invoice.title)
        .join(InvoiceOrder, InvoiceOrder.invoice_id == Invoice.id)
        .where(InvoiceOrder.order_id == order_id, InvoiceOrder.live)
    )
    bought = session.get(PurchaseOrder, order_id)
    return (*asked, *([bought.company_name] if bought else []))


def payers_of(session: Session, order_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """Name who paid by the bank's statement, by order."""
    found: dict[UUID, list[str]] = defaultdict(list)
    for order_id, payer in session.execute(
        select(Transfer.order_id, Transfer.payer)
        .where(
            Transfer.order_id.in_(tuple(order_ids)),
            Transfer.state != TransferState.WITHDRAWN,
        )
        .distinct()
    ):
        found[order_id].append(payer)
    return found


def guess(book_of: Book, line: StatementLine, left_fen: Fen) -> tuple[Candidate, ...]:
    """List what a line may be for, the likeliest first."""
    words = f"{line.remark} {line.summary} {line.ref}"
    return book_of.candidates(Paid(left_fen, line.payer, words))

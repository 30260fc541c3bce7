"""What an association sees of its orders, and of the money that needs a hand.

The buyer's name stands in full: a line of the bank statement is matched by it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Account
from lms.commerce.models import Order, OrderLine, Payment, Refund, Transfer
from lms.commerce.rules import (
    OPEN_REFUNDS,
    OrderState,
    PaymentState,
    Provider,
    RefundState,
    TransferState,
)
from lms.kernel.ids import AssociationId, OrderId
from lms.kernel.money import Fen
from lms.people.models import Employer, Employment, Person

PAGE = 30


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in a list. Units: fen. PII: the name."""

    id: OrderId
    number: str
    name: str
    state: OrderState
    total_fen: Fen
    placed_at: datetime
    paid_at: datetime | None
    transfer_declared_at: datetime | None
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookRow:
    """One order as the books want it. Units: fen.

    PII: names of the buyer and of who paid.
    """

    order: OrderRow
    refunded_fen: Fen
    providers: tuple[Provider, ...]
    payers: tuple[str, ...]
    bank_lines: tuple[str, ...]
    employer: str
    uscc: str


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A page of the list, as `parts/ui.html: pager` wants it."""

    rows: tuple[OrderRow, ...]
    number: int
    pages: int
    total: int


_BUYER = func.coalesce(Person.name, Account.name)

_TO_SECOND = exists().where(
    Transfer.order_id == Order.id, Transfer.state == TransferState.PROPOSED
)
_DECLARED = and_(
    Order.transfer_declared_at.is_not(None), Order.state == OrderState.PENDING
)
_REFUND_ASKED = exists().where(
    Refund.order_id == Order.id, Refund.state == RefundState.ASKED
)
_REFUND_AT_BANK = exists().where(
    Refund.order_id == Order.id,
    Refund.state == RefundState.SENDING,
    Refund.provider == Provider.TRANSFER,
)
_SPOKEN_FOR = exists().where(
    Refund.payment_id == Payment.id, Refund.state.in_(OPEN_REFUNDS)
)
_TO_RETURN = exists().where(
    Payment.order_id == Order.id,
    Payment.state.in_((PaymentState.SURPLUS, PaymentState.HELD)),
    ~_SPOKEN_FOR,
)

GROUPS: Mapping[str, ColumnElement[bool] | None] = MappingProxyType(
    {
        "all": None,
        "hand": or_(_DECLARED, _TO_SECOND, _TO_RETURN, _REFUND_ASKED, _REFUND_AT_BANK),
        "declared": _DECLARED,
        "second": _TO_SECOND,
        "surplus": _TO_RETURN,
        "refund": _REFUND_ASKED,
        "bank": _REFUND_AT_BANK,
        "pending": Order.state == OrderState.PENDING,
        "paid": Order.state.in_(
            (OrderState.PAID, OrderState.FULFILLED, OrderState.PAID_LATE)
        ),
        "ended": Order.state.in_((OrderState.EXPIRED, OrderState.CANCELLED)),
        "refunded": Order.state.in_((OrderState.PART_REFUNDED, OrderState.REFUNDED)),
    }
)
"""The tabs of the list; `hand` is all that waits for somebody, in five parts."""

HANDS = ("declared", "second", "surplus", "refund", "bank")
"""What the group `hand` is made of. An order may stand in several."""


def orders(
    session: Session,
    association_id: AssociationId,
    *,
    group: str,
    words: str,
    page: int,
) -> OrderPage:
    """List an association's orders, the newest first."""
    chosen = _chosen(association_id, group, words)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, page), pages)
    rows = session.execute(
        chosen.order_by(Order.placed_at.desc(), Order.number)
        .limit(PAGE)
        .offset(PAGE * (number - 1))
    ).all()
    titles = _titles(session, [row.id for row in rows])
    found = tuple(_row(row, titles) for row in rows)
    return OrderPage(found, number, pages, total)


def every(
    session: Session, association_id: AssociationId, group: str, words: str
) -> Iterator[BookRow]:
    """Go through a whole list, for a table to download."""
    chosen = (
        _chosen(association_id, group, words)
        .add_columns(Order.refunded_fen, Employment.name.label("employer"))
        .add_columns(Employer.uscc)
        .outerjoin(Employment, Employment.person_id == Order.person_id)
        .outerjoin(Employer, Employer.id == Employment.employer_id)
        .order_by(Order.placed_at, Order.number)
    )
    rows = session.execute(chosen).all()
    for start in range(0, len(rows), 500):
        some = rows[start : start + 500]
        ids = [row.id for row in some]
        titles = _titles(session, ids)
        paid, lines = _paid_by(session, ids), _bank_lines(session, ids)
        for row in some:
            known = lines.get(row.id, ())
            yield BookRow(
                order=_row(row, titles),
                refunded_fen=Fen(row.refunded_fen),
                providers=paid.get(row.id, ()),
                payers=tuple(dict.fromkeys(payer for payer, _no in known)),
                bank_lines=tuple(no for _payer, no in known),
                employer=row.employer or "",
                uscc=row.uscc or "",
            )


def counts(session: Session, association_id: AssociationId) -> dict[str, int]:
    """Count each group."""
    return {
        group: session.scalar(
            select(func.count()).select_from(
                _chosen(association_id, group, "").subquery()
            )
        )
        or 0
        for group in GROUPS
    }


def _chosen(
    association_id: AssociationId, group: str, words: str
) -> Select[*tuple[Any, ...]]:
    chosen = (
        select(
            Order.id,
            Order.number,
            _BUYER.label("name"),
            Order.state,
            Order.total_fen,
            Order.placed_at,
            Order.paid_at,
            Order.transfer_declared_at,
        )
        .join(Account, Account.person_id == Order.person_id, isouter=True)
        .join(Person, Person.id == Order.person_id, isouter=True)
        .where(Order.association_id == association_id)
    )
    narrowed = GROUPS.get(group)
    if narrowed is not None:
        chosen = chosen.where(narrowed)
    if words:
        chosen = chosen.where(
            or_(
                Order.number == words.upper(),
                _BUYER.contains(words, autoescape=True),
            )
        )
    return chosen


def _titles(session: Session, order_ids: list[UUID]) -> dict[UUID, tuple[str, ...]]:
    titles: dict[UUID, tuple[str, ...]] = {}
    for order_id, title in session.execute(
        select(OrderLine.order_id, OrderLine.title)
        .where(OrderLine.order_id.in_(order_ids))
        .order_by(OrderLine.order_id, OrderLine.position)
    ):
        titles[order_id] = (*titles.get(order_id, ()), title)
    return titles


def _paid_by(
    session: Session, order_ids: list[UUID]
) -> dict[UUID, tuple[Provider, ...]]:
    found: dict[UUID, tuple[Provider, ...]] = {}
    for order_id, provider in session.execute(
        select(Payment.order_id, Payment.provider)
        .where(Payment.order_id.in_(order_ids))
        .distinct()
        .order_by(Payment.provider)
    ):
        found[order_id] = (*found.get(order_id, ()), provider)
    return found


def _bank_lines(
    session: Session, order_ids: list[UUID]
) -> dict[UUID, tuple[tuple[str, str], ...]]:
    found: dict[UUID, tuple[tuple[str, str], ...]] = {}
    for order_id, payer, running_no in session.execute(
        select(Transfer.order_id, Transfer.payer, Transfer.running_no)
        .where(
            Transfer.order_id.in_(order_ids),
            Transfer.state == TransferState.CONFIRMED,
        )
        .order_by(Transfer.value_on, Transfer.running_no)
    ):
        found[order_id] = (*found.get(order_id, ()), (payer, running_no))
    return found


def _row(row: Any, titles: dict[UUID, tuple[str, ...]]) -> OrderRow:  # noqa: ANN401
    return OrderRow(
        id=OrderId(row.id),
        number=row.number,
        name=row.name or "",
        state=row.state,
        total_fen=Fen(row.total_fen),
        placed_at=row.placed_at,
        paid_at=row.paid_at,
        transfer_declared_at=row.transfer_declared_at,
        titles=titles.get(row.id, ()),
    )

"""What an association sees of its orders, and of the money that needs a hand.

The buyer's name stands in full: a line of the bank statement is matched by it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Uuid,
    and_,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from lms.accounts.models import Account
from lms.approvals.models import Approval
from lms.approvals.rules import ApprovalState
from lms.commerce.models import (
    Order,
    OrderLine,
    Payment,
    PurchaseOrder,
    Refund,
    Transfer,
)
from lms.commerce.queries.offers import cuts_of
from lms.commerce.queries.wishes import KIND as WISH
from lms.commerce.rules import (
    OPEN_REFUNDS,
    OrderState,
    PaymentState,
    Provider,
    RefundState,
    TransferState,
)
from lms.commerce.rules.pricing import CutKind
from lms.kernel.ids import AssociationId, OrderId
from lms.kernel.money import Fen
from lms.people.models import Employer, Employment, Person
from lms.reports.called import FEW, named
from lms.reports.pages import Page, counted, from_place


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in a list. Units: fen. PII: the name, unless it is a company's."""

    id: OrderId
    number: str
    name: str
    by_company: bool
    state: OrderState
    total_fen: Fen
    placed_at: datetime
    paid_at: datetime | None
    transfer_declared_at: datetime | None
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BookRow:
    """One order as the books want it. Units: fen; `cut_fen` is all that was taken off.

    PII: names of the buyer and of who paid.
    """

    order: OrderRow
    refunded_fen: Fen
    providers: tuple[Provider, ...]
    payers: tuple[str, ...]
    bank_lines: tuple[str, ...]
    employer: str
    uscc: str
    coupon: str
    cut_fen: Fen


_BUYER = func.coalesce(PurchaseOrder.company_name, Person.name, Account.name)


def _bare(named: ColumnElement[str]) -> ColumnElement[str]:
    """Write an id without dashes: so both engines read it from a question's subject."""
    return func.replace(named, "-", "", type_=String)


_SPOKEN_FOR = exists().where(
    Refund.payment_id == Payment.id, Refund.state.in_(OPEN_REFUNDS)
)
# Somebody has found its line: it waits for the second person, and no more for one
# who looks for it.
_MATCHED = exists().where(
    Transfer.order_id == Order.id, Transfer.state == TransferState.PROPOSED
)
# Each is chosen from the few that wait: asking it of every order reads them all.
_IN_HAND: Mapping[str, ColumnElement[bool]] = MappingProxyType(
    {
        "declared": and_(
            Order.transfer_declared_at.is_not(None),
            Order.state == OrderState.PENDING,
            ~_MATCHED,
        ),
        "second": Order.id.in_(
            select(Transfer.order_id).where(Transfer.state == TransferState.PROPOSED)
        ),
        "surplus": Order.id.in_(
            select(Payment.order_id).where(
                Payment.state.in_((PaymentState.SURPLUS, PaymentState.HELD)),
                ~_SPOKEN_FOR,
            )
        ),
        "wish": Order.id.in_(
            select(cast(_bare(func.substr(Approval.subject, 7)), Uuid)).where(
                Approval.kind == WISH, Approval.state == ApprovalState.OPEN
            )
        ),
        "refund": Order.id.in_(
            select(Refund.order_id).where(Refund.state == RefundState.ASKED)
        ),
        "bank": Order.id.in_(
            select(Refund.order_id).where(
                Refund.state == RefundState.SENDING,
                Refund.provider == Provider.TRANSFER,
            )
        ),
    }
)

_STATES: Mapping[str, tuple[OrderState, ...]] = MappingProxyType(
    {
        "pending": (OrderState.PENDING,),
        "paid": (OrderState.PAID, OrderState.FULFILLED, OrderState.PAID_LATE),
        "ended": (OrderState.EXPIRED, OrderState.CANCELLED),
        "refunded": (OrderState.PART_REFUNDED, OrderState.REFUNDED),
    }
)

GROUPS: Mapping[str, ColumnElement[bool] | None] = MappingProxyType(
    {
        "all": None,
        "hand": or_(*_IN_HAND.values()),
        **_IN_HAND,
        "company": Order.employer_id.is_not(None),
        **{group: Order.state.in_(states) for group, states in _STATES.items()},
    }
)
"""The tabs of the list; `hand` is all that waits for somebody, in six parts."""

HANDS = tuple(_IN_HAND)
"""What the group `hand` is made of. An order may stand in several."""


def orders(
    session: Session,
    association_id: AssociationId,
    *,
    group: str,
    words: str,
    after: str = "",
) -> Page[OrderRow]:
    """List an association's orders, the newest first, from a place on."""
    chosen = _chosen(session, association_id, group, words)
    newest = (Order.placed_at, Order.id)
    rows, more = from_place(session, chosen, newest, after, _streams(group))
    titles = _titles(session, [row.id for row in rows])
    found = tuple(_row(row, titles) for row in rows)
    return Page(found, more, counted(session, chosen, _streams(group)))


def _streams(group: str) -> tuple[ColumnElement[bool], ...]:
    """Part a group into what an index gives in the list's order."""
    if group == "hand":
        return tuple(_IN_HAND.values())
    return tuple(Order.state == one for one in _STATES.get(group, ()))


def count(
    session: Session, association_id: AssociationId, group: str, words: str
) -> int:
    """Count a whole list."""
    chosen = _chosen(session, association_id, group, words).subquery()
    return session.scalar(select(func.count()).select_from(chosen)) or 0


def every(
    session: Session, association_id: AssociationId, group: str, words: str
) -> Iterator[BookRow]:
    """Go through a whole list, for a table to download."""
    chosen = (
        _chosen(session, association_id, group, words)
        .add_columns(Order.refunded_fen)
        .add_columns(
            func.coalesce(PurchaseOrder.company_name, Employment.name).label("employer")
        )
        .add_columns(func.coalesce(PurchaseOrder.uscc, Employer.uscc).label("uscc"))
        .outerjoin(Employment, Employment.person_id == Order.person_id)
        .outerjoin(Employer, Employer.id == Employment.employer_id)
        .order_by(Order.placed_at, Order.number)
    )
    rows = session.execute(chosen, execution_options={"yield_per": 500})
    for some in rows.partitions():
        ids = [row.id for row in some]
        titles = _titles(session, ids)
        paid, lines = _paid_by(session, ids), _bank_lines(session, ids)
        cuts = _cuts(session, ids)
        for row in some:
            known = lines.get(row.id, ())
            codes, cut = cuts.get(row.id, ((), Fen(0)))
            yield BookRow(
                order=_row(row, titles),
                refunded_fen=Fen(row.refunded_fen),
                providers=paid.get(row.id, ()),
                payers=tuple(dict.fromkeys(payer for payer, _no in known)),
                bank_lines=tuple(no for _payer, no in known),
                employer=row.employer or "",
                uscc=row.uscc or "",
                coupon="；".join(codes),
                cut_fen=cut,
            )


def counts(session: Session, association_id: AssociationId) -> dict[str, int]:
    """Count each group, as far as a list is counted."""
    return {
        group: counted(
            session, _chosen(session, association_id, group, ""), _streams(group)
        )
        for group in GROUPS
    }


def _chosen(
    session: Session, association_id: AssociationId, group: str, words: str
) -> Select[*tuple[Any, ...]]:
    chosen = (
        select(
            Order.id,
            Order.number,
            _BUYER.label("name"),
            Order.employer_id,
            Order.state,
            Order.total_fen,
            Order.placed_at,
            Order.paid_at,
            Order.transfer_declared_at,
        )
        .join(PurchaseOrder, PurchaseOrder.order_id == Order.id, isouter=True)
        .join(Account, Account.person_id == Order.person_id, isouter=True)
        .join(Person, Person.id == Order.person_id, isouter=True)
        .where(Order.association_id == association_id)
    )
    narrowed = GROUPS.get(group)
    if narrowed is not None:
        chosen = chosen.where(narrowed)
    if words:
        chosen = chosen.where(_called(session, association_id, words))
    return chosen


def _called(
    session: Session, association_id: AssociationId, words: str
) -> ColumnElement[bool]:
    """Choose by number, by how a person's name begins, or by a part of a company's."""
    companies = session.scalars(
        select(PurchaseOrder.order_id)
        .join(Order, Order.id == PurchaseOrder.order_id)
        .where(
            Order.association_id == association_id,
            PurchaseOrder.company_name.contains(words, autoescape=True),
        )
        .order_by(PurchaseOrder.order_id.desc())
        .limit(FEW)
    ).all()
    people = and_(Order.employer_id.is_(None), named(session, words, Order.person_id))
    return or_(Order.number == words.upper(), people, Order.id.in_(companies))


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


def _cuts(
    session: Session, order_ids: list[UUID]
) -> dict[UUID, tuple[tuple[str, ...], Fen]]:
    """Say by which coupons orders were made cheaper, and by how much in all."""
    found: dict[UUID, tuple[tuple[str, ...], Fen]] = {}
    for order_id, written in session.execute(
        select(OrderLine.order_id, OrderLine.cuts).where(
            OrderLine.order_id.in_(order_ids), OrderLine.cuts.is_not(None)
        )
    ):
        codes, fen = found.get(order_id, ((), Fen(0)))
        cuts = cuts_of(written)
        more = (one.label for one in cuts if one.kind is CutKind.COUPON)
        codes = tuple(dict.fromkeys((*codes, *more)))
        found[order_id] = codes, Fen(fen + sum(one.amount_fen for one in cuts))
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


def _row(row: Any, titles: dict[UUID, tuple[str, ...]]) -> OrderRow:  # noqa: ANN401 - a Row
    return OrderRow(
        id=OrderId(row.id),
        number=row.number,
        name=row.name or "",
        by_company=row.employer_id is not None,
        state=row.state,
        total_fen=Fen(row.total_fen),
        placed_at=row.placed_at,
        paid_at=row.paid_at,
        transfer_declared_at=row.transfer_declared_at,
        titles=titles.get(row.id, ()),
    )

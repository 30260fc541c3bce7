"""Find where our books differ from the bank's and from themselves."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from lms.commerce.models import (
    Invoice,
    InvoiceOrder,
    InvoiceRed,
    LineReturn,
    MoneyLine,
    Order,
    Payment,
    Refund,
    StatementImport,
    StatementLine,
    Transfer,
)
from lms.commerce.ports import PaidThere
from lms.commerce.queries.invoices import holdings
from lms.commerce.queries.refunds import paid_there
from lms.commerce.rules import (
    ONLINE,
    OPEN_REFUNDS,
    OrderState,
    PaymentState,
    Provider,
    RefundState,
    TransferState,
)
from lms.commerce.rules.invoices import InvoiceState, RedState
from lms.commerce.rules.reconciling import Difference, DiffKind, Taken
from lms.commerce.rules.statements import ImportState, LineState
from lms.kernel.clock import start_of
from lms.kernel.ids import AssociationId

BACK = timedelta(days=400)
PATIENCE = timedelta(days=3)
"""So long a bank or the tax bureau may take before it is a difference."""

_PAID = (
    OrderState.PAID,
    OrderState.PAID_LATE,
    OrderState.FULFILLED,
    OrderState.PART_REFUNDED,
    OrderState.REFUNDED,
)
_UNPAID = (OrderState.PENDING, OrderState.EXPIRED, OrderState.CANCELLED)


def differences(
    session: Session, association_id: AssociationId, day: date
) -> tuple[Difference, ...]:
    """List every difference between bank, orders and books, as of now."""
    finders = (
        _unassigned, _out, _no_line, _stranded, _order_amounts, _short, _held,
        _refund_amounts, _late_refunds, _invoices_over, _ledger,
    )  # fmt: skip
    return tuple(
        found for finder in finders for found in finder(session, association_id, day)
    )


def _unassigned(session: Session, house: UUID, day: date) -> Iterator[Difference]:
    spoken = StatementLine.proposed_fen + StatementLine.confirmed_fen
    back = StatementLine.returning_fen + StatementLine.returned_fen
    rows = session.execute(
        select(
            StatementLine.id,
            StatementLine.running_no,
            (StatementLine.amount_fen - spoken - back).label("left"),
        ).where(
            StatementLine.association_id == house,
            StatementLine.state == LineState.OPEN,
            StatementLine.booked_on <= day,
        )
    )
    for row in rows:
        yield Difference(DiffKind.BANK_UNASSIGNED, str(row.id), 0, int(row.left),
                         row.running_no, line_id=row.id)  # fmt: skip


def _out(session: Session, house: UUID, day: date) -> Iterator[Difference]:
    refunded = exists().where(
        Refund.association_id == house, Refund.bank_line == StatementLine.running_no
    )
    returned = exists().where(
        LineReturn.association_id == house,
        LineReturn.bank_line == StatementLine.running_no,
    )
    rows = session.execute(
        select(
            StatementLine.id, StatementLine.running_no, StatementLine.amount_fen
        ).where(
            StatementLine.association_id == house,
            StatementLine.state == LineState.OUT,
            StatementLine.booked_on <= day,
            ~refunded,
            ~returned,
        )
    )
    for row in rows:
        yield Difference(DiffKind.BANK_OUT, str(row.id), 0, row.amount_fen,
                         row.running_no, line_id=row.id)  # fmt: skip


def _no_line(session: Session, house: UUID, day: date) -> Iterator[Difference]:
    covered = exists().where(
        StatementImport.association_id == house,
        StatementImport.state == ImportState.DONE,
        StatementImport.account == Transfer.bank_account,
        StatementImport.first_on <= Transfer.value_on,
        StatementImport.last_on >= Transfer.value_on,
    )
    rows = session.execute(
        select(
            Transfer.id, Transfer.order_id, Transfer.amount_fen, Transfer.running_no
        ).where(
            Transfer.association_id == house,
            Transfer.state == TransferState.CONFIRMED,
            Transfer.line_id.is_(None),
            Transfer.value_on <= day,
            covered,
        )
    )
    for row in rows:
        yield Difference(DiffKind.TRANSFER_NO_LINE, str(row.id), row.amount_fen, 0,
                         row.running_no, row.order_id)  # fmt: skip


def _confirmed(
    session: Session, house: UUID, states: Sequence[OrderState], day: date
) -> list[tuple[Transfer, Order]]:
    rows = session.execute(
        select(Transfer, Order)
        .join(Order, Order.id == Transfer.order_id)
        .where(
            Transfer.association_id == house,
            Transfer.state == TransferState.CONFIRMED,
            Order.state.in_(states),
            Order.placed_at > start_of(day) - BACK,
        )
    ).all()
    refs = [str(part.id) for part, _order in rows]
    paid: set[str] = set()
    for start in range(0, len(refs), 500):
        paid |= set(
            session.scalars(
                select(Payment.provider_ref).where(
                    Payment.provider == Provider.TRANSFER,
                    Payment.provider_ref.in_(refs[start : start + 500]),
                )
            )
        )
    return [(part, order) for part, order in rows if str(part.id) not in paid]


def _stranded(session: Session, house: UUID, day: date) -> Iterator[Difference]:
    for part, order in _confirmed(session, house, (*_PAID, OrderState.HOLD), day):
        yield Difference(DiffKind.TRANSFER_STRANDED, str(part.id), 0, part.amount_fen,
                         order.number, order.id, part.line_id)  # fmt: skip


def _short(session: Session, house: UUID, day: date) -> Iterator[Difference]:
    got: dict[UUID, tuple[Order, int]] = {}
    for part, order in _confirmed(session, house, _UNPAID, day):
        got[order.id] = (order, got.get(order.id, (order, 0))[1] + part.amount_fen)
    for order, fen in got.values():
        yield Difference(DiffKind.ORDER_SHORT, str(order.id), order.total_fen, fen,
                         order.number, order.id)  # fmt: skip


def _order_amounts(session: Session, house: UUID, day: date) -> Iterator[Difference]:
    for row in _paid_orders(session, house, day):
        if int(row[2]) != row[1]:
            yield Difference(DiffKind.ORDER_AMOUNT, str(row[0]), row[1], int(row[2]),
                             row[4], row[0])  # fmt: skip


def _refund_amounts(session: Session, house: UUID, day: date) -> Iterator[Difference]:
    for row in _paid_orders(session, house, day):
        if min(int(row[3]), row[1]) != row[5]:
            yield Difference(DiffKind.REFUND_AMOUNT, str(row[0]), row[5], int(row[3]),
                             row[4], row[0])  # fmt: skip


def _paid_orders(
    session: Session, house: UUID, day: date
) -> Iterator[tuple[UUID, int, int, int, str, int]]:
    """Give paid orders whose money does not add up: id, total, came, went, number."""
    came = func.coalesce(func.sum(Payment.amount_fen), 0)
    went = func.coalesce(func.sum(Payment.refunded_fen), 0)
    rows = session.execute(
        select(Order.id, Order.total_fen, came, went, Order.number, Order.refunded_fen)
        .join(
            Payment,
            and_(Payment.order_id == Order.id, Payment.state == PaymentState.APPLIED),
            isouter=True,
        )
        .where(
            Order.association_id == house,
            Order.placed_at > start_of(day) - BACK,
            Order.state.in_(_PAID),
            Order.total_fen > 0,
        )
        .group_by(Order.id)
        .having(or_(came != Order.total_fen, went != Order.refunded_fen))
    )
    for row in rows:
        yield row[0], row[1], int(row[2]), int(row[3]), row[4], row[5]


def _held(session: Session, house: UUID, day: date) -> Iterator[Difference]:
    spoken = exists().where(
        Refund.payment_id == Payment.id, Refund.state.in_(OPEN_REFUNDS)
    )
    rows = session.execute(
        select(Payment, Order.number)
        .join(Order, Order.id == Payment.order_id)
        .where(
            Order.association_id == house,
            Payment.state.in_((PaymentState.HELD, PaymentState.SURPLUS)),
            Payment.refunded_fen < Payment.amount_fen,
            ~spoken,
        )
    )
    for paid, number in rows:
        left = paid.amount_fen - paid.refunded_fen
        yield Difference(DiffKind.MONEY_HELD, str(paid.id), 0, left, number,
                         paid.order_id)  # fmt: skip


def _late_refunds(session: Session, house: UUID, day: date) -> Iterator[Difference]:
    rows = session.execute(
        select(Refund, Order.number)
        .join(Order, Order.id == Refund.order_id)
        .where(
            Refund.association_id == house,
            Refund.state == RefundState.SENDING,
            Refund.decided_at < start_of(day) - PATIENCE,
        )
    )
    for one, number in rows:
        yield Difference(DiffKind.REFUND_LATE, str(one.id), one.amount_fen, 0, number,
                         one.order_id)  # fmt: skip


def _invoices_over(session: Session, house: UUID, day: date) -> Iterator[Difference]:
    rows = session.scalars(
        select(Invoice).where(
            Invoice.association_id == house,
            Invoice.state == InvoiceState.ISSUED,
            Invoice.asked_at > start_of(day) - BACK,
        )
    ).all()
    for row in rows:
        held = _held_of(session, row.id)
        young = session.scalar(
            select(func.sum(InvoiceRed.amount_fen)).where(
                InvoiceRed.invoice_id == row.id,
                InvoiceRed.state == RedState.AGREED,
                InvoiceRed.decided_at >= start_of(day) - PATIENCE,
            )
        )
        stands = row.amount_fen - row.red_fen
        if stands - int(young or 0) > held:
            yield Difference(DiffKind.INVOICE_OVER, str(row.id), held, stands,
                             row.issued_number or row.serial)  # fmt: skip


def _held_of(session: Session, invoice_id: UUID) -> int:
    ids = session.scalars(
        select(InvoiceOrder.order_id).where(InvoiceOrder.invoice_id == invoice_id)
    ).all()
    return sum(holdings(session, list(ids)).values())


def _ledger(session: Session, house: UUID, day: date) -> Iterator[Difference]:
    booked = func.coalesce(func.sum(MoneyLine.amount_fen), 0)
    rows = session.execute(
        select(
            Payment.id,
            Payment.order_id,
            (Payment.amount_fen - Payment.refunded_fen).label("is_there"),
            booked,
            Order.number,
        )
        .join(Order, Order.id == Payment.order_id)
        .join(MoneyLine, MoneyLine.payment_id == Payment.id, isouter=True)
        .where(
            Order.association_id == house, Payment.received_at > start_of(day) - BACK
        )
        .group_by(Payment.id, Order.number)
        .having(booked != Payment.amount_fen - Payment.refunded_fen)
    )
    for payment_id, order_id, there, in_book, number in rows:
        yield Difference(DiffKind.LEDGER, str(payment_id), int(in_book), there, number,
                         order_id)  # fmt: skip


# -- what the provider is compared with ----------------------------------------------


def taken_on(
    session: Session, association_id: AssociationId, day: date
) -> tuple[Taken, ...]:
    """List the provider's payments that our books took on a day."""
    return _taken(
        session,
        association_id,
        Payment.received_at >= start_of(day),
        Payment.received_at < start_of(day + timedelta(days=1)),
    )


def merchants_of(
    session: Session, association_id: AssociationId, day: date
) -> frozenset[str]:
    """Name the merchants that took what our books took on a day."""
    rows = session.scalars(
        select(Payment.merchant)
        .join(Order, Order.id == Payment.order_id)
        .where(
            Order.association_id == association_id,
            Payment.provider.in_(ONLINE),
            Payment.received_at >= start_of(day),
            Payment.received_at < start_of(day + timedelta(days=1)),
        )
        .distinct()
    )
    return frozenset(rows)


def taken_as(
    session: Session, association_id: AssociationId, refs: Iterable[str]
) -> tuple[Taken, ...]:
    """List what our books know of the provider's sessions."""
    return _taken(session, association_id, Payment.provider_ref.in_(tuple(refs)))


def _taken(
    session: Session, association_id: AssociationId, *chosen: ColumnElement[bool]
) -> tuple[Taken, ...]:
    rows = session.execute(
        select(Payment)
        .join(Order, Order.id == Payment.order_id)
        .where(
            Order.association_id == association_id,
            Payment.provider.in_(ONLINE),
            *chosen,
        )
    ).scalars()
    return tuple(
        Taken(one.provider_ref, one.order_id, one.amount_fen, one.refunded_fen)
        for one in rows
    )


def houses_of(session: Session, order_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Tell whose orders these are."""
    rows = session.execute(
        select(Order.id, Order.association_id).where(Order.id.in_(tuple(order_ids)))
    )
    return {row.id: row.association_id for row in rows}


def refunded_lately(
    session: Session, association_id: AssociationId, day: date, *, limit: int = 200
) -> tuple[tuple[Taken, PaidThere], ...]:
    """List payments of which something went back lately, as the provider knows them."""
    rows = session.execute(
        select(Payment)
        .join(Order, Order.id == Payment.order_id)
        .where(
            Order.association_id == association_id,
            Payment.provider.in_(ONLINE),
            Payment.intent_ref.is_not(None),
            or_(
                exists().where(
                    MoneyLine.payment_id == Payment.id,
                    MoneyLine.amount_fen < 0,
                    MoneyLine.cash_on >= day - timedelta(days=1),
                ),
                exists().where(
                    Refund.payment_id == Payment.id, Refund.state.in_(OPEN_REFUNDS)
                ),
            ),
        )
        .limit(limit)
    ).scalars()
    return tuple(
        (Taken(one.provider_ref, one.order_id, one.amount_fen, one.refunded_fen),
         paid_there(session, one))
        for one in rows
    )  # fmt: skip

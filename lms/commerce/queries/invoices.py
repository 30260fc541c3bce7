"""Read invoices: requests, what was issued, and what was taken back in red."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.commerce.models import (
    Invoice,
    InvoiceFile,
    InvoiceHandover,
    InvoiceLayout,
    InvoiceOrder,
    InvoiceRed,
    Order,
    OrderLine,
    Payment,
    Refund,
)
from lms.commerce.queries import offers
from lms.commerce.rules import OrderState, PaymentState, RefundState, sellers
from lms.commerce.rules.handover import Bought, Layout, Request, opened
from lms.commerce.rules.invoices import (
    FileForm,
    InvoiceState,
    InvoiceType,
    RedState,
    RedWhy,
    Title,
    TitleKind,
)
from lms.commerce.rules.pricing import Cut, CutKind
from lms.commerce.rules.sellers import Seller
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.money import Fen

_PRIVATE = ("address", "phone", "bank", "account", "email")


@dataclass(frozen=True, slots=True)
class OrderPart:
    """An order on an invoice, and the coupon that made it cheaper. Units: fen."""

    order_id: UUID
    number: str
    amount_fen: Fen
    state: OrderState
    titles: tuple[str, ...]
    coupon: Cut | None = None


@dataclass(frozen=True, slots=True)
class RedCard:
    """A red entry. Units: fen."""

    id: UUID
    why: RedWhy
    amount_fen: Fen
    state: RedState
    words: str
    asked_by: UUID | None
    asked_at: datetime
    decided_at: datetime | None
    number: str | None
    issued_on: date | None
    again_id: UUID | None
    wish: Title | None


@dataclass(frozen=True, slots=True)
class FileCard:
    """A file of the tax system, shut. Units: bytes."""

    id: UUID
    form: FileForm
    size: int
    red_id: UUID | None


@dataclass(frozen=True, slots=True)
class InvoiceCard:
    """An invoice with all that belongs to it. Units: fen. PII: the title."""

    id: UUID
    serial: str
    association_id: AssociationId
    person_id: PersonId
    state: InvoiceState
    title: Title = field(repr=False)
    amount_fen: Fen
    red_fen: Fen
    asked_at: datetime
    issued_number: str | None
    issued_on: date | None
    handover_id: UUID | None
    replaces_id: UUID | None
    reason: str
    orders: tuple[OrderPart, ...]
    reds: tuple[RedCard, ...]
    files: tuple[FileCard, ...]
    seller: Seller | None

    @property
    def paid(self) -> bool:
        """Tell whether all its orders are paid, so that it may be made."""
        return all(
            one.state
            in {
                OrderState.PAID,
                OrderState.PAID_LATE,
                OrderState.FULFILLED,
                OrderState.PART_REFUNDED,
            }
            for one in self.orders
        )


def sealed_place(invoice_id: UUID) -> str:
    """Name the place that sealed particulars belong to."""
    return f"invoices|sealed|{invoice_id}"


def wish_place(red_id: UUID) -> str:
    """Name the place that a sealed wish belongs to."""
    return f"invoice_reds|wish|{red_id}"


def file_place(file_id: UUID) -> str:
    """Name the place that a sealed file belongs to."""
    return f"invoice_files|body|{file_id}"


def handover_place(handover_id: UUID) -> str:
    """Name the place that a sealed file for the tax system belongs to."""
    return f"invoice_handovers|body|{handover_id}"


def private(title: Title) -> dict[str, str]:
    """Gather what of a title is sealed."""
    return {name: getattr(title, name).strip() for name in _PRIVATE}


def title_of(session: Session, row: Invoice) -> Title:
    """Open what an invoice says of its buyer. PII."""
    told: dict[str, str] = {}
    if row.sealed is not None:
        key = accounts.data_key(session, PersonId(row.person_id))
        told = json.loads(pii.unseal(key, row.sealed, sealed_place(row.id)))
    return Title(row.kind, row.type, row.title, row.tax_no, **told)


def wish_written(title: Title) -> bytes:
    """Write a whole title, to be sealed."""
    facts = {"kind": title.kind, "type": title.type, "name": title.name,
             "tax_no": title.tax_no, **private(title)}  # fmt: skip
    return json.dumps(facts, ensure_ascii=False).encode()


def wish_of(session: Session, row: InvoiceRed, person_id: UUID) -> Title | None:
    """Open the title that an invoice shall have instead. PII."""
    if row.wish is None:
        return None
    key = accounts.data_key(session, PersonId(person_id))
    told = json.loads(pii.unseal(key, row.wish, wish_place(row.id)))
    kind, sort = TitleKind(told.pop("kind")), InvoiceType(told.pop("type"))
    return Title(kind, sort, **told)


def invoice(session: Session, person_id: PersonId, invoice_id: UUID) -> InvoiceCard:
    """Find one of a person's invoices.

    Raises: NotFound, also for another's.
    """
    return _one(session, select(Invoice).where(Invoice.person_id == person_id,
                                               Invoice.id == invoice_id))  # fmt: skip


def invoice_of(
    session: Session, association_id: AssociationId, invoice_id: UUID
) -> InvoiceCard:
    """Find one of an association's invoices.

    Raises: NotFound, also for another's.
    """
    return _one(session, select(Invoice).where(Invoice.id == invoice_id,
                Invoice.association_id == association_id))  # fmt: skip


def _one(session: Session, chosen: Select[Invoice]) -> InvoiceCard:
    row = session.scalar(chosen)
    if row is None:
        raise NotFound("invoice.unknown")
    return _card(session, row)


def invoices(session: Session, person_id: PersonId) -> tuple[InvoiceCard, ...]:
    """List a person's invoices, the newest first."""
    rows = session.scalars(
        select(Invoice)
        .where(Invoice.person_id == person_id)
        .order_by(Invoice.asked_at.desc(), Invoice.id)
    ).all()
    return tuple(_card(session, row) for row in rows)


def _card(session: Session, row: Invoice) -> InvoiceCard:
    return InvoiceCard(
        row.id, row.serial, AssociationId(row.association_id), PersonId(row.person_id),
        row.state, title_of(session, row), Fen(row.amount_fen), Fen(row.red_fen),
        row.asked_at, row.issued_number, row.issued_on, row.handover_id,
        row.replaces_id, row.reason, _orders(session, row.id), _reds(session, row),
        _files(session, row.id), sellers.opened(row.seller) if row.seller else None,
    )  # fmt: skip


def _orders(session: Session, invoice_id: UUID) -> tuple[OrderPart, ...]:
    rows = session.execute(
        select(InvoiceOrder.amount_fen, Order)
        .join(Order, Order.id == InvoiceOrder.order_id)
        .where(InvoiceOrder.invoice_id == invoice_id)
        .order_by(Order.placed_at, Order.number)
    ).all()
    return tuple(
        OrderPart(one.id, one.number, Fen(fen), one.state,
                  tuple(line.title for line in one.lines), _coupon(one))
        for fen, one in rows
    )  # fmt: skip


def _coupon(order: Order) -> Cut | None:
    """Name the code that an order used, with what it took off all its lines."""
    cuts = [one for line in order.lines for one in offers.cuts_of(line.cuts)]
    used = [one for one in cuts if one.kind is CutKind.COUPON]
    if not used:
        return None
    off = Fen(sum(one.amount_fen for one in used))
    return Cut(CutKind.COUPON, used[0].label, off)


def _reds(session: Session, row: Invoice) -> tuple[RedCard, ...]:
    reds = session.scalars(
        select(InvoiceRed)
        .where(InvoiceRed.invoice_id == row.id)
        .order_by(InvoiceRed.asked_at)
    )
    return tuple(
        RedCard(one.id, one.why, Fen(one.amount_fen), one.state, one.words,
                one.asked_by, one.asked_at, one.decided_at, one.number, one.issued_on,
                one.again_id,
                wish_of(session, one, row.person_id))
        for one in reds
    )  # fmt: skip


def _files(session: Session, invoice_id: UUID) -> tuple[FileCard, ...]:
    rows = session.execute(
        select(InvoiceFile.id, InvoiceFile.form, InvoiceFile.size, InvoiceFile.red_id)
        .where(InvoiceFile.invoice_id == invoice_id, InvoiceFile.body.is_not(None))
        .order_by(InvoiceFile.kept_at, InvoiceFile.id)
    )
    return tuple(FileCard(*row) for row in rows)


def file(session: Session, card: InvoiceCard, file_id: UUID) -> tuple[FileForm, bytes]:
    """Open one file of an invoice. PII.

    Raises: NotFound.
    """
    row = session.get(InvoiceFile, file_id)
    if row is None or row.invoice_id != card.id or row.body is None:
        raise NotFound("invoice.no_file")
    key = accounts.data_key(session, card.person_id)
    return row.form, pii.unseal(key, row.body, file_place(row.id))


def holdings(session: Session, order_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Tell what orders hold of their money: without what went back or is about to.

    Units: fen.
    """
    totals = session.execute(
        select(Order.id, Order.total_fen, Order.refunded_fen)
        .where(Order.id.in_(order_ids))
        .order_by(Order.id)
    )
    going = {
        order_id: int(fen)
        for order_id, fen in session.execute(
            select(Refund.order_id, func.sum(Refund.amount_fen))
            .join(Payment, Payment.id == Refund.payment_id)
            .where(
                Refund.order_id.in_(order_ids),
                Refund.state == RefundState.SENDING,
                Payment.state == PaymentState.APPLIED,
            )
            .group_by(Refund.order_id)
        )
    }
    return {
        row.id: row.total_fen - row.refunded_fen - going.get(row.id, 0)
        for row in totals
    }


def of_order(session: Session, order_id: UUID) -> Invoice | None:
    """Find the invoice on which an order stands now."""
    return session.scalar(
        select(Invoice)
        .join(InvoiceOrder, InvoiceOrder.invoice_id == Invoice.id)
        .where(InvoiceOrder.order_id == order_id, InvoiceOrder.live)
    )


def standing_of(
    session: Session, order_ids: Sequence[UUID]
) -> dict[UUID, tuple[UUID, InvoiceState]]:
    """Tell on which invoices orders stand now, and how those stand."""
    rows = session.execute(
        select(InvoiceOrder.order_id, Invoice.id, Invoice.state)
        .join(Invoice, Invoice.id == InvoiceOrder.invoice_id)
        .where(InvoiceOrder.order_id.in_(order_ids), InvoiceOrder.live)
    )
    return {row.order_id: (row.id, row.state) for row in rows}


def layout(session: Session, association_id: AssociationId, on: date) -> Layout:
    """Give the layout in force on a day; the bureau's own until one was set."""
    body = session.scalar(
        select(InvoiceLayout.body)
        .where(
            InvoiceLayout.association_id == association_id, InvoiceLayout.since <= on
        )
        .order_by(InvoiceLayout.since.desc(), InvoiceLayout.seq.desc())
        .limit(1)
    )
    return opened(body) if body else Layout()


def layouts(
    session: Session, association_id: AssociationId
) -> tuple[tuple[date, datetime, UUID | None], ...]:
    """List since when which layout held: day, when it was set, by whom."""
    rows = session.execute(
        select(InvoiceLayout.since, InvoiceLayout.made_at, InvoiceLayout.made_by)
        .where(InvoiceLayout.association_id == association_id)
        .order_by(InvoiceLayout.seq.desc())
        .limit(20)
    )
    return tuple((row.since, row.made_at, row.made_by) for row in rows)


def request(session: Session, row: Invoice) -> Request:
    """Give an invoice as it goes into the file."""
    lines = session.execute(
        select(Order.number, OrderLine.title, OrderLine.price_fen)
        .join(Order, Order.id == OrderLine.order_id)
        .join(InvoiceOrder, InvoiceOrder.order_id == Order.id)
        .where(InvoiceOrder.invoice_id == row.id)
        .order_by(Order.placed_at, OrderLine.position)
    ).all()
    return Request(
        row.serial,
        title_of(session, row),
        row.amount_fen,
        tuple(dict.fromkeys(line.number for line in lines)),
        tuple(Bought(line.title, line.price_fen) for line in lines),
        sellers.opened(row.seller or {}),
    )


def handover(
    session: Session, association_id: AssociationId, handover_id: UUID
) -> tuple[str, datetime, bytes]:
    """Open a file that was made for the tax system: kind, instant, content. PII.

    Raises: NotFound.
    """
    row = session.get(InvoiceHandover, handover_id)
    if row is None or row.association_id != association_id:
        raise NotFound("handover.unknown")
    if row.wrapped is None or row.body is None:
        raise NotFound("handover.gone")
    key = pii.unwrap(row.wrapped, f"handover:{row.id}")
    return row.kind, row.made_at, pii.unseal(key, row.body, handover_place(row.id))

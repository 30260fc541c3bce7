"""Carts, orders, payments, events and bank lines."""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.commerce.rules import (
    AttemptState,
    Effect,
    OfferKind,
    OrderState,
    PaymentState,
    Provider,
    RefundState,
    TransferState,
)
from lms.kernel.db import BigSeq, Table, append_only

_LIVE = text("state IN ('intent', 'open', 'processing')")
_TYPED = text("state <> 'withdrawn' AND line_id IS NULL")
_OF_LINE = text("state <> 'withdrawn' AND line_id IS NOT NULL")
_COMPANYS = text("employer_id IS NOT NULL")
_DECLARED = text("transfer_declared_at IS NOT NULL AND state = 'pending'")


class Cart(Table):
    """One cart a person. `revision` grows with each order placed from it.

    `coupon` is the code that was typed last and stood.

    PII: none beyond the person's id.
    """

    __tablename__ = "carts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(unique=True)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    coupon: Mapped[str] = mapped_column(String(24), default="", server_default="")


class CartItem(Table):
    """Something chosen, not yet ordered; it has no price until then.

    PII: none beyond the person's id.
    """

    __tablename__ = "cart_items"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    kind: Mapped[OfferKind]
    offer_id: Mapped[UUID]
    added_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("person_id", "kind", "offer_id"),)


class Order(Table):
    """What one person owes one association, with prices frozen when it was placed.

    With an `employer_id` it is that company's, and the person placed it for the company
    (`PurchaseOrder` says the rest).

    Units: fen.
    PII: none beyond the person's id.
    """

    __tablename__ = "orders"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    person_id: Mapped[UUID]
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    cart_id: Mapped[UUID] = mapped_column(ForeignKey("carts.id"))
    cart_revision: Mapped[int] = mapped_column(Integer)
    state: Mapped[OrderState]
    total_fen: Mapped[int] = mapped_column(Integer)
    refunded_fen: Mapped[int] = mapped_column(Integer, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    placed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    transfer_declared_at: Mapped[datetime | None]
    employer_id: Mapped[UUID | None] = mapped_column(ForeignKey("employers.id"))

    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.position")

    __table_args__ = (
        # A double click places the same cart once.
        UniqueConstraint("cart_id", "cart_revision", "association_id"),
        CheckConstraint("total_fen >= 0", "total_not_negative"),
        CheckConstraint(
            "refunded_fen >= 0 AND refunded_fen <= total_fen", "refund_within_total"
        ),
        Index("ix_orders_person", "person_id", "placed_at"),
        Index("ix_orders_association", "association_id", "placed_at", "id"),
        Index("ix_orders_desk", "association_id", "state", "placed_at", "id"),
        Index(
            "ix_orders_declared",
            "association_id",
            "placed_at",
            "id",
            sqlite_where=_DECLARED,
            postgresql_where=_DECLARED,
        ),
        Index("ix_orders_due", "state", "expires_at"),
        Index(
            "ix_orders_employer",
            "employer_id",
            "placed_at",
            sqlite_where=_COMPANYS,
            postgresql_where=_COMPANYS,
        ),
    )


class OrderLine(Table):
    """One thing bought, as it was offered: title, versions and price are copies.

    A company buys several at once: each of its `quantity` is a seat. `cuts` says what
    was taken off `list_fen`: [kind, label, fen]; nothing where nothing was.

    Units: fen; `price_fen` is for the whole line.
    PII: none.
    """

    __tablename__ = "order_lines"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[OfferKind]
    offer_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(String(200))
    version_ids: Mapped[list[str]]
    price_fen: Mapped[int] = mapped_column(Integer)
    quantity: Mapped[int] = mapped_column(Integer, default=1)
    list_fen: Mapped[int | None] = mapped_column(Integer)
    cuts: Mapped[list[Any] | None]

    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        CheckConstraint("price_fen >= 0", "price_not_negative"),
    )


class OrderStep(Table):
    """One step of an order's life. Append-only.

    PII: none.
    """

    __tablename__ = "order_states"

    id: Mapped[int] = mapped_column(BigSeq, primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    seq: Mapped[int] = mapped_column(Integer)
    state: Mapped[OrderState]
    reason: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[UUID | None]
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("order_id", "seq"),)


append_only(cast("SqlTable", OrderStep.__table__))


class PaymentAttempt(Table):
    """One try to pay at the provider, written before the provider is called.

    `merchant` names whose account it goes to; nothing is the installation's own.

    PII: none.
    """

    __tablename__ = "payment_attempts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    n: Mapped[int] = mapped_column(Integer)
    state: Mapped[AttemptState]
    method: Mapped[str] = mapped_column(String(20))
    session_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    url: Mapped[str | None] = mapped_column(String(2000))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    checked_at: Mapped[datetime]
    merchant: Mapped[str] = mapped_column(String(40), default="", server_default="")

    __table_args__ = (
        UniqueConstraint("order_id", "n"),
        # Two tabs share one open payment.
        Index(
            "uq_payment_attempts_one_live",
            "order_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_payment_attempts_due", "state", "checked_at"),
    )

    @property
    def key(self) -> str:
        """Give the idempotency key under which the provider knows this try."""
        return f"order:{self.order_id}:{self.n}"


class Payment(Table):
    """Money that arrived. One row for each thing that the provider calls a payment.

    `merchant` names who took it, and gives it back; nothing is the installation's own.

    Units: fen.
    PII: none.
    """

    __tablename__ = "payments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    provider: Mapped[Provider]
    provider_ref: Mapped[str] = mapped_column(String(120))
    intent_ref: Mapped[str | None] = mapped_column(String(120), index=True)
    amount_fen: Mapped[int] = mapped_column(Integer)
    refunded_fen: Mapped[int] = mapped_column(Integer, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[PaymentState]
    received_at: Mapped[datetime]
    merchant: Mapped[str] = mapped_column(String(40), default="", server_default="")

    __table_args__ = (
        UniqueConstraint("provider", "provider_ref"),
        CheckConstraint("amount_fen >= 0", "amount_not_negative"),
        CheckConstraint(
            "refunded_fen >= 0 AND refunded_fen <= amount_fen", "refund_within_amount"
        ),
        Index("ix_payments_state", "state", "order_id"),
    )


class PaymentEvent(Table):
    """A webhook event, stored in the same transaction as what it did.

    PII: none.
    """

    __tablename__ = "payment_events"

    event_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    type: Mapped[str] = mapped_column(String(80))
    order_id: Mapped[UUID | None] = mapped_column(index=True)
    effect: Mapped[Effect]
    reason: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]


class Transfer(Table):
    """A line of the bank statement that somebody matched with an order.

    With a `line_id` it is a part of an imported line's money, which may go to several
    orders. One that was typed stands alone: a bank numbers its lines by account and
    day, so it pays one order only. `note` says why a strange payer's money counts.

    Units: fen; `value_on` is a legal day.
    PII: `payer`, the account holder's name as the bank prints it; `note`.
    """

    __tablename__ = "transfers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    bank_account: Mapped[str] = mapped_column(String(60))
    reference: Mapped[str] = mapped_column(String(60))
    value_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(Integer)
    running_no: Mapped[str] = mapped_column(String(60))
    payer: Mapped[str] = mapped_column(String(120))
    state: Mapped[TransferState]
    proposed_by: Mapped[UUID]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None]
    second_by: Mapped[UUID | None]
    confirmed_at: Mapped[datetime | None]
    line_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("statement_lines.id"), index=True
    )
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")

    __table_args__ = (
        Index(
            "uq_transfers_bank_line",
            "association_id",
            "bank_account",
            "value_on",
            "running_no",
            unique=True,
            sqlite_where=_TYPED,
            postgresql_where=_TYPED,
        ),
        Index(
            "uq_transfers_line_order",
            "line_id",
            "order_id",
            unique=True,
            sqlite_where=_OF_LINE,
            postgresql_where=_OF_LINE,
        ),
        CheckConstraint("amount_fen > 0", "amount_positive"),
        Index("ix_transfers_state", "state", "order_id"),
    )


class Refund(Table):
    """Money to give back: one row from the question to the end.

    `bank_line` is the bank's own number of the line by which a transfer went back.

    Units: fen; `returned_on` is a legal day.
    PII: none.
    """

    __tablename__ = "refunds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    approval_id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"), unique=True)
    provider: Mapped[Provider]
    amount_fen: Mapped[int] = mapped_column(Integer)
    state: Mapped[RefundState]
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    provider_ref: Mapped[str | None] = mapped_column(String(120), unique=True)
    bank_line: Mapped[str | None] = mapped_column(String(60))
    returned_on: Mapped[date | None]

    __table_args__ = (
        UniqueConstraint("association_id", "bank_line"),
        CheckConstraint("amount_fen > 0", "amount_positive"),
        Index("ix_refunds_due", "state", "checked_at"),
    )


class Reconciliation(Table):
    """One comparison of the provider's books with ours.

    `differences` names sessions and what is wrong with each.

    PII: none.
    """

    __tablename__ = "reconciliations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    compared: Mapped[int] = mapped_column(Integer)
    differences: Mapped[list[str]]

"""Invoices: asked for, handed to the tax system, issued, and taken back in red."""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.commerce.rules.invoices import (
    FileForm,
    InvoiceState,
    InvoiceType,
    RedState,
    RedWhy,
    TitleKind,
)
from lms.kernel.db import BigSeq, Table, append_only

_LIVE = text("live")
_OWN = text("red_id IS NULL")


class InvoiceLayout(Table):
    """How an association's file for the tax system looks from a day on. Append-only.

    PII: none.
    """

    __tablename__ = "invoice_layouts"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    since: Mapped[date]
    body: Mapped[dict[str, Any]]
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]

    __table_args__ = (Index("ix_invoice_layouts_since", "association_id", "since"),)


append_only(cast("SqlTable", InvoiceLayout.__table__))


class InvoiceHandover(Table):
    """A file that was made for the tax system, kept as it was made.

    Units: fen.
    PII: `body`, sealed with a key of its own, `wrapped`.
    """

    __tablename__ = "invoice_handovers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    count: Mapped[int] = mapped_column(Integer)
    total_fen: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(8))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]

    __table_args__ = (Index("ix_invoice_handovers_desk", "association_id", "made_at"),)


class Invoice(Table):
    """An invoice from the request on; one that is wrong is taken back and made anew.

    `serial` is our number, which the tax system's file carries; `issued_number` is
    the invoice's own.

    `seller` is what it says of the association, frozen when it is handed over.

    Units: fen; `issued_on` is a legal day.
    PII: `title` is a person's name where it is no company's; `sealed` (address, phone,
    bank, e-mail) with the key of the person who asked.
    """

    __tablename__ = "invoices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    serial: Mapped[str] = mapped_column(String(20), unique=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    person_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[TitleKind]
    type: Mapped[InvoiceType]
    title: Mapped[str] = mapped_column(String(100))
    tax_no: Mapped[str] = mapped_column(String(20))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    amount_fen: Mapped[int] = mapped_column(Integer)
    red_fen: Mapped[int] = mapped_column(Integer, default=0)
    state: Mapped[InvoiceState]
    asked_at: Mapped[datetime]
    handover_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("invoice_handovers.id"), index=True
    )
    issued_number: Mapped[str | None] = mapped_column(String(20))
    issued_on: Mapped[date | None]
    issued_at: Mapped[datetime | None]
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoices.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None]
    seller: Mapped[dict[str, str] | None]

    __table_args__ = (
        UniqueConstraint("association_id", "issued_number"),
        CheckConstraint("amount_fen > 0", "amount_positive"),
        CheckConstraint("red_fen >= 0 AND red_fen <= amount_fen", "red_within_amount"),
        Index("ix_invoices_queue", "association_id", "state", "asked_at", "id"),
    )


class InvoiceOrder(Table):
    """An order that stands on an invoice; `live` while it stands on no other.

    Units: fen.
    PII: none.
    """

    __tablename__ = "invoice_orders"

    invoice_id: Mapped[UUID] = mapped_column(
        ForeignKey("invoices.id"), primary_key=True
    )
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    amount_fen: Mapped[int] = mapped_column(Integer)
    live: Mapped[bool]

    __table_args__ = (
        Index(
            "uq_invoice_orders_live",
            "order_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        CheckConstraint("amount_fen > 0", "amount_positive"),
    )


class InvoiceRed(Table):
    """A red entry: one person asks, another agrees, then the tax system makes it.

    A buyer's wish stands here too until the desk has looked at it; `wish` is the
    title that the invoice shall have instead. `number` is the red invoice's own.

    Units: fen.
    PII: `wish`, sealed with the key of the person whose invoice it is; `words`.
    """

    __tablename__ = "invoice_reds"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), index=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    why: Mapped[RedWhy]
    amount_fen: Mapped[int] = mapped_column(Integer)
    state: Mapped[RedState]
    words: Mapped[str] = mapped_column(String(200))
    wish: Mapped[bytes | None] = mapped_column(LargeBinary)
    approval_id: Mapped[UUID | None] = mapped_column(ForeignKey("approvals.id"))
    refund_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("refunds.id"), unique=True
    )
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    number: Mapped[str | None] = mapped_column(String(20))
    issued_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
    again_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoices.id"))

    __table_args__ = (
        UniqueConstraint("association_id", "number"),
        CheckConstraint("amount_fen > 0", "amount_positive"),
        Index("ix_invoice_reds_desk", "association_id", "state"),
    )


class InvoiceFile(Table):
    """The invoice as the tax system made it, or the red one.

    Units: `size` bytes.
    PII: `body`, sealed with the key of the person who asked.
    """

    __tablename__ = "invoice_files"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), index=True)
    red_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice_reds.id"))
    form: Mapped[FileForm]
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    kept_by: Mapped[UUID | None]
    kept_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("red_id", "form"),
        Index(
            "uq_invoice_files_own",
            "invoice_id",
            "form",
            unique=True,
            sqlite_where=_OWN,
            postgresql_where=_OWN,
        ),
    )

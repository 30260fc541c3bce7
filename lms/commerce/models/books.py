"""The books: every movement of money, and where ours and others' books differ."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.commerce.rules.reconciling import DiffKind, DiffState
from lms.kernel.db import BigSeq, Table, append_only


class MoneyLine(Table):
    """Money that came, or went back, of one payment. Append-only.

    `applied`: it paid for an order; what is held or came twice is nobody's revenue.
    `channel` is how it came: wechat_pay, alipay, card, transfer.

    Units: fen, what went back is negative; `cash_on` is the legal day of the bank's
        or the provider's booking.
    PII: none.
    """

    __tablename__ = "money_lines"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    applied: Mapped[bool]
    amount_fen: Mapped[int] = mapped_column(Integer)
    cash_on: Mapped[date]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_money_lines_day", "association_id", "cash_on"),)


append_only(cast("SqlTable", MoneyLine.__table__))


class ReconciliationRun(Table):
    """One day's comparison of all books of one association.

    `looked` counts what was compared, by side; `found` the differences that stood.

    PII: none.
    """

    __tablename__ = "reconciliation_runs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    day: Mapped[date]
    at: Mapped[datetime]
    looked: Mapped[dict[str, int]]
    found: Mapped[int] = mapped_column(Integer)
    amounts_fen: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (UniqueConstraint("association_id", "day"),)


class BookDifference(Table):
    """One difference, from the day it was found until somebody settled it.

    The same one found again is the same row; `GONE` when a run no longer finds it.

    Units: fen; days are legal days.
    PII: `reason`, in the settler's words.
    """

    __tablename__ = "reconciliation_differences"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    kind: Mapped[DiffKind]
    key: Mapped[str] = mapped_column(String(160))
    ours_fen: Mapped[int] = mapped_column(BigInteger)
    theirs_fen: Mapped[int] = mapped_column(BigInteger)
    ref: Mapped[str] = mapped_column(String(160))
    order_id: Mapped[UUID | None]
    line_id: Mapped[UUID | None]
    found_on: Mapped[date]
    seen_on: Mapped[date]
    state: Mapped[DiffState]
    settled_by: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        UniqueConstraint("association_id", "kind", "key"),
        Index("ix_reconciliation_differences_desk", "association_id", "state"),
    )

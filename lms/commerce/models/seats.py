"""Quotes for companies, their own order numbers, and the seats they paid for."""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Boolean,
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

from lms.commerce.rules import OfferKind
from lms.commerce.rules.seats import SeatDeed, SeatState
from lms.kernel.db import BigSeq, Table, append_only

_SAT = text("person_id IS NOT NULL")


class Quote(Table):
    """What an association takes from a company for so many seats, until a day.

    The company's agent asked for it, or a clerk made it (`by_clerk`); nothing in it
    changes any more. `once` names the asking, so that a double click makes one.

    Units: fen; `valid_until` is the last legal day.
    PII: none; companies are published.
    """

    __tablename__ = "quotes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    once: Mapped[UUID] = mapped_column(unique=True)
    employer_id: Mapped[UUID] = mapped_column(ForeignKey("employers.id"))
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    company_name: Mapped[str] = mapped_column(String(100))
    uscc: Mapped[str] = mapped_column(String(18))
    made_by: Mapped[UUID | None]
    by_clerk: Mapped[bool] = mapped_column(Boolean)
    made_at: Mapped[datetime]
    valid_until: Mapped[date]
    total_fen: Mapped[int] = mapped_column(Integer)
    ordered_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    coupon: Mapped[str] = mapped_column(String(24), default="", server_default="")

    lines: Mapped[list["QuoteLine"]] = relationship(order_by="QuoteLine.position")

    __table_args__ = (
        CheckConstraint("total_fen >= 0", "total_not_negative"),
        Index("ix_quotes_employer", "employer_id", "made_at"),
        Index("ix_quotes_association", "association_id", "made_at"),
    )


class QuoteLine(Table):
    """One line of a quote: title, versions and prices are copies.

    `cuts` says what was taken off: [kind, label, fen].

    Units: fen; `price_fen` is for the whole line.
    PII: none.
    """

    __tablename__ = "quote_lines"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[OfferKind]
    offer_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(String(200))
    version_ids: Mapped[list[str]]
    unit_fen: Mapped[int] = mapped_column(Integer)
    seats: Mapped[int] = mapped_column(Integer)
    price_fen: Mapped[int] = mapped_column(Integer)
    cuts: Mapped[list[Any] | None]

    __table_args__ = (
        UniqueConstraint("quote_id", "position"),
        CheckConstraint("unit_fen >= 0 AND price_fen >= 0", "price_not_negative"),
        CheckConstraint("seats > 0", "seats"),
    )


class PurchaseOrder(Table):
    """What makes an order a company's: its title, its own number, its quote.

    A quote is ordered once. `number` is the company's own (订购单号), perhaps none.

    PII: none; companies are published.
    """

    __tablename__ = "purchase_orders"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"), unique=True)
    employer_id: Mapped[UUID] = mapped_column(ForeignKey("employers.id"))
    number: Mapped[str] = mapped_column(String(40))
    company_name: Mapped[str] = mapped_column(String(100))
    uscc: Mapped[str] = mapped_column(String(18))

    __table_args__ = (Index("ix_purchase_orders_number", "employer_id", "number"),)


class Seat(Table):
    """One place in a course or package that a company paid for.

    Its order's row is the lock. Who sits there has an enrolment whose source names the
    seat; it stays theirs when they leave the company.

    PII: links a person to a company.
    """

    __tablename__ = "seats"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("order_lines.id"))
    n: Mapped[int] = mapped_column(Integer)
    employer_id: Mapped[UUID] = mapped_column(ForeignKey("employers.id"))
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    state: Mapped[SeatState]
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("employer_links.id"))
    opened_at: Mapped[datetime]
    assigned_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("line_id", "n"),
        # Nobody sits twice in one line.
        Index(
            "uq_seats_sitter",
            "line_id",
            "person_id",
            unique=True,
            sqlite_where=_SAT,
            postgresql_where=_SAT,
        ),
        Index("ix_seats_employer", "employer_id", "state"),
        CheckConstraint("(state = 'assigned') = (person_id IS NOT NULL)", "sitter"),
    )


class SeatStep(Table):
    """One change of a seat. Append-only.

    PII: links a person to a company.
    """

    __tablename__ = "seat_steps"

    id: Mapped[int] = mapped_column(BigSeq, primary_key=True)
    seat_id: Mapped[UUID] = mapped_column(ForeignKey("seats.id"))
    seq: Mapped[int] = mapped_column(Integer)
    deed: Mapped[SeatDeed]
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    account_id: Mapped[UUID | None]
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("seat_id", "seq"),)


append_only(cast("SqlTable", SeatStep.__table__))

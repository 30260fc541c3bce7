"""Dated rules of prices and refunds, members, and coupons with their uses."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.commerce.rules.offers import DealKind, DealState
from lms.kernel.db import Table

_HELD = text("freed_at IS NULL")


class Deal(Table):
    """A rule of an association from a day on: a tier, members' prices, refunds.

    `terms` is what the rule is, by its kind; `words` what the buyer reads. Nothing in
    it changes: a new rule is a new row, and an old one is stopped.

    Units: legal days, the last one counts; money in `terms` fen, shares percent.
    PII: none.
    """

    __tablename__ = "deals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    kind: Mapped[DealKind]
    terms: Mapped[dict[str, Any]]
    words: Mapped[str] = mapped_column(String(400))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    state: Mapped[DealState]
    approval_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("approvals.id"), unique=True
    )
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_deals_desk", "association_id", "kind", "state"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", "days"),
    )


class Member(Table):
    """A company, or a person, that is a member of an association for a time.

    Kept by its number, whether or not anybody here has it: a company by its USCC, a
    person by the blind index of the ID number. `shown` is that number, masked; `name`
    as the association typed it.

    Units: legal days, the last one counts.
    PII: the blind index and the ends of an ID number, a name.
    """

    __tablename__ = "members"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    uscc: Mapped[str | None] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(String(100))
    id_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    shown: Mapped[str] = mapped_column(String(18))
    from_on: Mapped[date]
    until_on: Mapped[date]
    added_by: Mapped[UUID | None]
    added_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("association_id", "uscc", "from_on"),
        UniqueConstraint("association_id", "id_index", "from_on"),
        CheckConstraint("(uscc IS NULL) <> (id_index IS NULL)", "one_of_both"),
        CheckConstraint("until_on >= from_on", "days"),
    )


class Coupon(Table):
    """What its codes take off: a percentage or an amount, for a time, for some courses.

    Units: fen; legal days, the last one counts; `percent` 1 to 100.
    PII: none.
    """

    __tablename__ = "coupons"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    title: Mapped[str] = mapped_column(String(60))
    percent: Mapped[int | None] = mapped_column(Integer)
    amount_fen: Mapped[int | None] = mapped_column(Integer)
    minimum_fen: Mapped[int] = mapped_column(Integer)
    offers: Mapped[list[str]]
    from_on: Mapped[date]
    until_on: Mapped[date]
    each_person: Mapped[int] = mapped_column(Integer)
    state: Mapped[DealState]
    approval_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("approvals.id"), unique=True
    )
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_coupons_desk", "association_id", "made_at"),
        CheckConstraint("(percent IS NULL) <> (amount_fen IS NULL)", "one_of_both"),
        CheckConstraint("percent IS NULL OR percent BETWEEN 1 AND 100", "percent"),
        CheckConstraint("amount_fen IS NULL OR amount_fen > 0", "amount"),
        CheckConstraint("until_on >= from_on", "days"),
    )


class CouponCode(Table):
    """One code of a coupon; its row is the lock that counts its uses.

    PII: none.
    """

    __tablename__ = "coupon_codes"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    coupon_id: Mapped[UUID] = mapped_column(ForeignKey("coupons.id"), index=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    code: Mapped[str] = mapped_column(String(24))
    total: Mapped[int] = mapped_column(Integer)
    used: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (
        UniqueConstraint("association_id", "code"),
        CheckConstraint("used >= 0 AND used <= total", "uses"),
    )


class CouponUse(Table):
    """One order that used a code. One that came to nothing frees it.

    Units: fen.
    PII: none beyond the person's id.
    """

    __tablename__ = "coupon_uses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code_id: Mapped[UUID] = mapped_column(ForeignKey("coupon_codes.id"))
    coupon_id: Mapped[UUID] = mapped_column(ForeignKey("coupons.id"))
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), unique=True)
    person_id: Mapped[UUID]
    amount_fen: Mapped[int] = mapped_column(Integer)
    used_at: Mapped[datetime]
    freed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_coupon_uses_code", "code_id"),
        Index(
            "ix_coupon_uses_person",
            "person_id",
            "coupon_id",
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        CheckConstraint("amount_fen >= 0", "amount_not_negative"),
    )


class RefundLine(Table):
    """What of a refund is for which line of its order, and how many seats go with it.

    `most_fen` and `reason` are what the rule said when it was asked.

    Units: fen.
    PII: none.
    """

    __tablename__ = "refund_lines"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    refund_id: Mapped[UUID] = mapped_column(ForeignKey("refunds.id"))
    line_id: Mapped[UUID] = mapped_column(ForeignKey("order_lines.id"), index=True)
    amount_fen: Mapped[int] = mapped_column(Integer)
    seats: Mapped[int] = mapped_column(Integer, default=0)
    most_fen: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(40))

    __table_args__ = (
        UniqueConstraint("refund_id", "line_id"),
        CheckConstraint("amount_fen > 0", "amount_positive"),
        CheckConstraint("seats >= 0", "seats_not_negative"),
    )

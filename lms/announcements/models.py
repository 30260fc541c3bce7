"""Announcements, and who has them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.announcements.rules import Audience, State
from lms.kernel.db import Table


class Announcement(Table):
    """Words for many, of an association or (without one) of the house.

    `among` narrows the audience: a specialty, a course version, a company, days.
    `cursor` is the last account that was reached: a run that was killed goes on there.
    What was `counted` is what the sender saw before sending. The row is the lock of its
    own sending.

    PII: none; who wrote it is an account of staff.
    """

    __tablename__ = "announcements"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID | None] = mapped_column(ForeignKey("associations.id"))
    title: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)
    audience: Mapped[Audience]
    among: Mapped[str] = mapped_column(String(40))
    mail: Mapped[bool]
    sms: Mapped[bool]
    from_at: Mapped[datetime | None]
    until: Mapped[date | None]
    state: Mapped[State]
    counted: Mapped[int | None] = mapped_column(Integer)
    approval_id: Mapped[UUID | None] = mapped_column(ForeignKey("approvals.id"))
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    cursor: Mapped[UUID | None]
    reached: Mapped[int] = mapped_column(Integer)
    mailed: Mapped[int] = mapped_column(Integer)
    texted: Mapped[int] = mapped_column(Integer)
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("reached >= 0 AND mailed >= 0 AND texted >= 0", name="counts"),
        Index("ix_announcements_desk", "association_id", "made_at", "id"),
        Index("ix_announcements_due", "state", "from_at"),
    )


_UNREAD = text("read_at IS NULL AND archived_at IS NULL")


class Receipt(Table):
    """An announcement as one account has it: once, however many processes run.

    `until` is the last day on which it asks to be read.

    PII: what an account was told, and when it read it.
    """

    __tablename__ = "announcement_receipts"

    announcement_id: Mapped[UUID] = mapped_column(
        ForeignKey("announcements.id"), primary_key=True
    )
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("accounts.id"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[date | None]
    read_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_announcement_receipts_mine", "account_id", "at"),
        Index(
            "ix_announcement_receipts_unread",
            "account_id",
            sqlite_where=_UNREAD,
            postgresql_where=_UNREAD,
        ),
    )

"""Pairs of accounts that may be one person's."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table
from lms.merges.rules import Sign


class AccountPair(Table):
    """Two learners of an association who may be one, found by night.

    `one_id` is the smaller id, so that a pair stands here once. `apart_at` is when
    somebody of the staff saw that they are two persons: it is not offered again.

    PII: links two persons; `reason` in the words of staff.
    """

    __tablename__ = "account_pairs"

    association_id: Mapped[UUID] = mapped_column(
        ForeignKey("associations.id"), primary_key=True
    )
    one_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    other_id: Mapped[UUID] = mapped_column(primary_key=True, index=True)
    sign: Mapped[Sign]
    found_at: Mapped[datetime]
    apart_at: Mapped[datetime | None]
    apart_by: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(400))

    __table_args__ = (
        CheckConstraint("one_id < other_id", "order"),
        Index("ix_account_pairs_desk", "association_id", "apart_at"),
    )

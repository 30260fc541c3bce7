"""The hours ledger."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, String
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.hours.rules import EntryKind
from lms.kernel.db import BigSeq, Table, append_only
from lms.policy.model import Specialty, Track


class HoursEntry(Table):
    """One credit, posted once by its `source`. A correction is a new entry.

    Units: `credit` in hundredths of a 学时; negative only for an adjustment.
    `earned_on` is the legal day that decides the period.

    PII: none beyond the person's id.
    """

    __tablename__ = "hours_entries"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    person_id: Mapped[UUID]
    specialty: Mapped[Specialty]
    track: Mapped[Track]
    credit: Mapped[int] = mapped_column(Integer)
    kind: Mapped[EntryKind]
    association_id: Mapped[UUID]
    source: Mapped[str] = mapped_column(String(120), unique=True)
    earned_at: Mapped[datetime]
    earned_on: Mapped[date]
    posted_at: Mapped[datetime]
    evidence_n: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint("credit > 0 OR kind = 'adjustment'", name="credit_sign"),
        Index("ix_hours_entries_person", "person_id", "earned_on"),
        Index("ix_hours_entries_desk", "association_id", "posted_at"),
    )


append_only(cast("SqlTable", HoursEntry.__table__))

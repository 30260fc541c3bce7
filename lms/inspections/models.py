"""What was drawn, and what was said of it."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.inspections.rules import Verdict, Why
from lms.kernel.db import BigSeq, Table, append_only

NO_DAYS = date.min


class Draw(Table):
    """One drawing of lots over whole legal days, `since` up to before `until`.

    What an inspector opens on a complaint hangs on a draw of no days and no lots, one
    for an association (`NO_DAYS`).

    PII: none.
    """

    __tablename__ = "inspection_draws"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID]
    since: Mapped[date]
    until: Mapped[date]
    pot: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("association_id", "until"),)


class Sample(Table):
    """A person, or one of their certificates, that the lot or a complaint fell on.

    PII: `reason`, the inspector's words on a complaint.
    """

    __tablename__ = "inspection_samples"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draw_id: Mapped[UUID] = mapped_column(ForeignKey("inspection_draws.id"))
    association_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(index=True)
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificates.id"))
    why: Mapped[Why]
    drawn_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(400))

    __table_args__ = (
        Index("ix_inspection_samples_queue", "association_id", "drawn_at"),
    )


class Finding(Table):
    """An inspector's word on a sample. A later one counts; none is ever changed.

    PII: `comment`, the inspector's own words.
    """

    __tablename__ = "inspection_findings"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    sample_id: Mapped[UUID] = mapped_column(
        ForeignKey("inspection_samples.id"), index=True
    )
    account_id: Mapped[UUID]
    verdict: Mapped[Verdict]
    comment: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime]


for _book in (Draw, Sample, Finding):
    append_only(cast("SqlTable", _book.__table__))

"""Batches: many certificates asked for at once, packages of them, and paper."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.credentials.rules.batches import (
    BatchState,
    LineState,
    PackState,
    PaperWhy,
)
from lms.kernel.db import Table
from lms.policy.model import Specialty


class IssueBatch(Table):
    """Certificates that a desk asks for at once, by what it chose.

    `able` of `total` were found to qualify before the start; `seen` were looked at.
    `issued`, `refused` and `by_hand` count what became of those. `owner` is the process
    that works on it until `leased_until`. `run_at` and `run_done` are when the present
    run began, and how many were done by then.

    PII: none; who asked is an account of staff.
    """

    __tablename__ = "issue_batches"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID]
    chosen: Mapped[dict[str, Any]]
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    state: Mapped[BatchState]
    total: Mapped[int] = mapped_column(Integer)
    seen: Mapped[int] = mapped_column(Integer, default=0)
    able: Mapped[int] = mapped_column(Integer, default=0)
    issued: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[int] = mapped_column(Integer, default=0)
    by_hand: Mapped[int] = mapped_column(Integer, default=0)
    reasons: Mapped[dict[str, int]] = mapped_column(default=dict)
    run_at: Mapped[datetime | None]
    run_done: Mapped[int] = mapped_column(Integer, default=0)
    ended_at: Mapped[datetime | None]
    owner: Mapped[str | None] = mapped_column(String(60))
    leased_until: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_issue_batches_desk", "association_id", "asked_at"),
        Index(
            "ix_issue_batches_open",
            "asked_at",
            sqlite_where=text("state IN ('checking', 'waiting', 'running')"),
            postgresql_where=text("state IN ('checking', 'waiting', 'running')"),
        ),
    )


class IssueLine(Table):
    """One person and specialty of a batch, fixed when the batch was made.

    `reasons` are codes, parted by spaces.

    PII: none beyond the person's id.
    """

    __tablename__ = "issue_batch_lines"

    batch_id: Mapped[UUID] = mapped_column(
        ForeignKey("issue_batches.id"), primary_key=True
    )
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    specialty: Mapped[Specialty]
    state: Mapped[LineState]
    reasons: Mapped[str] = mapped_column(String(400), default="")
    certificate_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("certificates.id"), index=True
    )
    done_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("batch_id", "person_id", "specialty"),
        Index("ix_issue_batch_lines_queue", "batch_id", "state", "n"),
    )


class IssuePack(Table):
    """A package of a batch's files, made once for who asked, gone after some days.

    `kinds` are file kinds, parted by spaces; `wrapped` opens the file on the disk.

    Units: `size` in bytes.
    PII: none; the file on the disk holds certificates, sealed.
    """

    __tablename__ = "issue_packs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("issue_batches.id"), index=True)
    association_id: Mapped[UUID]
    kinds: Mapped[str] = mapped_column(String(40))
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    state: Mapped[PackState]
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    owner: Mapped[str | None] = mapped_column(String(60))
    leased_until: Mapped[datetime | None]
    made_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_issue_packs_state", "state", "asked_at"),)


class PaperCopy(Table):
    """A certificate that is to be printed on paper, until somebody has done so.

    PII: none beyond the person's id.
    """

    __tablename__ = "paper_copies"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificates.id"))
    person_id: Mapped[UUID] = mapped_column(index=True)
    association_id: Mapped[UUID]
    why: Mapped[PaperWhy]
    asked_by: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    printed_by: Mapped[UUID | None]
    printed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_paper_copies_desk", "association_id", "asked_at"),
        Index(
            "uq_paper_copies_open",
            "certificate_id",
            unique=True,
            sqlite_where=text("printed_at IS NULL"),
            postgresql_where=text("printed_at IS NULL"),
        ),
    )

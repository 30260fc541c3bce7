"""Questions and what was said to them."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.approvals.rules import ApprovalState
from lms.kernel.db import BigSeq, Table, append_only


class Approval(Table):
    """Something that one person asks and others decide.

    `payload` holds ids and codes. Personal values are sealed in the asking room's own
    table, under this row's id. `barred` are persons who may not decide, though they
    asked nothing: those who decided the matter before.

    PII: `reason`, the asker's own words.
    """

    __tablename__ = "approvals"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80), index=True)
    association_id: Mapped[UUID | None]
    payload: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(400))
    needs: Mapped[int] = mapped_column(Integer)
    last_role: Mapped[str | None] = mapped_column(String(20))
    asked_by: Mapped[UUID | None]
    asked_person_id: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    state: Mapped[ApprovalState]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    asked_role: Mapped[str | None] = mapped_column(String(20))
    first_role: Mapped[str | None] = mapped_column(String(20))
    barred: Mapped[list[str] | None]

    __table_args__ = (
        CheckConstraint("needs >= 1", name="needs"),
        Index("ix_approvals_queue", "association_id", "kind", "state", "asked_at"),
    )


class Decision(Table):
    """One person's word on a question. Never changed.

    PII: `comment`, the decider's own words.
    """

    __tablename__ = "approval_decisions"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    approval_id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"))
    account_id: Mapped[UUID | None]
    person_id: Mapped[UUID]
    approved: Mapped[bool]
    comment: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime]
    role: Mapped[str | None] = mapped_column(String(20))

    __table_args__ = (UniqueConstraint("approval_id", "person_id"),)


append_only(cast("SqlTable", Decision.__table__))

"""Checks after the grant: draws, the cases that they drew, what was handed over."""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table, append_only
from lms.people.rules import Side
from lms.policy.model import Province
from lms.registration.rules.audits import AuditState


class AuditDraw(Table):
    """A draw among what a province granted. Never changed.

    Units: `share` in per cent; `pot` and `taken` in grants.
    PII: none.
    """

    __tablename__ = "audit_draws"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    province: Mapped[Province]
    office_id: Mapped[UUID]
    since: Mapped[date]
    until: Mapped[date]
    share: Mapped[int] = mapped_column(Integer)
    pot: Mapped[int] = mapped_column(Integer)
    taken: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[UUID | None]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_audit_draws_province", "province", "at"),)


class AuditCase(Table):
    """One grant that is checked: by when papers are asked for, and what was found.

    `*_handed` list what each side handed over, each file by its SHA-256.

    PII: links a person to a company; `words` and `answer` are about the matter.
    """

    __tablename__ = "audit_cases"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    draw_id: Mapped[UUID] = mapped_column(ForeignKey("audit_draws.id"))
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    employer_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("employers.id"), index=True
    )
    province: Mapped[Province]
    asked_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[AuditState]
    person_handed_at: Mapped[datetime | None]
    person_handed: Mapped[list[Any]]
    employer_handed_at: Mapped[datetime | None]
    employer_handed: Mapped[list[Any]]
    found_by: Mapped[UUID | None]
    found_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(1000))
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(1000))

    __table_args__ = (
        UniqueConstraint("draw_id", "application_id"),
        Index("ix_audit_cases_queue", "province", "state", "due_on"),
    )


class AuditDelivery(Table):
    """One time that a side handed papers over, or spoke for itself. Never changed.

    A hand-over is of one registration period, and names the kinds of paper that were
    asked for and not there; what is said in defence is of none. `files` are ids of the
    archive with their SHA-256.

    PII: `words`, why something is missing, or the defence; sealed with the key of the
    person who is checked.
    """

    __tablename__ = "audit_deliveries"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("audit_cases.id"))
    n: Mapped[int] = mapped_column(Integer)
    side: Mapped[Side]
    period_from: Mapped[date | None]
    period_until: Mapped[date | None]
    files: Mapped[list[Any]]
    missing: Mapped[list[str]]
    words: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_id: Mapped[UUID | None]
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("case_id", "n"),)


append_only(cast("SqlTable", AuditDraw.__table__))
append_only(cast("SqlTable", AuditDelivery.__table__))

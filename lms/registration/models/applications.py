"""Applications to the authority: one open for each person, every step kept."""

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
    text,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import BigSeq, Table, append_only
from lms.policy.flow import Party, Path, StepName
from lms.policy.model import Application, BarCause, Province
from lms.registration.rules.states import Act, FlagKind, Status


class ApplicationRow(Table):
    """One application, and where it stands now.

    `flow` names the document's flow that it was begun under and keeps. `cases` are
    circumstances, `met` the needs that are met at this step, `facts` dates and codes
    of the matter. `left` are the working days that were left when the clock stopped.
    `version` counts acts: whoever acts says which one they saw.

    PII: links a person to a company; the rest is about the matter.
    """

    __tablename__ = "applications"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    employer_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("employers.id"), index=True
    )
    province: Mapped[Province]
    application: Mapped[Application]
    path: Mapped[Path]
    flow: Mapped[str] = mapped_column(String(120))
    specialties: Mapped[list[str]]
    cases: Mapped[list[str]]
    facts: Mapped[dict[str, Any]]
    started_by: Mapped[Party]
    opened_at: Mapped[datetime]
    step: Mapped[StepName]
    status: Mapped[Status]
    met: Mapped[list[str]]
    filed_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    decided_on: Mapped[date | None]
    due_on: Mapped[date | None]
    due_not_before: Mapped[date | None]
    left: Mapped[int | None] = mapped_column(Integer)
    told_on: Mapped[date | None]
    extended_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        Index(
            "uq_applications_one_open",
            "person_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_applications_queue", "province", "closed_at", "step", "due_on"),
    )


class ApplicationEvent(Table):
    """One act on an application: who, as what, when, why. Never changed.

    `facts` are codes, dates and ids.

    PII: `reason`, words about the matter that the applicant reads too.
    """

    __tablename__ = "application_events"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    n: Mapped[int] = mapped_column(Integer)
    step: Mapped[StepName]
    act: Mapped[Act]
    party: Mapped[Party]
    account_id: Mapped[UUID | None]
    person_id: Mapped[UUID | None]
    office_id: Mapped[UUID | None]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(1000))
    facts: Mapped[dict[str, Any]]

    __table_args__ = (UniqueConstraint("application_id", "n"),)


class Commitment(Table):
    """A written commitment (书面承诺) as it was signed. Never changed.

    PII: the signer's name.
    """

    __tablename__ = "application_commitments"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("applications.id"), index=True
    )
    party: Mapped[Party]
    words: Mapped[str] = mapped_column(String(4000))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    signer: Mapped[str] = mapped_column(String(60))
    account_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    signed_at: Mapped[datetime]


class Flag(Table):
    """Something that the law or the clock says, for a person to settle.

    PII: `comment`, words of the desk about the matter.
    """

    __tablename__ = "application_flags"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    kind: Mapped[FlagKind]
    subject: Mapped[str] = mapped_column(String(80))
    raised_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None]
    upheld: Mapped[bool | None]
    comment: Mapped[str] = mapped_column(String(1000))

    __table_args__ = (UniqueConstraint("application_id", "kind", "subject"),)


class BarRow(Table):
    """A decision that keeps a person from applying for a time. Never changed.

    PII: that a person was barred, and the document that says so.
    """

    __tablename__ = "registration_bars"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    cause: Mapped[BarCause]
    decided_on: Mapped[date]
    document: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[UUID | None]
    noted_at: Mapped[datetime]


append_only(cast("SqlTable", BarRow.__table__))
append_only(cast("SqlTable", ApplicationEvent.__table__))
append_only(cast("SqlTable", Commitment.__table__))

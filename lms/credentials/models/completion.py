"""Certificates. What was issued never changes; only where it stands does."""

from datetime import date, datetime
from typing import Any, cast
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
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.credentials.rules import State
from lms.kernel.db import BigSeq, Table, append_only
from lms.policy.model import Specialty


class Certificate(Table):
    """One certificate as it was issued. Never changed, never removed.

    `file_sha256` is the hash of the issued file; `supersedes` names the certificate
    that this one corrects.

    PII: `facts` (name, masked ID number, employer), as printed.
    """

    __tablename__ = "certificates"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    token: Mapped[str] = mapped_column(String(26), unique=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    association_id: Mapped[UUID]
    year: Mapped[int] = mapped_column(Integer)
    serial: Mapped[int] = mapped_column(Integer)
    specialty: Mapped[Specialty]
    period_from: Mapped[date]
    period_until: Mapped[date]
    facts: Mapped[dict[str, Any]]
    issued_at: Mapped[datetime]
    file_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    supersedes: Mapped[UUID | None] = mapped_column(ForeignKey("certificates.id"))

    __table_args__ = (
        UniqueConstraint("association_id", "year", "serial"),
        Index("ix_certificates_issued", "association_id", "issued_at", "serial"),
    )


class CertificateStanding(Table):
    """Where a certificate stands now; the partial index allows one valid at a time.

    PII: none beyond the person's id.
    """

    __tablename__ = "certificate_standings"

    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("certificates.id"), primary_key=True
    )
    person_id: Mapped[UUID]
    specialty: Mapped[Specialty]
    period_from: Mapped[date]
    state: Mapped[State]
    superseded_by: Mapped[UUID | None] = mapped_column(ForeignKey("certificates.id"))
    changed_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_certificate_standings_one_valid",
            "person_id",
            "specialty",
            "period_from",
            unique=True,
            sqlite_where=text("state = 'valid'"),
            postgresql_where=text("state = 'valid'"),
        ),
        Index("ix_certificate_standings_person", "person_id"),
        Index(
            "ix_certificate_standings_revoked",
            "person_id",
            sqlite_where=text("state = 'revoked'"),
            postgresql_where=text("state = 'revoked'"),
        ),
    )


class CertificateState(Table):
    """One change of a certificate's state, with its reason. Never changed.

    `approvals` are the ids of the decisions that allowed it.

    PII: none; `reason` is a code or the words of a member of staff about the matter.
    """

    __tablename__ = "certificate_states"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("certificates.id"), index=True
    )
    state: Mapped[State]
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(400))
    approvals: Mapped[list[str]]


class CertificateFile(Table):
    """A file of a certificate, sealed with its holder's data key. Never changed.

    `sha256` is of the open file. Units: `size` in bytes.

    PII: `body` (sealed): name, photo, employer.
    """

    __tablename__ = "certificate_files"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("certificates.id"), index=True
    )
    kind: Mapped[str] = mapped_column(String(12))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    size: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


class CertificateCounter(Table):
    """The last serial of an association and year; its row orders the issuers.

    PII: none.
    """

    __tablename__ = "certificate_counters"

    association_id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)

    __table_args__ = (CheckConstraint("last >= 0", name="last"),)


class PrintQueue(Table):
    """A certificate that cannot be printed by itself: characters without a glyph.

    PII: `characters` (parts of a name).
    """

    __tablename__ = "certificate_print_queue"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    association_id: Mapped[UUID] = mapped_column(index=True)
    specialty: Mapped[Specialty]
    period_from: Mapped[date]
    characters: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    solved_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("person_id", "specialty", "period_from"),)


class SealingQueue(Table):
    """A certificate that waits for a signing service elsewhere, which did not answer.

    PII: none beyond the person's id.
    """

    __tablename__ = "certificate_sealing_queue"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    specialty: Mapped[Specialty] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(index=True)
    asked_at: Mapped[datetime]


for _book in (Certificate, CertificateState, CertificateFile):
    append_only(cast("SqlTable", _book.__table__))

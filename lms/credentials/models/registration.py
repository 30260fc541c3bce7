"""Registration certificates. What was issued never changes; where it stands does."""

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

from lms.credentials.rules import RegistrationState
from lms.kernel.db import BigSeq, Table, append_only
from lms.policy.model import Province


class RegistrationCertificate(Table):
    """One electronic registration certificate as issued. Never changed.

    A registration keeps its `registration_no`; each certificate of it is a `version`.
    `source` is what was granted; one grant issues once.

    PII: name, number, employer and `facts`, all published by law. The birth date and
    the pictures are in the sealed file alone.
    """

    __tablename__ = "registration_certificates"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    registration_no: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[UUID] = mapped_column(index=True)
    province: Mapped[Province]
    name: Mapped[str] = mapped_column(String(60), index=True)
    employer: Mapped[str] = mapped_column(String(100), index=True)
    facts: Mapped[dict[str, Any]]
    issued_on: Mapped[date]
    issued_at: Mapped[datetime]
    token: Mapped[str] = mapped_column(String(26), unique=True)
    file_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    licence_id: Mapped[str] = mapped_column(String(110), unique=True)
    source: Mapped[str] = mapped_column(String(80), unique=True)
    supersedes: Mapped[UUID | None] = mapped_column(
        ForeignKey("registration_certificates.id")
    )

    __table_args__ = (
        UniqueConstraint("registration_no", "version"),
        CheckConstraint("version >= 1", name="version"),
    )


class RegistrationStanding(Table):
    """Where a registration certificate stands now: one valid for each person.

    `effective_on` is the legal day from which it stands so.

    PII: none beyond the person's id.
    """

    __tablename__ = "registration_standings"

    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("registration_certificates.id"), primary_key=True
    )
    person_id: Mapped[UUID]
    state: Mapped[RegistrationState]
    superseded_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("registration_certificates.id")
    )
    effective_on: Mapped[date]
    changed_at: Mapped[datetime]

    __table_args__ = (
        Index(
            "uq_registration_standings_one_valid",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'valid'"),
            postgresql_where=text("state = 'valid'"),
        ),
    )


class RegistrationStateLine(Table):
    """One change of a registration certificate's state, with its reason.

    PII: none; `reason` is a code or an officer's words about the matter.
    """

    __tablename__ = "registration_states"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("registration_certificates.id"), index=True
    )
    state: Mapped[RegistrationState]
    effective_on: Mapped[date]
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(String(400))


class RegistrationFile(Table):
    """A file of a registration certificate, sealed with its holder's key.

    One form of the certificate itself, or the use copy of `use_copy_id`. `sha256` is of
    the open file. Units: `size` in bytes.

    PII: `body` (sealed): name, birth date, photo, signature, employer.
    """

    __tablename__ = "registration_files"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("registration_certificates.id"), index=True
    )
    use_copy_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("use_copies.id"), unique=True
    )
    kind: Mapped[str] = mapped_column(String(12), default="pdf", server_default="pdf")
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    size: Mapped[int] = mapped_column(Integer)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


class RegistrationCounter(Table):
    """The last serial of a province and year; its row orders the issuers.

    PII: none.
    """

    __tablename__ = "registration_counters"

    province: Mapped[Province] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)

    __table_args__ = (CheckConstraint("last >= 0", name="last"),)


for _book in (RegistrationCertificate, RegistrationStateLine, RegistrationFile):
    append_only(cast("SqlTable", _book.__table__))

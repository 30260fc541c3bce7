"""Certificates that their holder shows to others: by a link, or to an employer."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    text,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import BigSeq, Table, append_only

ONE_OF_TWO = "(certificate_id IS NULL) <> (registration_id IS NULL)"
"""A certificate of completion, or one of registration."""


class CertificateShare(Table):
    """A link by which anybody may see one certificate, until it is switched off.

    The token itself is sealed for its holder; who comes by the link is found by its
    digest. Once off, the sealed token goes.

    PII: `token` (sealed); `note`, in the holder's words.
    """

    __tablename__ = "certificate_shares"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificates.id"))
    registration_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("registration_certificates.id")
    )
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    token: Mapped[bytes | None] = mapped_column(LargeBinary)
    note: Mapped[str] = mapped_column(String(60))
    whole_name: Mapped[bool]
    with_file: Mapped[bool]
    made_at: Mapped[datetime]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint(ONE_OF_TWO, name="one_of_two"),)


class ShareReads(Table):
    """How often a link was opened on one legal day. PII: none."""

    __tablename__ = "certificate_share_reads"

    share_id: Mapped[UUID] = mapped_column(
        ForeignKey("certificate_shares.id"), primary_key=True
    )
    on: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("count >= 1", name="count"),)


class CertificateGrant(Table):
    """What a person lets the company see that they belong to; both days count.

    It holds while that very link holds: who leaves and comes back grants anew.

    PII: links a person to a company.
    """

    __tablename__ = "certificate_grants"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    employer_id: Mapped[UUID] = mapped_column(index=True)
    employer: Mapped[str] = mapped_column(String(100))
    link_id: Mapped[UUID]
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificates.id"))
    registration_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("registration_certificates.id")
    )
    made_at: Mapped[datetime]
    valid_until: Mapped[date | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(ONE_OF_TWO, name="one_of_two"),
        Index(
            "uq_certificate_grants_completion",
            "employer_id",
            "certificate_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_certificate_grants_registration",
            "employer_id",
            "registration_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class GrantOpening(Table):
    """A file that somebody of the company took. Never changed.

    PII: none beyond ids.
    """

    __tablename__ = "certificate_openings"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    grant_id: Mapped[UUID] = mapped_column(
        ForeignKey("certificate_grants.id"), index=True
    )
    account_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]


append_only(cast("SqlTable", GrantOpening.__table__))

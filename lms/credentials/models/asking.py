"""Keys by which programs ask about certificates, and how much they asked."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.credentials.rules.asking import KeyOwner
from lms.kernel.db import Table


class ApiKey(Table):
    """A key of an association, an office or a company; only its digest is kept.

    `minute` is the last minute in which it asked, `in_minute` how much.

    PII: none beyond the ids of who made and who revoked it.
    """

    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_kind: Mapped[KeyOwner]
    owner_id: Mapped[UUID]
    owner_name: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(60))
    secret_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    per_minute: Mapped[int] = mapped_column(Integer)
    per_day: Mapped[int] = mapped_column(Integer)
    misses: Mapped[int] = mapped_column(Integer)
    minute: Mapped[int] = mapped_column(BigInteger)
    in_minute: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]
    revoked_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None]
    used_on: Mapped[date | None]

    __table_args__ = (
        CheckConstraint("per_minute > 0 AND per_day > 0", name="limits"),
        CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)", name="revocation"
        ),
        Index("ix_api_keys_owner", "owner_kind", "owner_id"),
    )


class ApiKeyDay(Table):
    """How many certificates a key asked about on one legal day, and missed. PII: none.

    Units: certificates.
    """

    __tablename__ = "api_key_days"

    key_id: Mapped[UUID] = mapped_column(ForeignKey("api_keys.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    asked: Mapped[int] = mapped_column(Integer)
    missed: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint("asked >= 1 AND missed >= 0 AND missed <= asked", name="count"),
    )

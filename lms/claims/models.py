"""Claims, and the papers that prove them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.claims.rules import ClaimKind
from lms.kernel.db import Table
from lms.policy.model import Specialty, Track


class Claim(Table):
    """What is claimed; the question itself is an approval of the same id.

    `appeal_id` is the one further question, put to other persons.

    Units: `credit`, what a grant posts, in hundredths of a 学时.
    PII: `about`, in the asker's words.
    """

    __tablename__ = "claims"

    id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    association_id: Mapped[UUID]
    kind: Mapped[ClaimKind]
    specialty: Mapped[Specialty]
    track: Mapped[Track | None]
    credit: Mapped[int] = mapped_column(Integer)
    occurred_on: Mapped[date | None]
    facts: Mapped[dict[str, Any]]
    about: Mapped[str] = mapped_column(String(200))
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificates.id"))
    by_staff: Mapped[bool]
    asked_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    appeal_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("approvals.id"), unique=True
    )

    __table_args__ = (Index("ix_claims_desk", "association_id", "kind", "asked_at"),)


class ClaimFile(Table):
    """One paper of a question, sealed with the key of the person it is about.

    The digests stay for good: `sha256` of what is kept, `sent_sha256` of what was
    uploaded. The body goes when its time is over.

    PII: `body`, sealed.
    """

    __tablename__ = "claim_files"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), index=True)
    question_id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"))
    media: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    sent_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    kept_at: Mapped[datetime]

"""Files of an old platform, and the records that came out of them."""

from datetime import date, datetime
from typing import Any
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
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table
from lms.legacy.rules.columns import Kind
from lms.legacy.rules.standing import ImportState, Proof
from lms.policy.model import Province, Specialty, Track


class LegacyMapping(Table):
    """Which column is what in one old platform's sheet, known by its heads.

    PII: none.
    """

    __tablename__ = "legacy_mappings"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    kind: Mapped[Kind]
    fingerprint: Mapped[str] = mapped_column(String(64))
    platform: Mapped[str] = mapped_column(String(60))
    columns: Mapped[dict[str, int]]
    made_by: Mapped[UUID | None]
    used_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("association_id", "kind", "fingerprint"),)


class LegacyImport(Table):
    """One file of an old platform, from the upload to its last row.

    `body` are its cells, sealed under `wrapped`, until the last row is taken over;
    `taken_rows` is how far that has come. `withdrawal_id` is the last question whether
    it is taken back.

    Units: `credit` in hundredths of a 学时; `head` counts rows from 0.
    PII: `body`, sealed.
    """

    __tablename__ = "legacy_imports"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    kind: Mapped[Kind]
    state: Mapped[ImportState]
    platform: Mapped[str] = mapped_column(String(60))
    file_name: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    fingerprint: Mapped[str] = mapped_column(String(64))
    head: Mapped[int] = mapped_column(Integer)
    columns: Mapped[dict[str, int]]
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    approval_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("approvals.id"), unique=True
    )
    rows: Mapped[int] = mapped_column(Integer, default=0)
    taken_rows: Mapped[int] = mapped_column(Integer, default=0)
    new_rows: Mapped[int] = mapped_column(Integer, default=0)
    credit: Mapped[int] = mapped_column(Integer, default=0)
    made_by: Mapped[UUID | None]
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    withdrawal_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("approvals.id"), unique=True
    )
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("taken_rows <= rows AND new_rows <= taken_rows", "rows_taken"),
        Index("ix_legacy_imports_desk", "association_id", "made_at"),
        # One file of an association is taken over at a time.
        Index(
            "uq_legacy_imports_taking",
            "association_id",
            unique=True,
            sqlite_where=text("state = 'taking'"),
            postgresql_where=text("state = 'taking'"),
        ),
    )


class LegacyPerson(Table):
    """Somebody whom an old platform knew, waiting for its owner or linked to one.

    `asked_by` is who says to be this person and could not prove it by the phone;
    `question_id` is what two members of staff say to that.

    PII: name, ID number, phone and registration number sealed under `wrapped`; found
    by blind indexes. All of it goes when the person is forgotten.
    """

    __tablename__ = "legacy_people"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    import_id: Mapped[UUID] = mapped_column(ForeignKey("legacy_imports.id"))
    n: Mapped[int] = mapped_column(Integer)
    platform: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(64))
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    id_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    name_mark: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    province: Mapped[Province | None]
    specialties: Mapped[list[Any]]
    period_from: Mapped[date | None]
    period_until: Mapped[date | None]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    linked_at: Mapped[datetime | None]
    proof: Mapped[Proof | None]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    question_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("approvals.id"), unique=True
    )
    kept_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("association_id", "platform", "number"),
        UniqueConstraint("association_id", "platform", "id_index"),
        Index("ix_legacy_people_desk", "association_id", "kept_at", "id"),
    )


class LegacyHours(Table):
    """Hours that an old platform kept for somebody; posted once their owner is sure.

    Units: `credit` in hundredths of a 学时; `earned_on` is a legal day.
    PII: none beyond the record it hangs on.
    """

    __tablename__ = "legacy_hours"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    import_id: Mapped[UUID] = mapped_column(ForeignKey("legacy_imports.id"))
    n: Mapped[int] = mapped_column(Integer)
    platform: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(64))
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    record_id: Mapped[UUID] = mapped_column(ForeignKey("legacy_people.id"), index=True)
    specialty: Mapped[Specialty]
    track: Mapped[Track]
    course: Mapped[str] = mapped_column(String(120))
    credit: Mapped[int] = mapped_column(Integer)
    earned_on: Mapped[date]
    posted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("credit > 0", "credit_positive"),
        UniqueConstraint("association_id", "platform", "number"),
    )


class LegacyCertificate(Table):
    """A certificate that an old platform gave. This house answers, and never signs it.

    Units: `credit` in hundredths of a 学时; both days of the validity count.
    PII: none beyond the record it hangs on.
    """

    __tablename__ = "legacy_certificates"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    import_id: Mapped[UUID] = mapped_column(ForeignKey("legacy_imports.id"))
    n: Mapped[int] = mapped_column(Integer)
    platform: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(64), index=True)
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    record_id: Mapped[UUID] = mapped_column(ForeignKey("legacy_people.id"), index=True)
    specialty: Mapped[Specialty]
    issued_on: Mapped[date]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    credit: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (UniqueConstraint("association_id", "platform", "number"),)


class LegacyWithdrawn(Table):
    """What is left of a row that was taken over and taken back, under its own id.

    A certificate's number still answers, as withdrawn; hours that were posted keep
    their name in the book of who had them.

    PII: `name_mark`, blind; it goes when the person is forgotten, or in time.
    """

    __tablename__ = "legacy_withdrawn"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    import_id: Mapped[UUID] = mapped_column(ForeignKey("legacy_imports.id"))
    kind: Mapped[Kind]
    platform: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(64), index=True)
    name_mark: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    course: Mapped[str] = mapped_column(String(120))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    withdrawn_at: Mapped[datetime]

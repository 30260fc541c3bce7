"""What the night finds, and what it has told and ended."""

from datetime import date, datetime
from typing import cast
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

from lms.kernel.db import BigSeq, Table, append_only
from lms.policy.certificates import Proof
from lms.policy.model import Province, Specialty
from lms.policy.reminders import Reminder
from lms.registration.rules.standings import EndCause, NightKind


class StandingRow(Table):
    """Where a registered person stands before the next renewal, as last assessed.

    It is about the earliest end. `codes` are the law's reasons against; `ready` says
    that nothing does but the commitments, which are given with the application.

    Units: `per_cent` of the hours that are asked, rounded down.
    PII: how far a person's study is.
    """

    __tablename__ = "standings"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    province: Mapped[Province]
    eligible: Mapped[bool]
    ready: Mapped[bool]
    lapsed: Mapped[bool]
    hours_met: Mapped[bool]
    per_cent: Mapped[int] = mapped_column(Integer)
    specialties: Mapped[list[str]]
    ends_on: Mapped[date] = mapped_column(index=True)
    opens_on: Mapped[date | None]
    closes_on: Mapped[date]
    codes: Mapped[list[str]]
    rule_set: Mapped[str] = mapped_column(String(60))
    assessed_on: Mapped[date]
    assessed_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("per_cent >= 0 AND per_cent <= 100", name="per_cent"),
    )


class CertificateUse(Table):
    """A certificate of study that a grant has used up, once and for one period.

    `used_until` is the end of the period that it was used for. Never changed.

    PII: none beyond the person's id.
    """

    __tablename__ = "certificate_uses"

    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("certificates.id"), primary_key=True
    )
    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("applications.id"), index=True
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    specialty: Mapped[Specialty]
    used_until: Mapped[date]
    used_at: Mapped[datetime]


class EndedSpecialty(Table):
    """A specialty's period that is over, as the registration held it. Never changed.

    PII: registration number, open: registrations are published by law.
    """

    __tablename__ = "ended_specialties"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    specialty: Mapped[Specialty]
    is_main: Mapped[bool]
    number: Mapped[str] = mapped_column(String(20))
    province: Mapped[Province]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    cause: Mapped[EndCause]
    ended_on: Mapped[date]
    noted_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("person_id", "specialty", "valid_from", "valid_until"),
        Index("ix_ended_specialties_until", "valid_until"),
    )


class ReminderRow(Table):
    """A reminder that was told, or came with another one. Never told again.

    `told_with` is the kind whose message told it. The employer of that day is told
    with all its people's in one message.

    PII: links a person to a company.
    """

    __tablename__ = "reminders"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    ends_on: Mapped[date]
    kind: Mapped[Reminder]
    told_with: Mapped[Reminder]
    employer_id: Mapped[UUID | None] = mapped_column(ForeignKey("employers.id"))
    told_on: Mapped[date]
    told_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("person_id", "ends_on", "kind"),
        Index("ix_reminders_told", "told_on", "employer_id"),
    )


class NightRun(Table):
    """How far a day's run has come; its row orders those who run it.

    Each chunk's work moves `cursor`, the last person who was seen to.

    PII: none.
    """

    __tablename__ = "night_runs"

    kind: Mapped[NightKind] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    cursor: Mapped[UUID | None]
    seen: Mapped[int] = mapped_column(Integer)
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class RevocationEffect(Table):
    """That the desk has drawn the consequences of a revoked certificate. Once.

    Units: `pending` and `granted`, applications that were flagged.
    PII: none beyond the person's id.
    """

    __tablename__ = "revocation_effects"

    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("certificates.id"), primary_key=True
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    pending: Mapped[int] = mapped_column(Integer)
    granted: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime]


class CreditRecord(Table):
    """An entry of bad credit (不良信用记录), by its cause. Never changed.

    A certificate that was issued anew on appeal answers it; the entry stays.

    PII: that something was found against a person.
    """

    __tablename__ = "credit_records"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("certificates.id"), unique=True
    )
    cause: Mapped[str] = mapped_column(String(40))
    recorded_on: Mapped[date]
    recorded_at: Mapped[datetime]


class StudyProof(Table):
    """A certificate of study that a person named, compared with the house's book.

    `proof` is what the book said; a mismatch blocks until it is settled. A proof from
    elsewhere counts nothing until a person has confirmed it.

    PII: `number`, as the person typed it.
    """

    __tablename__ = "study_proofs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    number: Mapped[str] = mapped_column(String(60))
    specialty: Mapped[Specialty]
    proof: Mapped[Proof]
    offered_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("person_id", "number", "specialty"),
        Index("ix_study_proofs_open", "person_id", "settled_at"),
    )


for _book in (
    CertificateUse,
    EndedSpecialty,
    ReminderRow,
    RevocationEffect,
    CreditRecord,
):
    append_only(cast("SqlTable", _book.__table__))

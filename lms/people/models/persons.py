"""Persons and what is known of them."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import BY_BEGINNING, BigSeq, Table, append_only
from lms.people.rules import PaperKind, PhotoState, Section, Sex
from lms.policy.model import Province, Specialty


class Person(Table):
    """A constructor, under the key that the account minted.

    `locked_by` names what locked the profile, e.g. "order:<id>"; `frozen_by` what
    keeps it as it is for a while, e.g. "application:<id>".

    PII: name open; ID number and birth date sealed with the person's key, the number
    found by blind index; sex open; `twin_mark` the blind index of name and birth date.
    """

    __tablename__ = "persons"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    id_number: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    sex: Mapped[Sex | None]
    born_on: Mapped[bytes | None] = mapped_column(LargeBinary)
    twin_mark: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    locked_at: Mapped[datetime | None]
    locked_by: Mapped[str | None] = mapped_column(String(80))
    frozen_by: Mapped[str | None] = mapped_column(String(80))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    __table_args__ = (Index("ix_persons_name", "name", postgresql_ops=BY_BEGINNING),)


class PersonFile(Table):
    """A picture of a person: one-inch photo, handwritten signature, or a photo draft.

    A draft is a photo that the check refused; its owner may ask for human eyes. A
    photo's state tells who has accepted it; `finding` is the check's reason.

    PII: `body` sealed.
    """

    __tablename__ = "person_files"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    kind: Mapped[PaperKind] = mapped_column(primary_key=True)
    state: Mapped[PhotoState]
    finding: Mapped[str | None] = mapped_column(String(40))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


class Qualification(Table):
    """A 二级建造师 qualification in one specialty.

    `printed_as` is the specialty's name on the paper, which may be an old one.

    PII: certificate number, open.
    """

    __tablename__ = "qualifications"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    specialty: Mapped[Specialty]
    printed_as: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(40))
    issued_on: Mapped[date]

    __table_args__ = (UniqueConstraint("person_id", "specialty"),)


class Registration(Table):
    """A person's registration with the authority.

    PII: number, open: registrations are published by law.
    """

    __tablename__ = "registrations"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(20), index=True)
    province: Mapped[Province]
    changed_at: Mapped[datetime]


class RegisteredSpecialtyRow(Table):
    """One specialty of a registration, with a period of its own; one is the main.

    Units: both days count.
    PII: none beyond the person's id.
    """

    __tablename__ = "registered_specialties"

    person_id: Mapped[UUID] = mapped_column(
        ForeignKey("registrations.person_id", ondelete="CASCADE"), primary_key=True
    )
    specialty: Mapped[Specialty] = mapped_column(primary_key=True)
    is_main: Mapped[bool]
    valid_from: Mapped[date]
    valid_until: Mapped[date]

    __table_args__ = (
        Index(
            "uq_registered_specialties_main",
            "person_id",
            unique=True,
            sqlite_where=text("is_main"),
            postgresql_where=text("is_main"),
        ),
        Index(
            "ix_registered_specialties_until", "valid_until", "specialty", "person_id"
        ),
        Index(
            "ix_registered_specialties_which", "specialty", "valid_until", "person_id"
        ),
    )


class Correction(Table):
    """What a locked profile should say instead; the question itself is an approval.

    PII: `value` (the new facts), `picture` and `paper` (what proves them), sealed.
    """

    __tablename__ = "corrections"

    id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    section: Mapped[Section]
    value: Mapped[bytes] = mapped_column(LargeBinary)
    picture: Mapped[bytes | None] = mapped_column(LargeBinary)
    paper: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class Look(Table):
    """Somebody saw a sealed value of another person, and why. Never changed.

    PII: `reason`, the viewer's own words about the matter.
    """

    __tablename__ = "looks"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    account_id: Mapped[UUID | None]
    association_id: Mapped[UUID | None]
    what: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


append_only(cast("SqlTable", Look.__table__))

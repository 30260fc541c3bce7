"""What the desk makes public, and what the public says to it."""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table, append_only
from lms.policy.model import Application, Province
from lms.policy.offices import NoticeKind
from lms.registration.rules.letters import LetterKind


class PublicNotice(Table):
    """A list that an office published: 公示 before it decides, or 公告 after.

    `until` is the last legal day for objections; an announcement has none. Never
    changed.

    PII: none; the names are in the lines.
    """

    __tablename__ = "public_notices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    province: Mapped[Province] = mapped_column(index=True)
    kind: Mapped[NoticeKind]
    number: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    published_at: Mapped[datetime] = mapped_column(index=True)
    published_by: Mapped[UUID | None]
    until: Mapped[date | None]


class NoticeLine(Table):
    """One person on a published list, as it was published. Never changed.

    PII: name, company and registration number, made public as the law asks.
    """

    __tablename__ = "public_notice_lines"

    notice_id: Mapped[UUID] = mapped_column(
        ForeignKey("public_notices.id"), primary_key=True
    )
    n: Mapped[int] = mapped_column(Integer, primary_key=True)
    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("applications.id"), index=True
    )
    application: Mapped[Application]
    name: Mapped[str] = mapped_column(String(60))
    employer: Mapped[str] = mapped_column(String(120))
    specialties: Mapped[list[str]]
    registration_no: Mapped[str] = mapped_column(String(40))

    __table_args__ = (UniqueConstraint("notice_id", "application_id"),)


class OfficeLetter(Table):
    """A paper that an office handed out: its words, as they were. Never changed.

    PII: name and company of the applicant, and the desk's words about the matter.
    """

    __tablename__ = "office_letters"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("applications.id"), index=True
    )
    n: Mapped[int] = mapped_column(Integer)
    kind: Mapped[LetterKind]
    words: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("application_id", "n"),)


class Objection(Table):
    """What somebody says against an application that stands in a public notice.

    PII: `words`; name and contact of the objector, sealed with a key of its own.
    """

    __tablename__ = "objections"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("public_notices.id"), index=True)
    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("applications.id"), index=True
    )
    number: Mapped[str] = mapped_column(String(20), unique=True)
    words: Mapped[str] = mapped_column(String(1000))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    contact: Mapped[bytes] = mapped_column(LargeBinary)
    raised_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None]
    upheld: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(String(1000))


for _book in (PublicNotice, NoticeLine, OfficeLetter):
    append_only(cast("SqlTable", _book.__table__))

"""The register of teachers: persons without an account, their papers, their consent."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table
from lms.teachers.rules import How, Level, PaperKind, State


class Teacher(Table):
    """One teacher of one association; the row is the lock of all that is theirs.

    `wrapped` is a data key of their own: without it nothing sealed opens any more.
    `entered_by` are the persons who wrote something since the last check, and
    `edition` counts what was written, so that nobody overwrites unseen.

    PII: name, employer and CV, which the public may see by consent; phone and ID
    number, sealed, and `id_mark`, by which the same person is found twice.
    """

    __tablename__ = "teachers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    state: Mapped[State] = mapped_column(default=State.DRAFT)
    edition: Mapped[int] = mapped_column(Integer, default=1)
    name: Mapped[str] = mapped_column(String(40))
    sex: Mapped[str] = mapped_column(String(10), default="")
    employer: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(60), default="")
    level: Mapped[Level]
    specialties: Mapped[list[str]]
    since_year: Mapped[int | None] = mapped_column(Integer)
    cv_html: Mapped[str] = mapped_column(Text, default="")
    wrapped: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_mark: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    entered_by: Mapped[list[str]]
    approval_id: Mapped[UUID | None] = mapped_column(ForeignKey("approvals.id"))
    returned_for: Mapped[str | None] = mapped_column(String(400))
    made_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[UUID | None]
    retired_at: Mapped[datetime | None]
    retired_for: Mapped[str | None] = mapped_column(String(400))

    __table_args__ = (
        UniqueConstraint("association_id", "id_mark"),
        Index("ix_teachers_desk", "association_id", "made_at", "id"),
        Index("ix_teachers_state", "state", "retired_at"),
    )


class TeacherPaper(Table):
    """One paper that gives a teacher the right to teach, and its scan.

    What is taken off stays as a line (`removed_at`) without its scan. `sha256` is of
    what is kept, `sent_sha256` of what was uploaded.

    PII: number and body, sealed with the teacher's key.
    """

    __tablename__ = "teacher_papers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    teacher_id: Mapped[UUID] = mapped_column(ForeignKey("teachers.id"), index=True)
    kind: Mapped[PaperKind]
    called: Mapped[str] = mapped_column(String(60), default="")
    number: Mapped[bytes | None] = mapped_column(LargeBinary)
    issuer: Mapped[str] = mapped_column(String(80), default="")
    granted_on: Mapped[date]
    valid_until: Mapped[date | None]
    media: Mapped[str] = mapped_column(String(40), default="")
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    sent_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]
    added_by: Mapped[UUID | None]
    removed_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_teacher_papers_until", "valid_until", "teacher_id"),)


class TeacherConsent(Table):
    """That a teacher may be named to the public: since when, said how, until when.

    PII: body, the scan of what they signed, sealed with the teacher's key.
    """

    __tablename__ = "teacher_consents"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    teacher_id: Mapped[UUID] = mapped_column(ForeignKey("teachers.id"), index=True)
    given_on: Mapped[date]
    how: Mapped[How]
    media: Mapped[str] = mapped_column(String(40), default="")
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    noted_by: Mapped[UUID | None]
    noted_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_teacher_consents_open",
            "teacher_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

"""What person and employer keep of a registration period, for a later check."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table
from lms.people.rules import ArchiveKind, Side


class ArchiveFile(Table):
    """One paper or recording that a side keeps of one registration period.

    The line stays when the file is dropped: what was kept, and when, is history.
    `link_id` names the bond under which an employer keeps it.

    Units: `size` bytes, `seconds` of a recording.
    PII: `title`, in the keeper's words.
    """

    __tablename__ = "archive_files"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    keeper: Mapped[Side]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    employer_id: Mapped[UUID | None] = mapped_column(ForeignKey("employers.id"))
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("employer_links.id"))
    period_from: Mapped[date]
    period_until: Mapped[date]
    kind: Mapped[ArchiveKind]
    title: Mapped[str] = mapped_column(String(80))
    media: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(Integer)
    seconds: Mapped[int | None] = mapped_column(Integer)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    sent_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    kept_by: Mapped[UUID]
    kept_at: Mapped[datetime]
    dropped_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_archive_files_shelf", "person_id", "keeper", "period_from"),
        Index("ix_archive_files_link", "link_id"),
    )


class ArchiveBody(Table):
    """The file itself, apart from its line so that lists stay light.

    PII: `body`, sealed with the key of the person it is about.
    """

    __tablename__ = "archive_bodies"

    file_id: Mapped[UUID] = mapped_column(
        ForeignKey("archive_files.id"), primary_key=True
    )
    body: Mapped[bytes] = mapped_column(LargeBinary)

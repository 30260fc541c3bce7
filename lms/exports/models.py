"""Exports as jobs, the reports that went to a province, and the figures of days."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
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

from lms.exports.rules import Basis, ExportState
from lms.kernel.db import Table, append_only


class ExportJob(Table):
    """A list or report that is too long, or too personal, to be handed over at once.

    `asked` is what it was narrowed by, sealed under `asked_key`; the file lies shut
    beside the database and opens with `file_key`, which is new for each try and goes
    when its time is over. `owner` is the process that makes it until `leased_until`.
    The row is the lock of its whole story.

    Units: `size` in bytes; `total` is None where nobody counted before.
    PII: `asked`, sealed; `reason`, the words of a member of staff.
    """

    __tablename__ = "export_jobs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(60))
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    personal: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = mapped_column(String(10))
    asked_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_by: Mapped[UUID | None]
    asked_person_id: Mapped[UUID | None]
    asked_at: Mapped[datetime]
    approval_id: Mapped[UUID | None] = mapped_column(ForeignKey("approvals.id"))
    state: Mapped[ExportState]
    total: Mapped[int | None] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    fault: Mapped[str | None] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    file_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    owner: Mapped[str | None] = mapped_column(String(60))
    leased_until: Mapped[datetime | None]
    made_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    fetched: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (
        CheckConstraint("done >= 0 AND fetched >= 0", name="counts"),
        Index("ix_export_jobs_desk", "association_id", "asked_at"),
        Index(
            "ix_export_jobs_open",
            "asked_at",
            sqlite_where=text("state IN ('waiting', 'running', 'ready')"),
            postgresql_where=text("state IN ('waiting', 'running', 'ready')"),
        ),
    )


class ProvinceReport(Table):
    """A report to the province as it was signed. Never changed, never removed.

    The file goes after some days; this stays: whoever holds the file can show that it
    is this one.

    PII: none; who asked and who agreed are accounts of staff.
    """

    __tablename__ = "province_reports"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("export_jobs.id"), primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    basis: Mapped[Basis]
    since: Mapped[date]
    until: Mapped[date]
    count: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    manifest: Mapped[bytes] = mapped_column(LargeBinary(32))
    kid: Mapped[str] = mapped_column(String(80))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    asked_by: Mapped[UUID | None]
    agreed_by: Mapped[UUID | None]
    made_at: Mapped[datetime]

    __table_args__ = (Index("ix_province_reports_desk", "association_id", "made_at"),)


append_only(cast("SqlTable", ProvinceReport.__table__))


class DayFigures(Table):
    """What happened at an association on one legal day that is over. Written once.

    Units: `credit` in hundredths of a 学时.
    PII: none; counts.
    """

    __tablename__ = "day_figures"

    association_id: Mapped[UUID] = mapped_column(
        ForeignKey("associations.id"), primary_key=True
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    enrolments: Mapped[int] = mapped_column(Integer)
    credit: Mapped[int] = mapped_column(BigInteger)
    passed: Mapped[int] = mapped_column(Integer)
    failed: Mapped[int] = mapped_column(Integer)
    certificates: Mapped[int] = mapped_column(Integer)

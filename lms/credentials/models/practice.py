"""What goes with a registration certificate: use copies, the seal, the card."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.credentials.rules import CopyState, PracticeAct, PracticeItem
from lms.kernel.db import BigSeq, Table, append_only


class UseCopy(Table):
    """A certificate lent to an employer for one purpose, once its holder agreed.

    A person has one open question of an employer, and one confirmed copy at a time:
    a new one voids the old. Units: `days` asked for.

    PII: links a person to a company; `purpose` in the employer's words.
    """

    __tablename__ = "use_copies"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    certificate_id: Mapped[UUID] = mapped_column(
        ForeignKey("registration_certificates.id"), index=True
    )
    person_id: Mapped[UUID] = mapped_column(index=True)
    employer_id: Mapped[UUID] = mapped_column(index=True)
    employer: Mapped[str] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(String(80))
    days: Mapped[int] = mapped_column(Integer)
    state: Mapped[CopyState]
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    token: Mapped[str | None] = mapped_column(String(26), unique=True)

    __table_args__ = (
        Index(
            "uq_use_copies_one_confirmed",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'confirmed'"),
            postgresql_where=text("state = 'confirmed'"),
        ),
        Index(
            "uq_use_copies_one_asked",
            "person_id",
            "employer_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )


class PracticeRecord(Table):
    """Something happened to a practice seal or an information card. Never changed.

    PII: none beyond the person's id; `note` in the words of who recorded it.
    """

    __tablename__ = "practice_records"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    person_id: Mapped[UUID] = mapped_column(index=True)
    item: Mapped[PracticeItem]
    act: Mapped[PracticeAct]
    on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    account_id: Mapped[UUID | None]


append_only(cast("SqlTable", PracticeRecord.__table__))

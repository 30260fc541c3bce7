"""An ID number that somebody else typed first."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table
from lms.people.rules.cases import CaseEnd

_OPEN = text("settled_at IS NULL")


class NumberCase(Table):
    """Somebody says that an ID number is theirs, which another account holds.

    `person_id` says it; `holder_id` held the number when it was said, and is never
    told to them. The association finds out which of the two it is, or whether both are
    one person.

    PII: `sealed` (name and number, with the key of who says it), `reason` in their own
    words.
    """

    __tablename__ = "number_cases"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    holder_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    association_id: Mapped[UUID]
    at_counter: Mapped[bool]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    ended_as: Mapped[CaseEnd | None]

    __table_args__ = (
        Index(
            "uq_number_cases_open",
            "person_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_number_cases_desk", "association_id", "asked_at"),
    )

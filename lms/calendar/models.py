"""The notices loaded, one row for each version of a year. None is ever edited."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import BigSeq, Table, append_only


class CalendarNotice(Table):
    """One year's days off and days worked; the highest version of a year is in force.

    PII: none.
    """

    __tablename__ = "calendar_notices"

    seq: Mapped[int] = mapped_column(BigSeq, primary_key=True, autoincrement=True)
    year: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    rest: Mapped[list[str]]
    work: Mapped[list[str]]
    source: Mapped[str] = mapped_column(String(200))
    loaded_by: Mapped[UUID | None]
    loaded_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("year", "version"),)


append_only(cast("SqlTable", CalendarNotice.__table__))

"""Offices, and what each of them is competent for from when until when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table
from lms.policy.model import Province
from lms.policy.offices import OfficeKind, Task


class Office(Table):
    """A place of the authority that takes, reviews or decides applications.

    `region` is the administrative code of the area that it serves. `telephones` are by
    topic (`policy.offices.Topic`). A closed office is kept: histories name it.

    PII: none.
    """

    __tablename__ = "offices"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    province: Mapped[Province] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[OfficeKind]
    region: Mapped[str] = mapped_column(String(6))
    telephones: Mapped[dict[str, str]]
    address: Mapped[str] = mapped_column(String(200))
    open_hours: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime]
    closed_on: Mapped[date | None]


class Competence(Table):
    """A task that an office has for a province, from a first to a last legal day.

    PII: none.
    """

    __tablename__ = "office_competences"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    office_id: Mapped[UUID] = mapped_column(ForeignKey("offices.id"))
    province: Mapped[Province]
    task: Mapped[Task]
    since: Mapped[date]
    until: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200))

    __table_args__ = (
        UniqueConstraint("office_id", "province", "task", "since"),
        CheckConstraint("until IS NULL OR until >= since", name="order"),
        Index("ix_office_competences_who", "province", "task", "since"),
    )

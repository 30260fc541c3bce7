"""How an association's certificates look: what was published, and what is tried out."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, LargeBinary
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table, append_only


class CertificateDesign(Table):
    """One published design; the newest one holds. Never changed: certificates name it.

    PII: none; `edited_by` and `published_by` are accounts of staff.
    """

    __tablename__ = "certificate_designs"

    association_id: Mapped[UUID] = mapped_column(
        ForeignKey("associations.id"), primary_key=True
    )
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    data: Mapped[dict[str, Any]]
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    edited_by: Mapped[UUID | None]
    published_by: Mapped[UUID | None]
    published_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("version > 0", name="version"),)


class DesignDraft(Table):
    """What an association's desk tries out; gone when it is published.

    `revision` counts what was saved, so that nobody publishes what they did not see.

    PII: none; `edited_by` is an account of staff.
    """

    __tablename__ = "certificate_design_drafts"

    association_id: Mapped[UUID] = mapped_column(
        ForeignKey("associations.id"), primary_key=True
    )
    data: Mapped[dict[str, Any]]
    logo: Mapped[bytes | None] = mapped_column(LargeBinary)
    revision: Mapped[int] = mapped_column(Integer)
    edited_by: Mapped[UUID | None]
    edited_at: Mapped[datetime]


append_only(cast("SqlTable", CertificateDesign.__table__))

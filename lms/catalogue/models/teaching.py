"""Who of the register teaches a version."""

from uuid import UUID

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import Table


class VersionTeacher(Table):
    """One teacher of one version, in the order in which they are named. PII: none."""

    __tablename__ = "version_teachers"

    version_id: Mapped[UUID] = mapped_column(
        ForeignKey("course_versions.id"), primary_key=True
    )
    teacher_id: Mapped[UUID] = mapped_column(
        ForeignKey("teachers.id"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(Integer)

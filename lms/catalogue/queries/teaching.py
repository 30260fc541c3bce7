"""Who of the register teaches a version, and what the public sees of them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion, VersionTeacher
from lms.catalogue.rules.teaching import in_one_line
from lms.teachers import queries as register
from lms.teachers.queries import ChoiceCard, PublicTeacher


def teacher_ids(session: Session, version_id: UUID) -> tuple[UUID, ...]:
    """Name a version's teachers, in the order in which they are said."""
    return tuple(
        session.scalars(
            select(VersionTeacher.teacher_id)
            .where(VersionTeacher.version_id == version_id)
            .order_by(VersionTeacher.position)
        )
    )


def teachers(session: Session, version_id: UUID) -> tuple[ChoiceCard, ...]:
    """Say for the desk who teaches a version, and how they stand."""
    return register.chosen(session, teacher_ids(session, version_id))


def shown_teachers(session: Session, version_id: UUID) -> tuple[PublicTeacher, ...]:
    """Give a version's teachers as far as they let themselves be named."""
    ids = teacher_ids(session, version_id)
    seen = register.public(session, ids) if ids else {}
    return tuple(seen[one] for one in ids if one in seen)


def named(session: Session, version_ids: Collection[UUID]) -> dict[UUID, str]:
    """Name the teachers of versions in one line each, those who may be named."""
    if not version_ids:
        return {}
    rows: Sequence[tuple[UUID, UUID]] = [
        (row[0], row[1])
        for row in session.execute(
            select(VersionTeacher.version_id, VersionTeacher.teacher_id)
            .where(VersionTeacher.version_id.in_(version_ids))
            .order_by(VersionTeacher.position)
        )
    ]
    seen = register.public(session, {teacher_id for _version, teacher_id in rows})
    return {
        one: in_one_line(
            seen[teacher_id].name
            for version_id, teacher_id in rows
            if version_id == one and teacher_id in seen
        )
        for one in version_ids
    }


def names_anybody(session: Session, teacher_id: UUID) -> bool:
    """Tell whether any version names a teacher."""
    some = select(VersionTeacher.version_id).where(
        VersionTeacher.teacher_id == teacher_id
    )
    return session.scalar(some.limit(1)) is not None


def taught_by(session: Session, teacher_id: UUID) -> tuple[tuple[UUID, str, int], ...]:
    """List the versions that a teacher teaches: id, title, number; the newest first."""
    rows = session.execute(
        select(CourseVersion.id, CourseVersion.title, CourseVersion.n)
        .join(VersionTeacher, VersionTeacher.version_id == CourseVersion.id)
        .where(VersionTeacher.teacher_id == teacher_id)
        .order_by(CourseVersion.published_at.desc(), CourseVersion.id)
        .limit(100)
    )
    return tuple((row[0], row[1], row[2]) for row in rows)

"""Class lessons across rooms: for the desk that plans their sessions, and for carts."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion, Lesson
from lms.catalogue.rules import LessonKind, VersionState


def class_lessons(
    session: Session, association_id: UUID
) -> dict[UUID, tuple[str, str]]:
    """Name course and title of each class lesson that is on sale, the newest first."""
    rows = session.execute(
        select(Lesson.id, CourseVersion.title, Lesson.title)
        .join(CourseVersion, CourseVersion.id == Lesson.version_id)
        .where(
            CourseVersion.association_id == association_id,
            CourseVersion.state == VersionState.PUBLISHED,
            Lesson.kind == LessonKind.CLASS,
        )
        .order_by(CourseVersion.published_at.desc(), Lesson.position)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def titles(
    session: Session, lesson_ids: Collection[UUID]
) -> dict[UUID, tuple[str, str]]:
    """Name the course and the title of lessons."""
    rows = session.execute(
        select(Lesson.id, CourseVersion.title, Lesson.title)
        .join(CourseVersion, CourseVersion.id == Lesson.version_id)
        .where(Lesson.id.in_(lesson_ids))
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def of_versions(
    session: Session, version_ids: Collection[UUID]
) -> dict[UUID, list[tuple[UUID, str]]]:
    """List the class lessons of versions, with their titles, by version."""
    rows = session.execute(
        select(Lesson.version_id, Lesson.id, Lesson.title)
        .where(Lesson.version_id.in_(version_ids), Lesson.kind == LessonKind.CLASS)
        .order_by(Lesson.position)
    )
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for version_id, lesson_id, title in rows:
        found.setdefault(version_id, []).append((lesson_id, title))
    return found

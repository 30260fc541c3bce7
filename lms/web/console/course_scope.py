"""What of the course editor is the visitor's association's: the rest is not found."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.catalogue import queries
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.web import desk


def mine(version_id: UUID) -> queries.VersionCard:
    """Find a version of the visitor's association.

    Raises: NotFound, also for another association's.
    """
    version = queries.version(desk.reading(), version_id)
    if version.association_id != desk.association():
        raise NotFound("course.unknown")
    return version


def lesson_of(version: queries.VersionCard, lesson_id: UUID) -> queries.LessonCard:
    """Find a lesson of a version.

    Raises: NotFound.
    """
    found = queries.lesson(desk.reading(), lesson_id)
    if found.version_id != version.id:
        raise NotFound("lesson.unknown")
    return found


def check_chapter(version: queries.VersionCard, chapter_id: UUID) -> None:
    """Check that a chapter is this version's.

    Raises: NotFound.
    """
    chapters = queries.outline(desk.reading(), version.id)
    if chapter_id not in {chapter.id for chapter in chapters}:
        raise NotFound("course.unknown")


def back_to_lesson(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Lead back to a lesson, in the editor."""
    place = url_for("console_lessons.edit", version_id=version_id, lesson_id=lesson_id)
    return redirect(place, 303)


def done_to(
    version_id: UUID,
    lesson_id: UUID,
    deed: Callable[[Work, AssociationId, UUID], object],
    told: str,
) -> ResponseReturnValue:
    """Do something to a lesson of the visitor's association, say it, and lead back.

    Raises: NotFound; what the deed raises.
    """
    lesson_of(mine(version_id), lesson_id)
    with desk.begin() as work:
        deed(work, desk.association(), lesson_id)
    flash(told, "ok")
    return back_to_lesson(version_id, lesson_id)


def back(version_id: UUID) -> ResponseReturnValue:
    """Lead back to the version."""
    return redirect(url_for("console_courses.edit", version_id=version_id), 303)

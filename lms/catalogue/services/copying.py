"""Copy a version into a new draft."""

from uuid import UUID

from sqlalchemy import select

from lms.catalogue.models import Chapter, CourseVersion, Lesson, LessonQuestion
from lms.catalogue.rules import VersionState
from lms.catalogue.services.authoring import lock_course, note, version_of
from lms.catalogue.services.teaching import copy_teachers
from lms.kernel.errors import Conflict
from lms.kernel.ids import AssociationId, VersionId, new_id
from lms.kernel.work import Work


def new_version(
    work: Work, association_id: AssociationId, version_id: UUID
) -> VersionId:
    """Copy a version into a new draft; those who bought the old one keep it.

    Raises: NotFound; Conflict while another draft of the course is open.
    """
    old = version_of(work, association_id, version_id)
    lock_course(work, old.course_id)
    newest = work.session.scalar(
        select(CourseVersion)
        .where(CourseVersion.course_id == old.course_id)
        .order_by(CourseVersion.n.desc())
        .limit(1)
    )
    if newest is None or newest.state in {VersionState.DRAFT, VersionState.REVIEW}:
        raise Conflict("course.draft_open")
    copied = _copy(old, id=new_id(), n=newest.n + 1, state=VersionState.DRAFT)
    copied.made_by = work.actor.account_id
    copied.asked_at = copied.published_at = copied.published_by = None
    copied.returned_for = None
    work.session.add(copied)
    work.session.flush()
    _copy_content(work, old, copied)
    copy_teachers(work, old, copied)
    note(work, "course.drafted", copied)
    return VersionId(copied.id)


def _copy(row: CourseVersion, **changed: object) -> CourseVersion:
    columns = {c.key: getattr(row, c.key) for c in CourseVersion.__table__.columns}
    return CourseVersion(**{**columns, **changed})


def _copy_content(work: Work, old: CourseVersion, new: CourseVersion) -> None:
    session = work.session
    chapters = {}
    for chapter in session.scalars(
        select(Chapter).where(Chapter.version_id == old.id)
    ).all():
        chapters[chapter.id] = new_id()
        session.add(
            Chapter(
                id=chapters[chapter.id],
                version_id=new.id,
                position=chapter.position,
                title=chapter.title,
            )
        )
    session.flush()
    for lesson in session.scalars(
        select(Lesson).where(Lesson.version_id == old.id)
    ).all():
        _copy_lesson(work, lesson, new.id, chapters)


def _copy_lesson(
    work: Work, lesson: Lesson, version_id: UUID, chapters: dict[UUID, UUID]
) -> None:
    columns = {c.key: getattr(lesson, c.key) for c in Lesson.__table__.columns}
    place = chapters[lesson.chapter_id] if lesson.chapter_id else None
    made = new_id()
    changed = {"id": made, "version_id": version_id, "chapter_id": place}
    work.session.add(Lesson(**{**columns, **changed}))
    work.session.flush()
    for question in work.session.scalars(
        select(LessonQuestion).where(LessonQuestion.lesson_id == lesson.id)
    ).all():
        same = {
            c.key: getattr(question, c.key) for c in LessonQuestion.__table__.columns
        }
        work.session.add(LessonQuestion(**{**same, "id": new_id(), "lesson_id": made}))
    work.session.flush()

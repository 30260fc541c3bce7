"""Associations, stored films, and whole courses from a specification."""

from dataclasses import dataclass, field
from uuid import UUID

from lms.catalogue.models import Association, MediaFile
from lms.catalogue.ports import StoredFilm
from lms.catalogue.services import authoring, lessons, publishing
from lms.kernel.ids import AssociationId, CourseId, VersionId, new_id
from lms.kernel.work import Work
from lms.policy.model import Province


@dataclass(frozen=True, slots=True)
class AssociationFacts:
    """What makes an association. Units: seconds of film for one 学时."""

    code: str
    name: str
    province: Province
    seconds_per_hour: int = 2700
    transfer_account: dict[str, str] = field(default_factory=dict)
    two_person: bool = True
    blueprint: dict[str, int] = field(default_factory=dict)
    presence: dict[str, int] = field(default_factory=dict)
    contact: str = ""
    daily_cap_seconds: int | None = None
    top_rate: int = 100


@dataclass(frozen=True, slots=True)
class LessonSpec:
    """One lesson of a specification."""

    facts: lessons.LessonFactsIn
    questions: tuple[lessons.QuestionIn, ...] = ()


@dataclass(frozen=True, slots=True)
class ChapterSpec:
    """One chapter of a specification."""

    title: str
    lessons: tuple[LessonSpec, ...]


@dataclass(frozen=True, slots=True)
class CourseSpec:
    """A whole course, to be written and published at once."""

    facts: authoring.DraftFacts
    chapters: tuple[ChapterSpec, ...]
    publish: bool = True


def create_association(work: Work, facts: AssociationFacts) -> AssociationId:
    """Open an association."""
    row = Association(
        id=new_id(),
        code=facts.code,
        name=facts.name,
        province=facts.province,
        seconds_per_hour=facts.seconds_per_hour,
        daily_cap_seconds=facts.daily_cap_seconds,
        top_rate=facts.top_rate,
        transfer_account=dict(facts.transfer_account),
        two_person=facts.two_person,
        blueprint=dict(facts.blueprint),
        presence=dict(facts.presence),
        contact=facts.contact,
    )
    work.session.add(row)
    work.session.flush()
    publishing.bump(work)
    return AssociationId(row.id)


def keep_film(work: Work, association_id: AssociationId, film: StoredFilm) -> None:
    """Put a stored film on the association's shelf."""
    work.session.add(
        MediaFile(
            key=film.key,
            association_id=association_id,
            sha256=film.sha256,
            size=film.size,
            codec=film.codec,
            duration_seconds=film.duration_seconds,
            stored_at=work.now,
        )
    )
    work.session.flush()


def author_course(
    work: Work, association_id: AssociationId, spec: CourseSpec
) -> tuple[CourseId, VersionId]:
    """Write a course from a specification and publish it.

    Raises: Refused, as publishing does.
    """
    version_id = authoring.draft_course(work, association_id, spec.facts)
    for chapter in spec.chapters:
        chapter_id = authoring.add_chapter(
            work, association_id, version_id, chapter.title
        )
        for lesson in chapter.lessons:
            lesson_id = lessons.add_lesson(
                work, association_id, chapter_id, lesson.facts
            )
            if lesson.questions:
                lessons.set_questions(work, association_id, lesson_id, lesson.questions)
    if spec.publish:
        publishing.publish(work, association_id, version_id)
    version = authoring.version_of(work, association_id, version_id)
    return CourseId(_known(version.course_id)), version_id


def _known(course_id: UUID | None) -> UUID:
    if course_id is None:
        raise RuntimeError("a version without a course")
    return course_id

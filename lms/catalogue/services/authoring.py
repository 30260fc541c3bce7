"""Write drafts. Every command is bound to one association and to a draft."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from lms.catalogue.models import (
    Chapter,
    Course,
    CourseVersion,
    Lesson,
)
from lms.catalogue.rules import VersionState
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, VersionId, check_character, new_id
from lms.kernel.text import clean_html, normal, plain
from lms.kernel.work import Work
from lms.policy.model import Specialty, Track


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """What a version says of itself. Units: `price_fen` fen."""

    title: str
    summary_html: str
    specialty: Specialty | None
    track: Track
    price_fen: int
    teacher: str
    teacher_title: str
    year: int
    valid_until: date | None = None


def draft_course(
    work: Work, association_id: AssociationId, facts: DraftFacts
) -> VersionId:
    """Begin a course with its first draft."""
    course = Course(
        id=new_id(),
        association_id=association_id,
        number=_number(),
        made_at=work.now,
    )
    work.session.add(course)
    work.session.flush()
    version = CourseVersion(
        id=new_id(),
        course_id=course.id,
        association_id=association_id,
        n=1,
        state=VersionState.DRAFT,
        made_by=work.actor.account_id,
        **_columns(facts),
    )
    work.session.add(version)
    work.session.flush()
    note(work, "course.drafted", version)
    return VersionId(version.id)


def edit_draft(
    work: Work, association_id: AssociationId, version_id: UUID, facts: DraftFacts
) -> None:
    """Rewrite what a draft says of itself.

    Raises: NotFound; Conflict for what is no draft.
    """
    version = draft_of(work, association_id, version_id)
    for name, value in _columns(facts).items():
        setattr(version, name, value)
    if version.from_register:
        version.teacher = version.teacher_title = ""
    work.session.flush()


def set_cover(
    work: Work, association_id: AssociationId, version_id: UUID, key: str | None
) -> None:
    """Give a draft a cover of its own, or the drawn one again.

    Raises: NotFound; Conflict for what is no draft.
    """
    draft_of(work, association_id, version_id).cover_key = key
    work.session.flush()


def _columns(facts: DraftFacts) -> dict[str, object]:
    if facts.price_fen < 0:
        raise Refused("course.price")
    values = asdict(facts)
    values["title"] = normal(facts.title)
    values["teacher"] = normal(facts.teacher)
    values["teacher_title"] = normal(facts.teacher_title)
    values["summary_html"] = clean_html(facts.summary_html.replace("\x00", ""))
    return values


def _number() -> str:
    body = new_id().hex[:8].upper()
    return f"C{body}{check_character(body)}"


def add_chapter(
    work: Work, association_id: AssociationId, version_id: UUID, title: str
) -> UUID:
    """Add a chapter at the end."""
    version = draft_of(work, association_id, version_id)
    last = work.session.scalar(
        select(func.max(Chapter.position)).where(Chapter.version_id == version.id)
    )
    chapter = Chapter(
        id=new_id(),
        version_id=version.id,
        position=(last or 0) + 1,
        title=normal(title) or "—",
    )
    work.session.add(chapter)
    work.session.flush()
    return chapter.id


def rename_chapter(
    work: Work, association_id: AssociationId, chapter_id: UUID, title: str
) -> None:
    """Give a chapter another title."""
    chapter_of(work, association_id, chapter_id).title = normal(title) or "—"


def move_chapter(
    work: Work, association_id: AssociationId, chapter_id: UUID, *, up: bool
) -> None:
    """Change places with the chapter above or below; at the end nothing moves."""
    chapter = chapter_of(work, association_id, chapter_id)
    here = Chapter.position
    beside = here < chapter.position if up else here > chapter.position
    other = work.session.scalar(
        select(Chapter)
        .where(Chapter.version_id == chapter.version_id, beside)
        .order_by(here.desc() if up else here)
        .limit(1)
    )
    if other is not None:
        chapter.position, other.position = other.position, chapter.position


def remove_chapter(work: Work, association_id: AssociationId, chapter_id: UUID) -> None:
    """Take an empty chapter away.

    Raises: Conflict while it has lessons.
    """
    chapter = chapter_of(work, association_id, chapter_id)
    if work.session.scalar(
        select(Lesson.id).where(Lesson.chapter_id == chapter.id).limit(1)
    ):
        raise Conflict("chapter.not_empty")
    work.session.delete(chapter)


def chapter_of(work: Work, association_id: AssociationId, chapter_id: UUID) -> Chapter:
    """Find a chapter of a draft of this association.

    Raises: NotFound; Conflict.
    """
    chapter = work.session.get(Chapter, chapter_id)
    if chapter is None:
        raise NotFound("course.unknown")
    draft_of(work, association_id, chapter.version_id)
    return chapter


def version_of(
    work: Work, association_id: AssociationId, version_id: UUID
) -> CourseVersion:
    """Find and lock a version of this association.

    Raises: NotFound, also for another association's.
    """
    found = work.session.scalar(
        select(CourseVersion)
        .where(
            CourseVersion.id == version_id,
            CourseVersion.association_id == association_id,
        )
        .with_for_update()
    )
    if found is None:
        raise NotFound("course.unknown")
    return found


def lock_course(work: Work, course_id: UUID | None) -> None:
    """Let one at a time decide which version of a course is drafted or on sale."""
    work.session.execute(
        select(Course.id).where(Course.id == course_id).with_for_update()
    )


def draft_of(
    work: Work, association_id: AssociationId, version_id: UUID
) -> CourseVersion:
    """Find a draft of this association.

    Raises: NotFound; Conflict for what is no draft: bought versions never change.
    """
    found = version_of(work, association_id, version_id)
    if found.state is not VersionState.DRAFT:
        raise Conflict("course.not_a_draft")
    return found


def search_words(version: CourseVersion, lessons: list[tuple[str, str]]) -> str:
    """Gather what a search looks through: titles, teacher and texts."""
    words = [version.title, version.teacher, plain(version.summary_html)]
    words += [f"{title} {plain(body)}" for title, body in lessons]
    return " ".join(words).casefold()[:20_000]


def note(work: Work, deed: str, version: CourseVersion) -> None:
    """Write a deed about a version into the course's stream."""
    evidence.note(
        work,
        f"course:{version.course_id}",
        deed,
        version=version.id,
        n=version.n,
    )

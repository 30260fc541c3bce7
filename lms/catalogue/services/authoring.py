"""Write drafts. Every command is bound to one association and to a draft."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import delete, func, select

from lms.catalogue.models import (
    Chapter,
    Course,
    CourseVersion,
    Lesson,
    LessonQuestion,
    MediaFile,
)
from lms.catalogue.rules import LessonKind, VersionState
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, LessonId, VersionId, check_character, new_id
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


@dataclass(frozen=True, slots=True)
class LessonFactsIn:
    """What an author says of a lesson. Units: `credit` hundredths; seconds."""

    title: str
    kind: LessonKind
    credit: int
    required_seconds: int = 0
    body_html: str = ""
    captions_vtt: str = ""
    media_key: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionIn:
    """A question within a lesson. `key` holds places of `options`."""

    stem: str
    options: tuple[str, ...]
    key: tuple[int, ...]
    explanation: str = ""
    at_second: int | None = None


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
    work.session.flush()


def _columns(facts: DraftFacts) -> dict[str, object]:
    if facts.price_fen < 0:
        raise Refused("course.price")
    values = asdict(facts)
    values["title"] = normal(facts.title)
    values["teacher"] = normal(facts.teacher)
    values["teacher_title"] = normal(facts.teacher_title)
    values["summary_html"] = clean_html(facts.summary_html)
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
    _chapter_of(work, association_id, chapter_id).title = normal(title) or "—"


def remove_chapter(work: Work, association_id: AssociationId, chapter_id: UUID) -> None:
    """Take an empty chapter away.

    Raises: Conflict while it has lessons.
    """
    chapter = _chapter_of(work, association_id, chapter_id)
    if work.session.scalar(
        select(Lesson.id).where(Lesson.chapter_id == chapter.id).limit(1)
    ):
        raise Conflict("chapter.not_empty")
    work.session.delete(chapter)


def _chapter_of(work: Work, association_id: AssociationId, chapter_id: UUID) -> Chapter:
    chapter = work.session.get(Chapter, chapter_id)
    if chapter is None:
        raise NotFound("course.unknown")
    draft_of(work, association_id, chapter.version_id)
    return chapter


def add_lesson(
    work: Work, association_id: AssociationId, chapter_id: UUID, facts: LessonFactsIn
) -> LessonId:
    """Add a lesson at the end of a chapter."""
    chapter = _chapter_of(work, association_id, chapter_id)
    last = work.session.scalar(
        select(func.max(Lesson.position)).where(Lesson.chapter_id == chapter.id)
    )
    lesson = Lesson(
        id=new_id(),
        version_id=chapter.version_id,
        chapter_id=chapter.id,
        position=(last or 0) + 1,
        kind=facts.kind,
    )
    work.session.add(lesson)
    _write(work, association_id, lesson, facts)
    return LessonId(lesson.id)


def edit_lesson(
    work: Work, association_id: AssociationId, lesson_id: UUID, facts: LessonFactsIn
) -> None:
    """Rewrite a lesson of a draft.

    Raises: NotFound; Conflict for what is no draft.
    """
    lesson = lesson_of(work, association_id, lesson_id)
    _write(work, association_id, lesson, facts)


def _write(
    work: Work, association_id: AssociationId, lesson: Lesson, facts: LessonFactsIn
) -> None:
    if facts.credit < 0 or facts.required_seconds < 0:
        raise Refused("lesson.negative")
    lesson.title = normal(facts.title)
    lesson.kind = facts.kind
    lesson.credit = facts.credit
    lesson.body_html = clean_html(facts.body_html)
    lesson.captions_vtt = checked_captions(facts.captions_vtt)
    lesson.required_seconds = facts.required_seconds
    lesson.media_key = facts.media_key
    lesson.duration_seconds = None
    if facts.kind is LessonKind.FILM and facts.media_key:
        film = work.session.get(MediaFile, facts.media_key)
        if film is None or film.association_id != association_id:
            raise NotFound("media.unknown")
        lesson.duration_seconds = film.duration_seconds
        lesson.required_seconds = film.duration_seconds
    work.session.flush()
    _sum_up(work, lesson.version_id)


def checked_captions(typed: str) -> str:
    """Accept captions that browsers read, or none.

    Raises: Refused.
    """
    text = typed.replace("\r\n", "\n").lstrip("\ufeff").strip()
    if text and not (text.startswith("WEBVTT") and "-->" in text):
        raise Refused("lesson.captions")
    return f"{text}\n" if text else ""


def move_lesson(
    work: Work, association_id: AssociationId, lesson_id: UUID, *, up: bool
) -> None:
    """Change places with the neighbour above or below; at the end nothing moves."""
    lesson = lesson_of(work, association_id, lesson_id)
    beside = (
        Lesson.position < lesson.position if up else Lesson.position > lesson.position
    )
    order = Lesson.position.desc() if up else Lesson.position
    other = work.session.scalar(
        select(Lesson)
        .where(Lesson.chapter_id == lesson.chapter_id, beside)
        .order_by(order)
        .limit(1)
    )
    if other is not None:
        lesson.position, other.position = other.position, lesson.position


def remove_lesson(work: Work, association_id: AssociationId, lesson_id: UUID) -> None:
    """Take a lesson out of a draft."""
    lesson = lesson_of(work, association_id, lesson_id)
    work.session.execute(
        delete(LessonQuestion).where(LessonQuestion.lesson_id == lesson.id)
    )
    version_id = lesson.version_id
    work.session.delete(lesson)
    work.session.flush()
    _sum_up(work, version_id)


def set_questions(
    work: Work,
    association_id: AssociationId,
    lesson_id: UUID,
    questions: Sequence[QuestionIn],
) -> None:
    """Replace the questions within a lesson.

    Raises: Refused for a question whose key its options do not hold.
    """
    lesson = lesson_of(work, association_id, lesson_id)
    work.session.execute(
        delete(LessonQuestion).where(LessonQuestion.lesson_id == lesson.id)
    )
    for place, question in enumerate(questions):
        places = set(range(len(question.options)))
        if len(places) < 2 or not question.key or not set(question.key) <= places:  # noqa: PLR2004
            raise Refused("question.unsound")
        work.session.add(
            LessonQuestion(
                id=new_id(),
                lesson_id=lesson.id,
                position=place,
                at_second=question.at_second,
                stem=question.stem.strip(),
                options=[normal(option) for option in question.options],
                key=sorted(question.key),
                explanation=question.explanation.strip(),
            )
        )
    work.session.flush()


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


def lesson_of(work: Work, association_id: AssociationId, lesson_id: UUID) -> Lesson:
    """Find a lesson of a draft of this association.

    Raises: NotFound; Conflict.
    """
    lesson = work.session.get(Lesson, lesson_id)
    if lesson is None:
        raise NotFound("lesson.unknown")
    draft_of(work, association_id, lesson.version_id)
    return lesson


def _sum_up(work: Work, version_id: UUID) -> None:
    """Keep the version's credit the sum of its lessons', and its words findable."""
    version = work.session.get(CourseVersion, version_id)
    lessons = work.session.execute(
        select(Lesson.credit, Lesson.title, Lesson.body_html).where(
            Lesson.version_id == version_id
        )
    ).all()
    if version is None:
        return
    version.credit = sum(lesson.credit for lesson in lessons)
    version.search_text = search_words(
        version, [(x.title, x.body_html) for x in lessons]
    )


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

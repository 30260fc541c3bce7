"""Write the lessons of drafts, and the questions within them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select

from lms.catalogue.models import CourseVersion, Lesson, LessonQuestion, MediaFile
from lms.catalogue.rules import LessonKind, sound_question
from lms.catalogue.rules.captions import read_captions, too_late, written
from lms.catalogue.services.authoring import chapter_of, draft_of, search_words
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, LessonId, new_id
from lms.kernel.text import clean_html, normal
from lms.kernel.work import Work


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


def add_lesson(
    work: Work, association_id: AssociationId, chapter_id: UUID, facts: LessonFactsIn
) -> LessonId:
    """Add a lesson at the end of a chapter."""
    chapter = chapter_of(work, association_id, chapter_id)
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
    lesson.body_html = clean_html(_lines(facts.body_html))
    lesson.required_seconds = facts.required_seconds
    lesson.media_key = facts.media_key
    lesson.duration_seconds = None
    if facts.kind is LessonKind.FILM and facts.media_key:
        film = work.session.get(MediaFile, facts.media_key)
        if film is None or film.association_id != association_id:
            raise NotFound("media.unknown")
        lesson.duration_seconds = film.duration_seconds
        lesson.required_seconds = film.duration_seconds
    lesson.captions_vtt = _captions(facts.captions_vtt, lesson.duration_seconds)
    work.session.flush()
    _sum_up(work, lesson.version_id)


def set_captions(
    work: Work, association_id: AssociationId, lesson_id: UUID, text: str
) -> None:
    """Replace a lesson's captions, WebVTT or SRT; nothing takes them away.

    Raises: NotFound; Conflict; Refused for what is neither, with the line.
    """
    lesson = lesson_of(work, association_id, lesson_id)
    lesson.captions_vtt = _captions(text, lesson.duration_seconds)
    work.session.flush()


def _captions(typed: str, film_seconds: int | None) -> str:
    text = _lines(typed)
    if not text.strip("\ufeff \n\t"):
        return ""
    read = read_captions(text)
    if read.wrong:
        raise Refused(read.wrong, line=read.line)
    if too_late(read.cues, film_seconds):
        raise Refused("lesson.captions_late")
    return written(read.cues)


def _lines(typed: str) -> str:
    """Fold line ends, and drop the NUL that PostgreSQL does not store."""
    return typed.replace("\r\n", "\n").replace("\x00", "")


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
        if not sound_question(question.options, question.key):
            raise Refused("question.unsound")
        work.session.add(
            LessonQuestion(
                id=new_id(),
                lesson_id=lesson.id,
                position=place,
                at_second=question.at_second,
                stem=_lines(question.stem).strip(),
                options=[normal(option) for option in question.options],
                key=sorted(question.key),
                explanation=_lines(question.explanation).strip(),
            )
        )
    work.session.flush()


def lesson_of(work: Work, association_id: AssociationId, lesson_id: UUID) -> Lesson:
    """Find a lesson of a draft of this association.

    Raises: NotFound; Conflict.
    """
    version_id = work.session.scalar(
        select(Lesson.version_id).where(Lesson.id == lesson_id)
    )
    if version_id is None:
        raise NotFound("lesson.unknown")
    draft_of(work, association_id, version_id)
    # Read only now that its version is locked: another may have written or removed it.
    lesson = work.session.get(Lesson, lesson_id, populate_existing=True)
    if lesson is None:
        raise NotFound("lesson.unknown")
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

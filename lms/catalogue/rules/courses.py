"""What a version may become, and what publishing asks of it. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lms.catalogue.rules.documents import LEAST_PAGE_SECONDS, DocumentState
from lms.catalogue.rules.films import FilmState
from lms.kernel.credit import ONE_HOUR, Credit


class LessonKind(StrEnum):
    """What a lesson is."""

    FILM = "film"
    DOCUMENT = "document"
    QUIZ = "quiz"
    CLASS = "class"


class VersionState(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


MOVES: dict[VersionState, frozenset[VersionState]] = {
    VersionState.DRAFT: frozenset({VersionState.REVIEW, VersionState.PUBLISHED}),
    VersionState.REVIEW: frozenset({VersionState.DRAFT, VersionState.PUBLISHED}),
    VersionState.PUBLISHED: frozenset({VersionState.WITHDRAWN}),
    VersionState.WITHDRAWN: frozenset({VersionState.PUBLISHED}),
}
"""What may follow what. A draft that is published skips nothing but the asking."""


def review_mark(state: VersionState, asked_at: datetime | None) -> str:
    """Name the review that a page was read in: each submission begins another.

    >>> review_mark(VersionState.DRAFT, None)
    'draft'
    """
    if state is VersionState.REVIEW and asked_at is not None:
        return asked_at.isoformat()
    return state.value


_LEAST_OPTIONS = 2


def sound_question(options: Collection[str], key: Collection[int]) -> bool:
    """Tell whether a question can be answered: two options or more hold its key."""
    filled = len(options) >= _LEAST_OPTIONS and all(one.strip() for one in options)
    return filled and bool(key) and set(key) <= set(range(len(options)))


@dataclass(frozen=True, slots=True)
class LessonFacts:
    """What publishing looks at: a `…_state` is of the newest one sent for it.

    Units: seconds, `last_question` of the film; `credit` hundredths of a 学时.
    """

    title: str
    kind: LessonKind
    credit: Credit
    required_seconds: int
    duration_seconds: int | None
    has_media: bool
    has_text: bool
    questions: int
    film_state: FilmState | None = None
    last_question: int | None = None
    document_state: DocumentState | None = None
    pages: int = 0


def needed_seconds(credit: Credit, seconds_per_hour: int) -> int:
    """Say how much study a credit needs at least, rounded up. Units: seconds."""
    return -(-credit * seconds_per_hour // ONE_HOUR)


def objections(
    lessons: Iterable[LessonFacts], *, seconds_per_hour: int, title: str
) -> tuple[tuple[str, str], ...]:
    """List everything that keeps a version from being published.

    Shape: pairs of code and lesson title.
    """
    found: list[tuple[str, str]] = []
    known = tuple(lessons)
    if not title.strip():
        found.append(("course.no_title", ""))
    if not known:
        found.append(("course.no_lessons", ""))
    elif not any(lesson.credit for lesson in known):
        found.append(("course.no_credit", ""))
    for lesson in known:
        found += [(code, lesson.title) for code in _wrong(lesson, seconds_per_hour)]
    return tuple(found)


def _wrong(lesson: LessonFacts, seconds_per_hour: int) -> Iterable[str]:
    if not lesson.title.strip():
        yield "lesson.no_title"
    if lesson.kind is LessonKind.FILM:
        yield from _wrong_film(lesson)
    if lesson.kind is LessonKind.DOCUMENT:
        yield from _wrong_document(lesson)
    if lesson.kind is LessonKind.QUIZ and not lesson.questions:
        yield "lesson.no_questions"
    if lesson.kind is LessonKind.QUIZ and lesson.credit:
        yield "lesson.quiz_credit"
    if lesson.kind is LessonKind.CLASS and lesson.questions:
        yield "lesson.class_questions"
    available = (
        (lesson.duration_seconds or 0)
        if lesson.kind is LessonKind.FILM
        else lesson.required_seconds
    )
    if available < needed_seconds(lesson.credit, seconds_per_hour):
        yield "lesson.too_short"


def _wrong_film(lesson: LessonFacts) -> Iterable[str]:
    """Publish nothing of a film before it is ready, nor an older one in its place."""
    if lesson.film_state not in {None, FilmState.READY}:
        yield f"lesson.film_{lesson.film_state}"
    elif not lesson.has_media:
        yield "lesson.no_film"
    elif (lesson.last_question or 0) > (lesson.duration_seconds or 0):
        yield "lesson.question_late"


def _wrong_document(lesson: LessonFacts) -> Iterable[str]:
    """Publish nothing of a document before its pages can be read."""
    if lesson.document_state is None:
        if not lesson.has_text:
            yield "lesson.no_text"
    elif lesson.document_state is not DocumentState.READY:
        yield f"lesson.document_{lesson.document_state}"
    elif lesson.required_seconds < lesson.pages * LEAST_PAGE_SECONDS:
        yield "lesson.pages_short"

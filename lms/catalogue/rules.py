"""What a version may become, and what publishing asks of it. Pure."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from lms.kernel.credit import ONE_HOUR, Credit


class LessonKind(StrEnum):
    """What a lesson is."""

    FILM = "film"
    DOCUMENT = "document"
    QUIZ = "quiz"


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


_LEAST_OPTIONS = 2
_TIME = r"(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}"
_CUE = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")


def sound_captions(text: str) -> bool:
    """Tell whether browsers read a text as WebVTT: its head, and every cue's times.

    Source: W3C WebVTT, section 4.
    """
    lines = text.split("\n")
    times = [line.strip() for line in lines if "-->" in line]
    headed = re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0].rstrip()) is not None
    return headed and bool(times) and all(_CUE.fullmatch(line) for line in times)


def sound_question(options: Collection[str], key: Collection[int]) -> bool:
    """Tell whether a question can be answered: two options or more hold its key."""
    filled = len(options) >= _LEAST_OPTIONS and all(one.strip() for one in options)
    return filled and bool(key) and set(key) <= set(range(len(options)))


@dataclass(frozen=True, slots=True)
class LessonFacts:
    """What publishing looks at. Units: seconds; `credit` hundredths of a 学时."""

    title: str
    kind: LessonKind
    credit: Credit
    required_seconds: int
    duration_seconds: int | None
    has_media: bool
    has_text: bool
    questions: int


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
    if lesson.kind is LessonKind.FILM and not lesson.has_media:
        yield "lesson.no_film"
    if lesson.kind is LessonKind.DOCUMENT and not lesson.has_text:
        yield "lesson.no_text"
    if lesson.kind is LessonKind.QUIZ and not lesson.questions:
        yield "lesson.no_questions"
    if lesson.kind is LessonKind.QUIZ and lesson.credit:
        yield "lesson.quiz_credit"
    available = (
        (lesson.duration_seconds or 0)
        if lesson.kind is LessonKind.FILM
        else lesson.required_seconds
    )
    if available < needed_seconds(lesson.credit, seconds_per_hour):
        yield "lesson.too_short"

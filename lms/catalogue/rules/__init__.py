"""What a version may become, and what publishing asks of it. Pure."""

from lms.catalogue.rules.courses import (
    MOVES,
    LessonFacts,
    LessonKind,
    VersionState,
    needed_seconds,
    objections,
    review_mark,
    sound_question,
)
from lms.catalogue.rules.films import FilmState

__all__ = [
    "MOVES",
    "FilmState",
    "LessonFacts",
    "LessonKind",
    "VersionState",
    "needed_seconds",
    "objections",
    "review_mark",
    "sound_question",
]

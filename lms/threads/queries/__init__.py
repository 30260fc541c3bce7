"""Matters as their asker and as the desk see them."""

from lms.threads.queries.cards import (
    FileCard,
    ThreadCard,
    WordCard,
    carded,
    last_words,
)
from lms.threads.queries.matters import (
    answered_before,
    answers,
    at_desk,
    mine,
    of_person,
    open_file,
    owned,
    unseen,
)
from lms.threads.queries.settings import (
    LimitCard,
    Promise,
    TemplateCard,
    limits,
    promise,
    template,
    templates,
    workdays_of,
)

__all__ = [
    "FileCard",
    "LimitCard",
    "Promise",
    "TemplateCard",
    "ThreadCard",
    "WordCard",
    "answered_before",
    "answers",
    "at_desk",
    "carded",
    "last_words",
    "limits",
    "mine",
    "of_person",
    "open_file",
    "owned",
    "promise",
    "template",
    "templates",
    "unseen",
    "workdays_of",
]

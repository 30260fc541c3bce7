"""Which offices the documents name, what each takes, from when until when. Pure.

An operator copies these rows into the desk's table once and keeps them right there; all
that stands here is what the documents print, each with its source.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lms.policy.model import Province


class OfficeKind(StrEnum):
    """What an office is."""

    DEPARTMENT = "department"
    CENTRE = "centre"
    MUNICIPAL = "municipal"
    DISTRICT = "district"
    COUNTER = "counter"


class Task(StrEnum):
    """What an office may be competent for.

    `intake` accepts applications, `review` examines them, `decide` grants and refuses,
    `on_site` looks at people and originals.
    """

    INTAKE = "intake"
    REVIEW = "review"
    DECIDE = "decide"
    ON_SITE = "on_site"


class Topic(StrEnum):
    """What one may ask an office by telephone."""

    POLICY = "policy"
    TECHNICAL = "technical"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class Term:
    """A task of an office, from a first to a last legal day; None is no end yet."""

    task: Task
    since: date
    until: date | None = None
    source: str = ""

    def covers(self, day: date) -> bool:
        """Tell whether the office has the task on this day."""
        return self.since <= day and (self.until is None or day <= self.until)


def competent(terms: Iterable[Term], task: Task, day: date) -> bool:
    """Tell whether one of these terms gives the task on a legal day."""
    return any(term.task is task and term.covers(day) for term in terms)


@dataclass(frozen=True, slots=True)
class OfficeFacts:
    """An office as a document names it.

    `code` is short and never changes; `region` is the administrative code of the place
    that it serves: two digits a province, four a city, six a county.
    """

    code: str
    province: Province
    name: str
    kind: OfficeKind
    region: str
    terms: tuple[Term, ...]
    telephones: Mapping[Topic, str] = field(default_factory=dict)
    address: str = ""
    hours: str = ""

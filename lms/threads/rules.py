"""Where a matter stands, who may say what in it, and which words may be in a reply."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from lms.accounts.rules import Role
from lms.kernel.blanks import Flaw, flaws
from lms.policy.answering import TOPICS, AnswerRule, Matter

SUBJECT_LENGTH = (2, 60)
BODY_LENGTH = (2, 2000)
TITLE_LENGTH = (1, 40)
MOST_PAPERS = 3
MOST_OPEN = 5
"""So many unended matters may one person have at one association."""

MOST_UNHEARD = 5
"""So many further words may follow each other before somebody has answered."""

MOST_TEMPLATES = 100


class State(StrEnum):
    """Where a matter stands: it waits for the desk, for its asker, or for nobody."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


class Side(StrEnum):
    """Who says something. A `NOTE` is read by the staff alone."""

    ASKER = "asker"
    DESK = "desk"
    NOTE = "note"


class Ending(StrEnum):
    """How a matter ended: the desk's three words, its asker's, and silence."""

    SOLVED = "solved"
    REFUSED = "refused"
    NOT_OURS = "not_ours"
    BY_ASKER = "by_asker"
    SILENT = "silent"


DESK = (Role.CLERK, Role.MANAGER)
"""Who answers for an association."""

DESK_ENDINGS = (Ending.SOLVED, Ending.REFUSED, Ending.NOT_OURS)
REFUSALS = frozenset({Ending.REFUSED, Ending.NOT_OURS})
UNHELPED = frozenset({None, Ending.SOLVED, Ending.SILENT})
"""Endings, or none yet, that an asker may say did not help."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides over the next step. `due_on`: the last day promised, while open.

    `ended_on` is the day of the answer for now, or of the last one.
    """

    state: State
    due_on: date
    ending: Ending | None
    ended_on: date | None
    helped: bool | None
    passed_on: bool


def is_late(stand: Standing, today: date) -> bool:
    """Tell whether an answer is owed and its day is over."""
    return stand.state is State.OPEN and stand.due_on < today


def may_pass_on(stand: Standing, today: date, rule: AnswerRule) -> bool:
    """Tell whether a matter may go to a second person: once, when refused or late.

    What was answered and did not help, as its asker says, was refused too, whether the
    desk calls it solved, leaves it open, or lets it end in silence.
    """
    if stand.passed_on:
        return False
    if is_late(stand, today):
        return True
    if stand.state is State.OPEN or stand.ended_on is None:
        return False
    unhelped = stand.helped is False and stand.ending in UNHELPED
    last = stand.ended_on + timedelta(days=rule.pass_on_days)
    return (stand.ending in REFUSALS or unhelped) and today <= last


def objection(
    asker: UUID, answered_before: Collection[UUID], person_id: UUID | None
) -> str | None:
    """Say why somebody may not handle a matter, or nothing.

    Counted by person: a second account of the same person is no second person.
    """
    if person_id is None or person_id == asker:
        return "thread.own"
    if person_id in answered_before:
        return "thread.before"
    return None


def comes_from_outside(roles: Collection[str]) -> bool:
    """Tell whether somebody is a reviewer whom the operator sent, and no colleague."""
    return Role.REVIEWER in roles and not {*DESK} & {*roles}


def opening_problems(
    matter: Matter, subject: str, body: str, papers: int
) -> tuple[str, ...]:
    """List the codes of everything that is wrong with a first word."""
    found = [] if matter in TOPICS else ["thread.matter"]
    if not SUBJECT_LENGTH[0] <= len(subject.strip()) <= SUBJECT_LENGTH[1]:
        found.append("thread.subject")
    return (*found, *word_problems(body, papers))


def word_problems(body: str, papers: int = 0) -> tuple[str, ...]:
    """List the codes of everything that is wrong with a further word."""
    found = []
    if not BODY_LENGTH[0] <= len(body.strip()) <= BODY_LENGTH[1]:
        found.append("thread.body")
    if papers > MOST_PAPERS:
        found.append("thread.many_papers")
    return tuple(found)


class Blank(StrEnum):
    """What a reply's template may leave to be filled in."""

    ASKER = "称呼"
    NUMBER = "编号"
    SUBJECT = "主题"
    LIMIT = "答复期限"
    ASSOCIATION = "协会"
    CONTACT = "联系方式"


BLANKS = frozenset(one.value for one in Blank)


def template_flaws(title: str, body: str) -> Iterator[Flaw]:
    """Say what is wrong with a reply's template."""
    if not TITLE_LENGTH[0] <= len(title.strip()) <= TITLE_LENGTH[1]:
        yield Flaw("thread.template_title")
    if not BODY_LENGTH[0] <= len(body.strip()) <= BODY_LENGTH[1]:
        yield Flaw("thread.body")
    yield from flaws(body, BLANKS)

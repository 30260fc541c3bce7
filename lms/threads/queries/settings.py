"""What an association promises, from which day on, and what its desk often says."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.calendar import queries as calendar
from lms.kernel.errors import NotFound
from lms.policy.answering import Matter, answer_rule
from lms.policy.workdays import add_workdays
from lms.threads.models import AnswerLimit, ReplyTemplate


@dataclass(frozen=True, slots=True)
class LimitCard:
    """A promise of an association's own. Units: working days."""

    matter: Matter
    from_on: date
    workdays: int


@dataclass(frozen=True, slots=True)
class Promise:
    """By when an answer is promised. `firm`: the calendar reaches so far."""

    workdays: int
    due_on: date
    firm: bool


@dataclass(frozen=True, slots=True)
class TemplateCard:
    """A reply's template. `matter`: for which matters alone, or none for all.

    `interim`: after its words the answer is owed still.
    """

    id: UUID
    matter: Matter | None
    title: str
    body: str
    interim: bool


def limits(session: Session, association_id: UUID) -> tuple[LimitCard, ...]:
    """List the association's own promises of each matter, the newest first."""
    rows = session.scalars(
        select(AnswerLimit)
        .where(AnswerLimit.association_id == association_id)
        .order_by(AnswerLimit.matter, AnswerLimit.from_on.desc())
    )
    return tuple(LimitCard(row.matter, row.from_on, row.workdays) for row in rows)


def workdays_of(session: Session, association_id: UUID, day: date) -> dict[Matter, int]:
    """Give what holds on a legal day: the association's own, else the house's."""
    held = dict(answer_rule(day).workdays)
    own = reversed(limits(session, association_id))
    return held | {one.matter: one.workdays for one in own if one.from_on <= day}


def promise(
    session: Session, association_id: UUID, matter: Matter, today: date
) -> Promise:
    """Say by when an answer is promised to what comes in today."""
    days = workdays_of(session, association_id, today)[matter]
    due = add_workdays(calendar.calendar(session), today, days)
    return Promise(days, due.on or due.not_before, due.on is not None)


def templates(session: Session, association_id: UUID) -> tuple[TemplateCard, ...]:
    """List the association's templates by title."""
    rows = session.scalars(
        select(ReplyTemplate)
        .where(ReplyTemplate.association_id == association_id)
        .order_by(ReplyTemplate.title, ReplyTemplate.id)
    )
    return tuple(_template(row) for row in rows)


def template(session: Session, association_id: UUID, template_id: UUID) -> TemplateCard:
    """Give a template of an association.

    Raises: NotFound, for another association's too.
    """
    row = session.get(ReplyTemplate, template_id)
    if row is None or row.association_id != association_id:
        raise NotFound("thread.template_unknown")
    return _template(row)


def _template(row: ReplyTemplate) -> TemplateCard:
    return TemplateCard(row.id, row.matter, row.title, row.body, row.interim)

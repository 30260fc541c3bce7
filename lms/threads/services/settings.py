"""What an association promises from a day on, and what its desk often says."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.db import inserting
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work
from lms.policy.answering import Matter, answer_rule
from lms.threads.models import AnswerLimit, ReplyTemplate
from lms.threads.rules import MOST_TEMPLATES, template_flaws


def set_limit(
    work: Work,
    association_id: AssociationId,
    matter: Matter,
    workdays: int,
    from_on: date,
) -> None:
    """Promise so many working days for a matter, from a legal day on.

    What was promised before stays promised: a matter keeps the day that it was given.

    Raises: Refused for a day that is over and for more than the law allows; Conflict
        when another promise for that day was made.
    """
    today = legal_day(work.now)
    if from_on < today:
        raise Refused("thread.limit_past")
    if not 1 <= workdays <= answer_rule(from_on).most:
        raise Refused("thread.limit_days", most=answer_rule(from_on).most)
    row = {
        "association_id": association_id,
        "matter": matter,
        "from_on": from_on,
        "workdays": workdays,
        "made_by": work.actor.account_id,
        "made_at": work.now,
    }
    once = inserting(work.session, AnswerLimit).on_conflict_do_nothing()
    made = work.session.execute(once.returning(AnswerLimit.workdays), row).first()
    if made is None:
        _same(work, (association_id, matter, from_on), workdays)
        return
    evidence.note(
        work,
        f"association:{association_id}",
        "thread.limit_set",
        matter=matter.value,
        workdays=workdays,
        from_on=from_on,
    )


def _same(work: Work, key: tuple[UUID, Matter, date], workdays: int) -> None:
    row = work.session.get_one(AnswerLimit, key)
    if row.workdays != workdays:
        raise Conflict("thread.limit_there")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A template as it is wanted."""

    title: str
    body: str
    matter: Matter | None = None
    interim: bool = False


def save_template(
    work: Work,
    association_id: AssociationId,
    wanted: Wanted,
    template_id: UUID | None = None,
) -> UUID:
    """Write a template, or change one.

    Raises: Refused with everything that is wrong; NotFound, for another's too.
    """
    wrong = tuple(
        dict.fromkeys(one.code for one in template_flaws(wanted.title, wanted.body))
    )
    if wrong:
        raise Refused("thread.invalid", reasons=wrong)
    if template_id is None:
        row = _new(work, association_id)
    else:
        row = _own(work, association_id, template_id)
    row.title, row.body = wanted.title.strip(), wanted.body.strip()
    row.matter, row.interim = wanted.matter, wanted.interim
    row.changed_by, row.changed_at = work.actor.account_id, work.now
    work.session.add(row)
    work.session.flush()
    _note(work, association_id, "reply_template.saved", row.id)
    return row.id


def _new(work: Work, association_id: AssociationId) -> ReplyTemplate:
    counted = select(func.count()).where(ReplyTemplate.association_id == association_id)
    if (work.session.scalar(counted) or 0) >= MOST_TEMPLATES:
        raise Refused("thread.many_templates", most=MOST_TEMPLATES)
    return ReplyTemplate(id=new_id(), association_id=association_id)


def drop_template(work: Work, association_id: AssociationId, template_id: UUID) -> None:
    """Remove a template; what was answered with it stays as it was said.

    Raises: NotFound, for another association's too.
    """
    row = _own(work, association_id, template_id)
    work.session.delete(row)
    work.session.flush()
    _note(work, association_id, "reply_template.dropped", template_id)


def _own(work: Work, association_id: UUID, template_id: UUID) -> ReplyTemplate:
    row = work.session.get(ReplyTemplate, template_id, with_for_update=True)
    if row is None or row.association_id != association_id:
        raise NotFound("thread.template_unknown")
    return row


def _note(work: Work, association_id: UUID, kind: str, template_id: UUID) -> None:
    evidence.note(
        work, f"association:{association_id}", kind, template=str(template_id)
    )

"""Put a plan for papers to a second person, who puts it in force or does not."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from lms.approvals import services as deciding
from lms.approvals.rules import ApprovalState, Terms
from lms.evidence import services as evidence
from lms.exams import queries
from lms.exams.models import ExamBlueprint
from lms.exams.rules import Blueprint
from lms.exams.rules.blueprints import faults, kept, read
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import ApprovalId, AssociationId
from lms.kernel.work import Work
from lms.policy.model import Specialty

DECIDES = "manager"


def propose_plan(
    work: Work,
    association_id: AssociationId,
    specialty: Specialty | None,
    blueprint: Blueprint,
    *,
    since: date,
    reason: str,
) -> ApprovalId:
    """Put a plan; a manager decides.

    Raises: Refused with everything that is wrong, and for what the bank cannot fill.
    """
    found = faults(blueprint, since, legal_day(work.now))
    if found:
        raise Refused("blueprint.unsound", reasons=found)
    _fillable(work, association_id, specialty, blueprint)
    question = deciding.ask(
        work,
        queries.QUESTION,
        f"association:{association_id}",
        {"specialty": specialty.value if specialty else None},
        reason.strip()[:400],
        terms=Terms(association_id=association_id, last_role=DECIDES),
    )
    row = ExamBlueprint(
        id=question,
        association_id=association_id,
        specialty=specialty,
        effective_from=since,
        content=kept(blueprint),
        asked_at=work.now,
        approved_at=None,
    )
    _keep(work, row)
    return question


def _keep(work: Work, row: ExamBlueprint) -> None:
    work.session.add(row)
    work.session.flush()
    evidence.note(
        work,
        f"association:{row.association_id}",
        "exam.blueprint_asked",
        body=row.content,
        blueprint=row.id,
        since=row.effective_from.isoformat(),
    )


def decide_plan(
    work: Work,
    association_id: AssociationId,
    plan_id: UUID,
    approved: bool,  # noqa: FBT001 - the answer itself
    comment: str,
) -> ApprovalState:
    """Say yes or no to a plan. Papers that are begun already keep theirs.

    A yes that comes after its day takes effect the day it is said.

    Raises: NotFound; Conflict when it has ended; Refused for who asked, and for what
        the bank cannot fill any more.
    """
    row = work.session.scalar(
        select(ExamBlueprint)
        .where(
            ExamBlueprint.id == plan_id,
            ExamBlueprint.association_id == association_id,
        )
        .with_for_update()
    )
    if row is None:
        raise NotFound("blueprint.unknown")
    if approved:
        _fillable(work, association_id, row.specialty, read(row.content))
    card = deciding.decide(
        work, plan_id, approved, comment.strip()[:400], association_id=association_id
    )
    if card.state is ApprovalState.APPROVED:
        row.approved_at = work.now
        row.effective_from = max(row.effective_from, legal_day(work.now))
        work.session.flush()
    return card.state


def withdraw_plan(work: Work, association_id: AssociationId, plan_id: UUID) -> None:
    """Take back a plan that one put oneself.

    Raises: NotFound; Refused for what somebody else put; Conflict when it has ended.
    """
    card = queries.plan(work.session, association_id, plan_id)
    if card.approval.asked_person_id != work.actor.person_id:
        raise Refused("blueprint.not_asker")
    deciding.withdraw(work, plan_id)


def _fillable(
    work: Work,
    association_id: AssociationId,
    specialty: Specialty | None,
    blueprint: Blueprint,
) -> None:
    if queries.lacks(work.session, association_id, specialty, blueprint):
        raise Refused("blueprint.short")

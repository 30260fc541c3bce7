"""Ask, decide, withdraw."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, or_, select

from lms.approvals import queries
from lms.approvals.models import Approval, Decision
from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import (
    ApprovalState,
    Terms,
    Voice,
    hat,
    objection,
    outcome,
)
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import ApprovalId, PersonId, new_id
from lms.kernel.work import Work

ANYBODY = Terms()
"""One other person, of no particular association."""


def ask(
    work: Work,
    kind: str,
    subject: str,
    payload: Mapping[str, Any],
    reason: str,
    *,
    terms: Terms = ANYBODY,
) -> ApprovalId:
    """Put a question. `payload` is ids and codes; `subject` is like "person:<id>"."""
    row = Approval(
        id=new_id(),
        kind=kind,
        subject=subject,
        association_id=terms.association_id,
        payload=dict(payload),
        reason=reason,
        needs=terms.needs,
        last_role=terms.last_role,
        asked_by=work.actor.account_id,
        asked_person_id=work.actor.person_id,
        asked_at=work.now,
        state=ApprovalState.OPEN,
        decided_by=None,
        decided_at=None,
        asked_role=hat(work.actor.roles) or "learner",
        first_role=terms.first_role,
        barred=sorted(str(one) for one in terms.barred) or None,
    )
    work.session.add(row)
    work.session.flush()
    evidence.note(work, subject, "approval.asked", approval=str(row.id), matter=kind)
    return ApprovalId(row.id)


def decide(
    work: Work,
    approval_id: UUID,
    approved: bool,  # noqa: FBT001 - the answer itself
    comment: str,
    *,
    association_id: UUID | None = None,
) -> ApprovalCard:
    """Say yes or no. The caller carries out what the returned card allows.

    Raises: NotFound, for a foreign question too; Conflict when it has ended; Refused
        for the asker, for one who has spoken, and for a last yes of the wrong role.
    """
    row = _locked(work, approval_id, association_id)
    terms = _terms(row)
    voice = Voice(work.actor.person_id, work.actor.roles)
    heard = [
        Voice(person_id)
        for person_id in work.session.scalars(
            select(Decision.person_id).where(Decision.approval_id == row.id)
        )
    ]
    problem = objection(terms, row.asked_person_id, heard, voice)
    if problem is not None:
        raise Refused(problem)
    became = outcome(terms, heard, voice, approved=approved)
    if not isinstance(became, ApprovalState):
        raise Refused(became)
    _write(work, row, became, approved=approved, comment=comment)
    return queries.approval(work.session, row.id)


def _write(
    work: Work, row: Approval, became: ApprovalState, *, approved: bool, comment: str
) -> None:
    assert work.actor.person_id is not None  # noqa: S101 - objection() saw to it
    work.session.add(
        Decision(
            approval_id=row.id,
            account_id=work.actor.account_id,
            person_id=work.actor.person_id,
            approved=approved,
            comment=comment,
            at=work.now,
            role=hat(work.actor.roles, _wanted(row, became)),
        )
    )
    if became is not ApprovalState.OPEN:
        row.state = became
        row.decided_by = work.actor.account_id
        row.decided_at = work.now
    work.session.flush()
    evidence.note(
        work,
        row.subject,
        "approval.decided",
        approval=str(row.id),
        matter=row.kind,
        approved=approved,
        state=became.value,
    )


def _terms(row: Approval) -> Terms:
    return Terms(
        association_id=row.association_id,
        needs=row.needs,
        last_role=row.last_role,
        first_role=row.first_role,
        about=row.subject,
        barred=frozenset(UUID(each) for each in row.barred or ()),
    )


def _wanted(row: Approval, became: ApprovalState) -> str | None:
    return row.first_role if became is ApprovalState.OPEN else row.last_role


def withdraw(work: Work, approval_id: UUID) -> None:
    """Take one's own question back.

    Raises: NotFound, for another's question too; Conflict when it has ended.
    """
    row = _locked(work, approval_id, None)
    if row.asked_person_id is None or row.asked_person_id != work.actor.person_id:
        raise NotFound("approval.unknown")
    _withdraw(work, row)


def drop(work: Work, approval_id: UUID) -> None:
    """Let a question go, because what it belonged to has ended.

    Raises: NotFound; Conflict when it has ended.
    """
    _withdraw(work, _locked(work, approval_id, None))


def _withdraw(work: Work, row: Approval) -> None:
    row.state = ApprovalState.WITHDRAWN
    row.decided_by = work.actor.account_id
    row.decided_at = work.now
    work.session.flush()
    evidence.note(
        work, row.subject, "approval.withdrawn", approval=str(row.id), matter=row.kind
    )


def _locked(work: Work, approval_id: UUID, association_id: UUID | None) -> Approval:
    row = work.session.scalar(
        select(Approval)
        .where(Approval.id == approval_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None or association_id not in {None, row.association_id}:
        raise NotFound("approval.unknown")
    if row.state is not ApprovalState.OPEN:
        raise Conflict("approval.ended")
    return row


def take_over(work: Work, goes: PersonId, stays: PersonId) -> int:
    """Let who stays stand in open questions where who goes stood; count them.

    What one asked is the other's to take back, and nobody else's to agree to twice:
    who asked, was barred or has spoken as the one does not decide as the other. Words
    that were said stay as they were.
    """
    spoke = select(Decision.approval_id).where(Decision.person_id == goes)
    rows = work.session.scalars(
        select(Approval)
        .where(
            Approval.state == ApprovalState.OPEN,
            or_(
                Approval.asked_person_id == goes,
                Approval.id.in_(spoke),
                cast(Approval.barred, String).contains(str(goes)),
            ),
        )
        .with_for_update()
    ).all()
    for row in rows:
        if row.asked_person_id == goes:
            row.asked_person_id = stays
        row.barred = sorted({*(row.barred or ()), str(goes), str(stays)})
    work.session.flush()
    return len(rows)

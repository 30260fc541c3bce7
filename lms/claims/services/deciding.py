"""Decide a claim, and carry out what was decided in the same work."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.approvals import services as approvals
from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import ApprovalState, Terms
from lms.claims import queries
from lms.claims.models import Claim
from lms.claims.ports import Paper
from lms.claims.queries import ClaimCard
from lms.claims.rules import REASON_LENGTH, adverse
from lms.claims.services import effects
from lms.claims.services.asking import LAST, keep_papers
from lms.credentials.ports import Printer
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import ApprovalId, PersonId
from lms.kernel.work import Work, fail_point
from lms.notify import services as notify


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no, and why. PII: `comment`, the decider's own words."""

    approved: bool
    comment: str = ""


def decide(
    work: Work,
    claim_id: UUID,
    answer: Answer,
    *,
    association_id: UUID,
    printer: Printer,
) -> ClaimCard:
    """Say yes or no to a claim's last question; the last yes takes effect at once.

    Raises: NotFound, for a foreign one too; Conflict when it has ended, or when it
        cannot take effect any more; Refused for who may not decide, and without a
        comment to a no.
    """
    row = _row(work, claim_id)
    if row.association_id != association_id:
        raise NotFound("claim.unknown")
    if not answer.approved and not answer.comment.strip():
        raise Refused("approval.no_comment")
    card = approvals.decide(
        work,
        row.appeal_id or row.id,
        answer.approved,
        answer.comment.strip(),
        association_id=association_id,
    )
    fail_point("claim.decided")
    if card.state is ApprovalState.APPROVED:
        _carry_out(work, row, card, printer)
    if card.state is not ApprovalState.OPEN:
        _tell(work, row, card)
    return queries.at_desk(work.session, association_id, claim_id)


def _row(work: Work, claim_id: UUID) -> Claim:
    row = work.session.scalar(
        select(Claim).where(Claim.id == claim_id).with_for_update()
    )
    if row is None:
        raise NotFound("claim.unknown")
    return row


def _carry_out(work: Work, row: Claim, card: ApprovalCard, printer: Printer) -> None:
    claim = queries.at_desk(work.session, row.association_id, row.id)
    done = effects.Done(claim, card.id, printer)
    against = adverse(row.kind, row.credit, by_staff=row.by_staff)
    if against and row.appeal_id is not None:
        effects.undo(work, done)
    else:
        effects.apply(work, done)
    row.applied_at = work.now
    work.session.flush()
    evidence.note(
        work,
        f"person:{row.person_id}",
        "claim.applied",
        claim=str(row.id),
        approval=str(card.id),
        matter=row.kind.value,
    )
    fail_point("claim.applied")


def _tell(work: Work, row: Claim, card: ApprovalCard) -> None:
    claim = queries.at_desk(work.session, row.association_id, row.id)
    account = accounts.account_of(work.session, PersonId(row.person_id))
    notify.message(
        work,
        account.id,
        "claim_decided",
        dedupe=f"approval:{card.id}",
        matter=row.kind.value,
        outcome=card.state.value,
        by_staff=int(row.by_staff),
        appeal=int(row.appeal_id is not None),
        may_appeal=int(claim.may_appeal),
    )


def appeal(
    work: Work,
    person_id: PersonId,
    claim_id: UUID,
    reason: str,
    papers: Sequence[Paper] = (),
) -> ApprovalId:
    """Ask once more; nobody who had a part in the first decision decides this one.

    Raises: NotFound, for another's claim too; Refused when nothing can be appealed.
    """
    row = _row(work, claim_id)
    if row.person_id != person_id or work.actor.person_id != person_id:
        raise NotFound("claim.unknown")
    claim = queries.owned(work.session, person_id, claim_id)
    if not claim.may_appeal:
        raise Refused("claim.no_appeal")
    if not REASON_LENGTH[0] <= len(reason.strip()) <= REASON_LENGTH[1]:
        raise Refused("claim.reason")
    question = _ask_others(work, claim, reason)
    row.appeal_id = question
    marks = keep_papers(work, person_id, row.id, question, papers)
    evidence.note(
        work,
        f"person:{person_id}",
        "claim.appealed",
        claim=str(row.id),
        approval=str(question),
        papers=marks,
    )
    return question


def _ask_others(work: Work, claim: ClaimCard, reason: str) -> ApprovalId:
    return approvals.ask(
        work,
        f"appeal.{claim.kind}",
        f"person:{claim.person_id}",
        {"claim": claim.kind.value, "first": str(claim.id)},
        reason.strip(),
        terms=Terms(
            association_id=claim.association_id,
            needs=2,
            last_role=LAST,
            barred=_had_a_part(claim),
        ),
    )


def _had_a_part(claim: ClaimCard) -> frozenset[UUID]:
    people = {one.person_id for one in claim.approval.decisions}
    if claim.by_staff and claim.approval.asked_person_id:
        people.add(claim.approval.asked_person_id)
    return frozenset(people)

"""Decide a claim, and carry out what was decided in the same work."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.accounts.services import merging as holding
from lms.approvals import queries as approvals_read
from lms.approvals import services as approvals
from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import ApprovalState
from lms.claims import queries
from lms.claims.models import Claim
from lms.claims.queries import ClaimCard
from lms.claims.rules import DISINHERITED, INHERITED, Inherited, adverse
from lms.claims.services import effects
from lms.credentials.ports import Printer
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId
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
        cannot take effect any more; Refused for who may not decide, without a comment
        to a no, and for a yes to an appeal after which nobody could say the last one.
    """
    # No certificate is issued from hours that this takes, nor the other way round; and
    # a merge holds its persons before their claims.
    holding.hold_all(work, [_whose(work, claim_id, association_id)])
    row = row_of(work, claim_id)
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
    claim = queries.at_desk(work.session, association_id, claim_id)
    stays = card.state is ApprovalState.OPEN and claim.appeal is not None
    if stays and not queries.can_end(work.session, claim, legal_day(work.now)):
        raise Refused("claim.nobody_left")
    if card.state is ApprovalState.APPROVED:
        _carry_out(work, row, card, printer)
    if card.state is not ApprovalState.OPEN:
        _tell(work, row, card)
    return queries.at_desk(work.session, association_id, claim_id)


def inherit(work: Work, approval_id: UUID, lines: Sequence[Inherited]) -> None:
    """Post hours of an old platform, on a file that two persons agreed to.

    Raises: Refused for a file that nobody agreed to.
    """
    if lines:
        _agreed(work, approval_id, INHERITED, lines)
        effects.inherit(work, lines)


def disinherit(work: Work, approval_id: UUID, lines: Sequence[Inherited]) -> None:
    """Take such hours back, on a withdrawal that two persons agreed to.

    Raises: Refused for one that nobody agreed to.
    """
    if lines:
        _agreed(work, approval_id, DISINHERITED, lines)
        effects.disinherit(work, lines)


def _agreed(
    work: Work, approval_id: UUID, kind: str, lines: Sequence[Inherited]
) -> None:
    card = approvals_read.approval(work.session, approval_id)
    sound = card.kind == kind and card.state is ApprovalState.APPROVED
    if not sound or any(one.association_id != card.association_id for one in lines):
        raise Refused("legacy.not_agreed")


def _whose(work: Work, claim_id: UUID, association_id: UUID) -> PersonId:
    found = work.session.scalar(
        select(Claim.person_id).where(
            Claim.id == claim_id, Claim.association_id == association_id
        )
    )
    if found is None:
        raise NotFound("claim.unknown")
    return PersonId(found)


def row_of(work: Work, claim_id: UUID) -> Claim:
    """Give a claim's row, held until the work ends.

    Raises: NotFound.
    """
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
        of=row.association_id,
        matter=row.kind.value,
        outcome=card.state.value,
        by_staff=int(row.by_staff),
        appeal=int(row.appeal_id is not None),
        may_appeal=int(claim.may_appeal),
    )

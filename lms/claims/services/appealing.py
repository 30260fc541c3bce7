"""Ask once more, of others than those who refused."""

from collections.abc import Sequence
from uuid import UUID

from lms.accounts import queries as accounts
from lms.accounts import services as account_services
from lms.accounts.rules import Role
from lms.approvals import services as approvals
from lms.catalogue import queries as catalogue
from lms.claims import queries
from lms.claims.ports import Paper
from lms.claims.queries import ClaimCard
from lms.claims.rules import REASON_LENGTH
from lms.claims.services.asking import keep_papers
from lms.claims.services.deciding import row_of
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import ApprovalId, PersonId
from lms.kernel.work import Work
from lms.notify import services as notify


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
    # Who merges two accounts holds the persons before their claims.
    account_services.lock_person(work, person_id)
    row = row_of(work, claim_id)
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
    _tell_operators(work, queries.owned(work.session, person_id, claim_id))
    return question


def _ask_others(work: Work, claim: ClaimCard, reason: str) -> ApprovalId:
    return approvals.ask(
        work,
        f"appeal.{claim.kind}",
        f"person:{claim.person_id}",
        {"claim": claim.kind.value, "first": str(claim.id)},
        reason.strip(),
        terms=queries.terms_of_appeal(claim),
    )


def _tell_operators(work: Work, claim: ClaimCard) -> None:
    """Ask for a reviewer where too few are left who had no part in the refusal."""
    if queries.can_end(work.session, claim, legal_day(work.now)):
        return
    for account_id in accounts.holders(work.session, Role.OPERATOR):
        notify.message(
            work,
            account_id,
            "appeal_unstaffed",
            dedupe=f"unstaffed:{claim.question.id}:{account_id}",
            association=catalogue.association(work.session, claim.association_id).code,
        )

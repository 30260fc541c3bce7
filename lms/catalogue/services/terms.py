"""Let two managers decide how their association teaches and where it is paid."""

from collections.abc import Collection
from datetime import date
from typing import Any
from unicodedata import normalize
from uuid import UUID

from lms.approvals import queries as approval_queries
from lms.approvals import services as approvals
from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import ApprovalState, Terms
from lms.catalogue.models import AssociationTerms
from lms.catalogue.rules.terms import (
    StudyTerms,
    TermsKind,
    account_problem,
    study_problem,
)
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId, ApprovalId, AssociationId, new_id
from lms.kernel.text import normal
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.teachers.rules import Asked

MATTER = "association.terms"
"""The kind of question that two managers settle."""


def ask_study(
    work: Work,
    association_id: AssociationId,
    terms: StudyTerms,
    from_on: date,
    reason: str,
) -> ApprovalId:
    """Propose how films are studied from a legal day on, today at the earliest.

    Raises: Refused with what is wrong; Conflict while the like is asked.
    """
    problem = study_problem(terms)
    if not problem and from_on < legal_day(work.now):
        problem = "terms.backwards"
    if problem:
        raise Refused(problem)
    return _ask(work, association_id, TermsKind.STUDY, (from_on, terms.told()), reason)


def ask_teachers(
    work: Work,
    association_id: AssociationId,
    asked: Asked,
    from_on: date,
    reason: str,
) -> ApprovalId:
    """Propose what is asked of those who teach, from a legal day on.

    Raises: Refused for a day that is over; Conflict while the like is asked.
    """
    if from_on < legal_day(work.now):
        raise Refused("terms.backwards")
    told = {"checked": asked.checked, "fitting": asked.checked and asked.fitting}
    return _ask(work, association_id, TermsKind.TEACHERS, (from_on, told), reason)


def ask_account(
    work: Work, association_id: AssociationId, told: dict[str, str], reason: str
) -> ApprovalId:
    """Propose an account, and what is said of the seller, from the agreement on.

    Raises: Refused with what is wrong; Conflict while the like is asked.
    """
    read = {name: normal(value) for name, value in told.items()}
    read["account"] = normalize("NFKC", read.get("account", ""))
    kept = {name: value for name, value in read.items() if value}
    problem = account_problem(kept)
    if problem:
        raise Refused(problem)
    today = legal_day(work.now)
    return _ask(work, association_id, TermsKind.ACCOUNT, (today, kept), reason)


def decide(
    work: Work,
    association_id: AssociationId,
    approval_id: UUID,
    word: tuple[bool, str],
    tell: Collection[AccountId] = (),
) -> ApprovalCard:
    """Say the second manager's word; `tell` are those who hear of a new account.

    What was to hold from a day that is over by now holds from today.

    Raises: NotFound; Conflict when it has ended; Refused for the asker.
    """
    asked = approval_queries.approval(
        work.session, approval_id, association_id=association_id
    )
    if asked.kind != MATTER:
        raise NotFound("approval.unknown")
    card = approvals.decide(work, approval_id, *word, association_id=association_id)
    if card.state is ApprovalState.APPROVED:
        _hold(work, association_id, card, tell)
    return card


def _hold(
    work: Work,
    association_id: AssociationId,
    card: ApprovalCard,
    tell: Collection[AccountId],
) -> None:
    kind, told = TermsKind(card.payload["kind"]), dict(card.payload["terms"])
    wanted = date.fromisoformat(card.payload["from_on"])
    from_on = max(wanted, legal_day(work.now))
    row = AssociationTerms(
        id=new_id(),
        association_id=association_id,
        approval_id=card.id,
        kind=kind,
        from_on=from_on,
        terms=told,
        agreed_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    evidence.note(
        work,
        f"association:{association_id}",
        f"terms.{kind.value}",
        approval=card.id,
        from_on=from_on,
        told=told,
    )
    if kind is TermsKind.ACCOUNT:
        for account_id in tell:
            notify.message(
                work,
                account_id,
                "account_moved",
                of=association_id,
                tail=str(told["account"])[-4:],
            )


def _ask(
    work: Work,
    association_id: AssociationId,
    kind: TermsKind,
    decided: tuple[date, dict[str, Any]],
    reason: str,
) -> ApprovalId:
    for one in approval_queries.queue(work.session, association_id, MATTER):
        if one.payload["kind"] == kind.value:
            raise Conflict("terms.asked")
    payload = {
        "kind": kind.value,
        "from_on": decided[0].isoformat(),
        "terms": decided[1],
    }
    terms = Terms(association_id, last_role="manager")
    subject = f"association:{association_id}"
    return approvals.ask(work, MATTER, subject, payload, reason, terms=terms)

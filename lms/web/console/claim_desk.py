"""Whose claims a visitor has before them, and what hinders them.

Clerks and managers see their association's. A reviewer, whom an operator has appointed,
sees appeals, of each association that they were appointed to.
"""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.rules import Role
from lms.approvals.rules import ApprovalState, Terms, Voice, objection
from lms.claims import queries
from lms.claims.queries import ClaimCard
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.reports import desk as reports
from lms.web import desk

_ENDED = 20


def _roles() -> frozenset[str]:
    visitor = desk.visitor()
    return visitor.roles if visitor else frozenset()


def _reviews() -> bool:
    return _roles().isdisjoint({"clerk", "manager"})


def _places(session: Session) -> tuple[AssociationId, ...]:
    visitor = desk.visitor()
    if visitor is None or not _reviews():
        return (desk.association(),)
    return accounts.associations_as(
        session, visitor.account_id, Role.REVIEWER, desk.today()
    )


def _theirs(some: tuple[ClaimCard, ...]) -> tuple[ClaimCard, ...]:
    return tuple(one for one in some if one.appeal) if _reviews() else some


def waiting(session: Session) -> dict[str, tuple[ClaimCard, ...]]:
    """List what waits: all of it, and what the visitor may check or decide now."""
    everything: list[ClaimCard] = []
    check: list[ClaimCard] = []
    decide: list[ClaimCard] = []
    for place in _places(session):
        everything += _theirs(queries.waiting(session, place))
        first, last = reports.claims_for(session, place, desk.me())
        check += _theirs(first)
        decide += _theirs(last)
    return {"all": tuple(everything), "check": tuple(check), "decide": tuple(decide)}


def ended(session: Session) -> tuple[ClaimCard, ...]:
    """List what was ended lately."""
    return tuple(
        one
        for place in _places(session)
        for one in _theirs(queries.ended(session, place, limit=_ENDED))
    )


def found(session: Session, claim_id: UUID) -> ClaimCard:
    """Give one claim that the visitor has before them.

    Raises: NotFound, for a foreign one, and for a reviewer unless it is appealed.
    """
    for place in _places(session):
        try:
            card = queries.at_desk(session, place, claim_id)
        except NotFound:
            continue
        if _theirs((card,)):
            return card
    raise NotFound("claim.unknown")


def acting(work: Work, card: ClaimCard) -> Work:
    """Act for the association that the claim was put to."""
    return replace(work, actor=replace(work.actor, association_id=card.association_id))


def hindrance(session: Session, card: ClaimCard) -> str | None:
    """Say beforehand why this visitor may not say yes now, if so."""
    if card.question.state is not ApprovalState.OPEN:
        return None
    if card.appeal is not None:
        return _of_appeal(session, card)
    if card.question.left <= 1 and "manager" not in _roles():
        return "approval.last_role"
    if card.question.left > 1 and "clerk" not in _roles():
        return "approval.first_role"
    return _objection(card, Terms(about=f"person:{card.person_id}"))


def _of_appeal(session: Session, card: ClaimCard) -> str | None:
    problem = _objection(card, queries.terms_of_appeal(card))
    if problem is not None:
        return problem
    if card.question.left <= 1:
        last = _roles() & {"manager", "reviewer"}
        return None if last else "approval.last_role"
    today = desk.today()
    if not queries.can_end(session, card, today):
        return "claim.unstaffed"
    voice = Voice(desk.me(), _roles())
    after = queries.can_end(session, card, today, after=voice)
    return None if after else "claim.nobody_left"


def _objection(card: ClaimCard, terms: Terms) -> str | None:
    asked = card.question
    heard = [Voice(one.person_id) for one in asked.decisions]
    return objection(terms, asked.asked_person_id, heard, Voice(desk.me(), _roles()))

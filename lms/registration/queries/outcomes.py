"""What a grant has brought about, read from the book of certificates."""

from datetime import date

from sqlalchemy.orm import Session

from lms.credentials.queries import registered
from lms.credentials.rules import Term
from lms.people import queries as people
from lms.policy.dates import last_day_of_term
from lms.policy.flow import Issue, Path, StepName
from lms.policy.library import rules_for
from lms.policy.model import Application
from lms.policy.validity import last_birthday
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.letters import SPECIALTIES
from lms.registration.rules.outcomes import Gift, GrantedTerm, Outcome

_NEW_TERM = frozenset(
    {
        Application.INITIAL,
        Application.RENEWAL,
        Application.ADD_SPECIALTY,
        Application.RE_REGISTRATION,
    }
)


def outcome(session: Session, card: ApplicationCard) -> Outcome:
    """Say what the grant of an application has brought about by now."""
    announced = card.step.name is StepName.ANNOUNCE and card.closed_at is None
    if card.path is Path.ABNORMAL:
        return Outcome(announced=announced)
    if card.application is Application.CANCELLATION:
        ends = tuple(SPECIALTIES[each] for each in card.specialties)
        return Outcome(ends=ends, terms=_terms(session, card), announced=announced)
    if Issue.CERTIFICATE not in card.flow.gives:
        return Outcome(announced=announced)
    if card.decided_on is None:
        return Outcome(Gift.LATER, announced=announced)
    terms = _terms(session, card)
    # Who is registered nowhere has only a record to be put right: nothing is printed.
    gift = Gift.MADE if terms else Gift.NONE
    return Outcome(gift, terms, announced=announced)


def _terms(session: Session, card: ApplicationCard) -> tuple[GrantedTerm, ...]:
    held = registered(session, card.person_id)
    born_on = people.born_on(session, card.person_id)
    if held is None or born_on is None:
        return ()
    new = card.application in _NEW_TERM
    return tuple(
        GrantedTerm(
            SPECIALTIES[each.specialty],
            each.valid_from,
            each.valid_until,
            cut=new and _cut(card, each, born_on),
        )
        for each in held.facts.terms
        if each.valid_from and each.valid_until
        if not new or each.specialty in card.specialties
    )


def _cut(card: ApplicationCard, term: Term, born_on: date) -> bool:
    """Tell whether a term ends with the age that the law sets, before it is full."""
    if term.valid_from is None or term.valid_until is None:
        return False
    rules = rules_for(card.province, card.filed_on or term.valid_from)
    full = last_day_of_term(term.valid_from, years=rules.validity_years)
    return term.valid_until == last_birthday(rules, born_on) and term.valid_until < full

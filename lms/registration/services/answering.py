"""Answer what the desk asked to be put right: with something new, or with a reason."""

from dataclasses import replace

from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.policy.flow import Party
from lms.policy.flows import flow_of
from lms.registration.models import ApplicationRow
from lms.registration.queries import supplements
from lms.registration.queries.applications import card_of
from lms.registration.rules.states import Act, answers
from lms.registration.rules.supplements import explained
from lms.registration.services.book import Said

UNCHANGED = "unchanged"
"""What somebody says who can change nothing, and what the book then keeps."""


def said(work: Work, row: ApplicationRow, act: Act, told: Said) -> Said:
    """Add to an act what the book keeps of the dossier: before the asking, and after.

    Whether nothing changed is looked up here, whatever the one who acts says.
    """
    facts = {name: fact for name, fact in told.facts.items() if name != UNCHANGED}
    if act is Act.SUPPLEMENT:
        facts[supplements.DOSSIER] = supplements.standing(work.session, card_of(row))
    if act is Act.ANSWER and supplements.unaltered(work.session, card_of(row)):
        facts[UNCHANGED] = True
    return replace(told, facts=facts)


def may_answer(work: Work, row: ApplicationRow, by: Party, told: Said) -> None:
    """Refuse an answer that is none.

    Who handed in nothing new, or the same file again, must say so, and why.

    Raises: Refused.
    """
    if not answers(flow_of(row.flow), by, row.started_by):
        raise Refused("application.not_yours")
    if not supplements.unaltered(work.session, card_of(row)):
        return
    if not told.facts.get(UNCHANGED):
        raise Refused("application.unchanged")
    if not explained(told.reason):
        raise Refused("application.unchanged_words")

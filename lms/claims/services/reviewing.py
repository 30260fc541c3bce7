"""When hours are taken back, a certificate may say more than its holder has.

Then the house itself asks, and two persons answer: whether a certificate that is not
earned any more is revoked, or one that still is, is issued anew with the right hours.
Nothing happens to it silently, and nothing by itself.
"""

from dataclasses import replace
from typing import Any
from uuid import UUID

from lms.approvals import services as deciding
from lms.approvals.rules import Terms
from lms.claims import queries
from lms.claims.models import Claim
from lms.claims.queries import ClaimCard
from lms.claims.queries.resting import STANDING, Sums, below, earned
from lms.claims.rules import HOURS_BELOW, ClaimKind
from lms.credentials import queries as credentials
from lms.credentials.rules import HoursRow
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.ids import PersonId
from lms.kernel.work import HOUSE, Work
from lms.policy.model import Track

BY_HOUSE = Terms(needs=2, first_role="clerk", last_role="manager")


def doubt(work: Work, claim: ClaimCard) -> None:
    """Ask about each certificate that now says more hours than are in the book."""
    held = credentials.held(work.session, claim.person_id, legal_day(work.now))
    for card in held:
        if card.verdict not in STANDING or not _concerns(card, claim):
            continue
        row = next(r for r in card.facts.hours if r.specialty is claim.specialty)
        has = earned(work.session, card)
        if below(has, row):
            _ask(work, claim, card, (row, has))


def moot(work: Work, claim: ClaimCard) -> bool:
    """Tell whether the hours that the house asked about are back since."""
    if "behind" not in claim.facts or claim.certificate_id is None:
        return False
    on = legal_day(work.now)
    card = credentials.owned(work.session, claim.person_id, claim.certificate_id, on)
    row = next(r for r in card.facts.hours if r.specialty is claim.specialty)
    return not below(earned(work.session, card), row)


def _concerns(card: credentials.CertificateCard, claim: ClaimCard) -> bool:
    facts, on = card.facts, claim.occurred_on
    return (
        card.specialty is claim.specialty
        and card.association_id == claim.association_id
        and on is not None
        and facts.period_from <= on <= facts.period_until
    )


def _ask(
    work: Work,
    claim: ClaimCard,
    card: credentials.CertificateCard,
    known: tuple[HoursRow, Sums],
) -> None:
    row, has = known
    kind = _kind(work, claim, has)
    if _asked(work, card, kind):
        return
    house = replace(work, actor=HOUSE)
    question = deciding.ask(
        house,
        f"claim.{kind}",
        f"person:{card.person_id}",
        {"claim": kind.value, "specialty": card.specialty.value},
        HOURS_BELOW,
        terms=replace(BY_HOUSE, association_id=card.association_id),
    )
    facts: dict[str, Any] = {
        "behind": str(claim.id),
        "says": [row.required, row.elective],
        "has": list(has),
    }
    work.session.add(_row(work, card, kind, question, facts))
    work.session.flush()
    evidence.note(
        house,
        f"person:{card.person_id}",
        "claim.asked",
        claim=str(question),
        matter=kind.value,
        specialty=card.specialty.value,
        certificate=str(card.id),
        **facts,
    )


def _kind(work: Work, claim: ClaimCard, has: Sums) -> ClaimKind:
    """Say what is asked for: who still has what the law asks keeps a certificate."""
    on = legal_day(work.now)
    grounds = queries.grounds(work.session, claim.person_id, claim.specialty, on)
    quota = grounds.rules.quota(grounds.is_main)
    asked = (quota.asked(Track.REQUIRED), quota.asked(Track.ELECTIVE))
    enough = has[0] >= asked[0] and has[1] >= asked[1]
    return ClaimKind.REISSUE if enough else ClaimKind.REVOCATION


def _asked(work: Work, card: credentials.CertificateCard, kind: ClaimKind) -> bool:
    """Tell whether the same is being asked already, or a revocation of it is."""
    return any(
        one.is_open
        and one.certificate_id == card.id
        and one.kind in {kind, ClaimKind.REVOCATION}
        for one in queries.claims_of(work.session, card.person_id)
    )


def _row(
    work: Work,
    card: credentials.CertificateCard,
    kind: ClaimKind,
    question: UUID,
    facts: dict[str, Any],
) -> Claim:
    return Claim(
        id=question,
        person_id=PersonId(card.person_id),
        association_id=card.association_id,
        kind=kind,
        specialty=card.specialty,
        track=None,
        credit=0,
        occurred_on=None,
        facts=facts,
        about="",
        certificate_id=card.id,
        by_staff=True,
        asked_at=work.now,
        applied_at=None,
        appeal_id=None,
    )

"""Dated rules of an association: tiers, members' prices, refunds; and its members."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from lms.commerce.models import Deal
from lms.commerce.queries import offers as queries
from lms.commerce.rules.offers import DealKind, DealState
from lms.commerce.rules.refunding import RefundMode
from lms.commerce.services.bargains import DEALS
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work

_WHOLE = 100
_MOST_SEATS = 100_000


@dataclass(frozen=True, slots=True)
class DealFacts:
    """A rule to be made. `terms` by its kind; legal days, the last one counts."""

    kind: DealKind
    terms: dict[str, Any]
    words: str
    from_on: date
    until_on: date | None


def make_deal(work: Work, association_id: AssociationId, facts: DealFacts) -> UUID:
    """Make a rule; with two persons it waits for the second.

    One of refunds never holds from a day that is over, or from one whose rule buyers
    have read.

    Raises: Refused with what is wrong.
    """
    problem = _PROBLEMS[facts.kind](facts.terms)
    if not problem and facts.until_on is not None and facts.until_on < facts.from_on:
        problem = "coupon.days"
    if problem:
        raise Refused(problem)
    _not_backwards(work, association_id, facts)
    made = new_id()
    told = {"kind": facts.kind.value, **facts.terms}
    state, asked = DEALS.first_state(work, association_id, made, told)
    work.session.add(
        Deal(
            id=made,
            association_id=association_id,
            kind=facts.kind,
            terms=facts.terms,
            words=facts.words.strip()[:400],
            from_on=facts.from_on,
            until_on=facts.until_on,
            state=state,
            approval_id=asked,
            made_by=work.actor.person_id,
            made_at=work.now,
        )
    )
    work.session.flush()
    DEALS.note(work, association_id, "made", made, told=facts.terms)
    return made


def _not_backwards(work: Work, association_id: AssociationId, facts: DealFacts) -> None:
    """Refuse a rule of refunds that would change what holds already."""
    if facts.kind is not DealKind.REFUND:
        return
    first = queries.first_refund_day(work.session, association_id, legal_day(work.now))
    if facts.from_on < first:
        raise Refused("deal.backwards", day=first.isoformat())


def decide_deal(
    work: Work, association_id: AssociationId, deal_id: UUID, answer: tuple[bool, str]
) -> DealState:
    """Agree to a rule, or not. One of refunds that waited past its day moves on.

    Raises: NotFound; Conflict when it is decided; Refused for who made it.
    """
    state = DEALS.decide(work, association_id, deal_id, answer)
    row = work.session.get_one(Deal, deal_id)
    if state is not DealState.ACTIVE or row.kind is not DealKind.REFUND:
        return state
    today = legal_day(work.now)
    first = queries.first_refund_day(work.session, association_id, today, but=row.id)
    if row.from_on < first:
        row.from_on = first
        work.session.flush()
        DEALS.note(work, association_id, "moved", row.id, from_on=first)
    return state


def _percent_problem(terms: dict[str, Any]) -> str:
    return "" if 1 <= terms.get("percent", 0) <= _WHOLE else "deal.percent"


def _tier_problem(terms: dict[str, Any]) -> str:
    if not 2 <= terms.get("seats", 0) <= _MOST_SEATS:  # noqa: PLR2004 - one is no group
        return "deal.seats"
    return _percent_problem(terms)


def _member_problem(terms: dict[str, Any]) -> str:
    if "offer" not in terms:
        return _percent_problem(terms)
    return "" if terms.get("price_fen", -1) >= 0 else "deal.price"


def _refund_problem(terms: dict[str, Any]) -> str:
    known = terms.get("mode") in {one.value for one in RefundMode}
    share = 0 < terms.get("num", 0) <= terms.get("den", 0) <= _WHOLE
    return "" if known and share else "deal.share"


_PROBLEMS = {
    DealKind.TIER: _tier_problem,
    DealKind.MEMBER: _member_problem,
    DealKind.REFUND: _refund_problem,
}

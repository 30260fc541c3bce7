"""Read what is cheaper for whom on a day: tiers, and members' prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from lms.commerce.models import Deal, Member
from lms.commerce.rules.offers import DealKind, DealState
from lms.commerce.rules.pricing import Item, MemberTerms, Priced, Terms, Tier, price
from lms.kernel.money import Fen
from lms.people.queries import naming


@dataclass(frozen=True, slots=True)
class Shown:
    """One offer's price for who looks at it. Units: fen.

    Shape: `mine` says how it came to its price; `members_fen` what a member would pay,
        None for a member, or where that is no less.
    """

    mine: Priced
    members_fen: Fen | None


def in_force(association_id: UUID, day: date) -> tuple[ColumnElement[bool], ...]:
    """Say which deals of an association hold on a day."""
    return (
        Deal.association_id == association_id,
        Deal.state == DealState.ACTIVE,
        Deal.from_on <= day,
        or_(Deal.until_on.is_(None), Deal.until_on >= day),
    )


def terms_for(
    session: Session,
    association_id: UUID,
    day: date,
    *,
    person_id: UUID | None = None,
    uscc: str | None = None,
) -> Terms:
    """Gather what is cheaper for a buyer on a day, but for a coupon."""
    found = _found(session, association_id, day)
    special = [one.terms for one in found if one.kind is DealKind.MEMBER]
    if not special or not is_member(
        session, association_id, day, person_id=person_id, uscc=uscc
    ):
        return Terms(day, None, _tiers(found))
    return Terms(day, _member_terms(special), _tiers(found))


def shown(
    session: Session,
    association_id: UUID,
    offer: tuple[str, Fen],
    day: date,
    person_id: UUID | None,
) -> Shown:
    """Price one offer as the cart will, but for a coupon; None is a stranger.

    Units: `offer` is its name, such as "course:<id>", and its list price in fen.
    """
    found = _found(session, association_id, day)
    special = [one.terms for one in found if one.kind is DealKind.MEMBER]
    item = [Item(*offer)]
    (plain,) = price(item, Terms(day, None, _tiers(found)))
    if not special:
        return Shown(plain, None)
    (member,) = price(item, Terms(day, _member_terms(special), _tiers(found)))
    if is_member(session, association_id, day, person_id=person_id):
        return Shown(member, None)
    less = member.price_fen < plain.price_fen
    return Shown(plain, member.price_fen if less else None)


def _found(session: Session, association_id: UUID, day: date) -> Sequence[Deal]:
    return session.scalars(
        select(Deal)
        .where(
            *in_force(association_id, day),
            Deal.kind.in_((DealKind.TIER, DealKind.MEMBER)),
        )
        .order_by(Deal.from_on, Deal.made_at)
    ).all()


def _tiers(found: Sequence[Deal]) -> tuple[Tier, ...]:
    return tuple(
        Tier(one.terms["seats"], one.terms["percent"])
        for one in found
        if one.kind is DealKind.TIER
    )


def _member_terms(special: Sequence[dict[str, Any]]) -> MemberTerms:
    """Take the newest percentage, and for each offer the newest price."""
    percents = [one["percent"] for one in special if "percent" in one]
    prices = {one["offer"]: Fen(one["price_fen"]) for one in special if "offer" in one}
    return MemberTerms(percents[-1] if percents else 0, tuple(prices.items()))


def is_member(
    session: Session,
    association_id: UUID,
    day: date,
    *,
    person_id: UUID | None = None,
    uscc: str | None = None,
) -> bool:
    """Tell whether a person, or a company, is a member on a day.

    A person is found by the ID number in the profile: it can be one person's alone.
    """
    who = _number(session, person_id, uscc)
    if who is None:
        return False
    found = session.scalar(
        select(Member.id)
        .where(
            Member.association_id == association_id,
            who,
            Member.from_on <= day,
            Member.until_on >= day,
        )
        .limit(1)
    )
    return found is not None


def _number(
    session: Session, person_id: UUID | None, uscc: str | None
) -> ColumnElement[bool] | None:
    if uscc is not None:
        return Member.uscc == uscc
    index = naming.number_index(session, person_id) if person_id else None
    return Member.id_index == index if index is not None else None

"""Makers: coupons, rules and members of an association."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from lms.commerce.queries import offers as queries
from lms.commerce.rules.offers import DealKind
from lms.commerce.services import coupons, deals, members
from lms.commerce.services.coupons import CouponFacts
from lms.commerce.services.deals import DealFacts
from lms.commerce.services.members import MemberFacts
from lms.kernel.clock import legal_day
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work

COMPANIES = ("91110000600037341L", "91440300708461136T")


def hand(
    work: Work,
    association_id: AssociationId,
    role: str = "manager",
    person_id: UUID | None = None,
) -> Work:
    """Put the work into the hands of somebody of an association."""
    actor = Actor(
        AccountId(new_id()),
        PersonId(person_id or new_id()),
        frozenset({role}),
        association_id,
    )
    return replace(work, actor=actor)


def facts(work: Work, **over: Any) -> CouponFacts:
    """What a coupon of ten percent is, ten uses under one code."""
    today = legal_day(work.now)
    usual: dict[str, Any] = {
        "title": "开学优惠",
        "percent": 10,
        "amount_fen": Fen(0),
        "minimum_fen": Fen(0),
        "offers": (),
        "from_on": today,
        "until_on": today + timedelta(days=30),
        "each_person": 1,
        "code": "SPRING",
        "total": 10,
        "many": 0,
    }
    return CouponFacts(**usual | over)


def asked_coupon(work: Work, association_id: AssociationId, **over: Any) -> UUID:
    """A coupon as whoever holds the work makes it."""
    return coupons.make_coupon(work, association_id, facts(work, **over))


def coupon(work: Work, association_id: AssociationId, **over: Any) -> UUID:
    """A coupon that stands, made by a manager of a house without two persons."""
    return asked_coupon(hand(work, association_id), association_id, **over)


def deal(
    work: Work,
    association_id: AssociationId,
    kind: DealKind,
    terms: dict[str, Any],
    *,
    since: date | None = None,
) -> UUID:
    """A rule from today on, as whoever holds the work makes it."""
    start = since or legal_day(work.now)
    return deals.make_deal(
        work, association_id, DealFacts(kind, terms, "", start, None)
    )


def member(work: Work, association_id: AssociationId, nth: int = 0) -> UUID:
    """A company that is a member for a year."""
    today = legal_day(work.now)
    said = MemberFacts(
        COMPANIES[nth % 2], "某某建设有限公司", today, today + timedelta(days=364)
    )
    members.keep(work, association_id, said)
    return next(
        one.id
        for one in queries.members(work.session, association_id)
        if one.uscc == COMPANIES[nth % 2]
    )

"""A rule of refunds holds from a day that buyers can still read about before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from lms.commerce.models import Deal
from lms.commerce.queries import offers as queries
from lms.commerce.rules.offers import DealKind
from lms.commerce.rules.refunding import USUAL
from lms.commerce.services import deals
from lms.commerce.services.bargains import DEALS
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from tests.make import commerce as make
from tests.make import offers

RULE = {"mode": "prorated", "num": 2, "den": 3}
OTHER = RULE | {"num": 1}
TODAY = date(2026, 11, 21)
TOMORROW = TODAY + timedelta(days=1)


def rule(work: Work, here: AssociationId, since: date) -> UUID:
    return offers.deal(work, here, DealKind.REFUND, RULE, since=since)


def test_the_first_rule_may_begin_today_and_none_may_begin_before(work: Work) -> None:
    here = make.association(work)
    hand = offers.hand(work, here)

    with pytest.raises(Refused, match=r"deal\.backwards") as refused:
        rule(hand, here, TODAY - timedelta(days=1))
    assert refused.value.facts["day"] == "2026-11-21"
    rule(hand, here, TODAY)
    assert queries.refund_policy(work.session, here, TODAY) != USUAL


def test_where_one_holds_the_next_begins_tomorrow_at_the_earliest(work: Work) -> None:
    here = make.association(work)
    hand = offers.hand(work, here)
    held = rule(hand, here, TODAY)

    with pytest.raises(Refused, match=r"deal\.backwards") as refused:
        rule(hand, here, TODAY)
    assert refused.value.facts["day"] == "2026-11-22"
    rule(hand, here, TOMORROW)
    assert work.session.scalars(select(Deal.from_on).order_by(Deal.from_on)).all() == [
        TODAY,
        TOMORROW,
    ]
    DEALS.stop(hand, here, held)
    rule(hand, here, TODAY)


def test_a_rule_of_another_kind_or_house_is_no_rule_of_refunds(work: Work) -> None:
    here, there = make.association(work), make.association(work)
    offers.deal(offers.hand(work, here), here, DealKind.MEMBER, {"percent": 8})
    rule(offers.hand(work, there), there, TODAY)

    rule(offers.hand(work, here), here, TODAY)


@pytest.mark.parametrize(
    ("holds", "moved_to"),
    [
        pytest.param(True, 3, id="where one holds, to the day after the yes"),
        pytest.param(False, 2, id="the first one, to the day of the yes"),
    ],
)
def test_a_yes_after_the_day_lets_the_rule_begin_later_never_backwards(
    work: Work, holds: bool, moved_to: int
) -> None:
    here = make.association(work)
    if holds:
        rule(offers.hand(work, here), here, TODAY)
    asked = offers.deal(
        offers.hand(work, here, "clerk"),
        here,
        DealKind.REFUND,
        OTHER,
        since=TODAY + timedelta(days=holds),
    )
    late = replace(work, now=work.now + timedelta(days=2))
    deals.decide_deal(offers.hand(late, here), here, asked, (True, ""))

    begun = TODAY + timedelta(days=moved_to)
    assert work.session.get_one(Deal, asked).from_on == begun
    before = queries.refund_policy(work.session, here, begun - timedelta(days=1))
    assert before.num == USUAL.num
    assert queries.refund_policy(work.session, here, begun).num == 1
    assert legal_day(late.now) <= begun


def test_a_yes_in_time_leaves_the_day_as_it_was_asked(work: Work) -> None:
    here = make.association(work)
    rule(offers.hand(work, here), here, TODAY)
    asked = rule(offers.hand(work, here, "clerk"), here, TODAY + timedelta(days=9))
    deals.decide_deal(offers.hand(work, here), here, asked, (True, ""))

    assert work.session.get_one(Deal, asked).from_on == TODAY + timedelta(days=9)

"""Who sat in a class has used what was paid for, whether or not it earned anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lms.classes import queries, services
from lms.classes.models import ClassChoice, ClassPlace, ClassWait
from lms.classes.rules import Mode, PlaceState
from lms.commerce import queries as buying
from lms.commerce import services as commerce
from lms.commerce.models import Order
from lms.commerce.queries.refunding import line_facts, returns
from lms.commerce.rules.offers import DealKind
from lms.commerce.services.seat_classes import pick_session
from lms.jobs import retention
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.work import Work
from lms.learning import queries as learning
from lms.learning.models import Enrolment
from lms.notify.models import OutboxMessage
from lms.policy.model import Specialty
from tests.conftest import HandClock
from tests.make import classes as make
from tests.make import commerce as shop
from tests.make import companies, offers
from tests.make import seats as seats_make
from tests.make.companies import Company

Begin = Callable[..., Any]


@pytest.fixture
def company(work: Work) -> Company:
    return companies.proved(work)


@pytest.mark.parametrize("mode", ["whole", "prorated"])
def test_who_sat_through_a_class_and_did_not_check_out_gets_nothing_back(
    begin: Begin, clock: HandClock, mode: str
) -> None:
    with begin() as work:
        taught = make.course(work)
        rule = {"mode": mode, "num": 2, "den": 3}
        boss = offers.hand(work, taught.association_id)
        offers.deal(boss, taught.association_id, DealKind.REFUND, rule)
        session_id = make.session(work, taught)
        me = make.in_cart(work, taught, session_id)
        order_id = make.order(work, me)
        commerce.settle(
            work, shop.seen(work, shop.plan(work, me, order_id)), live=False
        )
        card = queries.session_card(work.session, session_id)
        (before,) = returns(
            work.session, order_id, legal_day(work.now), certified=False
        )[1]
        assert before.most.amount_fen == 12_800
    clock.now = card.starts_at
    with begin() as work:
        for own in learning.enrolments(work.session, me):
            commerce_specialty(work, own.id)
        services.check(work, me, session_id, Mode.IN, "one")
    clock.now = card.ends_at + timedelta(hours=3)
    with begin() as work:
        order = work.session.get_one(Order, order_id)
        assert all(one.begun for one in line_facts(work.session, order).values())
        (after,) = returns(
            work.session, order_id, legal_day(work.now), certified=False
        )[1]
        assert after.most.amount_fen == 0


def commerce_specialty(work: Work, enrolment_id: Any) -> None:
    """Say for which specialty the course counts."""
    work.session.get_one(Enrolment, enrolment_id).specialty = Specialty.BUILDING
    work.session.flush()


def test_a_seat_whose_class_was_sat_in_is_used(begin: Begin, clock: HandClock) -> None:
    with begin() as work:
        taught = make.course(work)
        company = companies.proved(work)
        line = seats_make.bought(work, company, taught.sold, 1)
        staff = seats_make.staff(work, company)
        commerce.assign(company.acting(work), company.id, line.line_id, [staff.link])
        session_id = make.session(work, taught)
        me = staff.made.person_id
        services.take(work, me, session_id)
        clock.now = queries.session_card(work.session, session_id).starts_at
    with begin() as work:
        for own in learning.enrolments(work.session, me):
            commerce_specialty(work, own.id)
        services.check(work, me, session_id, Mode.IN, "one")
    with begin() as work:
        (seat,) = seats_of(work, company, line)
        with pytest.raises(Refused, match=r"seat\.used"):
            commerce.take_back(company.acting(work), company.id, seat)


def seats_of(work: Work, company: Company, line: Any) -> list[Any]:
    return [
        one.id for one in buying.seats_of_line(work.session, company.id, line.line_id)
    ]


def test_an_agent_chooses_for_who_has_not_chosen_and_they_are_told(
    work: Work, company: Company
) -> None:
    taught = make.course(work)
    line = seats_make.bought(work, company, taught.sold, 2)
    both = [seats_make.staff(work, company) for _ in range(2)]
    commerce.assign(
        company.acting(work), company.id, line.line_id, [one.link for one in both]
    )
    first, second = (make.session(work, taught) for _ in range(2))
    one, other = seats_of(work, company, line)

    pick_session(company.acting(work), company.id, one, first)

    places = {
        row.person_id: row.session_id
        for row in work.session.scalars(select(ClassPlace))
    }
    assert list(places.values()) == [first]
    found = select(OutboxMessage).where(OutboxMessage.template == "class_picked")
    assert len(list(work.session.scalars(found))) == 1
    # Again, and another session: the choice that stands is theirs to change.
    for again in (first, second):
        with pytest.raises(Refused, match=r"class\.their_choice"):
            pick_session(company.acting(work), company.id, one, again)
    elsewhere = make.session(work, make.course(work))
    with pytest.raises(NotFound):
        pick_session(company.acting(work), company.id, other, elsewhere)
    stranger = companies.proved(work, name="别家公司")
    with pytest.raises(NotFound):
        pick_session(stranger.acting(work), stranger.id, other, first)


def test_what_served_one_class_alone_goes_after_half_a_year_and_the_roll_stays(
    begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught, places=1)
        me = make.seated(work, taught, session_id)
        waiting = make.seated(work, taught, None)
        services.line_up(work, waiting, session_id)
        services.step_out(work, waiting, session_id)
        make.in_cart(work, taught, make.session(work, taught))
        clock.now = queries.session_card(work.session, session_id).starts_at
    with begin() as work:
        services.check(work, me, session_id, Mode.IN, "one")
        assert services.drop_traces(work, work.now) == 2, "the class is not over"
    clock.pass_seconds(200 * 24 * 3600)
    with begin() as work:
        assert retention._class_traces(work, legal_day(work.now)) == 1
        place = work.session.scalars(
            select(ClassPlace).where(ClassPlace.person_id == me)
        ).one()
        assert (place.device, place.state) == (None, PlaceState.TAKEN)
        assert place.in_at is not None
        assert not list(work.session.scalars(select(ClassWait)))
        assert not list(work.session.scalars(select(ClassChoice)))

"""A place goes with its order, and comes back with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from lms.classes import queries, services
from lms.classes.models import ClassPlace
from lms.classes.rules import Freed, PlaceState, Terms
from lms.commerce import queries as orders
from lms.commerce import services as commerce
from lms.commerce.rules import Effect, OrderState
from lms.commerce.services.orders import expire
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.learning import services as learning
from lms.notify.models import OutboxMessage
from tests.conftest import HandClock
from tests.make import classes as make
from tests.make import commerce as shop
from tests.make import people

Begin = Callable[..., Any]


def taken(work: Work, session_id: UUID) -> tuple[int, int]:
    """Count a session's places: in its own row, and one by one."""
    kept = select(func.count()).where(
        ClassPlace.session_id == session_id, ClassPlace.state != PlaceState.FREED
    )
    card = queries.session_card(work.session, session_id)
    return card.taken, work.session.scalar(kept) or 0


def state(work: Work, person_id: PersonId, session_id: UUID) -> PlaceState | None:
    found = queries.in_session(work.session, person_id, session_id)
    return found.state if found else None


def messages(work: Work, template: str) -> int:
    found = select(func.count()).where(OutboxMessage.template == template)
    return work.session.scalar(found) or 0


def test_an_order_holds_a_place_and_its_payment_takes_it(work: Work) -> None:
    taught = make.course(work)
    session_id = make.session(work, taught)
    me = make.in_cart(work, taught, session_id)

    order_id = make.order(work, me)
    assert state(work, me, session_id) is PlaceState.HELD
    begun = shop.plan(work, me, order_id)
    commerce.settle(work, shop.seen(work, begun), live=False)

    assert state(work, me, session_id) is PlaceState.TAKEN
    assert taken(work, session_id) == (1, 1)
    assert queries.choices(work.session, me, [taught.lesson_id]) == {}


def test_what_costs_nothing_takes_its_place_at_once(work: Work) -> None:
    taught = make.course(work, price_fen=0)
    session_id = make.session(work, taught)
    me = make.in_cart(work, taught, session_id)
    make.order(work, me)
    assert state(work, me, session_id) is PlaceState.TAKEN


def test_nobody_orders_a_class_without_a_session(work: Work) -> None:
    taught = make.course(work)
    me = make.in_cart(work, taught, None)
    with pytest.raises(Refused, match=r"class\.choose"):
        make.order(work, me)


def test_the_last_place_is_sold_once(begin: Begin) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught, places=1)
        first, second = (make.in_cart(work, taught, session_id) for _ in range(2))
        make.order(work, first)
    with pytest.raises(Refused, match=r"class\.full"), begin() as work:
        make.order(work, second)
    with begin() as work:
        assert taken(work, session_id) == (1, 1)
        assert orders.orders(work.session, second) == ()


@pytest.mark.parametrize("how", ["cancelled", "expired"])
def test_an_order_that_ends_unpaid_gives_its_place_back(
    begin: Begin, clock: HandClock, how: str
) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught, places=1)
        me, other = (make.in_cart(work, taught, session_id) for _ in range(2))
        order_id = make.order(work, me)
    if how == "cancelled":
        with begin() as work:
            commerce.cancel(work, me, order_id)
    else:
        clock.pass_seconds(31 * 60)
        with begin() as work:
            assert expire(work, order_id)
    with begin() as work:
        assert taken(work, session_id) == (0, 0)
        make.order(work, other)
        assert taken(work, session_id) == (1, 1)


@pytest.mark.parametrize("room", [True, False])
def test_late_money_takes_its_place_again_or_waits_for_the_desk(
    begin: Begin, clock: HandClock, room: bool
) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught, places=1)
        me, other = (make.in_cart(work, taught, session_id) for _ in range(2))
        order_id = make.order(work, me)
        begun = shop.plan(work, me, order_id)
    with begin() as work:
        # The provider's page closed, and its money came all the same.
        commerce.settle(
            work,
            shop.seen(work, begun, status="expired", payment_status="unpaid"),
            live=False,
        )
    clock.pass_seconds(31 * 60)
    with begin() as work:
        assert expire(work, order_id)
        if not room:
            make.order(work, other)
    with begin() as work:
        told = commerce.settle(work, shop.seen(work, begun), live=False)

        if room:
            assert told.effect is Effect.REVIVED
            assert state(work, me, session_id) is PlaceState.TAKEN
        else:
            assert (told.effect, told.reason) == (Effect.HELD, "class_full")
            assert state(work, other, session_id) is PlaceState.HELD
        assert taken(work, session_id) == (1, 1)


def test_who_has_the_course_already_chooses_a_session_and_another(
    begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        taught = make.course(work)
        first = make.session(work, taught)
        second = make.session(work, taught, starts_at=work.now + timedelta(days=9))
        me = make.seated(work, taught, first)
    with begin() as work:
        services.take(work, me, second)
        assert (taken(work, first), taken(work, second)) == ((0, 0), (1, 1))
        with pytest.raises(Refused, match=r"class\.yours"):
            services.take(work, me, second)
    with begin() as work:
        stranger = people.person(work).person_id
        with pytest.raises(Refused, match=r"class\.not_yours"):
            services.take(work, stranger, first)


def test_leave_frees_the_place_until_the_day_before(
    begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught)
        me, late = (make.seated(work, taught, session_id) for _ in range(2))
        mine = queries.in_session(work.session, me, session_id)
        theirs = queries.in_session(work.session, late, session_id)
        assert mine is not None
        assert theirs is not None
    with begin() as work:
        with pytest.raises(NotFound):
            services.leave(work, late, mine.id)
        services.leave(work, me, mine.id)
        services.leave(work, me, mine.id)
        assert taken(work, session_id) == (1, 1)
    clock.pass_days(2.1)
    with pytest.raises(Refused, match=r"class\.leave_late"), begin() as work:
        services.leave(work, late, theirs.id)


def test_who_missed_it_comes_again_as_often_as_the_association_says(
    begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        taught = make.course(work)
        terms = Terms(makeup_times=1, makeup_days=30)
        services.set_terms(work, taught.association_id, clock.now.date(), terms)
        sessions = [
            make.session(work, taught, starts_at=work.now + timedelta(days=days))
            for days in (1, 4, 8)
        ]
        far = make.session(
            work,
            taught,
            starts_at=work.now + timedelta(days=60),
            opens_at=work.now,
        )
        me = make.seated(work, taught, sessions[0])
    clock.pass_days(2)
    with begin() as work:
        assert services.close_session(work, taught.association_id, sessions[0]) == 1
        assert state(work, me, sessions[0]) is PlaceState.MISSED
        assert messages(work, "class_missed") == 1
    with begin() as work:
        with pytest.raises(Refused, match=r"class\.makeup_late"):
            services.take(work, me, far)
        services.take(work, me, sessions[1])
    clock.pass_days(3)
    with begin() as work:
        services.close_session(work, taught.association_id, sessions[1])
        with pytest.raises(Refused, match=r"class\.makeup_used"):
            services.take(work, me, sessions[2])


def test_a_cancelled_session_frees_everybody_and_tells_why(
    begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught)
        other = make.session(work, taught, starts_at=work.now + timedelta(days=5))
        three = [make.seated(work, taught, session_id) for _ in range(3)]
        with pytest.raises(Refused, match=r"class\.no_reason"):
            services.cancel_session(work, taught.association_id, session_id, " ")
    with begin() as work:
        told = services.cancel_session(
            work, taught.association_id, session_id, "讲师生病"
        )
        assert told == messages(work, "class_cancelled") == 3
        assert taken(work, session_id) == (0, 0)
        assert queries.missed(work.session, three[0], taught.lesson_id) == ()
        services.take(work, three[0], other)
    with pytest.raises(Conflict), begin() as work:
        services.cancel_session(work, taught.association_id, session_id, "又一次")


def test_who_gets_the_money_back_gives_the_place_back(begin: Begin) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught)
        me = make.seated(work, taught, session_id)
        card = learning.enrolment_with(work, me, taught.version_id)
        assert card is not None
        learning.take_back(work, me, [card.source])
        services.free_unowned(work, me, [taught.version_id])
        assert taken(work, session_id) == (0, 0)
        row = work.session.scalars(select(ClassPlace)).one()
        assert row.freed_why is Freed.REFUNDED


def test_reminders_go_the_day_before_and_once(begin: Begin, clock: HandClock) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught)
        make.seated(work, taught, session_id)
        assert services.remind(work) == 0
    clock.pass_days(2.5)
    with begin() as work:
        make.seated(work, taught, session_id)
        assert services.remind(work) == 2
    with begin() as work:
        assert services.remind(work) == 0
        assert messages(work, "class_tomorrow") == 2


@pytest.mark.parametrize(
    ("over", "said"),
    [
        pytest.param({"places": 0}, "class.places", id="no places"),
        pytest.param({"address": ""}, "class.nowhere", id="nowhere"),
        pytest.param({"link": "http://x"}, "class.link", id="an open link"),
        pytest.param({"hours": 2}, "class.too_short", id="shorter than its hours"),
        pytest.param({"days": -1}, "class.past", id="in the past"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    work: Work, over: dict[str, Any], said: str
) -> None:
    taught = make.course(work)
    days, hours = over.pop("days", 3), over.pop("hours", 4)
    starts = work.now + timedelta(days=days)
    with pytest.raises(Refused) as refused:
        make.session(
            work,
            taught,
            starts_at=starts,
            ends_at=starts + timedelta(hours=hours),
            closes_at=starts,
            **over,
        )
    assert said in refused.value.reasons


def test_a_session_keeps_room_for_who_is_in(begin: Begin) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught)
        for _ in range(2):
            make.seated(work, taught, session_id)
    with begin() as work, pytest.raises(Refused) as refused:
        services.change_session(
            work, taught.association_id, session_id, make.plan(work.now, places=1)
        )
    assert refused.value.reasons == ("class.places_taken",)
    with begin() as work:
        services.change_session(
            work, taught.association_id, session_id, make.plan(work.now, room="305")
        )
        assert messages(work, "class_changed") == 2


def test_a_paid_order_whose_session_was_cancelled_lets_another_be_chosen(
    begin: Begin,
) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught)
        other = make.session(work, taught, starts_at=work.now + timedelta(days=6))
        me = make.in_cart(work, taught, session_id)
        order_id = make.order(work, me)
        services.cancel_session(work, taught.association_id, session_id, "停电")
    with begin() as work:
        begun = shop.plan(work, me, order_id)
        commerce.settle(work, shop.seen(work, begun), live=False)
        assert orders.order(work.session, me, order_id).state is OrderState.FULFILLED
        services.take(work, me, other)
        assert state(work, me, other) is PlaceState.TAKEN


class PowerCut(Exception):
    """The light goes out."""


@pytest.mark.parametrize("name", ["classes.held", "work.before_commit"])
def test_a_cut_leaves_neither_an_order_nor_a_place(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught, places=1)
        me = make.in_cart(work, taught, session_id)

    def cut(passed: str) -> None:
        if passed == name:
            raise PowerCut

    monkeypatch.setattr("lms.classes.services.places.fail_point", cut)
    monkeypatch.setattr("lms.kernel.work.fail_point", cut)
    with pytest.raises(PowerCut), begin() as work:
        make.order(work, me)
    monkeypatch.undo()
    with begin() as work:
        assert orders.orders(work.session, me) == ()
        assert taken(work, session_id) == (0, 0)
        make.order(work, me)
        assert taken(work, session_id) == (1, 1)

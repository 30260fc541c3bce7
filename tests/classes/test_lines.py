"""Who waits for a place of a full session has the first that is given back, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.accounts import queries as accounts
from lms.classes import queries, services
from lms.classes.models import ClassPlace, ClassWait
from lms.classes.queries import lines
from lms.classes.rules import PlaceState, WaitState
from lms.commerce.services.orders import expire
from lms.jobs import classes as job
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Actor, Work, unit_of_work
from lms.notify.models import OutboxMessage
from tests.conftest import HandClock
from tests.make import classes as make
from tests.make import people
from tests.make.classes import Taught
from tests.races import together

Begin = Callable[..., Any]


def counted(work: Work, session_id: UUID) -> tuple[int, int, int]:
    """Say what the row counts, how many places there are, and how many are kept."""
    kept = select(func.count()).where(
        ClassPlace.session_id == session_id, ClassPlace.state != PlaceState.FREED
    )
    offered = select(func.count()).where(
        ClassWait.session_id == session_id, ClassWait.state == WaitState.OFFERED
    )
    card = queries.session_card(work.session, session_id)
    return card.taken, work.session.scalar(kept) or 0, work.session.scalar(offered) or 0


def turn(work: Work, who: PersonId, session_id: UUID) -> lines.WaitCard | None:
    return lines.of_person(work.session, who, [session_id]).get(session_id)


def told(work: Work, who: PersonId, template: str = "class_offered") -> int:
    found = select(OutboxMessage.to_account).where(OutboxMessage.template == template)
    mine = accounts.account_of(work.session, who).id
    return list(work.session.scalars(found)).count(mine)


def full(work: Work, many: int = 2, **over: Any) -> tuple[Taught, UUID, list[PersonId]]:
    """A session with one place, who has it, and those who wait, in their order."""
    taught = make.course(work)
    session_id = make.session(work, taught, places=1, **over)
    crowd = [make.seated(work, taught, session_id)]
    for n in range(many):
        one = make.seated(work, taught, None)
        wait = services.line_up(work, one, session_id)
        work.session.get_one(ClassWait, wait).since += timedelta(seconds=n)
        crowd.append(one)
    return taught, session_id, crowd


def leave(work: Work, who: PersonId, session_id: UUID) -> None:
    mine = queries.in_session(work.session, who, session_id)
    assert mine is not None
    services.leave(work, who, mine.id)


def test_the_first_in_line_has_what_is_given_back_and_nobody_else(
    begin: Begin,
) -> None:
    with begin() as work:
        taught, session_id, (owner, first, second) = full(work)
        stranger = make.seated(work, taught, None)
        leave(work, owner, session_id)
        mine = turn(work, first, session_id)
        assert mine is not None
        assert mine.kept(work.now)
        assert mine.until == work.now + timedelta(hours=24)
        assert (told(work, first), told(work, second)) == (1, 0)
        assert counted(work, session_id) == (1, 0, 1)
    for other in (second, stranger, owner):
        with pytest.raises(Refused, match=r"class\.full"), begin() as work:
            services.take(work, other, session_id)
    with begin() as work:
        services.take(work, first, session_id)
        assert counted(work, session_id) == (1, 1, 0)
        assert turn(work, first, session_id) is None
        waits = turn(work, second, session_id)
        assert waits is not None
        assert waits.place == 1


def test_what_is_not_taken_in_time_goes_to_the_next_once(
    begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        _taught, session_id, (owner, first, second) = full(work)
        leave(work, owner, session_id)
    clock.pass_seconds(24 * 3600)
    with pytest.raises(Refused, match=r"class\.full"), begin() as work:
        services.take(work, first, session_id)
    job.run(clock, {})
    with begin() as work:
        assert turn(work, first, session_id) is None
        mine = turn(work, second, session_id)
        assert mine is not None
        assert mine.kept(work.now)
        assert counted(work, session_id) == (1, 0, 1)
        # Who let it lapse may wait again, behind all others.
        services.line_up(work, first, session_id)
        again = turn(work, first, session_id)
        assert again is not None
        assert again.place == 1
    job.run(clock, {})
    with begin() as work:
        assert told(work, first) == told(work, second) == 1


def test_the_line_is_for_full_sessions_and_for_whom_a_place_is_of_use(
    begin: Begin,
) -> None:
    with begin() as work:
        taught, session_id, (owner, first, _second) = full(work)
        roomy = make.session(work, taught, places=5)
        stranger = people.person(work).person_id
        for who, where, why in (
            (first, roomy, "class.has_room"),
            (owner, session_id, "class.yours"),
        ):
            with pytest.raises(Refused, match=why):
                services.line_up(work, who, where)
        one = services.line_up(work, first, session_id)
        assert services.line_up(work, first, session_id) == one
        # What is on sale may be waited for before it is bought.
        services.line_up(work, stranger, session_id)
        assert turn(work, stranger, session_id) is not None
    with begin() as work, pytest.raises(NotFound):
        services.line_up(work, first, UUID(int=7))


def test_who_steps_out_with_a_place_kept_gives_it_on(begin: Begin) -> None:
    with begin() as work:
        _taught, session_id, (owner, first, second) = full(work)
        leave(work, owner, session_id)
        services.step_out(work, first, session_id)
        services.step_out(work, first, session_id)
        mine = turn(work, second, session_id)
        assert mine is not None
        assert mine.kept(work.now)
        services.step_out(work, second, session_id)
        assert counted(work, session_id) == (0, 0, 0)


def test_a_buyer_orders_with_the_place_that_is_kept(
    begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        taught, session_id, (owner, _first) = full(work, 1)
        services.step_out(work, _first, session_id)
        buyer = make.in_cart(work, taught, None)
        services.line_up(work, buyer, session_id)
        later = make.seated(work, taught, None)
        wait = services.line_up(work, later, session_id)
        work.session.get_one(ClassWait, wait).since += timedelta(seconds=1)
        leave(work, owner, session_id)
        services.choose(work, buyer, session_id)
        order_id = make.order(work, buyer)
        assert counted(work, session_id) == (1, 1, 0)
    clock.pass_seconds(31 * 60)
    with begin() as work:
        assert expire(work, order_id)
        # An order that ends unpaid gives its place on as well.
        mine = turn(work, later, session_id)
        assert mine is not None
        assert mine.kept(work.now)
        assert counted(work, session_id) == (1, 0, 1)


def test_more_places_go_to_the_line_first(begin: Begin) -> None:
    with begin() as work:
        taught, session_id, (_owner, first, second) = full(work)
        services.change_session(
            work, taught.association_id, session_id, make.plan(work.now, places=3)
        )
        assert all(
            (mine := turn(work, one, session_id)) and mine.kept(work.now)
            for one in (first, second)
        )
        assert counted(work, session_id) == (3, 1, 2)


@pytest.mark.parametrize("how", ["cancelled", "closed"])
def test_a_line_ends_with_its_session(begin: Begin, clock: HandClock, how: str) -> None:
    with begin() as work:
        taught, session_id, (owner, first, second) = full(work)
        leave(work, owner, session_id)
        if how == "cancelled":
            services.cancel_session(work, taught.association_id, session_id, "停电")
    if how == "closed":
        clock.pass_seconds(4 * 24 * 3600)
        job.run(clock, {})
    with begin() as work:
        assert turn(work, first, session_id) is None
        assert turn(work, second, session_id) is None
        assert counted(work, session_id) == (0, 0, 0)
        assert told(work, second) == 0


def test_an_offer_never_outlives_signing_up(begin: Begin) -> None:
    with begin() as work:
        closes = work.now + timedelta(hours=3)
        _taught, session_id, (owner, first, _second) = full(work, closes_at=closes)
        leave(work, owner, session_id)
        mine = turn(work, first, session_id)
        assert mine is not None
        assert mine.until == closes


def test_leaving_and_taking_at_once_never_give_one_place_twice(
    app: Flask, begin: Begin
) -> None:
    """Owners leave, strangers come by, and those in line take what is theirs."""
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught, places=4)
        owners = [make.seated(work, taught, session_id) for _ in range(4)]
        waiting = [make.seated(work, taught, None) for _ in range(4)]
        for one in waiting:
            services.line_up(work, one, session_id)
        passers = [make.seated(work, taught, None) for _ in range(6)]

    def tried(who: PersonId, deed: Callable[[Work], object]) -> object:
        try:
            with unit_of_work(Actor(None, who), clock=app.extensions["lms.clock"]) as w:
                deed(w)
        except Refused as no:
            return no.code
        return "done"

    got = together(
        app,
        [
            *(
                partial(tried, one, partial(_leave, who=one, it=session_id))
                for one in owners
            ),
            *(
                partial(tried, one, partial(_take, who=one, it=session_id))
                for one in passers
            ),
        ],
    )
    assert (got.count("done"), got.count("class.full")) == (4, 6), got
    with begin() as work:
        assert counted(work, session_id) == (4, 0, 4)
    got = together(
        app,
        [
            partial(tried, one, partial(_take, who=one, it=session_id))
            for one in waiting
        ],
    )
    assert got == ["done"] * 4
    with begin() as work:
        assert counted(work, session_id) == (4, 4, 0)


def _leave(work: Work, who: PersonId, it: UUID) -> None:
    leave(work, who, it)


def _take(work: Work, who: PersonId, it: UUID) -> None:
    services.take(work, who, it)


def test_paying_late_does_not_take_what_is_kept_for_another(
    begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        taught = make.course(work)
        session_id = make.session(work, taught, places=1)
        slow = make.in_cart(work, taught, session_id)
        order_id = make.order(work, slow)
        first = make.seated(work, taught, None)
        services.line_up(work, first, session_id)
    clock.pass_seconds(31 * 60)
    with begin() as work:
        assert expire(work, order_id)
        assert services.gone(work, order_id)

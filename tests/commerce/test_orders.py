"""Carts and orders: prices frozen, placed once, ended once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from lms.catalogue.models import CourseVersion, Package
from lms.catalogue.rules import VersionState
from lms.commerce import queries, services
from lms.commerce.models import Order, OrderStep
from lms.commerce.rules import OfferKind, OrderState
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Work
from lms.learning import queries as learning
from lms.people import queries as people
from tests.conftest import HandClock, work_at
from tests.make import commerce as make
from tests.make import people as make_people

COURSE = OfferKind.COURSE


def fill(work: Work, person_id: PersonId, *sold: make.Sold) -> queries.CartCard:
    for each in sold:
        services.add(work, person_id, COURSE, each.course_id)
    work.session.flush()
    return queries.cart(work.session, person_id)


def place(work: Work, person_id: PersonId, cart: queries.CartCard) -> Any:
    return services.place_order(
        work, person_id, revision=cart.revision, total_fen=cart.total_fen
    )


def test_a_cart_counts_each_course_once(work: Work) -> None:
    me, sold = make.buyer(work), make.course(work)

    cart = fill(work, me, sold, sold)

    assert [item.title for item in cart.items] == [sold.title]
    assert cart.total_fen == sold.price_fen
    assert queries.cart_count(work.session, me) == 1


def test_what_is_owned_or_not_on_sale_does_not_go_into_a_cart(work: Work) -> None:
    me, sold = make.buyer(work), make.course(work)
    draft = make.course(work, state=VersionState.DRAFT)
    make.paid_order(work, me, sold)

    with pytest.raises(Refused, match=r"offer\.owned"):
        services.add(work, me, COURSE, sold.course_id)
    with pytest.raises(NotFound):
        services.add(work, me, COURSE, draft.course_id)


def test_a_course_in_an_unpaid_order_is_not_ordered_again(work: Work) -> None:
    me, sold = make.buyer(work), make.course(work)
    make.pending_order(work, me, sold)

    with pytest.raises(Refused, match=r"offer\.ordered"):
        services.add(work, me, COURSE, sold.course_id)


def test_a_withdrawn_course_stays_in_the_cart_but_is_not_bought(work: Work) -> None:
    me, sold, kept = make.buyer(work), make.course(work), make.course(work)
    fill(work, me, sold, kept)
    work.session.get_one(CourseVersion, sold.version_id).state = VersionState.WITHDRAWN
    work.session.flush()

    cart = queries.cart(work.session, me)

    assert {item.problem for item in cart.items} == {None, "offer.withdrawn"}
    assert cart.total_fen == kept.price_fen


def test_an_order_needs_a_whole_profile(work: Work) -> None:
    me = make.buyer(work)
    cart = fill(work, me, make.course(work))

    with pytest.raises(Refused, match=r"profile\.incomplete"):
        place(work, me, cart)


def test_an_order_freezes_prices_and_belongs_to_one_association(work: Work) -> None:
    me = make_people.person(work).person_id
    one, other = make.course(work), make.course(work, price_fen=5_000)
    cart = fill(work, me, one, other)

    placed = place(work, me, cart)
    work.session.get_one(CourseVersion, one.version_id).price_fen = 1

    orders = [queries.order(work.session, me, each) for each in placed]
    assert {o.association_id for o in orders} == {
        one.association_id, other.association_id
    }  # fmt: skip
    assert sorted(o.total_fen for o in orders) == [5_000, 12_800]
    assert {o.state for o in orders} == {OrderState.PENDING}
    assert queries.cart_count(work.session, me) == 0


def test_a_double_click_places_the_same_order(work: Work) -> None:
    me = make_people.person(work).person_id
    cart = fill(work, me, make.course(work))

    assert place(work, me, cart) == place(work, me, cart)
    assert work.session.scalar(select(func.count()).select_from(Order)) == 1


def test_another_total_than_was_shown_is_refused(work: Work) -> None:
    me = make_people.person(work).person_id
    cart = fill(work, me, make.course(work))

    with pytest.raises(Conflict, match=r"cart\.changed"):
        services.place_order(
            work, me, revision=cart.revision, total_fen=Fen(cart.total_fen - 1)
        )
    with pytest.raises(Conflict, match=r"cart\.changed"):
        services.place_order(work, me, revision=99, total_fen=cart.total_fen)


def test_a_free_order_is_fulfilled_at_once(work: Work) -> None:
    me = make_people.person(work).person_id
    free = make.course(work, price_fen=0)
    cart = fill(work, me, free)

    (order_id,) = place(work, me, cart)

    assert queries.order(work.session, me, order_id).state is OrderState.FULFILLED
    assert learning.is_enrolled(work.session, me, free.version_id)
    assert people.profile(work.session, me).locked_at is not None


def test_a_package_enrols_in_all_its_courses(work: Work) -> None:
    me = make_people.person(work).person_id
    house = make.association(work)
    parts = [make.course(work, house), make.course(work, house)]
    package = Package(
        id=new_id(), association_id=house, number="P1", title="建筑工程套餐",
        price_fen=20_000, courses=[str(p.course_id) for p in parts],
    )  # fmt: skip
    work.session.add(package)
    work.session.flush()
    services.add(work, me, OfferKind.PACKAGE, package.id)
    work.session.flush()
    cart = queries.cart(work.session, me)
    (order_id,) = place(work, me, cart)

    begun = make.plan(work, me, order_id)
    services.settle(work, make.seen(work, begun), live=False)

    assert queries.order(work.session, me, order_id).total_fen == 20_000
    for part in parts:
        assert learning.is_enrolled(work.session, me, part.version_id)


def test_an_unpaid_order_expires_once(work: Work, clock: HandClock) -> None:
    me = make.buyer(work)
    order_id = make.pending_order(work, me, make.course(work))
    clock.pass_seconds(29 * 60)
    assert not services.expire(work_at(work, clock), order_id)
    clock.pass_seconds(60)

    assert services.expire(work_at(work, clock), order_id)
    assert not services.expire(work_at(work, clock), order_id)
    assert queries.order(work.session, me, order_id).state is OrderState.EXPIRED


def test_an_order_with_an_open_payment_does_not_expire_or_end(
    work: Work, clock: HandClock
) -> None:
    me = make.buyer(work)
    order_id = make.pending_order(work, me, make.course(work))
    make.plan(work, me, order_id)
    clock.pass_days(1)

    assert not services.expire(work_at(work, clock), order_id)
    with pytest.raises(Refused, match=r"order\.processing"):
        services.cancel(work, me, order_id)


def test_a_cancelled_order_stays_cancelled(work: Work) -> None:
    me = make.buyer(work)
    order_id = make.pending_order(work, me, make.course(work))

    services.cancel(work, me, order_id)
    services.cancel(work, me, order_id)

    steps = queries.order(work.session, me, order_id).steps
    assert [step.state for step in steps] == [OrderState.PENDING, OrderState.CANCELLED]


def test_anothers_order_is_not_found(work: Work) -> None:
    order_id = make.pending_order(work, make.buyer(work), make.course(work))
    stranger = make.buyer(work)

    for act in (
        lambda: queries.order(work.session, stranger, order_id),
        lambda: services.cancel(work, stranger, order_id),
        lambda: services.declare_transfer(work, stranger, order_id),
        lambda: services.begin_payment(work, stranger, order_id, "card"),
        lambda: queries.order(work.session, stranger, new_id()),
    ):
        with pytest.raises(NotFound, match=r"order\.unknown"):
            act()


def test_saying_to_have_sent_money_pays_nothing(work: Work) -> None:
    me = make.buyer(work)
    order_id = make.pending_order(work, me, make.course(work))

    services.declare_transfer(work, me, order_id)

    order = queries.order(work.session, me, order_id)
    assert order.state is OrderState.PENDING
    assert (order.expires_at - work.now).days == 7
    assert not learning.enrolments(work.session, me)


def test_the_history_of_an_order_cannot_be_changed(
    begin: Callable[..., Any],
) -> None:
    with begin() as work:
        make.pending_order(work, make.buyer(work), make.course(work))
    with pytest.raises(Exception, match="append-only"), begin() as work:
        work.session.execute(OrderStep.__table__.update().values(reason="x"))  # type: ignore[attr-defined]  # a table, as SQLAlchemy knows it

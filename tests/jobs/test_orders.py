"""The sweeper: what got lost is settled, what is over ends, the books agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from lms.commerce import queries, services
from lms.commerce.ports import Checkout, CheckoutAsked
from lms.commerce.rules import OrderState, RefundState
from lms.jobs import orders as job
from lms.kernel.db import db
from lms.kernel.ids import AccountId, OrderId, PersonId, new_id
from lms.kernel.work import Actor, Work
from tests.conftest import HandClock
from tests.gateways.payments import StandIn, standing_in
from tests.make import commerce as make

Begin = Callable[..., Any]


@pytest.fixture
def there(app: Flask, clock: HandClock) -> Iterator[StandIn]:
    with standing_in(clock) as made:
        yield made


@pytest.fixture
def paying(begin: Begin, there: StandIn) -> tuple[PersonId, OrderId, str]:
    """A person whose payment page is open."""
    with begin() as work:
        me = make.buyer(work)
        order_id = make.pending_order(work, me, make.course(work))
        plan = make.plan(work, me, order_id)
    opened = there.port.open(asked(plan))
    with begin() as work:
        services.note_opened(work, plan.attempt.id, opened)
    return me, order_id, opened.id


def asked(plan: services.CheckoutPlan) -> CheckoutAsked:
    return CheckoutAsked(
        plan.attempt.key, str(plan.order_id), str(plan.attempt.id), plan.number,
        tuple((line.title, line.price_fen) for line in plan.lines), "cny", "card",
        plan.attempt.expires_at, "http://127.0.0.1/", "http://127.0.0.1/",
    )  # fmt: skip


def run(clock: HandClock, there: StandIn) -> None:
    job.run(clock, {Checkout: there.port})
    db.session.rollback()


def state(me: PersonId, order_id: OrderId) -> OrderState:
    db.session.rollback()
    return queries.order(db.session(), me, order_id).state


def test_a_payment_whose_webhook_was_lost_is_settled(
    paying: tuple[PersonId, OrderId, str], there: StandIn, clock: HandClock
) -> None:
    me, order_id, session_id = paying
    there.store.pay(session_id, "card")
    clock.pass_seconds(120)

    run(clock, there)

    assert state(me, order_id) is OrderState.FULFILLED


def test_an_order_ends_with_its_payment_page(
    paying: tuple[PersonId, OrderId, str], there: StandIn, clock: HandClock
) -> None:
    me, order_id, _session = paying
    clock.pass_seconds(31 * 60)
    run(clock, there)
    assert state(me, order_id) is OrderState.PENDING
    clock.pass_seconds(5 * 60)

    run(clock, there)

    assert state(me, order_id) is OrderState.EXPIRED


def test_an_order_without_a_payment_page_ends_after_half_an_hour(
    begin: Begin, there: StandIn, clock: HandClock
) -> None:
    with begin() as work:
        me = make.buyer(work)
        order_id = make.pending_order(work, me, make.course(work))
    clock.pass_seconds(30 * 60)

    run(clock, there)

    assert state(me, order_id) is OrderState.EXPIRED


def test_money_at_the_last_second_is_not_lost(
    paying: tuple[PersonId, OrderId, str], there: StandIn, clock: HandClock
) -> None:
    me, order_id, session_id = paying
    clock.pass_seconds(35 * 60 - 1)
    there.store.pay(session_id, "card")
    clock.pass_seconds(60)

    run(clock, there)

    assert state(me, order_id) is OrderState.FULFILLED


def test_slow_money_keeps_the_order_until_it_comes(
    paying: tuple[PersonId, OrderId, str], there: StandIn, clock: HandClock
) -> None:
    me, order_id, session_id = paying
    there.store.async_seconds = 10**6
    there.store.pay_later(session_id, "alipay", good=True)
    clock.pass_days(1)
    run(clock, there)
    assert state(me, order_id) is OrderState.PENDING

    there.store.finish(session_id)
    clock.pass_seconds(120)
    run(clock, there)

    assert state(me, order_id) is OrderState.FULFILLED


def test_while_the_provider_is_down_nothing_is_decided(
    paying: tuple[PersonId, OrderId, str], there: StandIn, clock: HandClock
) -> None:
    me, order_id, _session = paying
    there.app.config["DOWN"] = True
    clock.pass_seconds(3600)

    run(clock, there)

    assert state(me, order_id) is OrderState.PENDING


def test_an_intent_whose_answer_was_lost_ends_with_its_time(
    begin: Begin, there: StandIn, clock: HandClock
) -> None:
    with begin() as work:
        me = make.buyer(work)
        order_id = make.pending_order(work, me, make.course(work))
        plan = make.plan(work, me, order_id)
    there.port.open(asked(plan))  # and the process died before it wrote this down
    clock.pass_seconds(36 * 60)

    run(clock, there)

    assert state(me, order_id) is OrderState.EXPIRED


def test_a_page_of_an_order_paid_by_transfer_is_closed(
    begin: Begin,
    paying: tuple[PersonId, OrderId, str],
    there: StandIn,
    clock: HandClock,
) -> None:
    me, order_id, session_id = paying
    with begin() as work:
        order = queries.order(work.session, me, order_id)
        clerk = make.clerk(work)
        line = make.bank_line(order.total_fen)
        services.propose_transfer(clerk, order.association_id, order_id, line)

    run(clock, there)

    assert there.port.read(session_id).status == "expired"
    assert state(me, order_id) is OrderState.FULFILLED


def test_the_books_are_compared_and_what_was_lost_is_found(
    begin: Begin,
    paying: tuple[PersonId, OrderId, str],
    there: StandIn,
    clock: HandClock,
) -> None:
    me, order_id, session_id = paying
    there.store.pay(session_id, "card")
    there.store.sessions["cs_strange"] = dict(
        there.store.sessions[session_id], id="cs_strange", metadata={}
    )

    run(clock, there)

    compared = queries.last_reconciliation(db.session())
    assert compared is not None
    assert compared[1:] == (2, ("cs_strange",))
    assert state(me, order_id) is OrderState.FULFILLED


def agreed_refund(
    begin: Begin, there: StandIn, paying: tuple[PersonId, OrderId, str]
) -> UUID:
    """A paid order whose refund a manager agreed to; the provider never heard of it."""
    me, order_id, session_id = paying
    there.store.pay(session_id, "card")
    with begin() as work:
        services.settle(work, there.port.read(session_id), live=False)
    with begin() as work:
        order = queries.order(work.session, me, order_id)
        ask = services.RefundAsk(order.payments[0].id, order.total_fen, "报错课程")
        here = order.association_id
        desk = make.clerk(work)
        refund = services.ask_refund(desk, here, order_id, ask, certified=False)
        actor = Actor(AccountId(new_id()), PersonId(new_id()), frozenset({"manager"}))
        manager = Work(work.session, work.now, actor)
        services.decide_refund(manager, here, refund, (True, ""), certified=False)
    return refund


def test_a_refund_whose_answer_was_lost_is_finished_once(
    paying: tuple[PersonId, OrderId, str],
    begin: Begin,
    there: StandIn,
    clock: HandClock,
) -> None:
    me, order_id, _session = paying
    refund = agreed_refund(begin, there, paying)
    sending = queries.sending_refund(db.session(), refund)
    assert sending is not None
    there.port.refund(sending)  # the call was made, its answer never came back
    clock.pass_seconds(120)

    run(clock, there)
    run(clock, there)

    assert state(me, order_id) is OrderState.REFUNDED
    assert len(there.store.refunds) == 1


def test_a_refund_waits_for_a_provider_that_is_down(
    paying: tuple[PersonId, OrderId, str],
    begin: Begin,
    there: StandIn,
    clock: HandClock,
) -> None:
    me, order_id, _session = paying
    agreed_refund(begin, there, paying)
    clock.pass_seconds(120)
    there.app.config["DOWN"] = True
    run(clock, there)
    assert state(me, order_id) is OrderState.FULFILLED

    there.app.config["DOWN"] = False
    run(clock, there)
    assert state(me, order_id) is OrderState.REFUNDED


def test_a_refund_that_the_provider_refuses_is_told(
    paying: tuple[PersonId, OrderId, str],
    begin: Begin,
    there: StandIn,
    clock: HandClock,
) -> None:
    me, order_id, _session = paying
    agreed_refund(begin, there, paying)
    (intent,) = there.store.intents.values()
    there.store.refund(intent, intent["amount"], {})  # somebody was faster by hand
    clock.pass_seconds(120)

    run(clock, there)

    (card,) = queries.refunds(db.session(), order_id)
    assert card.state is RefundState.FAILED
    assert state(me, order_id) is OrderState.FULFILLED

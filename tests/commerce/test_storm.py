"""Webhooks in a storm: shuffled, doubled, from many senders, on the real engine."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.commerce.models import Order, OrderStep, Payment, PaymentAttempt
from lms.commerce.ports import Checkout, CheckoutAsked
from lms.commerce.rules import OrderState, PaymentState, Provider
from lms.commerce.services import note_opened
from lms.kernel.db import db
from lms.kernel.ids import OrderId, PersonId, new_id
from lms.kernel.work import HOUSE, unit_of_work
from lms.learning.models import Enrolment
from lms.notify.models import OutboxMessage
from tests.conftest import HandClock
from tests.gateways.payments import StandIn, standing_in
from tests.make import commerce as make
from tests.races import race

ORDERS, SENDERS = 40, 8
Made = tuple[PersonId, OrderId, str]


@pytest.fixture
def made(app: Flask, clock: HandClock) -> Any:
    """Forty orders, each with its payment page open at the stand-in."""
    with standing_in(clock) as there:
        app.extensions["lms.ports"][Checkout] = there.port
        yield there, _forty(there, clock)


def _forty(there: StandIn, clock: HandClock) -> list[Made]:
    made: list[Made] = []
    with unit_of_work(HOUSE, clock=clock) as work:
        house = make.association(work)
        courses = [make.course(work, house) for _ in range(ORDERS)]
        people = [make.buyer(work) for _ in range(8)]
        for n, sold in enumerate(courses):
            me = people[n % len(people)]
            order_id = make.pending_order(work, me, sold)
            plan = make.plan(work, me, order_id)
            opened = there.port.open(
                CheckoutAsked(
                    plan.attempt.key, str(order_id), str(plan.attempt.id), plan.number,
                    tuple((line.title, line.price_fen) for line in plan.lines), "cny",
                    "card", plan.attempt.expires_at, "http://127.0.0.1/", "http://127.0.0.1/",
                )
            )  # fmt: skip
            note_opened(work, plan.attempt.id, opened)
            made.append((me, order_id, opened.id))
    return made


def _live(there: StandIn, made: list[Made]) -> set[OrderId]:
    """Let each page have one of the fates; name the orders that were paid rightly."""
    paid: set[OrderId] = set()
    for n, (_me, order_id, session_id) in enumerate(made):
        fate = n % 5
        if fate == 0:
            there.store.expire(session_id)
        elif fate == 1:
            there.store.pay_later(session_id, "alipay", good=False)
            there.store.finish(session_id)
        elif fate == 2:
            there.store.pay_later(session_id, "alipay", good=True)
            there.store.finish(session_id)
            paid.add(order_id)
        elif fate == 3:
            there.store.pay(session_id, "card")
            paid.add(order_id)
        else:
            there.store.sessions[session_id]["amount_total"] = 1
            there.store.pay(session_id, "card")
    return paid


def test_a_storm_of_webhooks_opens_each_paid_course_once(
    app: Flask, made: tuple[StandIn, list[Made]]
) -> None:
    there, orders = made
    paid = _live(there, orders)
    storm = there.signed() * 3
    random.Random(9).shuffle(storm)
    assert len(storm) >= 200

    def send(part: list[tuple[bytes, str]]) -> list[int]:
        with app.app_context():
            client = app.test_client()
            return [
                client.post(
                    "/webhooks/stripe", data=raw, headers={"Stripe-Signature": signed}
                ).status_code
                for raw, signed in part
            ]

    with ThreadPoolExecutor(SENDERS) as pool:
        told = list(pool.map(send, [storm[n::SENDERS] for n in range(SENDERS)]))

    assert {status for part in told for status in part} == {200}
    db.session.rollback()
    _check(paid, orders)


def count(table: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def _check(paid: set[OrderId], orders: list[Made]) -> None:
    states = {order.id: order.state for order in db.session.scalars(select(Order))}
    for n, (_me, order_id, _session) in enumerate(orders):
        if order_id in paid:
            assert states[order_id] is OrderState.FULFILLED
        else:
            held = n % 5 == 4
            assert states[order_id] is (OrderState.HOLD if held else OrderState.PENDING)
    assert count(Enrolment) == len(paid)
    assert count(OutboxMessage) == len(paid)
    taken = db.session.execute(
        select(Payment.state, func.count(), func.sum(Payment.amount_fen)).group_by(
            Payment.state
        )
    ).all()
    assert {tuple(row) for row in taken} == {
        (PaymentState.APPLIED, len(paid), 12_800 * len(paid)),
        (PaymentState.HELD, ORDERS // 5, ORDERS // 5),
    }
    assert count(OrderStep) == ORDERS + 2 * len(paid) + ORDERS // 5


def test_without_lock_and_keys_the_same_storm_would_pay_twice(
    app: Flask, begin: Callable[..., Any], clock: HandClock
) -> None:
    """The control: a settle that only looks before it writes does double."""
    with begin() as work:
        order_id = make.pending_order(work, make.buyer(work), make.course(work))
    looked = threading.Barrier(2)

    def naive(_sender: int) -> None:
        with app.app_context():
            found = db.session.get_one(Order, order_id)
            waits, total = found.state is OrderState.PENDING, found.total_fen
            looked.wait(10)
            with unit_of_work(HOUSE, clock=clock) as work:
                if waits:
                    work.session.add(
                        Payment(
                            id=new_id(), order_id=order_id, provider=Provider.STRIPE,
                            provider_ref=str(new_id()), amount_fen=total,
                            refunded_fen=0, currency="cny", received_at=work.now,
                            state=PaymentState.APPLIED,
                        )
                    )  # fmt: skip
                    work.session.get_one(Order, order_id).state = OrderState.PAID

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(naive, range(2)))

    assert db.session.scalar(select(func.count()).select_from(Payment)) == 2


def test_two_tabs_at_once_begin_one_payment(
    app: Flask, begin: Callable[..., Any], clock: HandClock
) -> None:
    with begin() as work:
        me = make.buyer(work)
        order_id = make.pending_order(work, me, make.course(work))

    got = race(app, [lambda work: make.plan(work, me, order_id).attempt.key] * SENDERS)

    assert set(got) == {f"order:{order_id}:1"}
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(PaymentAttempt)) == 1

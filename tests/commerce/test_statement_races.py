"""Where a bank line and a card meet at one order, on the real engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.commerce.models import (
    MoneyLine,
    Order,
    Payment,
    PaymentAttempt,
    StatementImport,
    StatementLine,
    Transfer,
)
from lms.commerce.rules import (
    AttemptState,
    CheckoutSeen,
    OrderState,
    PaymentState,
    Provider,
    TransferState,
)
from lms.commerce.rules.statements import LineState
from lms.commerce.services import assigning, imports, settle
from lms.kernel.db import db
from lms.kernel.ids import AccountId, AssociationId, OrderId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work, unit_of_work
from lms.learning.models import Enrolment
from tests.conftest import HandClock
from tests.make import commerce as make
from tests.make import statements as bank
from tests.races import failures, tried

TURNS = 12


@dataclass(frozen=True)
class Meeting:
    """An order with a line that waits for its second person, and an open page."""

    house: AssociationId
    order_id: OrderId
    line_id: UUID
    seen: CheckoutSeen


def clerk() -> Actor:
    return Actor(AccountId(new_id()), PersonId(new_id()), frozenset({"clerk"}))


def meeting(work: Work) -> Meeting:
    house = make.association(work, two_person=True)
    order_id = make.pending_order(work, make.buyer(work), make.course(work, house))
    attempt = PaymentAttempt(
        id=new_id(), order_id=order_id, n=1, state=AttemptState.OPEN, method="card",
        started_at=work.now, expires_at=work.now, checked_at=work.now,
    )  # fmt: skip
    work.session.add(attempt)
    number = work.session.get_one(Order, order_id).number
    (line,) = bank.taken(bank.hand(work), house, bank.row("128.00", words=number))
    assert line.state is LineState.PROPOSED
    seen = CheckoutSeen(
        f"cs_{attempt.id.hex}", "complete", "paid", Fen(12_800), "cny", str(order_id),
        str(attempt.id), "pi_1", failed=False, live=False, expires_at=work.now,
    )  # fmt: skip
    return Meeting(house, order_id, line.id, seen)


@pytest.mark.parametrize("turn", range(TURNS))
def test_a_card_and_a_bank_line_pay_an_order_once(
    app: Flask, begin: Callable[..., object], clock: HandClock, turn: int
) -> None:
    with unit_of_work(clerk(), clock=clock) as work:
        met = meeting(work)

    def by_card() -> object:
        with unit_of_work(clerk(), clock=clock) as work:
            return settle(work, met.seen, live=False)

    def by_bank() -> object:
        with unit_of_work(clerk(), clock=clock) as work:
            return assigning.confirm(work, met.house, met.line_id)

    acts = (by_card, by_bank) if turn % 2 else (by_bank, by_card)
    tried(app, acts)

    db.session.rollback()
    order = db.session.get_one(Order, met.order_id)
    line = db.session.get_one(StatementLine, met.line_id)
    states = db.session.execute(select(Payment.provider, Payment.state)).all()
    applied = [p for p, state in states if state is PaymentState.APPLIED]
    assert order.state is OrderState.FULFILLED
    assert len(applied) == 1
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 1
    if applied == [Provider.STRIPE]:
        assert (line.state, line.confirmed_fen) == (LineState.OPEN, 0)
        assert len(states) == 1
    else:
        assert (line.state, line.confirmed_fen) == (LineState.DONE, 12_800)
        assert {state for _p, state in states} == {
            PaymentState.APPLIED,
            PaymentState.SURPLUS,
        }
    booked = db.session.scalar(
        select(func.sum(MoneyLine.amount_fen)).where(MoneyLine.applied)
    )
    assert booked == 12_800


def test_without_the_lock_the_same_meeting_would_pay_twice(
    app: Flask, clock: HandClock
) -> None:
    """The control: who only looks before writing pays twice."""
    with unit_of_work(clerk(), clock=clock) as work:
        met = meeting(work)
    looked = threading.Barrier(2)

    def naive(provider: Provider) -> Callable[[], object]:
        def act() -> None:
            waits = db.session.get_one(Order, met.order_id).state is OrderState.PENDING
            looked.wait(10)
            with unit_of_work(clerk(), clock=clock) as work:
                if waits:
                    work.session.add(
                        Payment(
                            id=new_id(), order_id=met.order_id, provider=provider,
                            provider_ref=str(new_id()), amount_fen=12_800,
                            refunded_fen=0, currency="cny", received_at=work.now,
                            state=PaymentState.APPLIED,
                        )
                    )  # fmt: skip

        return act

    tried(app, [naive(Provider.STRIPE), naive(Provider.TRANSFER)])

    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Payment)) == 2


def test_two_clerks_taking_the_same_statement_store_each_line_once(
    app: Flask, clock: HandClock
) -> None:
    with unit_of_work(clerk(), clock=clock) as work:
        house = make.association(work)
        rows = [bank.row(f"{n}.00", number=str(n)) for n in range(1, 61)]
        files = [bank.laid(work, house, bank.upload(*rows)) for _ in range(4)]

    def take(file: UUID) -> Callable[[], object]:
        def act() -> object:
            with unit_of_work(clerk(), clock=clock) as work:
                return imports.take(work, house, file)

        return act

    tried(app, [take(file) for file in files])

    db.session.rollback()
    told = db.session.scalars(select(StatementImport.new_lines)).all()
    assert sum(told) == 60
    assert db.session.scalar(select(func.count(StatementLine.id))) == 60


def test_two_confirmers_confirm_once(app: Flask, clock: HandClock) -> None:
    with unit_of_work(clerk(), clock=clock) as work:
        met = meeting(work)

    def confirm() -> object:
        with unit_of_work(clerk(), clock=clock) as work:
            return assigning.confirm(work, met.house, met.line_id)

    told = tried(app, [confirm] * 6)

    db.session.rollback()
    no = failures(told)
    assert [str(one) for one in no] == ["transfer.not_proposed"] * 5
    assert db.session.scalar(select(func.count(Payment.id))) == 1
    confirmed = select(func.count(Transfer.id)).where(
        Transfer.state == TransferState.CONFIRMED
    )
    assert db.session.scalar(confirmed) == 1

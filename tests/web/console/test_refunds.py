"""The desk returns money: a clerk asks, a manager agrees, the provider pays once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from lms.accounts import queries as accounts
from lms.accounts.rules import Role
from lms.commerce import queries, services
from lms.commerce.ports import Checkout, CheckoutAsked
from lms.commerce.rules import OrderState, RefundState
from lms.gateways.stripe import NoCheckout
from lms.kernel.db import db
from tests.conftest import Browser, HandClock
from tests.gateways.payments import StandIn, standing_in
from tests.make import accounts as make_accounts
from tests.make import commerce as make

Begin = Callable[..., Any]
Sign = Callable[..., Browser]


@pytest.fixture
def there(app: Flask, clock: HandClock) -> Iterator[StandIn]:
    with standing_in(clock) as made:
        app.extensions["lms.ports"][Checkout] = made.port
        yield made
    app.extensions["lms.ports"][Checkout] = NoCheckout()


class Desk:
    """An order on which somebody paid five yuan too much, a clerk and a manager."""

    def __init__(self, begin: Begin, sign: Sign, there: StandIn, more: int) -> None:
        with begin() as work:
            here = make.association(work)
            staff = [
                make_accounts.staff(
                    work, role, association_id=here, email=f"{role}@demo.example"
                )
                for role in (Role.CLERK, Role.MANAGER)
            ]
            self.me = make.buyer(work)
            self.order_id = make.pending_order(work, self.me, make.course(work, here))
            plan = make.plan(work, self.me, self.order_id)
        asked = CheckoutAsked(
            plan.attempt.key, str(plan.order_id), str(plan.attempt.id), plan.number,
            tuple((line.title, line.price_fen) for line in plan.lines), "cny", "card",
            plan.attempt.expires_at, "http://127.0.0.1/", "http://127.0.0.1/",
        )  # fmt: skip
        opened = there.port.open(asked)
        there.store.sessions[opened.id]["amount_total"] += more
        there.store.pay(opened.id, "card")
        with begin() as work:
            services.settle(work, there.port.read(opened.id), live=False)
        self.clerk, self.manager = (sign(each) for each in staff)
        self.buyer = sign(accounts.account_of(db.session(), self.me).id)
        self.page = f"/console/orders/{self.order_id}"

    def order(self) -> queries.OrderCard:
        db.session.rollback()
        return queries.order(db.session(), self.me, self.order_id)

    def refund(self) -> queries.RefundCard:
        db.session.rollback()
        return queries.refunds(db.session(), self.order_id)[-1]

    def ask(self, **over: str) -> str:
        """Ask as the clerk; give the page that follows."""
        payment = str(self.order().payments[0].id)
        fields = {"payment": payment, "amount": "133.00", "reason": "金额不符"}
        answer = self.clerk.post(f"{self.page}/refunds", fields | over)
        return answer.text if answer.status_code != 303 else self.shown(self.clerk)

    def shown(self, visitor: Browser) -> str:
        return visitor.get(self.page).text

    def decide(self, **fields: str) -> int:
        address = f"{self.page}/refunds/{self.refund().id}/decide"
        return self.manager.post(address, fields).status_code


@pytest.fixture
def desk(begin: Begin, browser_of: Sign, there: StandIn) -> Desk:
    return Desk(begin, browser_of, there, 500)


def test_money_on_hold_is_asked_for_agreed_to_and_returned(
    desk: Desk, there: StandIn
) -> None:
    assert desk.order().state is OrderState.HOLD
    assert 'value="133.00"' in desk.shown(desk.clerk)

    assert "待负责人同意" in desk.ask()
    assert "同意退款" not in desk.shown(desk.clerk)
    assert "同意退款" in desk.shown(desk.manager)
    assert desk.decide(approved="1") == 303

    assert desk.order().state is OrderState.REFUNDED
    (made,) = there.store.refunds.values()
    assert made["amount"] == 13_300
    assert made["metadata"] == {"refund_id": str(desk.refund().id)}
    assert "退回款项" not in desk.shown(desk.clerk)
    assert "退款 ¥133.00" in desk.buyer.get(f"/shop/orders/{desk.order_id}").text


def test_a_clerk_does_not_decide_and_a_manager_not_over_ones_own(desk: Desk) -> None:
    desk.ask()
    address = f"{desk.page}/refunds/{desk.refund().id}/decide"
    assert desk.clerk.post(address, {"approved": "1"}).status_code == 403

    desk.decide(approved="0", comment="先核对")
    own = {"payment": str(desk.order().payments[0].id), "amount": "1", "reason": "x"}
    desk.manager.post(f"{desk.page}/refunds", own)
    assert desk.decide(approved="1") == 422
    assert desk.refund().state is RefundState.ASKED


def test_a_no_needs_a_word_and_is_read_by_who_asked(desk: Desk) -> None:
    desk.ask()

    assert desk.decide(approved="0") == 422
    assert desk.decide(approved="0", comment="先核对银行流水") == 303

    assert "先核对银行流水" in desk.shown(desk.clerk)
    assert desk.order().state is OrderState.HOLD


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "133.01"}, {"amount": "0"}, {"amount": "一"}, {"amount": "-1"},
     {"reason": ""}, {"payment": "x"}, {"payment": "0" * 32}],
    ids=str,
)  # fmt: skip
def test_what_cannot_go_back_is_not_asked(desk: Desk, wrong: dict[str, str]) -> None:
    desk.ask(**wrong)

    assert queries.refunds(db.session(), desk.order_id) == ()


def test_a_provider_that_is_down_costs_nothing(desk: Desk, there: StandIn) -> None:
    desk.ask()
    there.app.config["DOWN"] = True

    assert desk.decide(approved="1") == 303

    assert "系统会自动继续" in desk.shown(desk.manager)
    assert desk.refund().state is RefundState.SENDING
    assert desk.decide(approved="1") == 409


def test_the_order_waits_in_the_list_until_it_is_decided(desk: Desk) -> None:
    desk.ask()
    number = desk.order().number
    assert number in desk.manager.get("/console/orders?group=hand").text

    desk.decide(approved="1")

    assert number not in desk.manager.get("/console/orders?group=hand").text


def test_a_paid_order_that_nobody_studied_goes_back_whole(
    begin: Begin, browser_of: Sign, there: StandIn
) -> None:
    desk = Desk(begin, browser_of, there, 0)
    assert "只能整笔退款" in desk.ask(amount="1.00")

    desk.ask(amount="128.00")
    desk.decide(approved="1")

    assert desk.order().state is OrderState.REFUNDED

"""Both providers at once, and what the night finds when it compares their bills."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import select

from lms.commerce.models import BookDifference, Payment, PaymentEvent, ReconciliationRun
from lms.commerce.ports import Checkout
from lms.commerce.rules import OrderState, PaymentState
from lms.commerce.rules.reconciling import DiffKind
from lms.jobs import books
from lms.kernel.db import db
from tests.conftest import Browser, HandClock
from tests.web.shop.test_mainland import There, count, paid, placed, state, there

__all__ = ["placed", "there"]


def test_messages_of_both_arrive_at_once_and_one_payment_counts(
    placed: tuple[Browser, str], there: There, app: Flask
) -> None:
    page, order = placed
    went = page.post(f"{order}/pay", {"method": "alipay"})
    page.post(f"{order}/pay", {"method": "wechat_pay"})
    scanned, looked = there.trade(), there.ali.look(went.location)
    there.wx.pay(scanned)
    there.ali.pay(looked)
    wechats = [there.wx.paid_notice(scanned) for _ in range(3)] * 2
    alipays = [there.ali.notice(looked) for _ in range(3)] * 2
    gate = threading.Barrier(len(wechats) + len(alipays))
    answers: list[int] = []

    def deliver(path: str, raw: bytes, head: dict[str, str]) -> None:
        client = app.test_client()
        gate.wait()
        for _again in range(5):  # as both do when the answer is no yes
            answer = client.post(path, data=raw, headers=head)
            if answer.status_code < 500:
                break
        answers.append(answer.status_code)

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    threads = [
        threading.Thread(target=deliver, args=each)
        for each in (
            *(("/webhooks/wechat", raw, there.wx.marked(raw)) for raw in wechats),
            *(("/webhooks/alipay", raw, form) for raw in alipays),
        )
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert set(answers) == {200, 204}
    assert state() is OrderState.FULFILLED
    states = sorted(db.session.scalars(select(Payment.state)))
    assert states == [PaymentState.APPLIED, PaymentState.SURPLUS]
    assert count(PaymentEvent) == 6


def kinds() -> set[DiffKind]:
    db.session.rollback()
    return set(db.session.scalars(select(BookDifference.kind)))


@pytest.mark.parametrize("written", [True, False], ids=["in the bill", "not in it"])
def test_the_night_compares_with_the_bill(
    placed: tuple[Browser, str], there: There, clock: HandClock, written: bool
) -> None:
    number = paid(*placed, there)
    there.wx.write_bill("2026-11-21", *([number] if written else []))
    clock.pass_seconds(15 * 3600)  # one in the morning

    books.run(clock, {Checkout: there.port})
    assert count(ReconciliationRun) == 0, "Alipay's bill may still come"
    clock.pass_seconds(9 * 3600)
    books.run(clock, {Checkout: there.port})

    assert count(ReconciliationRun) == 1
    assert kinds() == (set() if written else {DiffKind.STRIPE_MISSING})

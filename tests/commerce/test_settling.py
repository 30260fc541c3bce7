"""One settle function: whoever brings the news, one payment and one enrolment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from lms.commerce import queries, services
from lms.commerce.models import Payment, PaymentAttempt, PaymentEvent
from lms.commerce.ports import CheckoutOpened
from lms.commerce.rules import (
    AttemptState,
    Effect,
    EventSeen,
    OrderState,
    PaymentState,
)
from lms.evidence import queries as evidence
from lms.kernel.errors import Refused
from lms.kernel.ids import OrderId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Work
from lms.learning import queries as learning
from lms.people import queries as people
from tests.conftest import HandClock, work_at
from tests.make import commerce as make
from tests.make.accounts import templates_owed


def event(name: str = "evt_1", kind: str = "checkout.session.completed") -> EventSeen:
    return EventSeen(name, kind, False, None, "cs_1", None)


def begun(work: Work) -> tuple[PersonId, OrderId, services.CheckoutPlan]:
    me = make.buyer(work)
    order_id = make.pending_order(work, me, make.course(work))
    return me, order_id, make.plan(work, me, order_id)


def state(work: Work, me: PersonId, order_id: OrderId) -> OrderState:
    work.session.flush()
    return queries.order(work.session, me, order_id).state


def payments(work: Work) -> list[PaymentState]:
    return list(work.session.scalars(select(Payment.state)))


def test_money_opens_the_course_locks_the_profile_and_tells(work: Work) -> None:
    me, order_id, plan = begun(work)

    outcome = services.settle(work, make.seen(work, plan), live=False)

    assert outcome.effect is Effect.FULFILLED
    assert state(work, me, order_id) is OrderState.FULFILLED
    assert len(learning.enrolments(work.session, me)) == 1
    assert people.profile(work.session, me).locked_at is not None
    assert list(templates_owed(work)) == ["order_paid"]
    assert evidence.verify(work.session, f"order:{order_id}").intact


def test_the_same_money_again_changes_nothing(work: Work) -> None:
    me, _order_id, plan = begun(work)
    services.settle(work, make.seen(work, plan), live=False)

    again = services.settle(work, make.seen(work, plan), live=False)

    assert again.effect is Effect.KNOWN
    assert payments(work) == [PaymentState.APPLIED]
    assert len(learning.enrolments(work.session, me)) == 1


@pytest.mark.parametrize(
    ("over", "reason"),
    [({"amount_fen": Fen(12_799)}, "amount"), ({"currency": "usd"}, "currency")],
)
def test_wrong_money_is_held_and_opens_nothing(
    work: Work, over: dict[str, Any], reason: str
) -> None:
    me, order_id, plan = begun(work)

    outcome = services.settle(work, make.seen(work, plan, **over), live=False)

    assert (outcome.effect, outcome.reason) == (Effect.HELD, reason)
    assert state(work, me, order_id) is OrderState.HOLD
    assert payments(work) == [PaymentState.HELD]
    assert not learning.enrolments(work.session, me)


@pytest.mark.parametrize(
    "over",
    [
        {"live": True},
        {"order_id": str(new_id())},
        {"order_id": "rubbish"},
        {"attempt_id": str(new_id())},
    ],
    ids=["live money in a play house", "no such order", "no id", "no such attempt"],
)
def test_foreign_news_leaves_the_order_alone(work: Work, over: dict[str, Any]) -> None:
    me, order_id, plan = begun(work)

    outcome = services.settle(work, make.seen(work, plan, **over), live=False)

    assert outcome.effect is Effect.IGNORED
    assert state(work, me, order_id) is OrderState.PENDING
    assert payments(work) == []


def test_one_orders_money_does_not_pay_another(work: Work) -> None:
    _me, _order_id, plan = begun(work)
    other, other_order, _other_plan = begun(work)

    seen = make.seen(work, plan, order_id=str(other_order))

    assert services.settle(work, seen, live=False).effect is Effect.IGNORED
    assert state(work, other, other_order) is OrderState.PENDING


def test_a_session_that_is_not_the_attempts_is_foreign(work: Work) -> None:
    me, order_id, plan = begun(work)
    opened = CheckoutOpened("cs_ours", "http://127.0.0.1/pay", plan.attempt.expires_at)
    services.note_opened(work, plan.attempt.id, opened)

    seen = make.seen(work, plan, session_id="cs_theirs")

    assert services.settle(work, seen, live=False).effect is Effect.IGNORED
    assert state(work, me, order_id) is OrderState.PENDING


def test_late_money_revives_an_expired_order(work: Work, clock: HandClock) -> None:
    me, order_id, plan = begun(work)
    ended = make.seen(work, plan, status="expired", payment_status="unpaid")
    clock.pass_seconds(3600)
    services.settle(work_at(work, clock), ended, live=False)
    assert state(work, me, order_id) is OrderState.EXPIRED

    late = services.settle(work_at(work, clock), make.seen(work, plan), live=False)

    assert late.effect is Effect.REVIVED
    assert state(work, me, order_id) is OrderState.FULFILLED
    assert len(learning.enrolments(work.session, me)) == 1


def test_late_money_for_what_is_owned_is_held_to_be_returned(
    work: Work, clock: HandClock
) -> None:
    me, sold = make.buyer(work), make.course(work)
    first = make.pending_order(work, me, sold)
    plan = make.plan(work, me, first)
    ended = make.seen(work, plan, status="expired", payment_status="unpaid")
    clock.pass_seconds(3600)
    services.settle(work_at(work, clock), ended, live=False)
    make.paid_order(work_at(work, clock), me, sold)

    late = services.settle(work_at(work, clock), make.seen(work, plan), live=False)

    assert (late.effect, late.reason) == (Effect.HELD, "owned_already")
    assert len(learning.enrolments(work.session, me)) == 1


def test_slow_money_is_waited_for_and_then_opens(work: Work, clock: HandClock) -> None:
    me, order_id, plan = begun(work)
    services.settle(work, make.seen(work, plan, payment_status="unpaid"), live=False)
    work.session.flush()
    clock.pass_days(1)

    assert not services.expire(work_at(work, clock), order_id)
    with pytest.raises(Refused, match=r"order\.processing"):
        services.begin_payment(work_at(work, clock), me, order_id, "card")
    services.settle(work_at(work, clock), make.seen(work, plan), live=False)
    assert state(work, me, order_id) is OrderState.FULFILLED


def test_after_slow_money_failed_the_person_may_pay_again(work: Work) -> None:
    me, order_id, plan = begun(work)
    failed = make.seen(work, plan, payment_status="unpaid", failed=True)

    assert services.settle(work, failed, live=False).effect is Effect.FAILED
    again = services.begin_payment(work, me, order_id, "card")

    assert again.attempt.id != plan.attempt.id
    assert again.attempt.key == f"order:{order_id}:2"


def test_old_news_does_not_move_an_order_backwards(work: Work) -> None:
    me, order_id, plan = begun(work)
    services.settle(work, make.seen(work, plan), live=False)

    for old in ("open", "expired", "complete"):
        seen = make.seen(work, plan, status=old, payment_status="unpaid")
        services.settle(work, seen, live=False)

    assert state(work, me, order_id) is OrderState.FULFILLED
    attempt = work.session.get_one(PaymentAttempt, plan.attempt.id)
    assert attempt.state is AttemptState.PAID


def test_two_tabs_share_one_payment(work: Work) -> None:
    me, order_id, plan = begun(work)

    again = services.begin_payment(work, me, order_id, "card")

    assert again.attempt == plan.attempt


def test_a_second_payment_is_surplus(work: Work) -> None:
    me, order_id, plan = begun(work)
    failed = make.seen(work, plan, payment_status="unpaid", failed=True)
    services.settle(work, failed, live=False)
    second = services.begin_payment(work, me, order_id, "card")
    services.settle(work, make.seen(work, second), live=False)

    outcome = services.settle(work, make.seen(work, plan), live=False)

    assert outcome.effect is Effect.SURPLUS
    assert sorted(payments(work)) == [PaymentState.APPLIED, PaymentState.SURPLUS]
    assert len(learning.enrolments(work.session, me)) == 1


def test_an_event_has_its_effect_once(work: Work) -> None:
    _me, order_id, plan = begun(work)
    seen = make.seen(work, plan)

    first = services.take_event(work, event(), seen, live=False)
    again = services.take_event(work, event(), seen, live=False)

    assert (first.effect, again.effect) == (Effect.FULFILLED, Effect.KNOWN)
    stored = work.session.get_one(PaymentEvent, "evt_1")
    assert (stored.effect, stored.order_id) == (Effect.FULFILLED, order_id)


def test_an_event_of_no_meaning_is_stored_and_ignored(work: Work) -> None:
    strange = event("evt_9", "customer.created")

    assert services.take_event(work, strange, None, live=False).effect is Effect.IGNORED
    assert queries.event_known(work.session, "evt_9")


def test_an_event_of_another_mode_or_account_changes_nothing(work: Work) -> None:
    me, order_id, plan = begun(work)
    seen = make.seen(work, plan)
    live = EventSeen("evt_l", "checkout.session.completed", True, None, "cs", None)
    other = EventSeen("evt_a", "checkout.session.completed", False, "acct", "cs", None)

    for foreign in (live, other):
        outcome = services.take_event(work, foreign, seen, live=False)
        assert (outcome.effect, outcome.reason) == (Effect.IGNORED, "foreign")
    assert state(work, me, order_id) is OrderState.PENDING


def test_refunds_are_noted_and_never_more_than_was_paid(work: Work) -> None:
    me, sold = make.buyer(work), make.course(work)
    order_id = make.paid_order(work, me, sold)
    intent = str(work.session.scalar(select(Payment.intent_ref)))

    def back(n: int, amount: int) -> OrderState:
        told = EventSeen(f"evt_r{n}", "charge.refunded", False, None, None, intent)
        services.take_refund(work, told, Fen(amount), live=False)
        return state(work, me, order_id)

    assert back(1, 100) is OrderState.PART_REFUNDED
    assert back(2, 100) is OrderState.PART_REFUNDED
    assert back(3, 99) is OrderState.PART_REFUNDED
    assert back(4, 999_999) is OrderState.REFUNDED
    assert queries.order(work.session, me, order_id).refunded_fen == sold.price_fen


def test_a_crash_before_the_commit_leaves_nothing_half_done(
    begin: Callable[..., Any],
) -> None:
    with begin() as work:
        me, order_id, plan = begun(work)
        seen = make.seen(work, plan)

    def take_and_die() -> None:
        with begin() as work:
            services.take_event(work, event(), seen, live=False)
            raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        take_and_die()

    with begin() as work:
        assert state(work, me, order_id) is OrderState.PENDING
        assert not queries.event_known(work.session, "evt_1")
        assert not learning.enrolments(work.session, me)
        assert services.take_event(work, event(), seen, live=False).effect is (
            Effect.FULFILLED
        )


NEWS = st.sampled_from(["open", "paid", "unpaid", "failed", "expired", "short"])


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(NEWS, min_size=1, max_size=8))
def test_no_order_of_news_pays_twice_or_opens_unpaid(
    work: Work, news: list[str]
) -> None:
    told: dict[str, dict[str, Any]] = {
        "open": {"status": "open", "payment_status": "unpaid"},
        "paid": {},
        "unpaid": {"payment_status": "unpaid"},
        "failed": {"payment_status": "unpaid", "failed": True},
        "expired": {"status": "expired", "payment_status": "unpaid"},
        "short": {"amount_fen": Fen(1)},
    }
    me, order_id, plan = begun(work)

    for each in news:
        services.settle(work, make.seen(work, plan, **told[each]), live=False)

    taken = work.session.scalar(
        select(func.count()).select_from(Payment).where(Payment.order_id == order_id)
    )
    money = [each for each in news if each in {"paid", "short"}]
    assert taken == min(1, len(money))
    opened = len(learning.enrolments(work.session, me))
    assert opened == int(bool(money) and money[0] == "paid")

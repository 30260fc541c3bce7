"""Money goes back once, agreed by two, and only while it may."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from lms.commerce import queries, services
from lms.commerce.models import Payment
from lms.commerce.rules import (
    EventSeen,
    OrderState,
    PaymentState,
    RefundSeen,
    RefundState,
)
from lms.commerce.services import RefundAsk
from lms.evidence.models import EvidenceLine
from lms.kernel.errors import Conflict, Forbidden, LmsError, NotFound, Refused
from lms.kernel.ids import AccountId, OrderId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work
from lms.learning import queries as learning
from lms.learning.models import Enrolment
from lms.notify.models import OutboxMessage
from tests.make import commerce as make

DAY = date(2026, 11, 21)


def as_role(work: Work, role: str) -> Work:
    """The same work in the hands of somebody new."""
    actor = Actor(AccountId(new_id()), PersonId(new_id()), frozenset({role}))
    return Work(work.session, work.now, actor)


class Paid:
    """An order with money on it, a clerk who asks and a manager who agrees."""

    def __init__(self, work: Work, *, wrong: bool = False, twice: bool = False) -> None:
        self.work = work
        self.clerk, self.manager = as_role(work, "clerk"), as_role(work, "manager")
        self.sold = make.course(work)
        self.me = make.buyer(work)
        self.order_id: OrderId = make.pending_order(work, self.me, self.sold)
        begun = make.plan(work, self.me, self.order_id)
        amount = Fen(self.sold.price_fen + 500 * wrong)
        services.settle(work, make.seen(work, begun, amount_fen=amount), live=False)
        if twice:
            self.add_surplus()

    def add_surplus(self) -> None:
        self.work.session.add(
            Payment(
                id=new_id(),
                order_id=self.order_id,
                provider="stripe",
                provider_ref=f"cs_{new_id().hex}",
                intent_ref=f"pi_{new_id().hex}",
                amount_fen=self.sold.price_fen,
                refunded_fen=0,
                currency="cny",
                state=PaymentState.SURPLUS,
                received_at=self.work.now,
            )
        )
        self.work.session.flush()

    def payment(self, state: PaymentState) -> Payment:
        return self.work.session.scalars(
            select(Payment).where(
                Payment.order_id == self.order_id, Payment.state == state
            )
        ).one()

    def ask(
        self, payment: Payment, amount: int | None = None, *, certified: bool = False
    ) -> object:
        wanted = RefundAsk(
            payment.id, Fen(payment.amount_fen if amount is None else amount), "退给他"
        )
        return services.ask_refund(
            self.clerk,
            self.sold.association_id,
            self.order_id,
            wanted,
            certified=certified,
        )

    def agree(self, refund_id: object, *, certified: bool = False) -> RefundState:
        return services.decide_refund(
            self.manager,
            self.sold.association_id,
            refund_id,  # type: ignore[arg-type]  # an id
            (True, ""),
            certified=certified,
        )

    def settle(self, refund_id: object, back: int, status: str = "succeeded") -> None:
        seen = RefundSeen(f"re_{refund_id}", status, Fen(back))
        services.settle_refund(self.work, refund_id, seen)  # type: ignore[arg-type]  # an id

    def state(self) -> OrderState:
        return queries.order(self.work.session, self.me, self.order_id).state

    def deeds(self) -> list[str]:
        return list(
            self.work.session.scalars(
                select(EvidenceLine.kind)
                .where(EvidenceLine.stream == f"order:{self.order_id}")
                .order_by(EvidenceLine.seq)
            )
        )


def test_money_of_a_wrong_amount_goes_back_and_the_order_ends(work: Work) -> None:
    paid = Paid(work, wrong=True)
    held = paid.payment(PaymentState.HELD)

    refund = paid.ask(held)
    assert paid.agree(refund) is RefundState.SENDING
    paid.settle(refund, held.amount_fen)

    assert paid.state() is OrderState.REFUNDED
    assert held.state is PaymentState.REFUNDED
    deeds = [one for one in paid.deeds() if one.startswith(("refund.", "payment.ref"))]
    assert deeds == [
        "refund.asked",
        "refund.sending",
        "payment.refunded",
        "refund.done",
    ]
    assert work.session.scalar(
        select(func.count()).where(OutboxMessage.template == "order_refunded")
    )


def test_held_money_may_go_back_in_parts(work: Work) -> None:
    paid = Paid(work, wrong=True)
    held = paid.payment(PaymentState.HELD)

    first = paid.ask(held, 500)
    paid.agree(first)
    paid.settle(first, 500)
    assert (paid.state(), held.state) == (OrderState.HOLD, PaymentState.HELD)

    rest = paid.ask(held, held.amount_fen - 500)
    paid.agree(rest)
    paid.settle(rest, held.amount_fen)
    assert paid.state() is OrderState.REFUNDED


def test_surplus_goes_back_and_the_course_stays(work: Work) -> None:
    paid = Paid(work, twice=True)
    extra = paid.payment(PaymentState.SURPLUS)

    refund = paid.ask(extra, certified=True)
    paid.agree(refund, certified=True)
    paid.settle(refund, extra.amount_fen)

    assert paid.state() is OrderState.FULFILLED
    assert len(learning.enrolments(work.session, paid.me)) == 1


def test_what_nobody_began_to_study_goes_back_with_its_courses(work: Work) -> None:
    paid = Paid(work)
    payment = paid.payment(PaymentState.APPLIED)

    refund = paid.ask(payment)
    assert len(learning.enrolments(work.session, paid.me)) == 1
    paid.agree(refund)
    assert learning.enrolments(work.session, paid.me) == ()
    paid.settle(refund, payment.amount_fen)

    order = queries.order(work.session, paid.me, paid.order_id)
    assert (order.state, order.refunded_fen) == (
        OrderState.REFUNDED,
        paid.sold.price_fen,
    )


@pytest.mark.parametrize(
    ("amount", "certified", "code"),
    [
        (0, False, "refund.amount"),
        (-1, False, "refund.amount"),
        (12_801, False, "refund.amount"),
        (12_799, False, "refund.whole"),
        (12_800, True, "refund.certified"),
    ],
)
def test_money_that_must_stay_is_refused(
    work: Work, amount: int, certified: bool, code: str
) -> None:
    paid = Paid(work)

    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        paid.ask(paid.payment(PaymentState.APPLIED), amount, certified=certified)


def begin_study(work: Work, paid: Paid) -> None:
    row = work.session.scalars(select(Enrolment)).one()
    row.last_at = work.now
    work.session.flush()


def test_what_was_begun_stays_paid_also_when_it_began_after_the_question(
    work: Work,
) -> None:
    paid = Paid(work)
    refund = paid.ask(paid.payment(PaymentState.APPLIED))
    begin_study(work, paid)

    with pytest.raises(Refused, match=r"refund\.begun"):
        paid.agree(refund)


def test_the_same_money_is_never_promised_twice(work: Work) -> None:
    paid = Paid(work, wrong=True)
    held = paid.payment(PaymentState.HELD)
    paid.ask(held, held.amount_fen - 100)

    with pytest.raises(Refused, match=r"refund\.amount") as refused:
        paid.ask(held, 101)

    assert refused.value.facts["left"] == "1.00"
    paid.ask(held, 100)


def test_who_asked_never_agrees(work: Work) -> None:
    paid = Paid(work, wrong=True)
    refund = paid.ask(paid.payment(PaymentState.HELD))
    paid.manager = replace(paid.clerk)

    with pytest.raises(LmsError):
        paid.agree(refund)


def test_a_refusal_frees_the_money_again(work: Work) -> None:
    paid = Paid(work, wrong=True)
    held = paid.payment(PaymentState.HELD)
    refund = paid.ask(held)

    state = services.decide_refund(
        paid.manager,
        paid.sold.association_id,
        refund,  # type: ignore[arg-type]  # there is one
        (False, "先核对流水"),
        certified=False,
    )

    assert state is RefundState.REFUSED
    paid.ask(held)
    with pytest.raises(Conflict):
        paid.agree(refund)


def test_what_the_provider_will_not_return_opens_the_course_again(work: Work) -> None:
    paid = Paid(work)
    refund = paid.ask(paid.payment(PaymentState.APPLIED))
    paid.agree(refund)

    paid.settle(refund, 0, "failed")

    assert paid.state() is OrderState.FULFILLED
    assert len(learning.enrolments(work.session, paid.me)) == 1
    (card,) = queries.refunds(work.session, paid.order_id)
    assert card.state is RefundState.FAILED
    paid.settle(refund, 12_800)
    assert paid.payment(PaymentState.APPLIED).refunded_fen == 0


def test_the_webhook_before_the_answer_changes_nothing_twice(work: Work) -> None:
    paid = Paid(work, wrong=True)
    held = paid.payment(PaymentState.HELD)
    refund = paid.ask(held)
    paid.agree(refund)
    told = EventSeen("evt_1", "charge.refunded", False, None, None, held.intent_ref)

    services.take_refund(work, told, Fen(held.amount_fen), live=False)
    paid.settle(refund, held.amount_fen)
    paid.settle(refund, held.amount_fen)

    assert paid.deeds().count("payment.refunded") == 1
    assert paid.state() is OrderState.REFUNDED


def test_a_slow_provider_is_waited_for(work: Work) -> None:
    paid = Paid(work, wrong=True)
    held = paid.payment(PaymentState.HELD)
    refund = paid.ask(held)
    paid.agree(refund)

    paid.settle(refund, 0, "pending")
    assert queries.sending_refund(work.session, refund) is not None  # type: ignore[arg-type]  # there is one
    paid.settle(refund, held.amount_fen)

    assert queries.sending_refund(work.session, refund) is None  # type: ignore[arg-type]  # there is one


def test_a_transfer_goes_back_by_the_banks_own_line(work: Work) -> None:
    paid = Paid(work)
    other = make.pending_order(work, paid.me, make.course(work))
    association = queries.order(work.session, paid.me, other).association_id
    line = make.bank_line(Fen(12_800))
    services.propose_transfer(paid.clerk, association, other, line)
    payment = work.session.scalars(
        select(Payment).where(Payment.order_id == other)
    ).one()
    ask = RefundAsk(payment.id, Fen(12_800), "报错课程")
    refund = services.ask_refund(paid.clerk, association, other, ask, certified=False)
    with pytest.raises(Refused, match=r"refund\.not_waiting"):
        services.record_return(paid.clerk, association, refund, "B-9", DAY)
    services.decide_refund(
        paid.manager, association, refund, (True, ""), certified=False
    )

    services.record_return(paid.clerk, association, refund, " b-9 ", DAY)

    (card,) = queries.refunds(work.session, other)
    assert (card.state, card.bank_line) == (RefundState.DONE, "B-9")
    assert queries.order(work.session, paid.me, other).state is OrderState.REFUNDED


def test_one_bank_line_returns_one_refund(work: Work) -> None:
    paid = Paid(work, wrong=True)
    held = paid.payment(PaymentState.HELD)
    held.provider = "transfer"  # type: ignore[assignment]  # as the database has it
    work.session.flush()
    first, second = paid.ask(held, 100), paid.ask(held, 200)
    for one in (first, second):
        paid.agree(one)
    here = paid.sold.association_id
    services.record_return(paid.clerk, here, first, "B-9", DAY)  # type: ignore[arg-type]  # there is one

    with pytest.raises(Conflict, match=r"refund\.line_known"):
        services.record_return(paid.clerk, here, second, "B-9", DAY)  # type: ignore[arg-type]  # there is one


def test_anothers_order_and_ones_own_are_out_of_reach(work: Work) -> None:
    paid = Paid(work, wrong=True)
    held = paid.payment(PaymentState.HELD)
    ask = RefundAsk(held.id, Fen(100), "退")
    there = make.association(work)

    with pytest.raises(NotFound):
        services.ask_refund(paid.clerk, there, paid.order_id, ask, certified=False)
    with pytest.raises(NotFound):
        services.ask_refund(
            paid.clerk,
            paid.sold.association_id,
            paid.order_id,
            RefundAsk(new_id(), Fen(1), "退"),
            certified=False,
        )
    paid.clerk = Work(work.session, work.now, Actor(AccountId(new_id()), paid.me))
    with pytest.raises(Forbidden):
        paid.ask(held)

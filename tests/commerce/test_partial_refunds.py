"""Money goes back by line: what was not studied, seats on which nobody sits."""

from __future__ import annotations

import random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from lms.catalogue.models import Lesson
from lms.catalogue.rules import LessonKind
from lms.commerce import queries, services
from lms.commerce.models import Order, OrderLine, Payment, Refund
from lms.commerce.queries import refunding
from lms.commerce.rules import OrderState, RefundSeen, RefundState
from lms.commerce.rules.offers import DealKind
from lms.commerce.services import RefundAsk
from lms.commerce.services.refund_lines import LineWish
from lms.kernel.clock import legal_day
from lms.kernel.errors import LmsError, Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Work
from lms.learning import queries as learning
from lms.learning.models import Enrolment, Study
from tests.commerce.test_refunds import as_role
from tests.make import commerce as make
from tests.make import companies, seats
from tests.make import offers as rules
from tests.make.commerce import Sold

PRORATED = {"mode": "prorated", "num": 2, "den": 3}


class Two:
    """An order of two courses that is paid, with a clerk and a manager."""

    def __init__(self, work: Work, *, rule: dict[str, Any] | None = None) -> None:
        self.work = work
        self.clerk, self.manager = as_role(work, "clerk"), as_role(work, "manager")
        self.house = make.association(work)
        if rule:
            rules.deal(rules.hand(work, self.house), self.house, DealKind.REFUND, rule)
        self.first = make.course(work, self.house, price_fen=10_000, title="甲")
        self.second = make.course(work, self.house, price_fen=6_000, title="乙")
        self.me = make.buyer(work)
        self.order_id = make.pending_order(work, self.me, self.first, self.second)
        begun = make.plan(work, self.me, self.order_id)
        seen = make.seen(work, begun, amount_fen=Fen(16_000))
        services.settle(work, seen, live=False)
        self.payment = work.session.scalars(
            select(Payment).where(Payment.order_id == self.order_id)
        ).one()
        self.lines: list[UUID] = list(
            work.session.scalars(
                select(OrderLine.id)
                .where(OrderLine.order_id == self.order_id)
                .order_by(OrderLine.position)
            )
        )

    def ask(self, *wishes: LineWish, by: Work | None = None) -> UUID:
        amount = Fen(sum(one.amount_fen for one in wishes))
        return services.ask_refund(
            by or self.clerk, self.house, self.order_id,
            RefundAsk(self.payment.id, amount, "学员申请", wishes), certified=False,
        )  # fmt: skip

    def agree(self, refund_id: UUID, *, certified: bool = False) -> RefundState:
        return self.decide(refund_id, (True, ""), certified=certified)

    def decide(
        self, refund_id: UUID, said: tuple[bool, str], *, certified: bool = False
    ) -> RefundState:
        return services.decide_refund(
            self.manager, self.house, refund_id, said, certified=certified
        )

    def settle(self, refund_id: UUID, status: str = "succeeded") -> None:
        row = self.work.session.get_one(Refund, refund_id)
        back = Fen(self.payment.refunded_fen + row.amount_fen)
        seen = RefundSeen(f"re_{refund_id}", status, back)
        services.settle_refund(self.work, refund_id, seen)

    def given_back(self, *wishes: LineWish) -> None:
        refund_id = self.ask(*wishes)
        self.agree(refund_id)
        self.settle(refund_id)

    def order(self) -> queries.OrderCard:
        return queries.order(self.work.session, self.me, self.order_id)

    def open_versions(self) -> set[UUID]:
        return {
            one.version_id
            for one in learning.enrolments(self.work.session, self.me)
            if one.closed_at is None
        }

    def most(self) -> list[tuple[int, str]]:
        _rule, found = refunding.returns(
            self.work.session, self.order_id, legal_day(self.work.now), certified=False
        )
        return [(one.most.amount_fen, one.most.reason) for one in found]


def studied(work: Work, sold: Sold, credited: int, whole: int = 900) -> None:
    """Let the person have studied so many seconds of a course of so many."""
    lesson = new_id()
    work.session.add(
        Lesson(
            id=lesson, version_id=sold.version_id, kind=LessonKind.FILM,
            required_seconds=whole, duration_seconds=whole,
        )
    )  # fmt: skip
    work.session.flush()
    row = work.session.scalars(
        select(Enrolment).where(Enrolment.version_id == sold.version_id)
    ).one()
    row.last_at = work.now
    work.session.add(
        Study(
            id=lesson, enrolment_id=row.id, lesson_id=lesson, watched="[]",
            watched_seconds=credited, credited_seconds=credited, furthest=credited,
            position=credited, answered=[], questions_open=0, begun_at=work.now,
            last_at=work.now,
        )
    )  # fmt: skip
    work.session.flush()


def test_one_of_two_courses_goes_back_and_the_other_stays_open(work: Work) -> None:
    two = Two(work)

    two.given_back(LineWish(two.lines[1], Fen(6_000)))

    order = two.order()
    assert (order.state, order.refunded_fen) == (OrderState.PART_REFUNDED, 6_000)
    assert two.open_versions() == {two.first.version_id}
    (card,) = queries.refunds(work.session, two.order_id)
    assert [(one.title, one.amount_fen, one.reason) for one in card.lines] == [
        ("乙", 6_000, "refund.unstudied")
    ]
    two.given_back(LineWish(two.lines[0], Fen(10_000)))
    assert two.order().state is OrderState.REFUNDED
    assert two.open_versions() == set()


def test_what_was_not_studied_goes_back_and_what_was_earned_stays(work: Work) -> None:
    two = Two(work, rule=PRORATED)
    studied(work, two.first, 300)
    assert two.most() == [
        (6_666, "refund.prorated"), (6_000, "refund.unstudied"),
    ]  # fmt: skip

    with pytest.raises(Refused, match=r"refund\.above_rule"):
        two.ask(LineWish(two.lines[0], Fen(6_667)))
    two.given_back(LineWish(two.lines[0], Fen(6_666)))

    assert two.open_versions() == {two.second.version_id}
    assert len(learning.enrolments(work.session, two.me)) == 2
    assert two.most()[0] == (0, "refund.prorated")


def test_two_thirds_studied_and_nothing_goes_back(work: Work) -> None:
    two = Two(work, rule=PRORATED)
    studied(work, two.first, 600)

    with pytest.raises(Refused, match=r"refund\.limit"):
        two.ask(LineWish(two.lines[0], Fen(1)))


def test_study_between_question_and_answer_counts(work: Work) -> None:
    two = Two(work, rule=PRORATED)
    refund_id = two.ask(LineWish(two.lines[0], Fen(10_000)))
    studied(work, two.first, 300)

    with pytest.raises(Refused, match=r"refund\.above_rule"):
        two.agree(refund_id)


def test_a_manager_goes_beyond_the_rule_but_not_past_a_certificate(work: Work) -> None:
    two = Two(work)
    studied(work, two.first, 100)
    wish = LineWish(two.lines[0], Fen(5_000))
    with pytest.raises(Refused, match=r"refund\.begun"):
        two.ask(wish)

    refund_id = two.ask(wish, by=as_role(work, "manager"))

    with pytest.raises(Refused, match=r"refund\.certified"):
        two.agree(refund_id, certified=True)
    refund_id = two.ask(wish, by=as_role(work, "manager"))
    assert two.agree(refund_id) is RefundState.SENDING
    assert two.open_versions() == {two.second.version_id}


def test_less_may_be_given_and_the_rest_is_still_there(work: Work) -> None:
    two = Two(work)
    two.given_back(LineWish(two.lines[0], Fen(4_000)))

    assert two.most()[0] == (6_000, "refund.unstudied")
    two.given_back(LineWish(two.lines[0], Fen(6_000)))
    assert two.most()[0] == (0, "refund.line_closed")


def test_what_the_provider_will_not_return_opens_its_line_alone(work: Work) -> None:
    two = Two(work, rule=PRORATED)
    studied(work, two.first, 300)
    two.given_back(LineWish(two.lines[1], Fen(6_000)))
    refund_id = two.ask(LineWish(two.lines[0], Fen(100)))
    two.agree(refund_id)
    assert two.open_versions() == set()

    two.settle(refund_id, "failed")

    assert two.open_versions() == {two.first.version_id}


def test_what_went_back_may_be_bought_again_and_goes_on_where_it_was(
    work: Work,
) -> None:
    two = Two(work, rule=PRORATED)
    studied(work, two.first, 300)
    two.given_back(LineWish(two.lines[0], Fen(6_666)))

    again = make.pending_order(work, two.me, two.first)
    begun = make.plan(work, two.me, again)
    services.settle(work, make.seen(work, begun, amount_fen=Fen(10_000)), live=False)

    assert two.first.version_id in two.open_versions()


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_asked_in_whatever_order_no_more_goes_back_than_was_paid(
    work: Work, seed: int
) -> None:
    two, draw = Two(work), random.Random(seed)
    waiting: list[UUID] = []
    for _ in range(40):
        try:
            if waiting and draw.random() < 0.5:
                one = waiting.pop(draw.randrange(len(waiting)))
                two.agree(one)
                two.settle(one, draw.choice(("succeeded", "succeeded", "failed")))
            else:
                by = as_role(work, draw.choice(("clerk", "manager")))
                picked = draw.sample(two.lines, draw.randint(1, 2))
                amounts = [Fen(draw.choice((1, 999, 3_000, 6_000))) for _ in picked]
                wishes = map(LineWish, picked, amounts)
                waiting.append(two.ask(*wishes, by=by))
        except LmsError:
            continue
        order = work.session.get_one(Order, two.order_id)
        spoken_for = sum(
            one.amount_fen
            for one in queries.refunds(work.session, two.order_id)
            if one.state in {RefundState.ASKED, RefundState.SENDING, RefundState.DONE}
        )
        assert order.refunded_fen <= spoken_for <= order.total_fen
        assert two.payment.refunded_fen == order.refunded_fen


def test_unused_seats_go_back_by_number_and_no_others(work: Work) -> None:
    company = companies.proved(work)
    line = seats.bought(work, company, make.course(work, price_fen=10_000), 3)
    house = line.association_id
    (payment,) = queries.order_of(work.session, house, line.order_id).payments

    def ask(amount: int, count: int) -> UUID:
        wish = LineWish(line.line_id, Fen(amount), count)
        return services.ask_refund(
            seats.clerk(work, house), house, line.order_id,
            RefundAsk(payment.id, Fen(amount), "退席位", (wish,)), certified=False,
        )  # fmt: skip

    for amount, count in ((20_001, 2), (10_000, 4), (20_000, 1)):
        with pytest.raises(Refused):
            ask(amount, count)
    refund_id = ask(20_000, 2)
    services.decide_refund(
        rules.hand(work, house), house, refund_id, (True, "同意"), certified=False
    )

    left = queries.seat_line(work.session, company.id, line.line_id).count
    assert (left.free, left.returned) == (1, 2)
    services.fail_refund(work, refund_id)
    left = queries.seat_line(work.session, company.id, line.line_id).count
    assert (left.free, left.returned) == (3, 0)


def test_anothers_line_and_a_line_twice_are_refused(work: Work) -> None:
    two, other = Two(work), Two(work)
    with pytest.raises(Refused, match=r"refund\.line_unknown"):
        two.ask(LineWish(other.lines[0], Fen(1)))
    twice = LineWish(two.lines[0], Fen(1))
    with pytest.raises(Refused, match=r"refund\.line_unknown"):
        two.ask(twice, twice)
    assert PersonId(two.me) != other.me

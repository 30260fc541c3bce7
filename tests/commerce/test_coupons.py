"""Coupons: two persons make one, orders use it, and what ends unpaid gives it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.commerce import queries, services
from lms.commerce.models import CouponCode, Order, OrderLine, Payment
from lms.commerce.queries import offers
from lms.commerce.rules import Effect, OfferKind, OrderState, RefundSeen
from lms.commerce.rules.offers import DealKind, DealState
from lms.commerce.rules.pricing import CutKind
from lms.commerce.rules.seats import Wanted
from lms.commerce.services import CheckoutPlan, QuoteAsk, RefundAsk, coupons, members
from lms.commerce.services.bargains import COUPONS
from lms.commerce.services.members import MemberFacts
from lms.commerce.services.orders import lock_order
from lms.commerce.services.refund_lines import LineWish
from lms.evidence.models import EvidenceLine
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, LmsError, NotFound, Refused
from lms.kernel.ids import OrderId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Work
from lms.people import queries as people_queries
from tests.commerce.test_partial_refunds import studied
from tests.make import commerce as shop
from tests.make import companies, people
from tests.make import offers as make
from tests.make.commerce import Sold


def chosen(work: Work, sold: Sold) -> PersonId:
    """Somebody who has a course in the cart."""
    me = people.person(work).person_id
    services.add(work, me, OfferKind.COURSE, sold.course_id)
    return me


def placed(work: Work, me: PersonId) -> OrderId:
    shown = queries.cart(work.session, me, legal_day(work.now))
    (order_id,) = services.place_order(
        work, me, revision=shown.revision, total_fen=shown.total_fen
    )
    return order_id


def used(work: Work) -> int:
    return work.session.scalars(select(CouponCode.used)).one()


def test_a_code_makes_an_order_cheaper_and_says_so_on_its_lines(work: Work) -> None:
    sold = shop.course(work)
    make.coupon(work, sold.association_id)
    me = chosen(work, sold)

    coupons.enter(work, me, " spr-ing ")
    order_id = placed(work, me)

    (line,) = queries.order(work.session, me, order_id).lines
    assert (line.list_fen, line.price_fen) == (12_800, 11_520)
    assert [(c.kind, c.label, c.amount_fen) for c in line.cuts] == [
        (CutKind.COUPON, "SPRING", 1_280)
    ]
    assert used(work) == 1
    assert queries.cart(work.session, me).coupon == ""


@pytest.mark.parametrize("how", ["cancel", "expire"])
def test_an_order_that_ends_unpaid_gives_its_use_back(work: Work, how: str) -> None:
    sold = shop.course(work)
    make.coupon(work, sold.association_id, total=1)
    me = chosen(work, sold)
    coupons.enter(work, me, "SPRING")
    order_id = placed(work, me)

    if how == "cancel":
        services.cancel(work, me, order_id)
        services.cancel(work, me, order_id)
    else:
        later = replace(work, now=work.now + timedelta(hours=1))
        assert services.expire(later, order_id)

    assert used(work) == 0
    other = chosen(work, sold)
    coupons.enter(work, other, "SPRING")
    placed(work, other)
    assert used(work) == 1


class Paid:
    """An order with a coupon that has one use, paid; a clerk and a manager."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.sold = shop.course(work, price_fen=10_000)
        make.coupon(work, self.sold.association_id, total=1, percent=10)
        self.me = chosen(work, self.sold)
        coupons.enter(work, self.me, "SPRING")
        self.order_id = placed(work, self.me)
        begun = shop.plan(work, self.me, self.order_id)
        services.settle(work, shop.seen(work, begun, amount_fen=Fen(9_000)), live=False)
        self.payment = work.session.scalars(select(Payment)).one()

    def back(self, fen: int, again: int = 1) -> OrderState:
        """Ask for it as a manager, agree as another, and hear that it went."""
        house = self.sold.association_id
        hands = [make.hand(self.work, house) for _ in range(2)]
        (line,) = queries.order(self.work.session, self.me, self.order_id).lines
        wish = (LineWish(line.id, Fen(fen)),)
        ask = RefundAsk(self.payment.id, Fen(fen), "学员申请", wish)
        refund = services.ask_refund(
            hands[0], house, self.order_id, ask, certified=False
        )
        services.decide_refund(hands[1], house, refund, (True, ""), certified=False)
        back = Fen(self.payment.refunded_fen + fen)
        for _ in range(again):
            seen = RefundSeen(f"re_{refund}", "succeeded", back)
            services.settle_refund(self.work, refund, seen)
        return queries.order(self.work.session, self.me, self.order_id).state


def test_an_order_refunded_whole_before_study_gives_its_use_back_once(
    work: Work,
) -> None:
    paid = Paid(work)

    assert paid.back(9_000, again=3) is OrderState.REFUNDED

    assert used(work) == 0
    coupons.follow(work, lock_order(work, paid.order_id))
    assert used(work) == 0
    kinds = work.session.scalars(
        select(EvidenceLine.kind).where(
            EvidenceLine.stream == f"order:{paid.order_id}",
            EvidenceLine.kind.startswith("coupon."),
        )
    ).all()
    assert sorted(kinds) == ["coupon.given_back", "coupon.used"]
    services.add(work, paid.me, OfferKind.COURSE, paid.sold.course_id)
    assert coupons.enter(work, paid.me, "SPRING") == "SPRING"


def test_a_part_that_goes_back_keeps_the_coupon_used(work: Work) -> None:
    paid = Paid(work)

    assert paid.back(4_000) is OrderState.PART_REFUNDED
    assert used(work) == 1


def test_money_that_goes_back_after_study_keeps_the_coupon_used(work: Work) -> None:
    paid = Paid(work)
    studied(work, paid.sold, 300)

    assert paid.back(9_000) is OrderState.REFUNDED
    assert used(work) == 1


def ended_with_session(
    work: Work, total: int
) -> tuple[PersonId, OrderId, CheckoutPlan]:
    sold = shop.course(work)
    make.coupon(work, sold.association_id, total=total)
    me = chosen(work, sold)
    coupons.enter(work, me, "SPRING")
    order_id = placed(work, me)
    begun = shop.plan(work, me, order_id)
    order = lock_order(work, order_id)
    order.state = OrderState.EXPIRED
    coupons.follow(work, order)
    return me, order_id, begun


def test_late_money_takes_its_use_up_again_while_there_is_one(work: Work) -> None:
    me, order_id, begun = ended_with_session(work, total=1)
    assert used(work) == 0

    told = services.settle(
        work, shop.seen(work, begun, amount_fen=Fen(11_520)), live=False
    )

    assert told.effect is Effect.REVIVED
    assert used(work) == 1
    assert queries.order(work.session, me, order_id).state is OrderState.FULFILLED


def test_late_money_is_held_when_others_used_the_code_up(work: Work) -> None:
    _me, order_id, begun = ended_with_session(work, total=1)
    sold = work.session.scalars(
        select(OrderLine.offer_id).where(OrderLine.order_id == order_id)
    ).one()
    other = people.person(work).person_id
    services.add(work, other, OfferKind.COURSE, sold)
    coupons.enter(work, other, "SPRING")
    placed(work, other)

    told = services.settle(
        work, shop.seen(work, begun, amount_fen=Fen(11_520)), live=False
    )

    assert (told.effect, told.reason) == (Effect.HELD, "coupon_gone")
    assert used(work) == 1


def test_nobody_learns_whether_a_code_is_anothers(work: Work) -> None:
    sold, elsewhere = shop.course(work), shop.course(work)
    make.coupon(work, elsewhere.association_id, code="THEIRS")
    asked = shop.association(work, two_person=True)
    make.asked_coupon(make.hand(work, asked), asked, code="WAITS")
    stopped = make.coupon(work, sold.association_id, code="STOPPED")
    COUPONS.stop(work, sold.association_id, stopped)
    me = chosen(work, sold)

    for code in ("THEIRS", "NOSUCH", "STOPPED", "WAITS"):
        with pytest.raises(Refused, match=r"coupon\.unknown$"):
            coupons.enter(work, me, code)
    assert queries.cart(work.session, me).coupon == ""


def test_each_person_uses_a_coupon_as_often_as_it_says(work: Work) -> None:
    sold = shop.course(work)
    make.coupon(work, sold.association_id)
    more = shop.course(work, sold.association_id)
    me = chosen(work, sold)
    coupons.enter(work, me, "SPRING")
    placed(work, me)
    services.add(work, me, OfferKind.COURSE, more.course_id)

    with pytest.raises(Refused, match=r"coupon\.own_uses"):
        coupons.enter(work, me, "SPRING")


def test_who_made_a_coupon_never_agrees_to_it(work: Work) -> None:
    house = shop.association(work, two_person=True)
    clerk = make.hand(work, house, "clerk")
    made = make.asked_coupon(clerk, house)
    (card,) = offers.coupons(work.session, house)
    assert card.state is DealState.ASKED

    with pytest.raises(LmsError):
        COUPONS.decide(
            make.hand(work, house, "manager", clerk.actor.person_id),
            house, made, (True, ""),
        )  # fmt: skip
    with pytest.raises(LmsError):
        COUPONS.decide(make.hand(work, house, "clerk"), house, made, (True, ""))
    manager = make.hand(work, house)
    assert COUPONS.decide(manager, house, made, (True, "")) is DealState.ACTIVE
    with pytest.raises(Conflict):
        COUPONS.decide(make.hand(work, house), house, made, (False, "不"))


def test_a_clerk_of_a_house_without_two_persons_asks_a_manager(work: Work) -> None:
    house = shop.association(work)
    make.asked_coupon(make.hand(work, house, "clerk"), house)
    (card,) = offers.coupons(work.session, house)
    assert card.state is DealState.ASKED


def test_many_codes_are_drawn_and_each_is_used_once(work: Work) -> None:
    sold = shop.course(work)
    made = make.coupon(work, sold.association_id, code="", total=0, many=50)
    codes = offers.codes(work.session, sold.association_id, made)
    assert len({one.code for one in codes}) == 50
    assert {one.total for one in codes} == {1}
    me = chosen(work, sold)

    assert coupons.enter(work, me, codes[0].code.lower()) == codes[0].code
    placed(work, me)

    with pytest.raises(Refused, match=r"coupon\.used_up"):
        coupons.enter(work, chosen(work, sold), codes[0].code)
    with pytest.raises(NotFound):
        offers.codes(work.session, shop.association(work), made)


def test_what_is_wrong_with_a_coupon_is_said_all_at_once(work: Work) -> None:
    house = shop.association(work)
    wrong = {"title": " ", "percent": 0, "code": "a", "total": 0, "each_person": 0}
    with pytest.raises(Refused) as refused:
        make.coupon(work, house, **wrong)
    assert set(refused.value.reasons) == {
        "coupon.title", "coupon.worth", "coupon.code", "coupon.uses",
    }  # fmt: skip
    make.coupon(work, house)
    with pytest.raises(Conflict, match=r"coupon\.taken"):
        make.coupon(work, house, code="sp ring")


def test_a_coupon_of_the_whole_price_opens_the_course_at_once(work: Work) -> None:
    sold = shop.course(work)
    make.coupon(work, sold.association_id, percent=100)
    me = chosen(work, sold)
    coupons.enter(work, me, "SPRING")

    order = queries.order(work.session, me, placed(work, me))

    assert (order.total_fen, order.state) == (0, OrderState.FULFILLED)


def test_a_quote_takes_the_members_price_then_the_tier_then_the_coupon(
    work: Work,
) -> None:
    company = companies.proved(work)
    sold = shop.course(work, price_fen=10_000)
    house, today = sold.association_id, legal_day(work.now)
    manager = make.hand(work, house)
    make.deal(manager, house, DealKind.TIER, {"seats": 10, "percent": 5})
    make.deal(manager, house, DealKind.MEMBER, {"percent": 10})
    make.coupon(work, house)
    uscc = people_queries.company(work.session, company.id).uscc
    members.keep(manager, house, MemberFacts(uscc, "某公司", today, today))
    ask = QuoteAsk(company.id, (Wanted("course", sold.course_id, 10),), new_id(),
                   coupon="SPRING")  # fmt: skip

    acting = company.acting(work)
    quote_id = services.make_quote(acting, ask)
    order_id = services.order_quote(acting, company.id, quote_id, "")

    (line,) = queries.company_order(work.session, company.id, order_id).lines
    assert [(c.kind, c.amount_fen) for c in line.cuts] == [
        (CutKind.MEMBER, 10_000), (CutKind.TIER, 4_500), (CutKind.COUPON, 8_550),
    ]  # fmt: skip
    assert line.price_fen == 76_950
    assert work.session.get_one(Order, order_id).total_fen == 76_950
    assert used(work) == 1

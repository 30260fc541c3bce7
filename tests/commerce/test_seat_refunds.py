"""Seats whose money goes back: nobody sits there, and nobody who sits is turned out."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from lms.commerce import queries, services
from lms.commerce.models import Order
from lms.commerce.queries import SeatLineCard
from lms.commerce.queries.wishes import WishStage
from lms.commerce.queries.wishes import wishes as told
from lms.commerce.services import RefundAsk, wishes
from lms.commerce.services.refund_lines import LineWish
from lms.commerce.services.wishes import WishAsk
from lms.kernel.errors import Forbidden, NotFound, Refused
from lms.kernel.money import Fen
from lms.kernel.work import Work
from tests.commerce.test_seats import assign, company, counts
from tests.make import commerce as shop
from tests.make import companies
from tests.make import seats as make
from tests.make.companies import Company

__all__ = ["company"]


def refund(work: Work, line: SeatLineCard) -> object:
    """Ask for the whole of an order back, and agree to it."""
    house = line.association_id
    order = queries.order_of(work.session, house, line.order_id)
    (payment,) = order.payments
    refund_id = services.ask_refund(
        make.clerk(work, house), house, order.id,
        RefundAsk(payment.id, payment.amount_fen, "单位取消培训"), certified=False,
    )  # fmt: skip
    clerk = make.clerk(work, house)
    manager = replace(clerk, actor=replace(clerk.actor, roles=frozenset({"manager"})))
    return services.decide_refund(
        manager, house, refund_id, (True, "同意"), certified=False
    )


def test_an_order_on_which_somebody_sits_is_not_refunded(
    work: Work, company: Company
) -> None:
    line = make.bought(work, company, shop.course(work), 2)
    assign(work, company, line, make.staff(work, company))

    with pytest.raises(Refused, match=r"refund\.begun"):
        refund(work, line)


def test_seats_whose_money_goes_back_seat_nobody(work: Work, company: Company) -> None:
    line = make.bought(work, company, shop.course(work), 2)

    refund(work, line)

    assert counts(work, company, line) == (0, 0, 2)
    with pytest.raises(Refused, match=r"seat\.not_enough"):
        assign(work, company, line, make.staff(work, company))


def test_so_many_unused_seats_can_be_given_up(work: Work, company: Company) -> None:
    line = make.bought(work, company, shop.course(work), 5)
    assign(work, company, line, make.staff(work, company))
    order = work.session.get_one(Order, line.order_id)

    services.return_seats(work, order, {line.line_id: 3})

    assert counts(work, company, line) == (1, 1, 3)
    with pytest.raises(Refused, match=r"seat\.not_enough"):
        services.return_seats(work, order, {line.line_id: 2})
    (told,) = queries.unused_seats(work.session, line.order_id)
    assert told.count.free == 1


# -- a company asks for money back ----------------------------------------------


def wish(
    work: Work, owner: Company, line: SeatLineCard, *, why: str = "报多了"
) -> UUID:
    acting = owner.acting(work)
    assert acting.actor.person_id is not None
    return wishes.wish(
        acting,
        acting.actor.person_id,
        line.order_id,
        WishAsk(frozenset({line.line_id}), why),
        certified=False,
        employer_id=owner.id,
    )


def test_a_company_asks_for_the_seats_that_nobody_uses_and_the_desk_gives_them(
    work: Work, company: Company
) -> None:
    line = make.bought(work, company, shop.course(work), 3)
    assign(work, company, line, make.staff(work, company))

    first = wish(work, company, line)

    assert wish(work, company, line, why="又一次") == first
    (card,) = told(work.session, line.order_id)
    assert (card.stage, card.most_fen) == (WishStage.WAITING, 25_600)
    house = line.association_id
    order = queries.order_of(work.session, house, line.order_id)
    services.ask_refund(
        make.clerk(work, house), house, line.order_id,
        RefundAsk(order.payments[0].id, Fen(25_600), "单位申请",
                  (LineWish(line.line_id, Fen(25_600), 2),)),
        certified=False,
    )  # fmt: skip
    assert told(work.session, line.order_id)[0].stage is WishStage.TAKEN_UP


def test_seats_in_use_and_orders_of_others_are_not_asked_for(
    work: Work, company: Company
) -> None:
    line = make.bought(work, company, shop.course(work), 1)
    stranger = companies.proved(work, name="别家公司")
    with pytest.raises(NotFound):
        wish(work, replace(company, id=stranger.id, agent=stranger.agent), line)
    assign(work, company, line, make.staff(work, company))
    with pytest.raises(Refused, match=r"refund\.seats_taken"):
        wish(work, company, line)
    acting = company.acting(work)
    assert acting.actor.person_id is not None
    with pytest.raises(NotFound):
        # It is the company's, not the agent's own.
        wishes.withdraw(acting, acting.actor.person_id, line.order_id)


def test_who_asked_for_the_company_does_not_answer_at_the_desk(
    work: Work, company: Company
) -> None:
    line = make.bought(work, company, shop.course(work), 2)
    wish(work, company, line)
    acting = company.acting(work)
    both = replace(
        acting,
        actor=replace(
            acting.actor,
            roles=frozenset({"clerk"}),
            association_id=line.association_id,
        ),
    )
    with pytest.raises(Forbidden):
        wishes.decline(both, line.association_id, line.order_id, "不退")
    wishes.decline(
        make.clerk(work, line.association_id),
        line.association_id,
        line.order_id,
        "不退",
    )
    assert told(work.session, line.order_id)[0].stage is WishStage.REFUSED

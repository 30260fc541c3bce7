"""Seats whose money goes back: nobody sits there, and nobody who sits is turned out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms.commerce import queries, services
from lms.commerce.models import Order
from lms.commerce.queries import SeatLineCard
from lms.commerce.services import RefundAsk
from lms.kernel.errors import Refused
from lms.kernel.work import Work
from tests.commerce.test_seats import assign, company, counts
from tests.make import commerce as shop
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

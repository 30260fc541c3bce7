"""Who acts for a company is no clerk to it: neither to its money nor to its matters."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lms.commerce import queries, services
from lms.commerce.services import RefundAsk, assigning
from lms.commerce.services.assigning import Part
from lms.kernel.errors import Forbidden, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Work
from lms.policy.answering import Matter
from lms.threads import services as threads
from lms.threads.services import Opening, Said
from tests.commerce.test_seats import company
from tests.make import commerce as shop
from tests.make import seats as make
from tests.make import statements as bank
from tests.make.companies import Company

__all__ = ["company"]


def agents_clerk(work: Work, company: Company, house: AssociationId) -> Work:
    """A clerk who acts for the company beside, in an account of their own."""
    clerk = make.clerk(work, house)
    return replace(clerk, actor=replace(clerk.actor, employer_id=company.id))


def test_a_companys_agent_confirms_no_money_of_the_company(
    work: Work, company: Company
) -> None:
    sold = shop.course(work)
    order_id = make.ordered(work, company, [(sold, 2)])
    house = sold.association_id
    due = queries.order_of(work.session, house, order_id).total_fen
    own = agents_clerk(work, company, house)

    with pytest.raises(Forbidden, match=r"transfer\.own_order"):
        services.propose_transfer(own, house, order_id, shop.bank_line(Fen(due)))
    (line,) = bank.taken(bank.hand(work), house, bank.row(f"{due / 100:.2f}"))
    with pytest.raises(Forbidden, match=r"transfer\.own_order"):
        assigning.propose(own, house, line.id, [Part(order_id, Fen(due))])


def test_a_companys_agent_gives_the_company_nothing_back(
    work: Work, company: Company
) -> None:
    line = make.bought(work, company, shop.course(work), 2)
    house = line.association_id
    (payment,) = queries.order_of(work.session, house, line.order_id).payments
    ask = RefundAsk(payment.id, payment.amount_fen, "单位取消培训")

    with pytest.raises(Forbidden, match=r"transfer\.own_order"):
        services.ask_refund(
            agents_clerk(work, company, house), house, line.order_id, ask,
            certified=False,
        )  # fmt: skip


def test_a_companys_agent_answers_no_matter_of_the_company(
    work: Work, company: Company
) -> None:
    house = shop.course(work).association_id
    put = Opening(
        Matter.STUDY, Said(new_id(), "席位没有到账"), "席位", for_company=True
    )
    agent = company.acting(work)
    agent = replace(agent, actor=replace(agent.actor, employer_id=company.id))
    thread = threads.begin(agent, house, put)
    own = agents_clerk(work, company, house)

    with pytest.raises(Refused, match=r"thread\.own"):
        threads.take(own, house, thread)
    with pytest.raises(Refused, match=r"thread\.own"):
        threads.note(own, house, thread, Said(new_id(), "我自己的单位"))
    threads.take(make.clerk(work, house), house, thread)

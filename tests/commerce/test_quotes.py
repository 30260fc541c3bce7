"""A company asks for a price, orders what was quoted, and pays as anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.catalogue.models import CourseVersion
from lms.catalogue.rules import VersionState
from lms.commerce import queries, services
from lms.commerce.models import Order, Quote
from lms.commerce.queries import PurchaseCard
from lms.commerce.rules import OrderState
from lms.commerce.rules.seats import (
    COMPANY_ORDER_LIFE,
    QUOTE_DAYS,
    QuoteState,
    Wanted,
)
from lms.commerce.services import QuoteAsk
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work
from lms.notify.models import OutboxMessage
from lms.people import queries as people_queries
from lms.people import services as people_services
from tests.conftest import HandClock, work_at
from tests.make import commerce as shop
from tests.make import companies
from tests.make import seats as make
from tests.races import race

Begin = Callable[..., Any]


def test_a_quote_freezes_prices_until_a_day(work: Work) -> None:
    company, sold = companies.proved(work), shop.course(work)
    quote = make.quoted(work, company, [(sold, 10)], once=new_id())
    version = work.session.get_one(CourseVersion, sold.version_id)
    version.price_fen = 99_900

    today = legal_day(work.now)
    card = queries.quote_for(work.session, company.id, quote, today)
    assert (card.total_fen, card.seats, card.state) == (128_000, 10, QuoteState.OPEN)
    assert card.valid_until == today + timedelta(days=QUOTE_DAYS)
    order_id = services.order_quote(company.acting(work), company.id, quote, "PO-1")
    order = queries.company_order(work.session, company.id, order_id)
    assert (order.total_fen, order.lines[0].quantity) == (128_000, 10)


def test_an_order_says_whose_invoice_it_is_to_stand_on(work: Work) -> None:
    company = companies.proved(work, name="包头第一建筑公司")
    order_id = make.ordered(work, company, [(shop.course(work), 2)], " 采购 2026-7 ")

    bought = queries.purchase(work.session, order_id)

    assert bought is not None
    assert (bought.company_name, bought.number) == ("包头第一建筑公司", "采购 2026-7")
    assert isinstance(bought, PurchaseCard)
    assert len(bought.uscc) == 18


def test_a_companys_order_waits_as_long_as_its_books(work: Work) -> None:
    company = companies.proved(work)
    order_id = make.ordered(work, company, [(shop.course(work), 1)])

    order = queries.company_order(work.session, company.id, order_id)

    assert order.expires_at == work.now + COMPANY_ORDER_LIFE
    assert order.state is OrderState.PENDING


def test_the_agents_own_orders_know_nothing_of_it(work: Work) -> None:
    company, sold = companies.proved(work), shop.course(work)
    order_id = make.ordered(work, company, [(sold, 3)])

    agent = company.agent.person_id
    assert not queries.orders(work.session, agent)
    assert not queries.awaited_versions(work.session, agent)
    with pytest.raises(NotFound):
        queries.order(work.session, agent, order_id)


def test_another_company_finds_neither_quote_nor_order(work: Work) -> None:
    company, other = companies.proved(work), companies.proved(work)
    quote = make.quoted(work, company, [(shop.course(work), 1)], once=new_id())
    order_id = make.ordered(work, company, [(shop.course(work), 1)])

    with pytest.raises(NotFound):
        queries.quote_for(work.session, other.id, quote, legal_day(work.now))
    with pytest.raises(NotFound):
        services.order_quote(other.acting(work), other.id, quote, "")
    with pytest.raises(NotFound):
        queries.company_order(work.session, other.id, order_id)
    agent = other.agent.person_id
    for deed in (
        lambda: services.begin_payment(
            other.acting(work), agent, order_id, "card", employer_id=other.id
        ),
        lambda: services.cancel(
            other.acting(work), agent, order_id, employer_id=other.id
        ),
        lambda: services.declare_transfer(other.acting(work), agent, order_id),
    ):
        with pytest.raises(NotFound):
            deed()


def test_a_colleague_who_acts_for_the_company_may_pay_what_another_ordered(
    work: Work,
) -> None:
    company = companies.proved(work)
    code = people_queries.company(work.session, company.id).uscc
    late = companies.unproved(work, code)
    people_services.confirm_agent(company.acting(work), company.id, late.seat)
    order_id = make.ordered(work, company, [(shop.course(work), 2)])

    plan = services.begin_payment(
        late.acting(work),
        late.agent.person_id,
        order_id,
        "card",
        employer_id=company.id,
    )

    assert plan.lines[0].told.endswith("× 2")


def test_an_agent_who_is_not_confirmed_orders_nothing(work: Work) -> None:
    company = companies.proved(work)
    code = people_queries.company(work.session, company.id).uscc
    stranger = companies.unproved(work, code)
    quote = make.quoted(work, company, [(shop.course(work), 1)], once=new_id())

    with pytest.raises(Refused, match=r"employer\.unconfirmed"):
        services.order_quote(stranger.acting(work), company.id, quote, "")


@pytest.mark.parametrize("fate", ["over", "withdrawn"])
def test_a_quote_that_is_over_or_withdrawn_sells_nothing(
    work: Work, clock: HandClock, fate: str
) -> None:
    company = companies.proved(work)
    quote = make.quoted(work, company, [(shop.course(work), 1)], once=new_id())
    if fate == "over":
        clock.pass_days(QUOTE_DAYS + 1)
    else:
        services.withdraw_quote(company.acting(work), quote, employer_id=company.id)
    later = work_at(work, clock)

    with pytest.raises(Refused, match=r"quote\.not_open"):
        services.order_quote(company.acting(later), company.id, quote, "")


def test_a_course_off_sale_is_still_sold_at_the_price_that_was_promised(
    work: Work,
) -> None:
    company, sold = companies.proved(work), shop.course(work)
    quote = make.quoted(work, company, [(sold, 1)], once=new_id())
    version = work.session.get_one(CourseVersion, sold.version_id)
    version.state = VersionState.WITHDRAWN

    order_id = services.order_quote(company.acting(work), company.id, quote, "")

    assert queries.company_order(work.session, company.id, order_id).total_fen


def test_a_number_that_is_used_is_named_until_its_order_is_given_up(
    work: Work,
) -> None:
    company = companies.proved(work)
    first = make.ordered(work, company, [(shop.course(work), 1)], "PO-7")
    quote = make.quoted(work, company, [(shop.course(work), 1)], once=new_id())
    acting = company.acting(work)

    with pytest.raises(Refused) as said:
        services.order_quote(acting, company.id, quote, "PO-7")
    order = queries.company_order(work.session, company.id, first)
    assert said.value.code == "quote.number_used"
    assert said.value.facts == {"number": "PO-7", "order": order.number}

    me = company.agent.person_id
    services.cancel(acting, me, first, employer_id=company.id)
    again = services.order_quote(acting, company.id, quote, "PO-7")
    assert again != first


def test_one_quote_holds_one_associations_courses(work: Work) -> None:
    company = companies.proved(work)

    with pytest.raises(Refused, match=r"quote\.other_house"):
        make.quoted(
            work,
            company,
            [(shop.course(work), 1), (shop.course(work), 1)],
            once=new_id(),
        )


def test_a_clerk_quotes_for_a_company_and_its_agents_hear_of_it(work: Work) -> None:
    company, sold = companies.proved(work), shop.course(work)
    clerk = make.clerk(work, sold.association_id)
    ask = QuoteAsk(
        company.id,
        (Wanted("course", sold.course_id, 5),),
        new_id(),
        sold.association_id,
    )

    quote = services.make_quote(clerk, ask)

    work.session.flush()
    told = work.session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == "quote_made")
    ).all()
    assert [one.to_account for one in told] == [company.agent.account_id]
    placed = services.order_quote(company.acting(work), company.id, quote, "")
    assert queries.company_order(work.session, company.id, placed).lines
    other = replace(ask, association_id=shop.association(work), once=new_id())
    with pytest.raises(Refused, match=r"quote\.other_house"):
        services.make_quote(clerk, other)


def test_a_company_that_is_not_proved_gets_no_quote(work: Work) -> None:
    company, sold = companies.unproved(work), shop.course(work)
    ask = QuoteAsk(
        company.id,
        (Wanted("course", sold.course_id, 5),),
        new_id(),
        sold.association_id,
    )

    with pytest.raises(Refused, match=r"quote\.no_company"):
        services.make_quote(make.clerk(work, sold.association_id), ask)


def test_an_absurd_sum_is_refused(work: Work) -> None:
    company, sold = companies.proved(work), shop.course(work, price_fen=1_000_000)

    with pytest.raises(Refused, match=r"quote\.too_much"):
        make.quoted(work, company, [(sold, 2000)], once=new_id())


def test_an_own_cart_that_was_open_meanwhile_is_not_mistaken_for_the_order(
    work: Work,
) -> None:
    """The number of the cart was taken by the company's order in between."""
    company, sold = companies.proved(work), shop.course(work)
    make.ordered(work, company, [(sold, 1)])

    with pytest.raises(Exception, match=r"cart\.changed"):
        services.place_order(
            company.acting(work), company.agent.person_id, revision=1, total_fen=Fen(0)
        )


def test_eight_clicks_at_once_ask_for_one_quote_and_place_one_order(
    app: Flask, begin: Begin
) -> None:
    with begin() as work:
        company, sold = companies.proved(work), shop.course(work)
    actor = Actor(company.agent.account_id, company.agent.person_id)
    ask = QuoteAsk(company.id, (Wanted("course", sold.course_id, 2),), new_id())

    quotes = race(app, [lambda work: services.make_quote(work, ask)] * 8, actor)
    assert len(set(map(str, quotes))) == 1
    (quote,) = set(quotes)
    assert isinstance(quote, UUID)
    orders = race(
        app,
        [lambda work: services.order_quote(work, company.id, quote, "PO-1")] * 8,
        actor,
    )

    assert len(set(map(str, orders))) == 1
    db.session.remove()
    assert db.session.scalar(select(func.count()).select_from(Quote)) == 1
    assert db.session.scalar(select(func.count()).select_from(Order)) == 1


def test_nobody_confirms_the_money_of_an_own_company(work: Work) -> None:
    company, sold = companies.proved(work), shop.course(work)
    order_id = make.ordered(work, company, [(sold, 1)])
    own = replace(
        work,
        actor=Actor(
            company.agent.account_id, company.agent.person_id, frozenset({"clerk"})
        ),
    )

    with pytest.raises(Exception, match=r"transfer\.own_order"):
        services.propose_transfer(
            own, sold.association_id, order_id, shop.bank_line(Fen(12_800))
        )

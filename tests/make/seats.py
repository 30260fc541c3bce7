"""Makers: a company that buys, its people, and seats that it paid for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from lms.commerce import queries, services
from lms.commerce.queries import SeatLineCard
from lms.commerce.rules.seats import Wanted
from lms.commerce.services import QuoteAsk
from lms.kernel.ids import AssociationId, OrderId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work
from tests.make import commerce as shop
from tests.make import companies, people
from tests.make.commerce import Sold
from tests.make.companies import Company
from tests.make.people import Made


@dataclass(frozen=True, slots=True)
class Staff:
    """One of a company's people, with the link that binds them."""

    made: Made
    link: UUID


def staff(work: Work, company: Company, **over: object) -> Staff:
    """Somebody with a whole profile who belongs to the company."""
    made = people.person(work, **over)
    return Staff(made, companies.bound(work, company, made))


def quoted(
    work: Work, company: Company, wanted: Iterable[tuple[Sold, int]], *, once: UUID
) -> UUID:
    """A quote that the company's agent asked for."""
    lines = tuple(Wanted("course", sold.course_id, seats) for sold, seats in wanted)
    ask = QuoteAsk(company.id, lines, once)
    return services.make_quote(company.acting(work), ask)


def ordered(
    work: Work, company: Company, wanted: Iterable[tuple[Sold, int]], number: str = ""
) -> OrderId:
    """An order that the company placed from a quote."""
    quote = quoted(work, company, wanted, once=new_id())
    return services.order_quote(company.acting(work), company.id, quote, number)


def clerk(work: Work, association_id: AssociationId) -> Work:
    """The same work in the hands of a clerk of an association."""
    made = people.account(work, name="白经办")
    return replace(
        work,
        actor=Actor(
            made.account_id,
            made.person_id,
            frozenset({"clerk"}),
            association_id=association_id,
        ),
    )


def paid(work: Work, order_id: OrderId, association_id: AssociationId) -> None:
    """Let the whole of an order come in by bank."""
    order = queries.order_of(work.session, association_id, order_id)
    line = replace(shop.bank_line(Fen(order.total_fen)), running_no=str(order.number))
    services.propose_transfer(
        clerk(work, association_id), association_id, order_id, line
    )
    work.session.flush()


def bought(work: Work, company: Company, sold: Sold, seats: int) -> SeatLineCard:
    """Seats in one course that the company paid for."""
    order_id = ordered(work, company, [(sold, seats)])
    if sold.price_fen:
        paid(work, order_id, sold.association_id)
    return next(
        line
        for line in queries.seat_lines(work.session, company.id)
        if line.order_id == order_id
    )

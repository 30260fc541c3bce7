"""The demonstration's company buys: ten paid seats, some of them taken, and a quote."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid5

from lms.commerce import queries, services
from lms.commerce.rules.seats import Wanted
from lms.commerce.services import BankLine, QuoteAsk
from lms.jobs.demo.companies import found
from lms.jobs.demo.people import Made
from lms.kernel.clock import legal_day
from lms.kernel.ids import AssociationId, CourseId, EmployerId, OrderId, PackageId
from lms.kernel.money import Fen
from lms.kernel.work import Work
from lms.people import queries as people
from lms.people.queries import ActsFor

_AGO = timedelta(days=30)
"""When everybody of the demonstration paid: one statement holds all of it."""

_SEATED = ("soon", "quit")
"""Who sits on two of the ten seats, and has not begun."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Who sells, through whom, and what: a package for seats, a course for a quote."""

    association_id: AssociationId
    clerk: Made
    package_id: PackageId
    course_id: CourseId


def lay(work: Work, agent: Made, shelf: Shelf) -> None:
    """Quote, order, pay and seat; leave a clerk's quote to be ordered."""
    acts = people.acts_for(work.session, agent.account_id)
    if acts is None:
        raise RuntimeError("nobody acts for the demonstration's company")
    before = replace(work, actor=agent.actor, now=work.now - _AGO)
    order_id = _order(before, acts, shelf)
    _pay(before, order_id, acts.employer_id, shelf)
    _seat(replace(work, actor=agent.actor), acts.employer_id, order_id)
    _quote(work, acts.employer_id, shelf)


def _order(work: Work, acts: ActsFor, shelf: Shelf) -> OrderId:
    wanted = (Wanted("package", shelf.package_id, 10),)
    once = uuid5(acts.employer_id, "demo")
    quote = services.make_quote(work, QuoteAsk(acts.employer_id, wanted, once))
    return services.order_quote(work, acts.employer_id, quote, "CG-2026-017")


def _pay(work: Work, order_id: OrderId, employer_id: EmployerId, shelf: Shelf) -> None:
    order = queries.company_order(work.session, employer_id, order_id)
    bought = queries.purchase(work.session, order_id)
    services.propose_transfer(
        _clerk(work, shelf),
        shelf.association_id,
        order_id,
        BankLine(
            bank_account="6200000000000000001",
            reference=order.number,
            value_on=legal_day(work.now),
            amount_fen=Fen(order.total_fen),
            running_no=f"YS{order.number[-6:]}",
            payer=bought.company_name if bought else "",
        ),
    )


def _clerk(work: Work, shelf: Shelf) -> Work:
    actor = replace(
        shelf.clerk.actor,
        roles=frozenset({"clerk"}),
        association_id=shelf.association_id,
    )
    return replace(work, actor=actor)


def _seat(work: Work, employer_id: EmployerId, order_id: OrderId) -> None:
    (line,) = queries.unused_seats(work.session, order_id)
    sitters = {found(work, name).person_id for name in _SEATED}
    links = [
        one.link_id
        for one in people.staff_of(work.session, employer_id)
        if one.person_id in sitters
    ]
    services.assign(work, employer_id, line.line_id, links)


def _quote(work: Work, employer_id: EmployerId, shelf: Shelf) -> None:
    wanted = (
        Wanted("package", shelf.package_id, 50),
        Wanted("course", shelf.course_id, 20),
    )
    once = uuid5(employer_id, "clerk")
    ask = QuoteAsk(employer_id, wanted, once, shelf.association_id)
    services.make_quote(_clerk(work, shelf), ask)

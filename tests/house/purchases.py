"""What companies buy: quotes, orders, seats and rosters, for each desk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from lms.accounts.models import Account
from lms.catalogue.queries import VersionCard
from lms.commerce import queries, services
from lms.commerce.rules import TransferState
from lms.commerce.rules.seats import Wanted
from lms.commerce.services import BankLine, QuoteAsk
from lms.kernel.clock import legal_day
from lms.kernel.grids import Cell
from lms.kernel.ids import AccountId, AssociationId, EmployerId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work
from lms.people import queries as people
from lms.people import services as people_services
from lms.people.rules.roster import read_roster
from tests.house import lives
from tests.house.lives import Things
from tests.make import companies as make
from tests.make import people as make_people
from tests.make.companies import Company

if TYPE_CHECKING:
    from tests.house.world import World

_ROSTER = read_roster(
    [[Cell("姓名"), Cell("手机号")], [Cell("钱七"), Cell("13777770001")]]
)


def lay(
    work: Work,
    world: World,
    cast: dict[str, PersonId],
    houses: tuple[AssociationId, AssociationId],
) -> None:
    """Let three companies buy: two of this association, one of the other."""
    here, there = houses
    own = _company(work, cast["李秀英"])
    away = _company(work, cast["吴难"])
    near = make.proved(work, name="呼和浩特某建筑公司")
    make.bound(work, near, make_people.person(work, name="钱六"))
    for_sale = [
        [one for one in lives.versions(work, house) if one.price]
        for house in (here, there)
    ]
    both = _bought(work, own, for_sale[0][1], 3), _bought(work, own, for_sale[0][2], 3)
    far = _bought(work, away, for_sale[1][0], 2)
    employer = world.things["employer"]
    for which, found in zip(("own", "same", "foreign"), (*both, far), strict=True):
        employer[which] |= found
    clerk = _clerk(work, here)
    for which, company, found in (
        ("own", own, both[0]),
        ("same", near, _bought(work, near, for_sale[0][1], 2)),
        ("foreign", away, far),
    ):
        world.things["staff"][which] |= _at_desk(clerk, company, found)
        world.things["inspector"][which]["employer_id"] = company.id
    _forms(work, world, own, for_sale[0][3])


def _company(work: Work, person_id: PersonId) -> Company:
    bond = people.employer_of(work.session, person_id)
    assert bond is not None
    seat = next(
        one
        for one in people.agents(work.session, bond.company.id)
        if one.confirmed_at is not None
    )
    row = work.session.get_one(Account, seat.account_id)
    agent = make_people.Made(seat.account_id, PersonId(row.person_id), row.name, "")
    return Company(EmployerId(bond.company.id), agent, seat.id)


def _bought(work: Work, company: Company, sold: VersionCard, seats: int) -> Things:
    """A paid line with one seat taken, an order that waits, and an open quote."""
    acting = company.acting(work)
    paid = _ordered(acting, company, sold, seats)
    order = queries.company_order(work.session, company.id, paid)
    clerk = _clerk(work, sold.association_id)
    line = BankLine(
        "1", "", legal_day(work.now), Fen(order.total_fen), order.number, "某公司"
    )
    made = services.propose_transfer(clerk, sold.association_id, paid, line)
    if made.state is TransferState.PROPOSED:
        second = _clerk(work, sold.association_id)
        services.second_transfer(second, sold.association_id, made.id)
    work.session.flush()
    (card,) = queries.unused_seats(work.session, paid)
    for one in people.staff_of(work.session, company.id):
        if services.assign(acting, company.id, card.line_id, [one.link_id]).count:
            break
    sitting = next(
        one
        for one in queries.seats_of_line(work.session, company.id, card.line_id)
        if one.person_id is not None
    )
    return {
        "order_id": _ordered(acting, company, sold, 1),
        "quote_id": _quoted(acting, company, sold, 1),
        "line_id": card.line_id,
        "seat_id": sitting.id,
        "draft_id": people_services.draft_roster(acting, company.id, _ROSTER),
    }


def _quoted(work: Work, company: Company, sold: VersionCard, seats: int) -> UUID:
    wanted = (Wanted("course", sold.course_id, seats),)
    return services.make_quote(work, QuoteAsk(company.id, wanted, new_id()))


def _ordered(work: Work, company: Company, sold: VersionCard, seats: int) -> UUID:
    quote = _quoted(work, company, sold, seats)
    return services.order_quote(work, company.id, quote, "")


def _clerk(work: Work, house: AssociationId) -> Work:
    """Somebody new at a desk: who matched money does not confirm it too."""
    made = make_people.account(work, name="窗口经办")
    actor = Actor(
        made.account_id,
        made.person_id,
        frozenset({"clerk"}),
        association_id=house,
    )
    return replace(work, actor=actor)


def _at_desk(clerk: Work, company: Company, found: Things) -> Things:
    """Give the same things as a clerk's pages name them."""
    session = clerk.session
    row = session.scalars(select(Account).where(Account.name == "白经办")).one()
    own = replace(
        clerk,
        actor=replace(clerk.actor, account_id=AccountId(row.id)),
    )
    return {
        "employer_id": company.id,
        "bought_id": found["line_id"],
        "seat_id": found["seat_id"],
        "quote_id": found["quote_id"],
        "draft_id": people_services.draft_roster(own, company.id, _ROSTER),
        "link_id": people.staff_of(session, company.id)[0].link_id,
    }


def _forms(work: Work, world: World, company: Company, sold: VersionCard) -> None:
    """Say what the pages would send."""
    wanted = {f"course:{sold.course_id}": "2"}
    code = people.company(work.session, company.id).uscc
    links = people.staff_of(work.session, company.id)
    world.forms |= {
        "employer.quote_make": wanted,
        "employer.quote_order": {"number": "PO-1"},
        "employer.nudge": {"kind": "profile", "link": str(links[-1].link_id)},
        "employer.seats_assign": {"link": str(links[-1].link_id)},
        "employer.seat_move": {"link": str(links[-1].link_id)},
        "employer.order_pay": {"method": "alipay"},
        "console_companies.quote_make": {**wanted, "uscc": code},
        "console_companies.link_end": {"left_on": "2026-11-20", "reason": "查实离职"},
        "console_company.seats_assign": {"link": str(links[-1].link_id)},
        "console_company.seat_move": {"link": str(links[-1].link_id)},
        "unit.quiet": {"quiet": "1"},
    }

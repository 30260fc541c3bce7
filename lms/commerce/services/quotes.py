"""Quote a price to a company, and let it order what was quoted."""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.catalogue import queries as catalogue
from lms.catalogue.queries import OfferCard
from lms.commerce import queries
from lms.commerce.models import Order, OrderLine, PurchaseOrder, Quote, QuoteLine
from lms.commerce.queries import offers as cheaper
from lms.commerce.queries.terms import terms_for
from lms.commerce.rules import CURRENCY, OfferKind, OrderState
from lms.commerce.rules.offers import read_code
from lms.commerce.rules.pricing import Item, Priced, Terms, coupon_objection, price
from lms.commerce.rules.seats import (
    COMPANY_ORDER_LIFE,
    LONGEST_NUMBER,
    MOST_FEN,
    QUOTE_DAYS,
    QuoteState,
    Wanted,
    quote_number,
    read_number,
    wanted_problems,
)
from lms.commerce.services.cart import lock_cart
from lms.commerce.services.orders import free_number, open_order
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, EmployerId, OrderId, PersonId, new_id
from lms.kernel.money import Fen, yuan
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.people import queries as people
from lms.people import services as people_services

_LETTERS = 6


@dataclass(frozen=True, slots=True)
class QuoteAsk:
    """What a company wants a price for. `once` names the asking.

    `association_id` is the clerk's own, when a clerk makes it.
    """

    employer_id: EmployerId
    lines: tuple[Wanted, ...]
    once: UUID
    association_id: AssociationId | None = None
    coupon: str = ""


def make_quote(work: Work, ask: QuoteAsk) -> UUID:
    """Freeze today's prices for a company; asking again under `once` gives the same.

    Raises: Refused with what is wrong.
    """
    if ask.association_id is None:
        people_services.may_act(work, ask.employer_id)
    company = people.company(work.session, ask.employer_id)
    if not company.proved:
        raise Refused("quote.no_company")
    once = uuid5(company.id, str(ask.once))
    problems = wanted_problems(ask.lines)
    if problems:
        raise Refused("quote.invalid", reasons=problems)
    house, lines = _priced(work, ask, company.uscc)
    quote = Quote(
        id=new_id(),
        number=_free_number(work),
        once=once,
        employer_id=company.id,
        association_id=house,
        company_name=company.name,
        uscc=company.uscc,
        made_by=work.actor.account_id,
        by_clerk=ask.association_id is not None,
        made_at=work.now,
        valid_until=legal_day(work.now) + timedelta(days=QUOTE_DAYS),
        total_fen=sum(line.price_fen for line in lines),
        coupon=read_code(ask.coupon),
        lines=lines,
    )
    if quote.total_fen > MOST_FEN:
        raise Refused("quote.too_much")
    return _written(work, quote, once)


def _priced(
    work: Work, ask: QuoteAsk, uscc: str
) -> tuple[AssociationId, list[QuoteLine]]:
    offers = [_offer(work, line) for line in ask.lines]
    house = _one_house(offers, ask.association_id)
    items = [
        Item(f"{offer.kind}:{offer.id}", offer.price, line.seats)
        for offer, line in zip(offers, ask.lines, strict=True)
    ]
    told = price(items, _terms(work, house, items, uscc, read_code(ask.coupon)))
    lines = [
        _line(place, offer, line.seats, priced)
        for place, (offer, line, priced) in enumerate(
            zip(offers, ask.lines, told, strict=True)
        )
    ]
    return house, lines


def _terms(
    work: Work, house: AssociationId, items: list[Item], uscc: str, code: str
) -> Terms:
    """Gather what is cheaper for a company today, with the coupon that it named.

    Raises: Refused with why the coupon takes nothing off.
    """
    session, today = work.session, legal_day(work.now)
    terms = terms_for(session, house, today, uscc=uscc)
    if not code:
        return terms
    found = cheaper.found_code(session, (house,), code)
    if found is None:
        raise Refused("coupon.unknown")
    plain = [(one.offer, one.price_fen) for one in price(items, terms)]
    problem = coupon_objection(plain, found.terms, today)
    if work.actor.person_id is not None:
        problem = problem or cheaper.uses_problem(session, found, work.actor.person_id)
    if problem:
        raise Refused(problem)
    return replace(terms, coupon=found.terms)


def _written(work: Work, quote: Quote, once: UUID) -> UUID:
    """Write a quote down, or give the one that the same asking made before."""
    quote_id: UUID = quote.id
    try:
        with work.session.begin_nested():
            work.session.add(quote)
    except IntegrityError:
        return work.session.scalars(select(Quote.id).where(Quote.once == once)).one()
    _note(work, quote, "quote.made", total_fen=quote.total_fen)
    if quote.by_clerk:
        _tell(work, quote)
    return quote_id


def _offer(work: Work, line: Wanted) -> OfferCard:
    try:
        return catalogue.offer(work.session, line.kind, line.offer_id)
    except NotFound as gone:
        raise Refused("offer.withdrawn") from gone


def _one_house(
    offers: list[OfferCard], asked_of: AssociationId | None
) -> AssociationId:
    houses = {offer.association_id for offer in offers}
    if asked_of is not None:
        houses.add(asked_of)
    if len(houses) > 1:
        raise Refused("quote.other_house")
    return houses.pop()


def _line(place: int, offer: OfferCard, seats: int, told: Priced) -> QuoteLine:
    return QuoteLine(
        id=new_id(),
        position=place,
        kind=OfferKind(offer.kind),
        offer_id=offer.id,
        title=offer.title,
        version_ids=[str(each) for each in offer.version_ids],
        unit_fen=offer.price,
        seats=seats,
        price_fen=told.price_fen,
        cuts=cheaper.cuts_written(told.cuts),
    )


def _free_number(work: Work) -> str:
    day = f"{legal_day(work.now):%y%m%d}"
    while True:
        number = quote_number(day, secrets.token_bytes(_LETTERS))
        if not work.session.scalar(select(Quote.id).where(Quote.number == number)):
            return number


def _tell(work: Work, quote: Quote) -> None:
    """Let those who act for the company know that a quote is there."""
    house = catalogue.association(work.session, AssociationId(quote.association_id))
    for agent in people.agents(work.session, quote.employer_id):
        if agent.confirmed_at is not None:
            notify.message(
                work,
                agent.account_id,
                "quote_made",
                dedupe=f"quote:{quote.id}:{agent.account_id}",
                of=quote.association_id,
                association=house.name,
                company=quote.company_name,
                number=quote.number,
                total=yuan(Fen(quote.total_fen)),
                until=quote.valid_until.isoformat(),
            )


def withdraw_quote(
    work: Work, quote_id: UUID, *, employer_id: UUID | None = None
) -> None:
    """Take a quote back: the company its own, a clerk the association's.

    Raises: NotFound; Refused once it is ordered, over or withdrawn.
    """
    quote = _locked(work, quote_id)
    if employer_id is not None:
        people_services.may_act(work, employer_id)
    theirs = (
        quote.employer_id == employer_id
        if employer_id is not None
        else quote.association_id == work.actor.association_id
    )
    if not theirs:
        raise NotFound("quote.unknown")
    _still_open(work, quote)
    quote.withdrawn_at = work.now
    work.session.flush()
    _note(work, quote, "quote.withdrawn")


def order_quote(
    work: Work, employer_id: EmployerId, quote_id: UUID, typed: str
) -> OrderId:
    """Order what was quoted, at the quoted prices; again gives the same order.

    `typed` is the company's own number of its purchase order, perhaps empty.

    Raises: NotFound; Refused (quote.not_open, quote.number, quote.number_used).
    """
    people_services.may_act(work, employer_id)
    if work.actor.person_id is None:
        raise NotFound("quote.unknown")
    cart = lock_cart(work, work.actor.person_id)
    quote = _locked(work, quote_id)
    if quote.employer_id != employer_id:
        raise NotFound("quote.unknown")
    placed = work.session.scalar(
        select(PurchaseOrder.order_id).where(PurchaseOrder.quote_id == quote.id)
    )
    if placed is not None:
        return OrderId(placed)
    _still_open(work, quote)
    number = read_number(typed)
    _judge_number(work, employer_id, number)
    order = _order(work, quote, PersonId(cart.person_id))
    order.cart_id, order.cart_revision = cart.id, cart.revision
    cart.revision += 1
    quote.ordered_at = work.now
    work.session.add(order)
    work.session.flush()
    work.session.add(_purchase(order, quote, number))
    order_id = open_order(work, order)
    _note(work, quote, "quote.ordered", order=str(order_id))
    return order_id


def _purchase(order: Order, quote: Quote, number: str) -> PurchaseOrder:
    return PurchaseOrder(
        order_id=order.id,
        quote_id=quote.id,
        employer_id=quote.employer_id,
        number=number,
        company_name=quote.company_name,
        uscc=quote.uscc,
    )


def _order(work: Work, quote: Quote, person_id: PersonId) -> Order:
    return Order(
        id=new_id(),
        number=free_number(work),
        person_id=person_id,
        association_id=quote.association_id,
        employer_id=quote.employer_id,
        state=OrderState.DRAFT,
        total_fen=quote.total_fen,
        refunded_fen=0,
        currency=CURRENCY,
        placed_at=work.now,
        expires_at=work.now + COMPANY_ORDER_LIFE,
        lines=[
            OrderLine(
                id=new_id(),
                position=line.position,
                kind=line.kind,
                offer_id=line.offer_id,
                title=line.title,
                version_ids=line.version_ids,
                price_fen=line.price_fen,
                quantity=line.seats,
                list_fen=line.unit_fen * line.seats,
                cuts=line.cuts,
            )
            for line in quote.lines
        ],
    )


def _judge_number(work: Work, employer_id: EmployerId, number: str) -> None:
    if len(number) > LONGEST_NUMBER:
        raise Refused("quote.number")
    if not number:
        return
    used = work.session.scalar(
        select(Order.number)
        .join(PurchaseOrder, PurchaseOrder.order_id == Order.id)
        .where(
            PurchaseOrder.employer_id == employer_id,
            PurchaseOrder.number == number,
            Order.state.not_in((OrderState.CANCELLED, OrderState.EXPIRED)),
        )
        .limit(1)
    )
    if used is not None:
        raise Refused("quote.number_used", number=number, order=used)


def _locked(work: Work, quote_id: UUID) -> Quote:
    quote = work.session.scalar(
        select(Quote)
        .where(Quote.id == quote_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if quote is None:
        raise NotFound("quote.unknown")
    return quote


def _still_open(work: Work, quote: Quote) -> None:
    if queries.state_of_quote(quote, legal_day(work.now)) is not QuoteState.OPEN:
        raise Refused("quote.not_open")


def _note(work: Work, quote: Quote, kind: str, **facts: object) -> None:
    told = {"quote": str(quote.id), "number": quote.number, **facts}
    stream = people_services.company_stream(quote.employer_id)
    evidence.note(work, stream, kind, **told)

"""Read carts, and what of them could be bought."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.commerce.models import Cart, CartItem, Order, OrderLine
from lms.commerce.queries import offers
from lms.commerce.queries.cards import CartCard, CartItemCard
from lms.commerce.queries.terms import terms_for
from lms.commerce.rules import OrderState
from lms.commerce.rules.pricing import Item, Priced, coupon_objection, price
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId, VersionId
from lms.kernel.money import Fen
from lms.learning import queries as learning
from lms.people import queries as people

_COUNT = (
    select(func.count())
    .select_from(CartItem)
    .where(CartItem.person_id == bindparam("person_id"))
)


def cart_count(session: Session, person_id: PersonId) -> int:
    """Count what is in a person's cart."""
    found = session.connection().scalar(_COUNT, {"person_id": person_id})
    return found or 0


def cart(session: Session, person_id: PersonId, on: date | None = None) -> CartCard:
    """Show a person's cart as it could be bought on a day, else at list prices."""
    own = session.execute(
        select(Cart.revision, Cart.coupon).where(Cart.person_id == person_id)
    ).first()
    revision, coupon = own or (0, "")
    owned = owned_versions(session, person_id)
    owed = awaited_versions(session, person_id)
    rows = session.scalars(
        select(CartItem)
        .where(CartItem.person_id == person_id)
        .order_by(CartItem.added_at, CartItem.id)
    )
    items = tuple(_item(session, row, owned, owed) for row in rows)
    problem = ""
    if on is not None:
        items, problem = priced(session, person_id, items, coupon, on)
    total = sum(item.price_fen for item in items if item.problem is None)
    return CartCard(revision, items, Fen(total), coupon, problem)


def priced(
    session: Session,
    person_id: PersonId,
    items: tuple[CartItemCard, ...],
    coupon: str,
    on: date,
) -> tuple[tuple[CartItemCard, ...], str]:
    """Price a person's items, and say why their coupon takes nothing off, if so."""
    ready = [one for one in items if one.problem is None]
    houses = list(dict.fromkeys(one.association_id for one in ready))
    known = tuple(one for one in houses if one is not None)
    found = offers.found_code(session, known, coupon)
    problem = "" if found or not (coupon and known) else "coupon.unknown"
    if found is not None:
        problem = offers.uses_problem(session, found, person_id)
    cheap: dict[UUID, Priced] = {}
    for house in known:
        theirs = [one for one in ready if one.association_id == house]
        terms = terms_for(session, house, on, person_id=person_id)
        wanted = [Item(one.offer, one.list_fen) for one in theirs]
        if found is not None and found.association_id == house and not problem:
            plain = [(one.offer, one.price_fen) for one in price(wanted, terms)]
            problem = coupon_objection(plain, found.terms, on)
            terms = replace(terms, coupon=found.terms)
        for one, told in zip(theirs, price(wanted, terms), strict=True):
            cheap[one.id] = told
    return tuple(
        replace(one, price_fen=cheap[one.id].price_fen, cuts=cheap[one.id].cuts)
        if one.id in cheap
        else one
        for one in items
    ), problem


def _item(
    session: Session,
    row: CartItem,
    owned: frozenset[VersionId],
    awaited: frozenset[VersionId],
) -> CartItemCard:
    try:
        offer = catalogue.offer(session, row.kind, row.offer_id)
    except (NotFound, Refused):
        return CartItemCard(
            row.id, row.kind, row.offer_id, "", None, (), Fen(0), "offer.withdrawn"
        )
    return CartItemCard(
        id=row.id,
        kind=row.kind,
        offer_id=row.offer_id,
        title=offer.title,
        association_id=offer.association_id,
        version_ids=tuple(offer.version_ids),
        price_fen=offer.price,
        list_fen=offer.price,
        problem=offer_problem(offer.version_ids, owned, awaited),
    )


def offer_problem(
    version_ids: Iterable[VersionId],
    owned: frozenset[VersionId],
    awaited: frozenset[VersionId],
) -> str | None:
    """Say why an offer cannot be bought: all of it is owned, or some is being paid."""
    versions = frozenset(version_ids)
    if not versions:
        return "offer.withdrawn"
    if versions <= owned:
        return "offer.owned"
    if versions & awaited:
        return "offer.ordered"
    return None


def owned_versions(session: Session, person_id: PersonId) -> frozenset[VersionId]:
    """Name the versions that a person has no use for.

    Shape: those that may be studied already, and every other version of a course that
        is being studied or was finished in the registration period: a course counts
        once in a period, however often it is published anew.
    """
    cards = [
        card
        for card in learning.enrolments(session, person_id)
        # What was closed with its money may be bought again.
        if card.closed_at is None
    ]
    since = _period_from(session, person_id)
    counting = {
        card.version_id
        for card in cards
        if since is None
        or card.completed_at is None
        or legal_day(card.completed_at) >= since
    }
    siblings = catalogue.versions_beside(session, counting)
    return frozenset(card.version_id for card in cards) | siblings


def _period_from(session: Session, person_id: PersonId) -> date | None:
    """Give the first day of the earliest period that runs; None when unknown."""
    try:
        registered = people.registration(session, person_id)
    except NotFound:
        return None
    return min(one.valid_from for one in registered.specialties)


def all_owned(session: Session, order: Order) -> bool:
    """Tell whether a person has everything in an order already; a company never."""
    if order.employer_id is not None:
        return False
    versions = {each for line in order.lines for each in line.version_ids}
    owned = owned_versions(session, PersonId(order.person_id))
    return versions <= {str(each) for each in owned}


def awaited_versions(session: Session, person_id: PersonId) -> frozenset[VersionId]:
    """Name the versions in a person's unpaid orders, and those beside them."""
    rows = session.scalars(
        select(OrderLine.version_ids)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Order.person_id == person_id,
            Order.employer_id.is_(None),
            Order.state == OrderState.PENDING,
        )
    )
    named = {VersionId(UUID(each)) for row in rows for each in row}
    return catalogue.versions_beside(session, named)

"""Read carts, and what of them could be bought."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.commerce.models import Cart, CartItem, Order, OrderLine
from lms.commerce.queries.cards import CartCard, CartItemCard
from lms.commerce.rules import OrderState
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


def cart(session: Session, person_id: PersonId) -> CartCard:
    """Show a person's cart as it could be bought now."""
    revision = session.scalar(select(Cart.revision).where(Cart.person_id == person_id))
    owned = owned_versions(session, person_id)
    owed = awaited_versions(session, person_id)
    rows = session.scalars(
        select(CartItem)
        .where(CartItem.person_id == person_id)
        .order_by(CartItem.added_at, CartItem.id)
    )
    items = tuple(_item(session, row, owned, owed) for row in rows)
    total = sum(item.price_fen for item in items if item.problem is None)
    return CartCard(revision or 0, items, Fen(total))


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
    cards = learning.enrolments(session, person_id)
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
    """Tell whether a person has everything in an order already."""
    versions = {each for line in order.lines for each in line.version_ids}
    owned = owned_versions(session, PersonId(order.person_id))
    return versions <= {str(each) for each in owned}


def awaited_versions(session: Session, person_id: PersonId) -> frozenset[VersionId]:
    """Name the versions in a person's unpaid orders, and those beside them."""
    rows = session.scalars(
        select(OrderLine.version_ids)
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.person_id == person_id, Order.state == OrderState.PENDING)
    )
    named = {VersionId(UUID(each)) for row in rows for each in row}
    return catalogue.versions_beside(session, named)

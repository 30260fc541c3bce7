"""Choose, and choose again."""

from uuid import UUID

from sqlalchemy import delete, select

from lms.accounts import services as accounts
from lms.catalogue import queries as catalogue
from lms.commerce import queries
from lms.commerce.models import Cart, CartItem
from lms.commerce.rules import OfferKind
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work


def add(work: Work, person_id: PersonId, kind: OfferKind, offer_id: UUID) -> None:
    """Put an offer into a person's cart; once is enough.

    Raises: NotFound for an unpublished offer; Refused for one that is owned.
    """
    session = work.session
    lock_cart(work, person_id)
    offer = catalogue.offer(session, kind, offer_id)
    problem = queries.offer_problem(
        offer.version_ids,
        queries.owned_versions(session, person_id),
        queries.awaited_versions(session, person_id),
    )
    if problem is not None:
        raise Refused(problem, title=offer.title)
    known = session.scalar(
        select(CartItem.id).where(
            CartItem.person_id == person_id,
            CartItem.kind == kind,
            CartItem.offer_id == offer_id,
        )
    )
    if known is None:
        session.add(
            CartItem(
                id=new_id(),
                person_id=person_id,
                kind=kind,
                offer_id=offer_id,
                added_at=work.now,
            )
        )


def remove(work: Work, person_id: PersonId, item_id: UUID) -> None:
    """Take something out of a person's cart; what is not there stays away."""
    work.session.execute(
        delete(CartItem).where(CartItem.id == item_id, CartItem.person_id == person_id)
    )


def lock_cart(work: Work, person_id: PersonId) -> Cart:
    """Lock a person's cart, so that nobody orders from it meanwhile."""
    accounts.lock_person(work, person_id)
    cart = work.session.scalar(
        select(Cart)
        .where(Cart.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if cart is None:
        cart = Cart(id=new_id(), person_id=person_id, revision=1)
        work.session.add(cart)
        work.session.flush()
    return cart

"""Place an order, and let it end unpaid."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select

from lms.accounts import services as accounts
from lms.classes import services as classes
from lms.commerce import queries
from lms.commerce.models import Cart, CartItem, Order, OrderLine, OrderStep
from lms.commerce.queries import CartCard, CartItemCard
from lms.commerce.queries.offers import cuts_written
from lms.commerce.rules import (
    CURRENCY,
    ORDER_LIFE,
    TRANSFER_LIFE,
    OrderState,
    may_become,
    order_number,
)
from lms.commerce.services import coupons
from lms.commerce.services.cart import lock_cart
from lms.commerce.services.fulfilling import fulfil
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import (
    AssociationId,
    EmployerId,
    OrderId,
    PersonId,
    VersionId,
    new_id,
)
from lms.kernel.money import Fen
from lms.kernel.work import Work
from lms.people import queries as people
from lms.people import services as people_services

_NUMBER_LETTERS = 6
_COMPLETE = 100


def place_order(
    work: Work, person_id: PersonId, *, revision: int, total_fen: Fen
) -> tuple[OrderId, ...]:
    """Turn a cart into one order for each association in it, at today's prices.

    `revision` and `total_fen` are what the person saw: sending them again gives the
    same orders, and another total is refused. Free orders are fulfilled at once.

    Raises: Refused (profile.incomplete, cart.empty); Conflict (cart.changed).
    """
    cart = lock_cart(work, person_id)
    if cart.revision != revision:
        return _placed_before(work, cart, revision)
    complete = people.completeness(work.session, person_id)
    if complete.percent < _COMPLETE:
        raise Refused("profile.incomplete", percent=complete.percent)
    coupons.lock_codes(work, cart.coupon)
    shown = queries.cart(work.session, person_id, legal_day(work.now))
    _as_shown(shown, total_fen)
    wanted = [each for item in shown.ready for each in item.version_ids]
    classes.lock_chosen(work, person_id, wanted)
    orders = [
        _place(work, cart, association_id, items)
        for association_id, items in _by_association(shown.ready).items()
    ]
    work.session.execute(
        delete(CartItem).where(CartItem.id.in_([item.id for item in shown.ready]))
    )
    cart.revision += 1
    cart.coupon = ""
    return tuple(orders)


def _as_shown(shown: CartCard, total_fen: Fen) -> None:
    """Insist that a cart costs what the person saw."""
    if not shown.ready:
        raise Refused("cart.empty")
    if shown.total_fen != total_fen:
        if shown.coupon_problem:
            raise Refused(shown.coupon_problem)
        raise Conflict("cart.changed")


def _placed_before(work: Work, cart: Cart, revision: int) -> tuple[OrderId, ...]:
    placed = work.session.scalars(
        select(Order.id)
        .where(
            Order.cart_id == cart.id,
            Order.cart_revision == revision,
            # What the person ordered for a company meanwhile is not this cart's.
            Order.employer_id.is_(None),
        )
        .order_by(Order.number)
    ).all()
    if not placed:
        raise Conflict("cart.changed")
    return tuple(OrderId(each) for each in placed)


def _by_association(
    items: Sequence[CartItemCard],
) -> dict[AssociationId, list[CartItemCard]]:
    sorted_out: dict[AssociationId, list[CartItemCard]] = {}
    for item in items:
        if item.association_id is not None:
            sorted_out.setdefault(item.association_id, []).append(item)
    return sorted_out


def _place(
    work: Work, cart: Cart, association_id: AssociationId, items: list[CartItemCard]
) -> OrderId:
    order = Order(
        id=new_id(),
        number=free_number(work),
        person_id=cart.person_id,
        association_id=association_id,
        cart_id=cart.id,
        cart_revision=cart.revision,
        state=OrderState.DRAFT,
        total_fen=sum(item.price_fen for item in items),
        refunded_fen=0,
        currency=CURRENCY,
        placed_at=work.now,
        expires_at=work.now + ORDER_LIFE,
        lines=[_line(position, item) for position, item in enumerate(items)],
    )
    return open_order(work, order)


def open_order(work: Work, order: Order) -> OrderId:
    """Write down a new order; one that costs nothing is fulfilled at once.

    Raises: Refused when its coupon was used up meanwhile, or the last place of a class
        has gone.
    """
    work.session.add(order)
    work.session.flush()
    if order.employer_id is None:
        accounts.know_learner(
            work, PersonId(order.person_id), AssociationId(order.association_id)
        )
    coupons.use(work, order)
    _hold_places(work, order)
    evidence.note(
        work,
        f"order:{order.id}",
        "order.placed",
        number=order.number,
        total_fen=order.total_fen,
    )
    step(work, order, OrderState.PENDING, "placed")
    if order.total_fen == 0:
        step(work, order, OrderState.PAID, "free")
        fulfil(work, order)
        step(work, order, OrderState.FULFILLED, "free")
    return OrderId(order.id)


def _hold_places(work: Work, order: Order) -> None:
    """Hold a place in the session chosen for each class; a company chooses later."""
    if order.employer_id is None:
        named = [each for line in order.lines for each in line.version_ids]
        wanted = [VersionId(UUID(each)) for each in named]
        classes.hold(work, PersonId(order.person_id), order.id, wanted)


def _line(position: int, item: CartItemCard) -> OrderLine:
    return OrderLine(
        id=new_id(),
        position=position,
        kind=item.kind,
        offer_id=item.offer_id,
        title=item.title,
        version_ids=[str(each) for each in item.version_ids],
        price_fen=item.price_fen,
        list_fen=item.list_fen,
        cuts=cuts_written(item.cuts),
    )


def free_number(work: Work) -> str:
    """Draw an order's number that nobody has."""
    day = f"{legal_day(work.now):%y%m%d}"
    while True:
        number = order_number(day, secrets.token_bytes(_NUMBER_LETTERS))
        if not work.session.scalar(select(Order.id).where(Order.number == number)):
            return number


def lock_order(work: Work, order_id: UUID) -> Order:
    """Lock an order before reading what it guards.

    Raises: NotFound.
    """
    order = work.session.scalar(
        select(Order)
        .where(Order.id == order_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if order is None:
        raise NotFound("order.unknown")
    return order


def own_to(work: Work, order: Order) -> bool:
    """Tell whether an order is that of who acts, or of the company they act for."""
    actor = work.actor
    ours = order.employer_id is not None and order.employer_id == actor.employer_id
    return ours or order.person_id == actor.person_id


def lock_own(
    work: Work,
    person_id: PersonId,
    order_id: UUID,
    employer_id: EmployerId | None = None,
) -> Order:
    """Lock one of a person's orders, or of the company that the person acts for.

    Raises: NotFound, also for another's.
    """
    if employer_id is not None:
        people_services.may_act(work, employer_id)
    order = lock_order(work, order_id)
    own = employer_id is not None or order.person_id == person_id
    if order.employer_id != employer_id or not own:
        raise NotFound("order.unknown")
    return order


def step(work: Work, order: Order, target: OrderState, reason: str) -> None:
    """Move a locked order one step, and write it down.

    Raises: Conflict for a step that the table does not have.
    """
    if not may_become(order.state, target):
        raise Conflict("order.state")
    last = work.session.scalar(
        select(func.max(OrderStep.seq)).where(OrderStep.order_id == order.id)
    )
    order.state = target
    coupons.follow(work, order)
    _follow_places(work, order)
    work.session.add(
        OrderStep(
            order_id=order.id,
            seq=(last or 0) + 1,
            state=target,
            reason=reason,
            account_id=work.actor.account_id,
            at=work.now,
        )
    )
    work.session.flush()
    evidence.note(work, f"order:{order.id}", f"order.{target.value}", reason=reason)


def _follow_places(work: Work, order: Order) -> None:
    """Let go the places of an order that ended unpaid; late money takes them again."""
    if order.state in {OrderState.EXPIRED, OrderState.CANCELLED, OrderState.REFUNDED}:
        classes.free_order(work, order.id)
    elif order.state is OrderState.PAID_LATE:
        classes.retake(work, order.id)


def cancel(
    work: Work,
    person_id: PersonId,
    order_id: UUID,
    *,
    employer_id: EmployerId | None = None,
) -> None:
    """Let a person give up an unpaid order; again changes nothing.

    Its open payment page must have been closed before.

    Raises: Refused (order.not_pending, order.processing, order.transferring).
    """
    order = lock_own(work, person_id, order_id, employer_id)
    if order.state is OrderState.CANCELLED:
        return
    if order.state is not OrderState.PENDING:
        raise Refused("order.not_pending")
    if queries.live_attempt(work.session, order.id):
        raise Refused("order.processing")
    if queries.has_transfer(work.session, order.id):
        raise Refused("order.transferring")
    step(work, order, OrderState.CANCELLED, "by_person")


def declare_transfer(
    work: Work,
    person_id: PersonId,
    order_id: UUID,
    *,
    employer_id: EmployerId | None = None,
) -> None:
    """Note that a person says to have sent money: the order waits, nothing is paid.

    Raises: Refused (order.not_pending).
    """
    order = lock_own(work, person_id, order_id, employer_id)
    if order.state is not OrderState.PENDING:
        raise Refused("order.not_pending")
    if order.transfer_declared_at is None:
        order.transfer_declared_at = work.now
        order.expires_at = max(order.expires_at, work.now + TRANSFER_LIFE)
        evidence.note(work, f"order:{order.id}", "order.transfer_declared")


def expire(work: Work, order_id: UUID) -> bool:
    """End an unpaid order whose time is over, unless a payment is under way."""
    order = lock_order(work, order_id)
    if order.state is not OrderState.PENDING or order.expires_at > work.now:
        return False
    if queries.live_attempt(work.session, order.id):
        return False
    step(work, order, OrderState.EXPIRED, "time")
    return True

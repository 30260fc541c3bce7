"""Coupons: made by one, approved by another; used, freed and used again with orders."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, select, update
from sqlalchemy.exc import IntegrityError

from lms.commerce.models import Coupon, CouponCode, CouponUse, Order
from lms.commerce.queries import carts as queries
from lms.commerce.queries import offers
from lms.commerce.queries.refunds import study_begun
from lms.commerce.rules import OrderState
from lms.commerce.rules.offers import (
    MOST_CODES,
    MOST_USES,
    code_problem,
    drawn_code,
    read_code,
)
from lms.commerce.rules.pricing import CutKind
from lms.commerce.services.bargains import COUPONS
from lms.commerce.services.cart import lock_cart
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Work

_ENDED = frozenset({OrderState.EXPIRED, OrderState.CANCELLED})
_TAKEN_UP = frozenset({OrderState.PAID, OrderState.PAID_LATE})


@dataclass(frozen=True, slots=True)
class CouponFacts:
    """What a coupon is. Units: fen, percent; legal days, the last one counts.

    Either `code` with `total` uses, or `many` codes to be drawn with one use each.
    """

    title: str
    percent: int
    amount_fen: Fen
    minimum_fen: Fen
    offers: tuple[str, ...]
    from_on: date
    until_on: date
    each_person: int
    code: str
    total: int
    many: int


def make_coupon(work: Work, association_id: AssociationId, facts: CouponFacts) -> UUID:
    """Make a coupon with its codes; with two persons it waits for the second.

    Raises: Refused with what is wrong; Conflict for a code that is there already.
    """
    problems = _problems(facts)
    if problems:
        raise Refused("coupon.invalid", reasons=problems)
    made = new_id()
    told = {"percent": facts.percent, "fen": facts.amount_fen}
    state, asked = COUPONS.first_state(work, association_id, made, told)
    work.session.add(
        Coupon(
            id=made,
            association_id=association_id,
            title=facts.title.strip(),
            percent=facts.percent or None,
            amount_fen=facts.amount_fen or None,
            minimum_fen=facts.minimum_fen,
            offers=list(facts.offers),
            from_on=facts.from_on,
            until_on=facts.until_on,
            each_person=facts.each_person,
            state=state,
            approval_id=asked,
            made_by=work.actor.person_id,
            made_at=work.now,
        )
    )
    work.session.flush()
    _write_codes(work, association_id, made, facts)
    COUPONS.note(work, association_id, "made", made, state=state.value)
    return made


def _problems(facts: CouponFacts) -> tuple[str, ...]:
    wrong = {
        "coupon.title": not facts.title.strip(),
        "coupon.worth": bool(facts.percent) == bool(facts.amount_fen)
        or not 0 <= facts.percent <= 100,  # noqa: PLR2004 - a percentage
        "coupon.days": facts.until_on < facts.from_on,
        "coupon.uses": facts.each_person < 1
        or not 1 <= (facts.many or facts.total) <= MOST_USES,
        "coupon.many": facts.many > MOST_CODES,
        "coupon.code": not facts.many and bool(code_problem(read_code(facts.code))),
    }
    return tuple(code for code, is_so in wrong.items() if is_so)


def _write_codes(
    work: Work, association_id: AssociationId, coupon_id: UUID, facts: CouponFacts
) -> None:
    if facts.many:
        drawn: set[str] = set()
        while len(drawn) < facts.many:
            drawn.add(drawn_code(secrets.token_bytes))
        wanted = [(one, 1) for one in sorted(drawn)]
    else:
        wanted = [(read_code(facts.code), facts.total)]
    try:
        with work.session.begin_nested():
            for code, total in wanted:
                work.session.add(
                    CouponCode(
                        id=new_id(),
                        coupon_id=coupon_id,
                        association_id=association_id,
                        code=code,
                        total=total,
                        used=0,
                    )
                )
    except IntegrityError as error:
        raise Conflict("coupon.taken") from error


# -- a person types a code, and orders ---------------------------------------------


def enter(work: Work, person_id: PersonId, typed: str) -> str:
    """Keep the code that a person typed, if it takes something off; none takes it away.

    Another association's code, one that was stopped and one that never was are all
    unknown, in the same words.

    Raises: Refused with why it takes nothing off.
    """
    cart = lock_cart(work, person_id)
    before, cart.coupon = cart.coupon, read_code(typed)
    work.session.flush()
    if not cart.coupon:
        return ""
    shown = queries.cart(work.session, person_id, legal_day(work.now))
    if shown.coupon_problem:
        cart.coupon = before
        raise Refused(shown.coupon_problem)
    return cart.coupon


def lock_codes(work: Work, code: str) -> None:
    """Lock whatever has this code, before anything is priced by it."""
    if code:
        work.session.scalars(
            select(CouponCode.id)
            .where(CouponCode.code == code)
            .order_by(CouponCode.id)
            .with_for_update()
        ).all()


def use(work: Work, order: Order) -> None:
    """Count one use of the coupon that made a new order cheaper.

    Raises: Refused (coupon.used_up).
    """
    cuts = [one for line in order.lines for one in offers.cuts_of(line.cuts)]
    taken = [one for one in cuts if one.kind is CutKind.COUPON]
    if not taken:
        return
    found = offers.found_code(work.session, (order.association_id,), taken[0].label)
    if found is None:
        raise Refused("coupon.unknown")
    problem = offers.uses_problem(work.session, found, order.person_id)
    if problem or not _count(work, found.id, 1):
        raise Refused(problem or "coupon.used_up")
    amount = sum(one.amount_fen for one in taken)
    work.session.add(
        CouponUse(
            id=new_id(),
            code_id=found.id,
            coupon_id=found.coupon_id,
            order_id=order.id,
            person_id=order.person_id,
            amount_fen=amount,
            used_at=work.now,
        )
    )
    work.session.flush()
    evidence.note(work, f"order:{order.id}", "coupon.used", amount_fen=amount)


def follow(work: Work, order: Order) -> None:
    """Free the coupon of an order that came to nothing; take it up with late money.

    It came to nothing when it ended unpaid, or when all its money went back before
    anything of it was studied. The order must be locked.

    Raises: Refused (coupon.gone) when no use is left for late money.
    """
    if order.state not in _ENDED | _TAKEN_UP | {OrderState.REFUNDED}:
        return
    row = _use_of(work, order)
    if row is None:
        return
    if order.state in _ENDED:
        _free(work, order, row, "coupon.freed")
    elif order.state is OrderState.REFUNDED:
        if not study_begun(work.session, order):
            _free(work, order, row, "coupon.given_back")
    elif row.freed_at is not None:
        if not _count(work, row.code_id, 1):
            raise Refused("coupon.gone")
        row.freed_at = None
        evidence.note(work, f"order:{order.id}", "coupon.used_again")


def _free(work: Work, order: Order, row: CouponUse, deed: str) -> None:
    if row.freed_at is None:
        _count(work, row.code_id, -1)
        row.freed_at = work.now
        evidence.note(work, f"order:{order.id}", deed)


def gone(work: Work, order: Order) -> bool:
    """Tell whether an ended order's coupon has no use left; the code is locked."""
    if order.state not in _ENDED:
        return False
    row = _use_of(work, order)
    if row is None or row.freed_at is None:
        return False
    free = work.session.execute(
        select(CouponCode.total - CouponCode.used)
        .where(CouponCode.id == row.code_id)
        .with_for_update()
    ).scalar_one()
    return free <= 0


def _use_of(work: Work, order: Order) -> CouponUse | None:
    return work.session.scalar(
        select(CouponUse)
        .where(CouponUse.order_id == order.id)
        .execution_options(populate_existing=True)
    )


def _count(work: Work, code_id: UUID, by: int) -> bool:
    """Count uses of a code in one guarded step; tell whether there was room."""
    done = work.session.execute(
        update(CouponCode)
        .where(
            CouponCode.id == code_id,
            CouponCode.used + by <= CouponCode.total,
            CouponCode.used + by >= 0,
        )
        .values(used=CouponCode.used + by)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", done).rowcount == 1

"""A hundred buyers with a coupon of ten uses: ten have it, whatever the moment."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import OperationalError

from lms.commerce import queries, services
from lms.commerce.models import CartItem, CouponCode, CouponUse, Payment
from lms.commerce.rules import OfferKind, RefundSeen, RefundState
from lms.commerce.services import RefundAsk, coupons
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.errors import Refused
from lms.kernel.ids import AccountId, PersonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import HOUSE, Actor, Work, unit_of_work
from tests.make import commerce as shop
from tests.make import offers as make
from tests.make import people
from tests.make.commerce import Sold
from tests.races import together

Begin = Callable[..., Any]
BUYERS, USES = 100, 10
SEEDS = int(os.environ.get("LMS_SEEDS", "4"))
"""How many orders of arrival are tried; `make test-long` tries twenty."""


@pytest.fixture
def buyers(begin: Begin) -> list[PersonId]:
    """A hundred people with whole profiles."""
    with begin() as work:
        return [people.person(work).person_id for _ in range(BUYERS)]


def ready(begin: Begin, buyers: list[PersonId], code: str) -> Sold:
    """A course in every cart, with the code that all were given."""
    with begin() as work:
        sold = shop.course(work)
        make.coupon(work, sold.association_id, code=code, total=USES)
        # Who went without the last time starts with an empty cart.
        work.session.execute(delete(CartItem))
        for one in buyers:
            services.add(work, one, OfferKind.COURSE, sold.course_id)
            assert coupons.enter(work, one, code) == code
    return sold


def buy(app: Flask, one: PersonId, lag: float) -> object:
    time.sleep(lag)
    actor = Actor(AccountId(new_id()), one)
    for _ in range(50):
        try:
            with unit_of_work(actor, clock=app.extensions["lms.clock"]) as work:
                return _order(work, one)
        except OperationalError:
            # Who waited too long for the lock clicks again, as people do.
            continue
        except Refused as refused:
            return refused.code
    raise AssertionError("never got through")


def _order(work: Work, one: PersonId) -> object:
    revision = queries.cart(work.session, one).revision
    services.place_order(work, one, revision=revision, total_fen=Fen(11_520))
    return "ordered"


def counted(code: str) -> tuple[int, int]:
    """Count a code's uses: in its own row, and one by one."""
    row = db.session.execute(
        select(CouponCode.id, CouponCode.used).where(CouponCode.code == code)
    ).one()
    held = select(func.count()).where(
        CouponUse.code_id == row.id, CouponUse.freed_at.is_(None)
    )
    found = (row.used, db.session.scalar(held) or 0)
    db.session.remove()
    return found


def test_a_hundred_buyers_with_ten_uses_are_ten_in_whatever_order(
    app: Flask, begin: Begin, buyers: list[PersonId]
) -> None:
    for seed in range(SEEDS):
        code = f"SEED{seed:04d}"
        ready(begin, buyers, code)
        draw = random.Random(seed)
        deeds: list[Callable[[], object]] = [
            partial(buy, app, one, draw.random() / 20)
            for one in draw.sample(buyers, len(buyers))
        ]

        got = together(app, deeds)

        said = (got.count("ordered"), got.count("coupon.used_up"))
        assert said == (USES, BUYERS - USES), (seed, set(map(str, got)))
        assert counted(code) == (USES, USES), seed


def test_who_looks_first_and_counts_later_gives_more_than_there_are(
    app: Flask, begin: Begin, buyers: list[PersonId]
) -> None:
    """The control: a look before the lock is what gives too much away."""
    few = buyers[:20]
    with begin() as work:
        sold = shop.course(work)
        make.coupon(work, sold.association_id, code="CONTROL", total=1)
    looked = threading.Barrier(len(few))

    def look_then_take(one: PersonId) -> object:
        free = db.session.scalar(
            select(CouponCode.total - CouponCode.used).where(
                CouponCode.code == "CONTROL"
            )
        )
        db.session.remove()
        looked.wait(timeout=60)
        if not free:
            return "none"
        with unit_of_work(Actor(None, one), clock=app.extensions["lms.clock"]) as work:
            # Nobody looks again, and the count is what was seen plus one.
            work.session.execute(
                update(CouponCode)
                .where(CouponCode.code == "CONTROL")
                .values(used=1)
                .execution_options(synchronize_session=False)
            )
        return "taken"

    got = together(app, [partial(look_then_take, one) for one in few])

    assert got.count("taken") > 1


def test_cancelling_beside_buying_never_loses_a_use(
    app: Flask, begin: Begin, buyers: list[PersonId]
) -> None:
    few = buyers[:30]
    ready(begin, few, "BESIDE")
    with begin() as work:
        today = legal_day(work.now)
        early = []
        for one in few[:USES]:
            shown = queries.cart(work.session, one, today)
            (order_id,) = services.place_order(
                work, one, revision=shown.revision, total_fen=shown.total_fen
            )
            early.append((one, order_id))

    def give_up(one: PersonId, order_id: Any) -> object:
        with unit_of_work(Actor(None, one), clock=app.extensions["lms.clock"]) as work:
            services.cancel(work, one, order_id)
        return "cancelled"

    deeds: list[Callable[[], object]] = [partial(give_up, *one) for one in early]
    deeds += [partial(buy, app, one, 0.01) for one in few[USES:]]
    got = together(app, deeds)

    assert got.count("cancelled") == USES
    used, held = counted("BESIDE")
    assert used == held == got.count("ordered") <= USES


def test_giving_back_beside_buying_never_loses_a_use(
    app: Flask, begin: Begin, buyers: list[PersonId]
) -> None:
    """Each refund is heard of twice at once, while others want the uses it frees."""
    few = buyers[:30]
    sold = ready(begin, few, "RETURN")
    house = sold.association_id
    sent = []
    with begin() as work:
        hands = [make.hand(work, house) for _ in range(2)]
        for one in few[:USES]:
            order_id = _paid(work, one)
            payment = work.session.scalars(
                select(Payment).where(Payment.order_id == order_id)
            ).one()
            ask = RefundAsk(payment.id, Fen(11_520), "学员申请")
            refund = services.ask_refund(
                hands[0], house, order_id, ask, certified=False
            )
            services.decide_refund(hands[1], house, refund, (True, ""), certified=False)
            sent.append(refund)

    def heard(refund: UUID) -> object:
        seen = RefundSeen(f"re_{refund}", "succeeded", Fen(11_520))
        for _ in range(50):
            try:
                with unit_of_work(HOUSE, clock=app.extensions["lms.clock"]) as work:
                    return services.settle_refund(work, refund, seen)
            except OperationalError:
                continue
        raise AssertionError("never got through")

    deeds: list[Callable[[], object]] = [partial(heard, one) for one in sent * 2]
    deeds += [partial(buy, app, one, 0.01) for one in few[USES:]]
    got = together(app, deeds)

    assert got.count(RefundState.DONE) == 2 * USES
    used, held = counted("RETURN")
    assert used == held == got.count("ordered") <= USES


def _paid(work: Work, one: PersonId) -> UUID:
    shown = queries.cart(work.session, one, legal_day(work.now))
    (order_id,) = services.place_order(
        work, one, revision=shown.revision, total_fen=shown.total_fen
    )
    begun = shop.plan(work, one, order_id)
    services.settle(work, shop.seen(work, begun, amount_fen=Fen(11_520)), live=False)
    return order_id

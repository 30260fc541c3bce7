"""Settle what got lost on the way, end unpaid orders, compare the books."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import structlog

from lms.commerce import queries, services
from lms.commerce.ports import Checkout, Merchants, RefundOrder
from lms.commerce.queries import AttemptCard
from lms.commerce.rules import AttemptState, CheckoutSeen
from lms.commerce.rules.merchants import merchant_of
from lms.kernel.clock import Clock
from lms.kernel.db import db
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.work import HOUSE, unit_of_work

log = structlog.get_logger("lms.jobs")

Ports = dict[type[Any], Any]

SILENT = timedelta(seconds=90)
"""After so long without news of an open payment, we ask."""

BACK = timedelta(hours=72)
EVERY = timedelta(hours=1)
MOST = 50
"""How many of a kind at one run; the next run is seconds away."""


def run(clock: Clock, ports: Ports) -> None:
    """Do one round; a provider that does not answer is asked in the next."""
    port: Checkout = ports[Checkout]
    ask_silent(clock, port)
    close_needless(clock, port)
    finish_refunds(clock, port)
    expire(clock, port)
    try:
        reconcile(clock, apart(ports))
    except Unavailable:
        log.warning("payments.unavailable")


def apart(ports: Mapping[type[Any], Any]) -> dict[str, Checkout]:
    """Give each merchant's port by its code; the installation's own has none."""
    several: Merchants | None = ports.get(Merchants)
    return {"": ports[Checkout], **(several.others if several else {})}


Item = TypeVar("Item")


def _each(items: Iterable[tuple[str, Item]], do: Callable[[Item], None]) -> None:
    """Do something about each of several, named by a trade.

    A merchant whose provider does not answer is not asked again in this round; what is
    another's goes on.
    """
    silent: set[str] = set()
    for name, one in items:
        merchant = merchant_of(name)
        if merchant in silent:
            continue
        try:
            do(one)
        except Unavailable:
            silent.add(merchant)
            log.warning("payments.unavailable", merchant=merchant)


def _named(attempts: Iterable[AttemptCard]) -> list[tuple[str, AttemptCard]]:
    return [(one.session_id or "", one) for one in attempts]


def ask_silent(clock: Clock, port: Checkout) -> None:
    """Ask about payments of which nothing was heard, and settle the answers."""

    def ask(attempt: AttemptCard) -> None:
        if attempt.session_id is None:
            _give_up(clock, attempt)
        else:
            # Not every provider ends a trade by itself when its time is over.
            over = attempt.expires_at <= clock()
            _settle(clock, port, attempt.session_id, close=over)

    stale = queries.stale_attempts(db.session(), clock() - SILENT, MOST)
    _each(_named(stale), ask)


def _settle(
    clock: Clock, port: Checkout, session_id: str, *, close: bool = False
) -> None:
    try:
        seen = (port.expire if close else port.read)(session_id)
    except Refused:
        log.warning("payment.session_unknown", session=session_id)
        return
    with unit_of_work(HOUSE, clock=clock) as work:
        outcome = services.settle(work, seen, live=port.live)
    log.info("payment.settled", session=session_id, effect=outcome.effect.value)


def _give_up(clock: Clock, attempt: AttemptCard) -> None:
    """Give up an intent whose answer was lost.

    Until its page would have ended, the person's next try asks under the same key and
    gets the same page. Nobody ever saw its address, so nobody can have paid there.
    """
    if attempt.expires_at > clock():
        return
    with unit_of_work(HOUSE, clock=clock) as work:
        services.note_refused(work, attempt.id)


def close_needless(clock: Clock, port: Checkout) -> None:
    """Close payment pages of orders that no longer wait for money."""

    def close(attempt: AttemptCard) -> None:
        if attempt.session_id is None:
            _give_up(clock, attempt)
        elif attempt.state is not AttemptState.PROCESSING:
            _settle(clock, port, attempt.session_id, close=True)

    _each(_named(queries.ended_with_open_payment(db.session(), MOST)), close)


def finish_refunds(clock: Clock, port: Checkout) -> None:
    """Ask after agreed refunds whose end was never heard; the same id pays once."""
    stale = queries.stale_refunds(db.session(), clock() - SILENT, MOST)
    named = [(one.intent_id, one) for one in stale]
    _each(named, lambda order: _give_back(clock, port, order))


def _give_back(clock: Clock, port: Checkout, order: RefundOrder) -> None:
    try:
        seen = port.refund(order)
    except Refused:
        log.warning("refund.refused", refund=str(order.refund_id))
        with unit_of_work(HOUSE, clock=clock) as work:
            services.fail_refund(work, order.refund_id)
        return
    with unit_of_work(HOUSE, clock=clock) as work:
        state = services.settle_refund(work, order.refund_id, seen)
    log.info("refund.settled", refund=str(order.refund_id), state=state.value)


def expire(clock: Clock, port: Checkout) -> None:
    """End orders whose time is over, after asking about an open payment page."""
    for order_id in queries.due_orders(db.session(), clock(), MOST):
        attempt = queries.live_attempt(db.session(), order_id)
        if attempt is not None and attempt.session_id is not None:
            try:
                _settle(clock, port, attempt.session_id, close=True)
            except Unavailable:
                continue
        with unit_of_work(HOUSE, clock=clock) as work:
            services.expire(work, order_id)


def _lately(clock: Clock, tills: Mapping[str, Checkout]) -> list[CheckoutSeen]:
    """List what came lately; a merchant that does not answer is left out of it."""
    paid: list[CheckoutSeen] = []
    silent = 0
    for merchant, till in tills.items():
        try:
            found = [
                seen
                for seen in till.recent(clock() - BACK)
                if seen.payment_status == "paid" and seen.live == till.live
            ]
        except Unavailable:
            silent += 1
            log.warning("payments.unavailable", merchant=merchant)
        else:
            paid.extend(found)
    if silent == len(tills):
        raise Unavailable("payment.unavailable")
    return paid


def reconcile(clock: Clock, tills: Mapping[str, Checkout]) -> None:
    """Compare each merchant's last three days with our books, once an hour.

    Raises: Unavailable when nobody answers; then it is tried in the next round.
    """
    last = queries.last_reconciliation(db.session())
    if last is not None and clock() - last[0] < EVERY:
        return
    paid = _lately(clock, tills)
    known = queries.settled_sessions(db.session(), [seen.id for seen in paid])
    lost = [seen for seen in paid if seen.id not in known]

    def look(name: str) -> None:
        _settle(clock, tills[merchant_of(name)], name)

    _each([(seen.id, seen.id) for seen in lost], look)
    known = queries.settled_sessions(db.session(), [seen.id for seen in lost])
    differences = [seen.id for seen in lost if seen.id not in known]
    with unit_of_work(HOUSE, clock=clock) as work:
        services.note_reconciliation(work, len(paid), differences)
    if differences:
        log.error("payments.differ", sessions=differences)

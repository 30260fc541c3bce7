"""Compare the provider's, the bank's and our books every night, house by house."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import structlog

from lms.catalogue import queries as catalogue
from lms.commerce.ports import Checkout
from lms.commerce.queries import books, reconciliations
from lms.commerce.rules.reconciling import (
    Difference,
    Taken,
    refund_difference,
    stripe_differences,
)
from lms.commerce.services import imports, reconciling
from lms.jobs.orders import apart
from lms.kernel.clock import Clock, legal_day, start_of
from lms.kernel.db import db
from lms.kernel.errors import Refused, Unavailable
from lms.kernel.ids import AssociationId
from lms.kernel.work import HOUSE, Work, reading, unit_of_work

log = structlog.get_logger("lms.jobs")

_BEFORE = timedelta(days=3)
"""A page may be opened on one day and paid on the next; money of which the provider's
news was lost is found in its list of three days."""

_DAY = timedelta(days=1)
CATCH_UP = 7
"""So many days that were missed are compared afterwards."""

Ports = Mapping[type[Any], Any]


def run(clock: Clock, ports: Ports) -> None:
    """Compare every day that is over and was not compared; providers are asked first.

    One that does not answer is asked again in the next round: no day is called green
    that was compared with nothing. Each merchant stands for its own associations:
    that one is silent keeps nobody else's day open.
    """
    with unit_of_work(HOUSE, clock=clock) as work:
        imports.drop_old(work)
    today = legal_day(clock())
    for day in (today - timedelta(days=back) for back in range(CATCH_UP, 0, -1)):
        due = _due(day, newest=day == today - timedelta(days=1))
        if not due:
            continue
        compare(clock, ports[Checkout], apart(ports), (due, day))
    db.session.remove()


def _due(day: date, *, newest: bool) -> tuple[AssociationId, ...]:
    """Name the associations whose day was not compared after it was over.

    An association's first comparison is of yesterday: nothing before it was missed.
    """
    session = reading()
    found = []
    for one in catalogue.associations(session):
        last = reconciliations.last_run(session, one.id, day)
        if last is not None:
            due = last.at < start_of(day + timedelta(days=1))
        else:
            due = newest or reconciliations.compared_before(session, one.id, day)
        if due:
            found.append(one.id)
    return tuple(found)


def compare(
    clock: Clock,
    port: Checkout,
    tills: Mapping[str, Checkout],
    due: tuple[Sequence[AssociationId], date],
) -> None:
    """Compare one day of some associations, each in a unit of work of its own."""
    houses, day = due
    lists = {code: _theirs(code, till, day) for code, till in tills.items()}
    theirs = {
        ref: one for found in lists.values() for ref, one in (found or {}).items()
    }
    for house in houses:
        asked = _asked_of(house, day, lists)
        if any(lists.get(code) is None for code in asked):
            log.warning("books.not_compared", association=str(house), day=str(day))
            continue
        try:
            backs = _backs(port, house, day)
        except Unavailable:
            log.warning("books.not_compared", association=str(house), day=str(day))
            continue
        with unit_of_work(HOUSE, clock=clock) as work:
            found, looked = _found(work, house, day, theirs)
            found = (*found, *backs)
            reconciling.note_run(work, house, day, found, looked)
        if found:
            log.warning("books.differ", association=str(house), found=len(found))


def _asked_of(
    house: AssociationId, day: date, known: Mapping[str, object]
) -> frozenset[str]:
    """Name the merchants whose lists an association's day is compared with.

    By whom it is paid today, and who took what its books took on that day.
    """
    session = reading()
    code = catalogue.association(session, house).code
    took = books.merchants_of(session, house, day)
    db.session.remove()
    return frozenset({code if code in known else "", *took})


def _theirs(merchant: str, till: Checkout, day: date) -> dict[str, Taken] | None:
    """Read what a merchant was paid around a day: the network before the work.

    None when its provider does not answer.
    """
    found = {}
    try:
        for seen in till.recent(start_of(day) - _BEFORE, start_of(day + _DAY)):
            order_id = _uuid(seen.order_id)
            if seen.payment_status == "paid" and seen.live == till.live and order_id:
                found[seen.id] = Taken(seen.id, order_id, seen.amount_fen)
    except Unavailable:
        log.warning(
            "books.provider_unavailable", merchant=merchant, day=day.isoformat()
        )
        return None
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _backs(port: Checkout, house: AssociationId, day: date) -> list[Difference]:
    """Ask the provider what went back of the payments that something went back of."""
    lately = books.refunded_lately(reading(), house, day)
    db.session.remove()
    found = []
    for here, paid in lately:
        try:
            there = port.refunded(paid)
        except Refused:
            continue
        differs = refund_difference(here, there)
        if differs:
            found.append(differs)
    return found


def _found(
    work: Work, house: AssociationId, day: date, theirs: Mapping[str, Taken]
) -> tuple[tuple[Difference, ...], dict[str, int]]:
    session = work.session
    owners = books.houses_of(session, {one.order_id for one in theirs.values()})
    mine = {ref: t for ref, t in theirs.items() if owners.get(t.order_id) == house}
    of_day = books.taken_on(session, house, day)
    ours = {one.ref: one for one in (*of_day, *books.taken_as(session, house, mine))}
    found = (
        *stripe_differences(of_day, ours, mine),
        *books.differences(session, house, day),
    )
    looked = {"stripe": len(mine), **reconciliations.looked(session, house, day)}
    return found, looked

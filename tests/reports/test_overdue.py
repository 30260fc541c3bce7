"""What waits too long at a desk is counted in days of the calendar, not in hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from lms.approvals import services as approvals
from lms.approvals.rules import Terms
from lms.commerce.services import invoices
from lms.kernel.clock import SHANGHAI, legal_day
from lms.kernel.ids import AssociationId
from lms.kernel.work import Work
from lms.people.rules import CORRECTION
from lms.reports import overdue
from tests.make import commerce as make
from tests.make import invoices as bureau


def late(work: Work, house: AssociationId, on: date) -> list[tuple[str, int, int]]:
    found = overdue.overdue(work.session, house, on, money=True)
    return [(one.what, one.days, one.over) for one in found]


def asked_at(work: Work, hour: time) -> Work:
    at = datetime.combine(legal_day(work.now), hour, SHANGHAI)
    return replace(work, now=at)


@pytest.mark.parametrize("hour", [time(0, 5), time(23, 50)], ids=["early", "late"])
def test_what_may_wait_three_days_is_late_from_the_fourth(
    work: Work, hour: time
) -> None:
    house = make.association(work)
    to = Terms(association_id=house)
    asking = asked_at(work, hour)
    approvals.ask(asking, CORRECTION, "person:1", {}, "改名", terms=to)
    on = legal_day(work.now)

    assert not late(work, house, on + timedelta(days=3))
    assert late(work, house, on + timedelta(days=4)) == [("matters", 4, 1)]
    assert late(work, house, on + timedelta(days=9)) == [("matters", 9, 6)]


def test_an_invoice_on_its_seventh_day_is_not_late(work: Work) -> None:
    house, me = make.association(work), make.buyer(work)
    order = make.paid_order(work, me, make.course(work, house))
    invoices.ask(asked_at(work, time(9)), me, [order], bureau.personal())
    on = legal_day(work.now)

    assert not late(work, house, on + timedelta(days=7))
    assert late(work, house, on + timedelta(days=8)) == [("invoices", 8, 1)]

"""A course counts once in a period, and what was paid for twice stays paid for once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms.catalogue.models import CourseVersion
from lms.catalogue.rules import VersionState
from lms.commerce import queries, services
from lms.commerce.models import Order
from lms.commerce.rules import OfferKind, PaymentState
from lms.commerce.services.fulfilling import enrol_lines
from lms.kernel.errors import Refused
from lms.kernel.ids import VersionId, new_id
from lms.kernel.work import Work
from lms.learning import queries as learning
from lms.learning.models import Enrolment
from tests.commerce.test_refunds import Paid
from tests.make import commerce as make
from tests.make import people as make_people


def published_anew(work: Work, sold: make.Sold) -> VersionId:
    """The course's next version, on sale in the place of the first."""
    old = work.session.get_one(CourseVersion, sold.version_id)
    old.state = VersionState.WITHDRAWN
    work.session.flush()
    made = CourseVersion(
        id=new_id(),
        n=2,
        course_id=old.course_id,
        association_id=old.association_id,
        state=VersionState.PUBLISHED,
        title=old.title,
        specialty=old.specialty,
        track=old.track,
        credit=old.credit,
        price_fen=0,
        published_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return VersionId(made.id)


@pytest.mark.parametrize("finished", [False, True])
def test_a_course_published_anew_is_not_sold_to_who_has_it(
    work: Work, *, finished: bool
) -> None:
    me = make_people.person(work).person_id
    sold = make.course(work)
    order_id = make.paid_order(work, me, sold)
    if finished:
        work.session.execute(update(Enrolment).values(completed_at=work.now))
    newer = published_anew(work, sold)

    with pytest.raises(Refused, match=r"offer\.owned"):
        services.add(work, me, OfferKind.COURSE, sold.course_id)
    order = work.session.get_one(Order, order_id)
    order.lines[0].version_ids = [str(newer)]
    enrol_lines(work, order)

    assert [one.version_id for one in learning.enrolments(work.session, me)] == [
        sold.version_id
    ]


def test_what_was_finished_in_an_earlier_period_may_be_learned_anew(
    work: Work,
) -> None:
    me = make_people.person(work).person_id
    sold = make.course(work)
    make.paid_order(work, me, sold)
    long_ago = work.now - timedelta(days=4 * 366)
    work.session.execute(update(Enrolment).values(completed_at=long_ago))
    published_anew(work, sold)

    services.add(work, me, OfferKind.COURSE, sold.course_id)

    assert queries.cart(work.session, me).items[0].problem is None


def test_a_refund_leaves_what_another_paid_order_holds(work: Work) -> None:
    paid = Paid(work)
    other = make.course(work, paid.sold.association_id)
    second = make.pending_order(work, paid.me, paid.sold, other)
    begun = make.plan(work, paid.me, second)
    services.settle(work, make.seen(work, begun), live=False)

    paid.agree(paid.ask(paid.payment(PaymentState.APPLIED)))

    held = {one.version_id for one in learning.enrolments(work.session, paid.me)}
    assert held == {paid.sold.version_id, other.version_id}
    sources = work.session.scalars(select(Enrolment.source)).all()
    assert all(str(paid.order_id) not in source for source in sources)

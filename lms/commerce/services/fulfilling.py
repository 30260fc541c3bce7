"""Give what was paid for: the one place where money becomes a right to study."""

from uuid import UUID

from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.commerce import queries
from lms.commerce.models import Order, Refund
from lms.commerce.queries import line_card
from lms.commerce.rules import OPEN_REFUNDS, OrderState, RefundState
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId, VersionId
from lms.kernel.money import Fen, yuan
from lms.kernel.work import Work, fail_point
from lms.learning import services as learning
from lms.notify import services as notify
from lms.people import queries as people_queries
from lms.people import services as people
from lms.policy.model import Specialty


def fulfil(work: Work, order: Order) -> None:
    """Enrol the person in all that a locked order holds, and tell them.

    Each enrolment names the order line, so that doing it again changes nothing.
    """
    person_id = PersonId(order.person_id)
    order.paid_at = work.now
    people.lock_profile(work, person_id, f"order:{order.id}")
    enrol_lines(work, order)
    account = accounts.account_of(work.session, person_id)
    notify.message(
        work,
        account.id,
        "order_paid",
        dedupe=f"order-paid:{order.id}",
        number=order.number,
        total=yuan(Fen(order.total_fen)),
        courses=sum(len(line.version_ids) for line in order.lines),
    )
    fail_point("commerce.settle.before_commit")


def enrol_lines(work: Work, order: Order) -> None:
    """Enrol the person in all that a locked order holds; again changes nothing.

    A course of which another version is being studied is not begun a second time.
    """
    person_id = PersonId(order.person_id)
    owned = queries.owned_versions(work.session, person_id)
    # A 公共 course counts for the main specialty until the learner says otherwise.
    main = _main_specialty(work, person_id)
    for line in map(line_card, order.lines):
        fail_point("commerce.fulfil.line")
        for version_id in line.version_ids:
            if version_id in owned:
                continue
            source = _source(line.id, version_id)
            learning.enrol(work, person_id, version_id, source=source, specialty=main)


def sources(order: Order) -> tuple[str, ...]:
    """Name the sources that an order's enrolments have."""
    return tuple(
        _source(line.id, version_id)
        for line in map(line_card, order.lines)
        for version_id in line.version_ids
    )


def _source(line_id: UUID, version_id: VersionId) -> str:
    return f"order-line:{line_id}:{version_id}"


def _main_specialty(work: Work, person_id: PersonId) -> Specialty | None:
    try:
        return people_queries.registration(work.session, person_id).main.code
    except NotFound:
        # An order needs a whole profile; money that comes later than that still counts.
        return None


def enrol_again(work: Work, person_id: PersonId) -> None:
    """Enrol a person anew in what other paid orders of theirs hold.

    An enrolment names the order that was first; when that one's money goes back, what
    was paid for twice is still paid for once.
    """
    returned = select(Refund.order_id).where(
        Refund.state.in_((*OPEN_REFUNDS, RefundState.DONE))
    )
    rows = work.session.scalars(
        select(Order)
        .where(
            Order.person_id == person_id,
            Order.state == OrderState.FULFILLED,
            Order.id.not_in(returned),
        )
        .order_by(Order.paid_at)
    )
    for order in rows.all():
        enrol_lines(work, order)

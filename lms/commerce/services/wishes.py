"""A buyer asks for money back: the wish waits for the desk, which takes it up or not.

Taken up it becomes a refund, with a second person's word as every refund; a wish alone
moves no money. A company's agent asks for the seats that nobody uses.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from lms.accounts import queries as accounts
from lms.approvals import queries as approvals_queries
from lms.approvals import services as approvals
from lms.approvals.rules import Terms
from lms.commerce.models import Order
from lms.commerce.queries import offers
from lms.commerce.queries.refunding import line_facts
from lms.commerce.queries.wishes import KIND, open_wish
from lms.commerce.rules import OrderState
from lms.commerce.rules.refunding import Highest, highest, together
from lms.commerce.services.orders import lock_order, lock_own, own_to
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import AssociationId, EmployerId, PersonId
from lms.kernel.work import Work
from lms.notify import services as notify

_OPEN = frozenset({OrderState.FULFILLED, OrderState.PART_REFUNDED})
NEVER = frozenset({"refund.certified", "refund.line_closed", "refund.seats_taken"})
"""Why a line gives nothing back, whoever asks: not even a manager may go beyond."""


@dataclass(frozen=True, slots=True)
class WishAsk:
    """Of which lines somebody wants their money back, and why."""

    lines: frozenset[UUID]
    reason: str


def wish(
    work: Work,
    person_id: PersonId,
    order_id: UUID,
    asked: WishAsk,
    *,
    certified: bool,
    employer_id: EmployerId | None = None,
) -> UUID:
    """Put a wish to the desk; while one waits, asking again changes nothing.

    `employer_id`: the company whose order it is, for which the person acts.

    Raises: NotFound; Refused with the reason why it cannot be asked for.
    """
    order = lock_own(work, person_id, order_id, employer_id)
    waits = open_wish(work.session, order.id)
    if waits is not None:
        return waits.id
    if order.state not in _OPEN or not order.total_fen:
        raise Refused("wish.not_now")
    if not asked.reason.strip():
        raise Refused("wish.no_reason")
    most = _judged(work, order, asked.lines, certified=certified)
    told = {
        "lines": sorted(str(one) for one in asked.lines),
        "most_fen": int(together(most)),
    }
    terms = Terms(association_id=order.association_id, last_role="clerk|manager")
    about, why = f"order:{order.id}", asked.reason.strip()[:400]
    return approvals.ask(work, KIND, about, told, why, terms=terms)


def _judged(
    work: Work, order: Order, wanted: Collection[UUID], *, certified: bool
) -> list[Highest]:
    facts = line_facts(work.session, order)
    if not wanted or not set(wanted) <= set(facts):
        raise Refused("wish.no_lines")
    day = legal_day(work.now)
    policy = offers.refund_policy(work.session, order.association_id, day)
    most = [highest(policy, facts[one], certified=certified) for one in wanted]
    for one in most:
        if one.reason in NEVER:
            raise Refused(one.reason)
    return most


def withdraw(
    work: Work,
    person_id: PersonId,
    order_id: UUID,
    employer_id: EmployerId | None = None,
) -> None:
    """Take one's wish back, or one's company's; where none waits, nothing changes.

    Raises: NotFound.
    """
    order = lock_own(work, person_id, order_id, employer_id)
    waits = open_wish(work.session, order.id)
    if waits is not None:
        approvals.drop(work, waits.id)


def decline(
    work: Work, association_id: AssociationId, order_id: UUID, why: str
) -> None:
    """Say no to a buyer's wish, in words that the buyer reads.

    Raises: NotFound; Conflict when none waits; Forbidden for one's own; Refused
        without a reason.
    """
    order = lock_order(work, order_id)
    waits = open_wish(work.session, order.id)
    if order.association_id != association_id:
        raise NotFound("order.unknown")
    if waits is None:
        raise Conflict("wish.unknown")
    if own_to(work, order) or work.actor.person_id == waits.asked_by:
        raise Forbidden("transfer.own_order")
    if not why.strip():
        raise Refused("approval.no_comment")
    approvals.decide(
        work,
        waits.id,
        approved=False,
        comment=why.strip()[:400],
        association_id=association_id,
    )
    tell_refused(work, order, waits.id)


def take_up(work: Work, order: Order) -> UUID | None:
    """Answer the wish that waits, because a refund is being asked for; name it."""
    waits = open_wish(work.session, order.id)
    if waits is None:
        return None
    approvals.decide(
        work,
        waits.id,
        approved=True,
        comment="",
        association_id=order.association_id,
    )
    return waits.id


def end(work: Work, order: Order) -> None:
    """Let a wish go: all money of its order is back."""
    waits = open_wish(work.session, order.id)
    if waits is not None:
        approvals.drop(work, waits.id)


def tell_refused(work: Work, order: Order, wish_id: UUID) -> None:
    """Tell who asked that a wish came to nothing; the page says why."""
    asked = approvals_queries.approval(work.session, wish_id).asked_person_id
    account = accounts.account_of(work.session, PersonId(asked or order.person_id))
    notify.message(
        work,
        account.id,
        "refund_refused",
        dedupe=f"refund-refused:{wish_id}",
        of=order.association_id,
        number=order.number,
    )

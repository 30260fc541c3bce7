"""What of an order may go back, as its buyer's page and the desk's both say it."""

from datetime import datetime

from lms.commerce.queries import OrderCard, refunding
from lms.commerce.queries.refunding import LineReturn
from lms.commerce.rules import OrderState
from lms.credentials import queries as credentials
from lms.web import desk, offer_words

_OPEN = (OrderState.FULFILLED, OrderState.PART_REFUNDED)


def certified(order: OrderCard) -> bool:
    """Tell whether the person was given a certificate after this order was paid.

    What comes back of a company's order are seats on which nobody sits.
    """
    if order.employer_id is not None:
        return False
    since: datetime = order.paid_at or order.placed_at
    held = credentials.held(desk.reading(), order.person_id, desk.today())
    return any(one.issued_at >= since for one in held)


def returnable(order: OrderCard) -> tuple[list[str], tuple[LineReturn, ...]]:
    """Say the rule of refunds, and what of each line may go back by it."""
    if order.state not in _OPEN:
        return [], ()
    policy, lines = refunding.returns(
        desk.reading(), order.id, desk.today(), certified=certified(order)
    )
    return offer_words.clauses(policy), lines

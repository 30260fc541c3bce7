"""Commands: fill a cart, place an order, pay for it, settle what was paid."""

from lms.commerce.services.attempts import (
    CheckoutPlan,
    begin_payment,
    note_opened,
    note_refused,
)
from lms.commerce.services.cart import add, remove
from lms.commerce.services.events import take_event, take_refund
from lms.commerce.services.orders import (
    cancel,
    declare_transfer,
    expire,
    place_order,
)
from lms.commerce.services.quotes import (
    QuoteAsk,
    make_quote,
    order_quote,
    withdraw_quote,
)
from lms.commerce.services.refunds import (
    RefundAsk,
    ask_refund,
    decide_refund,
    fail_refund,
    record_return,
    settle_refund,
)
from lms.commerce.services.seating import return_seats
from lms.commerce.services.seats import Assigned, assign, reassign, take_back
from lms.commerce.services.settling import Outcome, note_reconciliation, settle
from lms.commerce.services.transfers import (
    BankLine,
    propose_transfer,
    second_transfer,
    withdraw_transfer,
)

__all__ = [
    "Assigned",
    "BankLine",
    "CheckoutPlan",
    "Outcome",
    "QuoteAsk",
    "RefundAsk",
    "add",
    "ask_refund",
    "assign",
    "begin_payment",
    "cancel",
    "decide_refund",
    "declare_transfer",
    "expire",
    "fail_refund",
    "make_quote",
    "note_opened",
    "note_reconciliation",
    "note_refused",
    "order_quote",
    "place_order",
    "propose_transfer",
    "reassign",
    "record_return",
    "remove",
    "return_seats",
    "second_transfer",
    "settle",
    "settle_refund",
    "take_back",
    "take_event",
    "take_refund",
    "withdraw_quote",
    "withdraw_transfer",
]

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
from lms.commerce.services.refunds import (
    RefundAsk,
    ask_refund,
    decide_refund,
    fail_refund,
    record_return,
    settle_refund,
)
from lms.commerce.services.settling import Outcome, note_reconciliation, settle
from lms.commerce.services.transfers import (
    BankLine,
    propose_transfer,
    second_transfer,
    withdraw_transfer,
)

__all__ = [
    "BankLine",
    "CheckoutPlan",
    "Outcome",
    "RefundAsk",
    "add",
    "ask_refund",
    "begin_payment",
    "cancel",
    "decide_refund",
    "declare_transfer",
    "expire",
    "fail_refund",
    "note_opened",
    "note_reconciliation",
    "note_refused",
    "place_order",
    "propose_transfer",
    "record_return",
    "remove",
    "second_transfer",
    "settle",
    "settle_refund",
    "take_event",
    "take_refund",
    "withdraw_transfer",
]

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
    "add",
    "begin_payment",
    "cancel",
    "declare_transfer",
    "expire",
    "note_opened",
    "note_reconciliation",
    "note_refused",
    "place_order",
    "propose_transfer",
    "remove",
    "second_transfer",
    "settle",
    "take_event",
    "take_refund",
    "withdraw_transfer",
]

"""The room's tables: orders and what is paid for them."""

from lms.commerce.models.books import BookDifference, MoneyLine, ReconciliationRun
from lms.commerce.models.invoices import (
    Invoice,
    InvoiceFile,
    InvoiceHandover,
    InvoiceLayout,
    InvoiceOrder,
    InvoiceRed,
)
from lms.commerce.models.offers import (
    Coupon,
    CouponCode,
    CouponUse,
    Deal,
    Member,
    RefundLine,
)
from lms.commerce.models.orders import (
    Cart,
    CartItem,
    Order,
    OrderLine,
    OrderStep,
    Payment,
    PaymentAttempt,
    PaymentEvent,
    Reconciliation,
    Refund,
    Transfer,
)
from lms.commerce.models.seats import (
    PurchaseOrder,
    Quote,
    QuoteLine,
    Seat,
    SeatStep,
)
from lms.commerce.models.statements import (
    BankMapping,
    LineReturn,
    StatementImport,
    StatementLine,
)

__all__ = [
    "BankMapping",
    "BookDifference",
    "Cart",
    "CartItem",
    "Coupon",
    "CouponCode",
    "CouponUse",
    "Deal",
    "Invoice",
    "InvoiceFile",
    "InvoiceHandover",
    "InvoiceLayout",
    "InvoiceOrder",
    "InvoiceRed",
    "LineReturn",
    "Member",
    "MoneyLine",
    "Order",
    "OrderLine",
    "OrderStep",
    "Payment",
    "PaymentAttempt",
    "PaymentEvent",
    "PurchaseOrder",
    "Quote",
    "QuoteLine",
    "Reconciliation",
    "ReconciliationRun",
    "Refund",
    "RefundLine",
    "Seat",
    "SeatStep",
    "StatementImport",
    "StatementLine",
    "Transfer",
]

"""Where the provider's, the bank's and our books differ. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class DiffKind(StrEnum):
    """What a difference is; each asks for something else."""

    STRIPE_UNKNOWN = "stripe_unknown"
    STRIPE_MISSING = "stripe_missing"
    STRIPE_AMOUNT = "stripe_amount"
    STRIPE_REFUND = "stripe_refund"
    BANK_UNASSIGNED = "bank_unassigned"
    BANK_OUT = "bank_out"
    TRANSFER_NO_LINE = "transfer_no_line"
    TRANSFER_STRANDED = "transfer_stranded"
    ORDER_AMOUNT = "order_amount"
    ORDER_SHORT = "order_short"
    MONEY_HELD = "money_held"
    REFUND_AMOUNT = "refund_amount"
    REFUND_LATE = "refund_late"
    INVOICE_OVER = "invoice_over"
    LEDGER = "ledger"


class DiffState(StrEnum):
    """Where a difference stands; `GONE`: a later run no longer found it."""

    OPEN = "open"
    SETTLED = "settled"
    GONE = "gone"


class Side(StrEnum):
    """Whose books were looked at."""

    STRIPE = "stripe"
    BANK = "bank"
    ORDERS = "orders"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. Units: fen; `ours_fen` is what our books say.

    `key` names the thing, so that the same difference is one row over all days.
    """

    kind: DiffKind
    key: str
    ours_fen: int
    theirs_fen: int
    ref: str = ""
    order_id: UUID | None = None
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A payment as one side knows it. Units: fen."""

    ref: str
    order_id: UUID
    amount_fen: int
    refunded_fen: int = 0


def stripe_differences(
    ours_of_day: Iterable[Taken], ours: Mapping[str, Taken], theirs: Mapping[str, Taken]
) -> tuple[Difference, ...]:
    """Compare payments session by session.

    `ours_of_day` are those that must be at the provider; `ours` all that we know of
    the provider's sessions.
    """
    found = [
        Difference(DiffKind.STRIPE_MISSING, one.ref, one.amount_fen, 0, one.ref,
                   one.order_id)
        for one in ours_of_day
        if one.ref not in theirs
    ]  # fmt: skip
    for ref, there in theirs.items():
        here = ours.get(ref)
        if here is None:
            found.append(
                Difference(DiffKind.STRIPE_UNKNOWN, ref, 0, there.amount_fen, ref,
                           there.order_id)
            )  # fmt: skip
        elif here.amount_fen != there.amount_fen:
            found.append(
                Difference(DiffKind.STRIPE_AMOUNT, ref, here.amount_fen,
                           there.amount_fen, ref, here.order_id)
            )  # fmt: skip
    return tuple(found)


def refund_difference(here: Taken, there_fen: int) -> Difference | None:
    """Compare what went back of one payment."""
    if here.refunded_fen == there_fen:
        return None
    return Difference(DiffKind.STRIPE_REFUND, here.ref, here.refunded_fen, there_fen,
                      here.ref, here.order_id)  # fmt: skip

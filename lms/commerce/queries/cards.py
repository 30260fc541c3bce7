"""What is shown of carts, orders and payments."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lms.approvals.queries import ApprovalCard
from lms.commerce.rules import (
    AttemptState,
    OfferKind,
    OrderState,
    PaymentState,
    Provider,
    RefundState,
    TransferState,
    judge_transfers,
)
from lms.commerce.rules.pricing import NOTHING, Cut
from lms.kernel.ids import AssociationId, EmployerId, OrderId, PersonId, VersionId
from lms.kernel.money import Fen


@dataclass(frozen=True, slots=True)
class CartItemCard:
    """Something in the cart at today's price; `problem` says why it cannot be bought.

    Units: fen; `cuts` were taken off `list_fen`.
    """

    id: UUID
    kind: OfferKind
    offer_id: UUID
    title: str
    association_id: AssociationId | None
    version_ids: tuple[VersionId, ...]
    price_fen: Fen
    problem: str | None
    list_fen: Fen = NOTHING
    cuts: tuple[Cut, ...] = ()

    @property
    def offer(self) -> str:
        """Name the offer as prices and coupons do."""
        return f"{self.kind.value}:{self.offer_id}"


@dataclass(frozen=True, slots=True)
class CartCard:
    """A cart. Units: fen; the total counts what can be bought.

    `coupon` is the code that was typed; `coupon_problem` why it takes nothing off.
    """

    revision: int
    items: tuple[CartItemCard, ...]
    total_fen: Fen
    coupon: str = ""
    coupon_problem: str = ""

    @property
    def list_fen(self) -> Fen:
        """Add up the list prices of what can be bought."""
        return Fen(sum(item.list_fen for item in self.ready))

    @property
    def ready(self) -> tuple[CartItemCard, ...]:
        """Give the items that can be bought."""
        return tuple(item for item in self.items if item.problem is None)


@dataclass(frozen=True, slots=True)
class LineCard:
    """One line of an order, a company's with several seats. Units: fen, whole line.

    `cuts` were taken off `list_fen`.
    """

    id: UUID
    kind: OfferKind
    offer_id: UUID
    title: str
    price_fen: Fen
    version_ids: tuple[VersionId, ...]
    quantity: int = 1
    list_fen: Fen = NOTHING
    cuts: tuple[Cut, ...] = ()

    @property
    def told(self) -> str:
        """Give the title as a cash desk prints it."""
        return self.title if self.quantity == 1 else f"{self.title} × {self.quantity}"


@dataclass(frozen=True, slots=True)
class StepCard:
    """One step of an order's life."""

    seq: int
    state: OrderState
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentCard:
    """Money that arrived for an order, and whose merchant took it. Units: fen."""

    id: UUID
    provider: Provider
    amount_fen: Fen
    refunded_fen: Fen
    state: PaymentState
    received_at: datetime
    merchant: str = ""


@dataclass(frozen=True, slots=True)
class RefundLineCard:
    """What of a refund is for a line, and what the rule allowed. Units: fen."""

    line_id: UUID
    title: str
    amount_fen: Fen
    seats: int
    most_fen: Fen
    reason: str


@dataclass(frozen=True, slots=True)
class RefundCard:
    """Money to give back, with what was asked and said. Units: fen."""

    id: UUID
    payment_id: UUID
    provider: Provider
    amount_fen: Fen
    state: RefundState
    asked_by: UUID | None
    asked_at: datetime
    decided_at: datetime | None
    done_at: datetime | None
    bank_line: str | None
    returned_on: date | None
    question: ApprovalCard
    lines: tuple[RefundLineCard, ...] = ()


@dataclass(frozen=True, slots=True)
class TransferCard:
    """A bank line that was matched with an order. Units: fen.

    `line_id` is where it came with a statement.
    """

    id: UUID
    order_id: OrderId
    reference: str
    value_on: date
    amount_fen: Fen
    running_no: str
    payer: str
    state: TransferState
    proposed_by: UUID
    second_by: UUID | None
    confirmed_at: datetime | None
    line_id: UUID | None


@dataclass(frozen=True, slots=True)
class AttemptCard:
    """One try to pay at the provider."""

    id: UUID
    order_id: OrderId
    key: str
    state: AttemptState
    method: str
    session_id: str | None
    url: str | None
    expires_at: datetime
    merchant: str = ""


@dataclass(frozen=True, slots=True)
class OrderCard:
    """An order with all that belongs to it. Units: fen."""

    id: OrderId
    number: str
    person_id: PersonId
    association_id: AssociationId
    state: OrderState
    total_fen: Fen
    refunded_fen: Fen
    currency: str
    placed_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    transfer_declared_at: datetime | None
    lines: tuple[LineCard, ...]
    steps: tuple[StepCard, ...]
    payments: tuple[PaymentCard, ...]
    transfers: tuple[TransferCard, ...]
    attempt: AttemptCard | None
    employer_id: EmployerId | None = None

    @property
    def missing_fen(self) -> Fen:
        """Tell how much the confirmed bank lines fall short."""
        return judge_transfers(
            self.total_fen,
            (
                t.amount_fen
                for t in self.transfers
                if t.state is TransferState.CONFIRMED
            ),
        ).missing_fen

    @property
    def transferring(self) -> bool:
        """Tell whether a line of the bank statement is matched with it."""
        return any(t.state is not TransferState.WITHDRAWN for t in self.transfers)

    @property
    def processing(self) -> bool:
        """Tell whether the bank is still at work on a payment."""
        return bool(self.attempt and self.attempt.state is AttemptState.PROCESSING)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list. Units: fen."""

    id: OrderId
    number: str
    association_id: AssociationId
    state: OrderState
    total_fen: Fen
    placed_at: datetime
    expires_at: datetime
    titles: tuple[str, ...]

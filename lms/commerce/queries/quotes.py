"""Read quotes, and what makes an order a company's."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.commerce.models import Order, PurchaseOrder, Quote
from lms.commerce.queries.offers import cuts_of
from lms.commerce.rules import OfferKind
from lms.commerce.rules.pricing import Cut
from lms.commerce.rules.seats import QuoteFacts, QuoteState, quote_state
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, EmployerId, OrderId
from lms.kernel.money import Fen


@dataclass(frozen=True, slots=True)
class QuoteLineCard:
    """One line of a quote. Units: fen; the price is for the whole line.

    `cuts` were taken off the price of one, times the seats.
    """

    kind: OfferKind
    offer_id: UUID
    title: str
    courses: int
    unit_fen: Fen
    seats: int
    price_fen: Fen
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True, slots=True)
class QuoteCard:
    """A quote as it stands on a day. Units: fen; `valid_until` a legal day."""

    id: UUID
    number: str
    employer_id: EmployerId
    association_id: AssociationId
    company_name: str
    uscc: str
    by_clerk: bool
    made_at: datetime
    valid_until: date
    total_fen: Fen
    state: QuoteState
    order_id: OrderId | None
    lines: tuple[QuoteLineCard, ...]

    @property
    def seats(self) -> int:
        """Count the seats of all lines."""
        return sum(line.seats for line in self.lines)


@dataclass(frozen=True, slots=True)
class PurchaseCard:
    """What makes an order a company's: its title and its own number.

    `company_name` and `uscc` are what an invoice is made out to.
    """

    order_id: OrderId
    quote_id: UUID
    employer_id: EmployerId
    number: str
    company_name: str
    uscc: str


def state_of_quote(row: Quote, today: date) -> QuoteState:
    """Say where a quote stands on a day."""
    facts = QuoteFacts(
        row.valid_until, row.ordered_at is not None, row.withdrawn_at is not None
    )
    return quote_state(facts, today)


def quote_for(
    session: Session, employer_id: UUID, quote_id: UUID, today: date
) -> QuoteCard:
    """Find one of a company's quotes.

    Raises: NotFound, also for another company's.
    """
    return _one(session, today, Quote.id == quote_id, Quote.employer_id == employer_id)


def quote_by(
    session: Session, association_id: UUID, quote_id: UUID, today: date
) -> QuoteCard:
    """Find one of an association's quotes.

    Raises: NotFound, also for another association's.
    """
    here = Quote.association_id == association_id
    return _one(session, today, Quote.id == quote_id, here)


def quotes_for(
    session: Session,
    employer_id: UUID,
    today: date,
    *,
    association_id: UUID | None = None,
    limit: int = 50,
) -> tuple[QuoteCard, ...]:
    """List a company's quotes, the newest first; those of one association, perhaps."""
    which = [Quote.employer_id == employer_id]
    if association_id is not None:
        which.append(Quote.association_id == association_id)
    return _some(session, today, which, limit)


def _one(session: Session, today: date, *which: ColumnElement[bool]) -> QuoteCard:
    found = _some(session, today, list(which), 1)
    if not found:
        raise NotFound("quote.unknown")
    return found[0]


def _some(
    session: Session, today: date, which: list[ColumnElement[bool]], limit: int
) -> tuple[QuoteCard, ...]:
    rows = session.execute(
        select(Quote, PurchaseOrder.order_id)
        .outerjoin(PurchaseOrder, PurchaseOrder.quote_id == Quote.id)
        .where(*which)
        .order_by(Quote.made_at.desc(), Quote.number)
        .limit(limit)
    )
    return tuple(_card(row, order_id, today) for row, order_id in rows)


def _card(row: Quote, order_id: UUID | None, today: date) -> QuoteCard:
    return QuoteCard(
        id=row.id,
        number=row.number,
        employer_id=EmployerId(row.employer_id),
        association_id=AssociationId(row.association_id),
        company_name=row.company_name,
        uscc=row.uscc,
        by_clerk=row.by_clerk,
        made_at=row.made_at,
        valid_until=row.valid_until,
        total_fen=Fen(row.total_fen),
        state=state_of_quote(row, today),
        order_id=OrderId(order_id) if order_id else None,
        lines=tuple(
            QuoteLineCard(
                kind=line.kind,
                offer_id=line.offer_id,
                title=line.title,
                courses=len(line.version_ids),
                unit_fen=Fen(line.unit_fen),
                seats=line.seats,
                price_fen=Fen(line.price_fen),
                cuts=cuts_of(line.cuts),
            )
            for line in row.lines
        ),
    )


def purchase(session: Session, order_id: UUID) -> PurchaseCard | None:
    """Say for which company an order was placed, if for any: the title to invoice."""
    row = session.get(PurchaseOrder, order_id)
    if row is None:
        return None
    return PurchaseCard(
        order_id=OrderId(row.order_id),
        quote_id=row.quote_id,
        employer_id=EmployerId(row.employer_id),
        number=row.number,
        company_name=row.company_name,
        uscc=row.uscc,
    )


def dealt_with(
    session: Session, association_ids: tuple[UUID, ...], employer_id: UUID
) -> bool:
    """Tell whether a company has ever ordered of one of these associations."""
    found = session.scalar(
        select(Order.id)
        .where(
            Order.employer_id == employer_id,
            Order.association_id.in_(association_ids),
        )
        .limit(1)
    )
    return found is not None

"""What an association sees of the companies that deal with it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, case, desc, func, or_, select, union_all
from sqlalchemy.orm import Session

from lms.commerce.models import Order, Quote, Seat
from lms.commerce.rules import OrderState
from lms.commerce.rules.seats import SeatState
from lms.kernel.ids import AssociationId, EmployerId
from lms.kernel.money import Fen
from lms.people.models import Employer
from lms.people.rules import folded

PAGE = 30


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """A company in a list, with what it ordered here. Units: fen, of paid orders."""

    id: EmployerId
    name: str
    uscc: str
    orders: int
    waiting: int
    paid_fen: Fen
    seats: int
    assigned: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class CompanyPage:
    """A page of the list, as `parts/ui.html: pager` wants it."""

    rows: tuple[CompanyRow, ...]
    number: int
    pages: int
    total: int


def companies(
    session: Session, scope: Collection[AssociationId], *, words: str, page: int
) -> CompanyPage:
    """List the companies with quotes or orders of these associations, newest first."""
    chosen = _chosen(scope, words)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, page), pages)
    rows = session.execute(
        chosen.order_by(desc("last_at"), Employer.name)
        .limit(PAGE)
        .offset(PAGE * (number - 1))
    ).all()
    ids = [row.id for row in rows]
    ordered, seated = _ordered(session, scope, ids), _seated(session, scope, ids)
    return CompanyPage(
        tuple(
            CompanyRow(
                EmployerId(row.id),
                row.name,
                row.uscc,
                *ordered.get(row.id, (0, 0, Fen(0))),
                *seated.get(row.id, (0, 0)),
                last_at=row.last_at,
            )
            for row in rows
        ),
        number,
        pages,
        total,
    )


def every(
    session: Session, scope: Collection[AssociationId], words: str
) -> Iterator[CompanyRow]:
    """Go through the whole list, a page at a time."""
    number = 1
    while True:
        page = companies(session, scope, words=words, page=number)
        yield from page.rows
        if number >= page.pages:
            return
        number += 1


def _chosen(
    scope: Collection[AssociationId], words: str
) -> Select[UUID, str, str, datetime]:
    known = _known(scope).subquery()
    chosen = select(Employer.id, Employer.name, Employer.uscc, known.c.last_at).join(
        known, known.c.employer_id == Employer.id
    )
    if not words:
        return chosen
    return chosen.where(
        or_(
            Employer.name.contains(words, autoescape=True),
            Employer.uscc == folded(words),
        )
    )


def _known(scope: Collection[AssociationId]) -> Select[UUID, datetime]:
    deals = union_all(
        select(Order.employer_id, Order.placed_at.label("at")).where(
            Order.association_id.in_(scope), Order.employer_id.is_not(None)
        ),
        select(Quote.employer_id, Quote.made_at.label("at")).where(
            Quote.association_id.in_(scope)
        ),
    ).subquery()
    return select(deals.c.employer_id, func.max(deals.c.at).label("last_at")).group_by(
        deals.c.employer_id
    )


def _ordered(
    session: Session, scope: Collection[AssociationId], ids: Collection[UUID]
) -> dict[UUID, tuple[int, int, Fen]]:
    waiting = case((Order.state == OrderState.PENDING, 1), else_=0)
    paid = case((Order.paid_at.is_not(None), Order.total_fen), else_=0)
    rows = session.execute(
        select(Order.employer_id, func.count(), func.sum(waiting), func.sum(paid))
        .where(Order.association_id.in_(scope), Order.employer_id.in_(ids))
        .group_by(Order.employer_id)
    )
    return {
        who: (count, int(open_ or 0), Fen(int(fen or 0)))
        for who, count, open_, fen in rows
        if who is not None
    }


def _seated(
    session: Session, scope: Collection[AssociationId], ids: Collection[UUID]
) -> dict[UUID, tuple[int, int]]:
    taken = case((Seat.state == SeatState.ASSIGNED, 1), else_=0)
    rows = session.execute(
        select(Seat.employer_id, func.count(), func.sum(taken))
        .where(Seat.association_id.in_(scope), Seat.employer_id.in_(ids))
        .group_by(Seat.employer_id)
    )
    return {who: (count, int(sat or 0)) for who, count, sat in rows}


def known_here(
    session: Session, scope: Collection[AssociationId], employer_id: UUID
) -> bool:
    """Tell whether a company has a quote or an order of these associations."""
    known = _known(scope).subquery()
    found = session.scalar(
        select(known.c.employer_id).where(known.c.employer_id == employer_id)
    )
    return found is not None

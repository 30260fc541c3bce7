"""Who belongs to which company, for either side."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.queries import reaching
from lms.kernel.errors import NotFound
from lms.kernel.ids import EmployerId, PersonId
from lms.people.models import EmployerLink, Person
from lms.people.queries.companies import CompanyCard, company
from lms.people.rules import LinkEnd, LinkFacts, LinkState, Side, link_state


@dataclass(frozen=True, slots=True)
class LinkCard:
    """A link as either side may see it.

    `person_id` and `name` are empty for the company until the person has spoken;
    `shown` is the masked address it wrote to, `called` the name it gave.
    """

    id: UUID
    employer_id: EmployerId
    person_id: PersonId | None
    name: str
    shown: str
    called: str
    state: LinkState
    asked_by: Side
    asked_at: datetime
    since: datetime | None
    ended_at: datetime | None
    ended_by: Side | None
    left_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class StaffCard:
    """A person who belongs to a company."""

    link_id: UUID
    person_id: PersonId
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class BondCard:
    """The company a person belongs to. `quiet`: its reminders are switched off."""

    link_id: UUID
    company: CompanyCard
    since: datetime
    quiet: bool = False


ACTIVE: ColumnElement[bool] = and_(
    EmployerLink.person_agreed_at.is_not(None),
    EmployerLink.employer_agreed_at.is_not(None),
    EmployerLink.ended_at.is_(None),
)


def employer_of(session: Session, person_id: UUID) -> BondCard | None:
    """Name the company that a person belongs to, by the word of both."""
    row = session.scalar(
        select(EmployerLink).where(EmployerLink.person_id == person_id, ACTIVE)
    )
    if row is None:
        return None
    there = company(session, row.employer_id)
    return BondCard(row.id, there, _since(row), row.quiet_at is not None)


def _since(row: EmployerLink) -> datetime:
    spoken = [at for at in (row.person_agreed_at, row.employer_agreed_at) if at]
    return max(spoken, default=row.asked_at)


def left_after(
    session: Session, person_id: UUID, employer_id: UUID, since: datetime
) -> date | None:
    """Name the last day with a company of one who has parted from it since an instant.

    None for who has not. Coming back does not undo it.
    """
    return session.scalar(
        select(func.min(EmployerLink.left_on)).where(
            EmployerLink.person_id == person_id,
            EmployerLink.employer_id == employer_id,
            EmployerLink.ended_as == LinkEnd.LEFT,
            EmployerLink.ended_at >= since,
        )
    )


def staff_of(session: Session, employer_id: UUID) -> tuple[StaffCard, ...]:
    """List who belongs to a company: accepted, and not left."""
    return _staff(session, EmployerLink.employer_id == employer_id)


def staff_some(
    session: Session, employer_id: UUID, link_ids: Collection[UUID]
) -> tuple[StaffCard, ...]:
    """Give those of these who belong to a company; the others are left out."""
    return _staff(
        session, EmployerLink.employer_id == employer_id, EmployerLink.id.in_(link_ids)
    )


def staff_one(session: Session, employer_id: UUID, link_id: UUID) -> StaffCard:
    """Give one who belongs to a company.

    Raises: NotFound, for another company's and for one who has left, alike.
    """
    found = _staff(
        session, EmployerLink.employer_id == employer_id, EmployerLink.id == link_id
    )
    if not found:
        raise NotFound("link.unknown")
    return found[0]


def _staff(session: Session, *which: ColumnElement[bool]) -> tuple[StaffCard, ...]:
    rows = session.execute(
        select(EmployerLink, Person.name)
        .join(Person, Person.id == EmployerLink.person_id)
        .where(*which, ACTIVE)
        .order_by(Person.name, EmployerLink.id)
    )
    return tuple(
        StaffCard(row.id, PersonId(row.person_id), name, _since(row))
        for row, name in rows
        if row.person_id is not None
    )


def links_of(session: Session, employer_id: UUID) -> tuple[LinkCard, ...]:
    """List all links of a company, the newest first."""
    return _cards(session, EmployerLink.employer_id == employer_id)


def link_of(session: Session, employer_id: UUID, link_id: UUID) -> LinkCard:
    """Give one link of a company, of whatever state.

    Raises: NotFound, for another company's too.
    """
    found = _cards(
        session, EmployerLink.employer_id == employer_id, EmployerLink.id == link_id
    )
    if not found:
        raise NotFound("link.unknown")
    return found[0]


def mine(session: Session, person_id: PersonId) -> ColumnElement[bool]:
    """Say which links are a person's: spoken to, or written to an own address."""
    indexes = reaching.contact_indexes(session, person_id)
    written = and_(
        EmployerLink.person_id.is_(None),
        EmployerLink.sent_at.is_not(None),
        EmployerLink.contact_index.in_(indexes),
    )
    return or_(EmployerLink.person_id == person_id, written)


def links_to(
    session: Session, person_id: PersonId
) -> tuple[tuple[LinkCard, CompanyCard], ...]:
    """List a person's links with their companies, the newest first."""
    cards = _cards(session, mine(session, person_id))
    return tuple((card, company(session, card.employer_id)) for card in cards)


def _cards(session: Session, *which: ColumnElement[bool]) -> tuple[LinkCard, ...]:
    rows = session.execute(
        select(EmployerLink, Person.name)
        .outerjoin(Person, Person.id == EmployerLink.person_id)
        .where(*which)
        .order_by(EmployerLink.asked_at.desc(), EmployerLink.id)
    )
    return tuple(_link(row, name or "") for row, name in rows)


def _link(row: EmployerLink, name: str) -> LinkCard:
    spoken = row.person_agreed_at is not None
    return LinkCard(
        id=row.id,
        employer_id=EmployerId(row.employer_id),
        person_id=PersonId(row.person_id) if spoken and row.person_id else None,
        name=name if spoken else "",
        shown=row.shown,
        called=row.called,
        state=state_of(row),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        since=_since(row) if spoken and row.employer_agreed_at else None,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        left_on=row.left_on,
        reason=row.reason,
    )


def state_of(row: EmployerLink) -> LinkState:
    """Say how far a link is."""
    return link_state(
        LinkFacts(
            sent=row.sent_at is not None,
            person_agreed=row.person_agreed_at is not None,
            employer_agreed=row.employer_agreed_at is not None,
            ended_as=row.ended_as,
        )
    )


def prepared_by(
    session: Session, employer_id: UUID, account_id: UUID | None
) -> tuple[LinkCard, ...]:
    """List what one account prepared for a company that is not proved yet."""
    return _cards(
        session,
        EmployerLink.employer_id == employer_id,
        EmployerLink.asked_account == account_id,
        EmployerLink.asked_by == Side.EMPLOYER,
    )

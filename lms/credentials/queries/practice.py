"""Use copies, and what happened to practice seals and information cards."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from lms.credentials.models import PracticeRecord, UseCopy
from lms.credentials.queries.registered import open_registration_file
from lms.credentials.rules import CopyState, PracticeAct, PracticeItem, copy_live
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import (
    EmployerId,
    PersonId,
    RegistrationCertificateId,
    UseCopyId,
)
from lms.people import queries as people


@dataclass(frozen=True, slots=True)
class UseCopyCard:
    """A use copy as both sides see it. Units: `days` asked for."""

    id: UseCopyId
    certificate_id: RegistrationCertificateId
    person_id: PersonId
    employer_id: EmployerId
    employer: str
    purpose: str
    days: int
    state: CopyState
    asked_at: datetime
    decided_at: datetime | None
    valid_from: date | None
    valid_until: date | None

    def live(self, on: date) -> bool:
        """Tell whether it may be used on a legal day."""
        return copy_live(self.state, self.valid_from, self.valid_until, on)


def _chosen() -> Select[*tuple[Any, ...]]:
    return select(
        UseCopy.id,
        UseCopy.certificate_id,
        UseCopy.person_id,
        UseCopy.employer_id,
        UseCopy.employer,
        UseCopy.purpose,
        UseCopy.days,
        UseCopy.state,
        UseCopy.asked_at,
        UseCopy.decided_at,
        UseCopy.valid_from,
        UseCopy.valid_until,
    ).order_by(UseCopy.asked_at.desc(), UseCopy.id)


def _card(row: Row[Any]) -> UseCopyCard:
    return UseCopyCard(**row._mapping)  # noqa: SLF001 - its public name, underscored


def use_copies(session: Session, person_id: PersonId) -> tuple[UseCopyCard, ...]:
    """List what was asked of a person, the newest first."""
    rows = session.execute(_chosen().where(UseCopy.person_id == person_id).limit(50))
    return tuple(map(_card, rows))


def use_copy(session: Session, person_id: PersonId, copy_id: UUID) -> UseCopyCard:
    """Give one use copy of this person.

    Raises: NotFound.
    """
    row = session.execute(
        _chosen().where(UseCopy.id == copy_id, UseCopy.person_id == person_id)
    ).first()
    if row is None:
        raise NotFound("use_copy.unknown")
    return _card(row)


def use_copies_for(
    session: Session, employer_id: EmployerId, *, limit: int = 100
) -> tuple[UseCopyCard, ...]:
    """List what an employer has asked of its people, the newest first."""
    rows = session.execute(
        _chosen().where(UseCopy.employer_id == employer_id).limit(limit)
    )
    return tuple(map(_card, rows))


def still_bound(session: Session, person_id: PersonId, employer_id: UUID) -> bool:
    """Tell whether a person belongs to a company now, by the word of both."""
    bond = people.employer_of(session, person_id)
    return bond is not None and bond.company.id == employer_id


def use_copy_file(
    session: Session, employer_id: EmployerId, copy_id: UUID, on: date
) -> bytes:
    """Open a use copy for the employer it was made for, while its days last.

    Raises: NotFound, also for another's, a refused and an old one; Refused once the
        person does not belong to the company any more.
    """
    row = session.execute(
        _chosen().where(UseCopy.id == copy_id, UseCopy.employer_id == employer_id)
    ).first()
    card = _card(row) if row else None
    if card is None or not card.live(on):
        raise NotFound("use_copy.unknown")
    if not still_bound(session, card.person_id, employer_id):
        raise Refused("use_copy.left")
    return open_registration_file(session, card.certificate_id, use_copy_id=card.id)


@dataclass(frozen=True, slots=True)
class PracticeLine:
    """Something that happened to a seal or a card."""

    item: PracticeItem
    act: PracticeAct
    on: date
    note: str
    at: datetime


def practice(
    session: Session, person_id: PersonId, item: PracticeItem | None = None
) -> tuple[PracticeLine, ...]:
    """List what happened to a person's seal and card, the newest first."""
    asked = select(
        PracticeRecord.item,
        PracticeRecord.act,
        PracticeRecord.on,
        PracticeRecord.note,
        PracticeRecord.at,
    ).where(PracticeRecord.person_id == person_id)
    if item is not None:
        asked = asked.where(PracticeRecord.item == item)
    rows = session.execute(asked.order_by(PracticeRecord.seq.desc()))
    return tuple(PracticeLine(*row) for row in rows)

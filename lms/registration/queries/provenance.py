"""Whence the house knows of a registration: its book, an office, or a typed line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.credentials.queries import numbers, registered
from lms.credentials.rules import same_numbers
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.people import queries as people
from lms.people.queries import RegistrationCard, naming
from lms.people.rules import LinkState
from lms.policy.flow import Need, Party
from lms.policy.model import Province, Specialty
from lms.registration.models import ApplicationEvent, ApplicationRow
from lms.registration.rules.states import Act

_DESK = (Party.TELLER, Party.APPROVER)


class Origin(StrEnum):
    """Who says so."""

    BOOK = "book"
    OFFICE = "office"
    TYPED = "typed"


class Source(StrEnum):
    """With what an office compares: never with what the person typed."""

    PAPER = "paper"
    REGISTER = "register"
    NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Held:
    """One specialty and its days, both included."""

    specialty: Specialty
    valid_from: date
    valid_until: date

    def noted(self) -> list[str]:
        """Write it as codes and dates."""
        return [
            self.specialty.value,
            self.valid_from.isoformat(),
            self.valid_until.isoformat(),
        ]


@dataclass(frozen=True, slots=True)
class Provenance:
    """A registration with its number and days, and who stands for them.

    `compared_at` and `office_id` tell of an office's comparison; `anothers` that the
    book has the number for somebody else.
    """

    origin: Origin
    number: str
    province: Province
    held: tuple[Held, ...]
    compared_at: datetime | None = None
    office_id: UUID | None = None
    how: str = ""
    anothers: bool = False

    @property
    def proved(self) -> bool:
        """Tell whether more than the person's own word stands for it."""
        return self.origin is not Origin.TYPED


def provenance(session: Session, person_id: PersonId) -> Provenance | None:
    """Give what somebody is registered as, and who says so; None for nobody.

    What the book says goes before what is written in the person's record.
    """
    card = registered(session, person_id)
    if card is not None:
        held = tuple(
            Held(term.specialty, term.valid_from, term.valid_until)
            for term in card.facts.terms
            if term.valid_from and term.valid_until
        )
        number, province = card.facts.registration_no, card.facts.province
        return Provenance(Origin.BOOK, number, province, held)
    try:
        told = people.registration(session, person_id)
    except NotFound:
        return None
    return _told(session, person_id, told)


def _told(session: Session, person_id: PersonId, told: RegistrationCard) -> Provenance:
    held = tuple(
        Held(each.code, each.valid_from, each.valid_until) for each in told.specialties
    )
    taken = anothers(session, told.number, person_id)
    seen = _compared(session, person_id, told, held)
    if seen is None or taken:
        return Provenance(
            Origin.TYPED, told.number, told.province, held, anothers=taken
        )
    return Provenance(
        Origin.OFFICE,
        told.number,
        told.province,
        held,
        compared_at=seen.at,
        office_id=seen.office_id,
        how=str(seen.facts.get("how", "")),
    )


def anothers(session: Session, number: str, person_id: PersonId) -> bool:
    """Tell whether a number is somebody else's: by the book, or by an office's look."""
    if numbers.anothers(session, number, person_id):
        return True
    others = naming.registered_as(session, same_numbers(number), but=person_id)
    return any(
        note.facts.get("number") == theirs
        for other, theirs, province in others
        for note in _notes(session, other, province)
    )


def _compared(
    session: Session,
    person_id: PersonId,
    told: RegistrationCard,
    held: tuple[Held, ...],
) -> ApplicationEvent | None:
    """Find the province's note that it compared this very number and these very days.

    A note of other days is none: what was typed after it was seen by nobody. Nor does
    one province's office speak for what is said of another.
    """
    notes = _notes(session, person_id, told.province)
    return next((one for one in notes if _says(one.facts, told.number, held)), None)


def _notes(
    session: Session, person_id: PersonId, province: Province
) -> Iterator[ApplicationEvent]:
    """Give what offices of a province have proved of somebody, the newest first."""
    session.flush()
    return iter(
        session.scalars(
            select(ApplicationEvent)
            .join(ApplicationRow, ApplicationRow.id == ApplicationEvent.application_id)
            .where(
                ApplicationRow.person_id == person_id,
                ApplicationRow.province == province,
                ApplicationEvent.act == Act.PROVE,
                ApplicationEvent.party.in_(_DESK),
            )
            .order_by(ApplicationEvent.seq.desc())
        )
    )


def _says(facts: dict[str, Any], number: str, held: tuple[Held, ...]) -> bool:
    if facts.get("need") != Need.REGISTRATION or facts.get("number") != number:
        return False
    seen = {tuple(each) for each in facts.get("held", ())}
    return all(tuple(each.noted()) in seen for each in held)


def former_employer(session: Session, person_id: PersonId) -> str:
    """Name the company that somebody is registered with, by the book; "" for unknown.

    Without a certificate in the book it is the company they said to have left last.
    """
    card = registered(session, person_id)
    if card is not None and card.facts.employer:
        return card.facts.employer
    left = (
        company.name
        for link, company in people.links_to(session, person_id)
        if link.state is LinkState.LEFT
    )
    return next(left, "")

"""Questions whose an ID number is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, PersonId
from lms.people.models import NumberCase, Person
from lms.people.rules.cases import CaseEnd


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One question: who says that the number is theirs, and who holds it."""

    id: UUID
    person_id: PersonId
    holder_id: PersonId
    association_id: AssociationId
    at_counter: bool
    reason: str
    asked_at: datetime
    settled_at: datetime | None
    ended_as: CaseEnd | None


@dataclass(frozen=True, slots=True)
class Told:
    """The name and the number that were told. PII: both."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)


def case_place(case_id: UUID) -> str:
    """Name the place that the sealed words of a question belong to."""
    return f"number_cases|sealed|{case_id}"


def case(session: Session, association_id: UUID, case_id: UUID) -> CaseCard:
    """Give one question that was put to an association.

    Raises: NotFound, for a foreign one too.
    """
    row = session.get(NumberCase, case_id)
    if row is None or row.association_id != association_id:
        raise NotFound("number.unknown")
    return _card(row)


def open_cases(session: Session, association_id: UUID) -> tuple[CaseCard, ...]:
    """List what waits at an association, the oldest first."""
    rows = session.scalars(
        select(NumberCase)
        .where(
            NumberCase.association_id == association_id,
            NumberCase.settled_at.is_(None),
        )
        .order_by(NumberCase.asked_at)
        .limit(200)
    ).all()
    return _cards(rows)


def open_of(session: Session, person_id: PersonId) -> CaseCard | None:
    """Give the one open question of a person."""
    row = session.scalar(
        select(NumberCase).where(
            NumberCase.person_id == person_id, NumberCase.settled_at.is_(None)
        )
    )
    return _card(row) if row else None


def between(session: Session, one: UUID, other: UUID) -> bool:
    """Tell whether one of two asked for a number that the other holds."""
    both = (one, other)
    found = session.scalar(
        select(NumberCase.id)
        .where(
            NumberCase.person_id.in_(both),
            NumberCase.holder_id.in_(both),
            NumberCase.settled_at.is_(None),
        )
        .limit(1)
    )
    return found is not None


def told(session: Session, case_id: UUID) -> Told:
    """Open what was told with a question.

    Raises: NotFound once it was settled.
    """
    row = session.get(NumberCase, case_id)
    if row is None or row.sealed is None:
        raise NotFound("number.unknown")
    key = accounts.data_key(session, PersonId(row.person_id))
    facts = json.loads(pii.unseal(key, row.sealed, case_place(row.id)))
    return Told(facts["name"], facts["number"])


def _cards(rows: Sequence[NumberCase]) -> tuple[CaseCard, ...]:
    return tuple(_card(row) for row in rows)


def _card(row: NumberCase) -> CaseCard:
    return CaseCard(
        id=row.id,
        person_id=PersonId(row.person_id),
        holder_id=PersonId(row.holder_id),
        association_id=AssociationId(row.association_id),
        at_counter=row.at_counter,
        reason=row.reason,
        asked_at=row.asked_at,
        settled_at=row.settled_at,
        ended_as=row.ended_as,
    )


def numbered(session: Session, person_id: UUID) -> bool:
    """Tell whether a profile has an ID number."""
    number = select(Person.id_index).where(Person.id == person_id)
    return session.scalar(number) is not None

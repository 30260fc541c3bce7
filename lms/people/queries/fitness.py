"""What of a profile a certificate hangs on, of many in one trip; no seal is opened."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from lms.kernel.ids import PersonId
from lms.people.models import (
    Employment,
    Person,
    PersonFile,
    Qualification,
    Registration,
)
from lms.people.rules import Completeness, PaperKind, PhotoState
from lms.people.rules import completeness as judge

_PHOTO = (
    select(PersonFile.state)
    .where(PersonFile.person_id == Person.id, PersonFile.kind == PaperKind.PHOTO)
    .scalar_subquery()
)
_SIGNED = exists().where(
    PersonFile.person_id == Person.id, PersonFile.kind == PaperKind.SIGNATURE
)
_FOUND = select(
    Person.id,
    Person.id_number.is_not(None).label("numbered"),
    _PHOTO.label("photo"),
    _SIGNED.label("signature"),
    exists().where(Qualification.person_id == Person.id).label("qualification"),
    exists().where(Registration.person_id == Person.id).label("registration"),
    exists().where(Employment.person_id == Person.id).label("employer"),
).where(Person.id.in_(bindparam("persons", expanding=True)))


@dataclass(frozen=True, slots=True)
class Fitness:
    """Whether a profile is whole, and whether somebody accepted the photo."""

    completeness: Completeness
    photo_accepted: bool


def fitness(session: Session, persons: Collection[UUID]) -> dict[PersonId, Fitness]:
    """Say what of each profile is there; who has begun none is absent."""
    session.flush()  # what this work has not written yet counts too
    rows = session.connection().execute(_FOUND, {"persons": persons})
    return {PersonId(row.id): _fitness(row) for row in rows}


def _fitness(row: Any) -> Fitness:  # noqa: ANN401 - a row of the select above
    there = {
        "name": row.numbered,
        "id_number": row.numbered,
        "photo": row.photo not in {None, PhotoState.REFUSED},
        "signature": row.signature,
        "qualification": row.qualification,
        "registration": row.registration,
        "employer": row.employer,
    }
    present = {code for code, found in there.items() if found}
    return Fitness(judge(present), row.photo is PhotoState.ACCEPTED)

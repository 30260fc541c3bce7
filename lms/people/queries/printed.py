"""What certificates print of persons: many in one trip."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lms.kernel import pii
from lms.kernel.ids import PersonId
from lms.people.models import (
    Employer,
    EmployerLink,
    Employment,
    Person,
    PersonFile,
    Registration,
)
from lms.people.queries.cards import CertificateFacts
from lms.people.queries.links import ACTIVE
from lms.people.queries.profile import file_place, place
from lms.people.rules import PaperKind

_BOUND = (
    select(Employer.name)
    .join(EmployerLink, EmployerLink.employer_id == Employer.id)
    .where(EmployerLink.person_id == Person.id, ACTIVE)
    .scalar_subquery()
)
_CLAIMED = (
    select(Employment.name).where(Employment.person_id == Person.id).scalar_subquery()
)
_PRINTED = (
    select(
        Person.id,
        Person.name,
        Person.sex,
        Person.id_number,
        Registration.number,
        PersonFile.body,
        func.coalesce(_BOUND, _CLAIMED, "").label("employer"),
    )
    .join(Registration, Registration.person_id == Person.id)
    .join(PersonFile, PersonFile.person_id == Person.id)
    .where(
        Person.id.in_(bindparam("persons", expanding=True)),
        Person.id_number.is_not(None),
        Person.sex.is_not(None),
        PersonFile.kind == PaperKind.PHOTO,
    )
)


def certificate_facts(
    session: Session, keys: Mapping[PersonId, bytes]
) -> dict[PersonId, CertificateFacts]:
    """Give what a certificate prints of each person, opened with their data keys.

    Who lacks a part of it is absent. The company is the one that a person belongs to
    by the word of both, or else the one that the person names.

    Raises: SealBroken.
    """
    session.flush()  # what this work has not written yet counts too
    rows = session.connection().execute(_PRINTED, {"persons": list(keys)})
    return {PersonId(row.id): _facts(row, keys[row.id]) for row in rows}


def _facts(row: Any, key: bytes) -> CertificateFacts:  # noqa: ANN401 - a row of it
    number = pii.unseal(key, row.id_number, place("persons", "id_number", row.id))
    return CertificateFacts(
        name=row.name,
        sex=row.sex,
        id_masked=pii.mask_id(number.decode()),
        employer=row.employer,
        registration_no=row.number,
        photo_jpeg=pii.unseal(key, row.body, file_place(PaperKind.PHOTO, row.id)),
    )

"""What a person holds, of both kinds, in one list."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from lms.credentials.models import Certificate, RegistrationCertificate
from lms.credentials.queries.held import (
    CertificateCard,
    FileCard,
    card,
    chosen,
    files,
    held,
    open_file,
)
from lms.credentials.queries.registered import (
    RegistrationCertificateCard,
    card_of,
    drawn,
    open_registration_file,
    registration_files,
    registration_versions,
)
from lms.credentials.rules import FileKind, HoldingKind, Verdict
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.policy.model import Specialty


@dataclass(frozen=True, slots=True)
class Holding:
    """One certificate of either kind, as far as both are alike.

    `number` is what the paper calls its number. PII: name, employer, as printed.
    """

    kind: HoldingKind
    id: UUID
    person_id: PersonId
    token: str
    number: str
    name: str
    specialties: tuple[Specialty, ...]
    employer: str
    issuer: str
    issued_on: date
    valid_until: date | None
    verdict: Verdict
    card: CertificateCard | RegistrationCertificateCard

    @property
    def file_name(self) -> str:
        """Name its files, without an ending; plain letters, whatever the number."""
        if self.kind is HoldingKind.COMPLETION:
            return self.number
        return f"registration-{self.card.facts.number[1:]}"


def _completion(found: CertificateCard) -> Holding:
    facts = found.facts
    return Holding(
        kind=HoldingKind.COMPLETION,
        id=found.id,
        person_id=found.person_id,
        token=facts.token,
        number=facts.number,
        name=facts.name,
        specialties=facts.specialties,
        employer=facts.employer,
        issuer=facts.issuer,
        issued_on=facts.issued_on,
        valid_until=facts.period_until,
        verdict=found.verdict,
        card=found,
    )


def _registration(found: RegistrationCertificateCard, on: date) -> Holding:
    facts = found.facts
    return Holding(
        kind=HoldingKind.REGISTRATION,
        id=found.id,
        person_id=found.person_id,
        token=facts.token,
        number=facts.registration_no,
        name=facts.name,
        specialties=tuple(term.specialty for term in facts.terms),
        employer=facts.employer,
        issuer=facts.issuer,
        issued_on=facts.issued_on,
        valid_until=facts.last_day,
        verdict=found.worth(on),
        card=found,
    )


def holdings(session: Session, person_id: PersonId, on: date) -> tuple[Holding, ...]:
    """List all that a person ever got: what counts today first, then the newest."""
    every = [
        *(_registration(one, on) for one in registration_versions(session, person_id)),
        *(_completion(one) for one in held(session, person_id, on)),
    ]
    return tuple(sorted(every, key=lambda one: one.verdict is not Verdict.VALID))


def holding(
    session: Session, person_id: PersonId, certificate_id: UUID, on: date
) -> Holding:
    """Give one certificate of this person, of whichever kind.

    Raises: NotFound.
    """
    found = these(session, [certificate_id], on).get(certificate_id)
    if found is None or found.person_id != person_id:
        raise NotFound("certificate.unknown")
    return found


def these(session: Session, ids: Collection[UUID], on: date) -> Mapping[UUID, Holding]:
    """Give certificates of either kind by id."""
    of_study = session.execute(chosen().where(Certificate.id.in_(ids)))
    found = {one.id: one for one in (_completion(card(row, on)) for row in of_study)}
    of_office = session.execute(drawn().where(RegistrationCertificate.id.in_(ids)))
    for row in of_office:
        one = _registration(card_of(row), on)
        found[one.id] = one
    return found


def forms(session: Session, of: Holding) -> tuple[FileCard, ...]:
    """List the forms in which a certificate was issued."""
    if of.kind is HoldingKind.COMPLETION:
        return files(session, of.id)
    return registration_files(session, of.id)


def open_form(session: Session, of: Holding, kind: FileKind = FileKind.PDF) -> bytes:
    """Open one form, byte for byte.

    Raises: NotFound.
    """
    if of.kind is HoldingKind.COMPLETION:
        return open_file(session, of.id, kind)
    return open_registration_file(session, of.id, kind)

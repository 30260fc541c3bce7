"""Registration certificates: whose, which version, what they are worth."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.credentials.models import (
    RegistrationCertificate,
    RegistrationFile,
    RegistrationStanding,
    RegistrationStateLine,
)
from lms.credentials.queries.held import FileCard, file_cards
from lms.credentials.rules import (
    FileKind,
    PrintedRegistration,
    RegistrationState,
    Verdict,
    registration_verdict,
)
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId, RegistrationCertificateId
from lms.policy.licences import Licence, licence_of


@dataclass(frozen=True, slots=True)
class RegistrationCertificateCard:
    """One registration certificate as its holder and the office see it.

    `effective_on` is the legal day from which it stands as it does; `successor`
    replaced it.
    """

    id: RegistrationCertificateId
    person_id: PersonId
    version: int
    facts: PrintedRegistration
    state: RegistrationState
    effective_on: date
    issued_at: datetime
    changed_at: datetime
    file_sha256: str
    successor: RegistrationCertificateId | None

    @property
    def law(self) -> Licence | None:
        """Give its province's rules for certificates."""
        return licence_of(self.facts.province)

    def worth(self, on: date) -> Verdict:
        """Say what it is worth on a legal day."""
        return registration_verdict(self.state, self.facts, self.law, on)


@dataclass(frozen=True, slots=True)
class StateChange:
    """One change of a certificate's state."""

    state: RegistrationState
    effective_on: date
    at: datetime
    reason: str


def drawn() -> Select[Any]:
    """Begin a select of cards; `card_of` reads its rows."""
    return select(
        RegistrationCertificate.id,
        RegistrationCertificate.person_id,
        RegistrationCertificate.version,
        RegistrationCertificate.facts,
        RegistrationCertificate.issued_at,
        RegistrationCertificate.file_sha256,
        RegistrationStanding.state,
        RegistrationStanding.effective_on,
        RegistrationStanding.changed_at,
        RegistrationStanding.superseded_by,
    ).join(
        RegistrationStanding,
        RegistrationStanding.certificate_id == RegistrationCertificate.id,
    )


def card_of(row: Row[Any]) -> RegistrationCertificateCard:
    """Read a row of `drawn`."""
    return RegistrationCertificateCard(
        id=RegistrationCertificateId(row.id),
        person_id=PersonId(row.person_id),
        version=row.version,
        facts=PrintedRegistration.restored(row.facts),
        state=RegistrationState(row.state),
        effective_on=row.effective_on,
        issued_at=row.issued_at,
        changed_at=row.changed_at,
        file_sha256=row.file_sha256.hex(),
        successor=RegistrationCertificateId(row.superseded_by)
        if row.superseded_by
        else None,
    )


_HELD = (
    drawn()
    .where(RegistrationCertificate.person_id == bindparam("person_id"))
    .order_by(
        (RegistrationStanding.state != RegistrationState.VALID),
        RegistrationCertificate.issued_at.desc(),
        RegistrationCertificate.version.desc(),
    )
)
_VALID = drawn().where(
    RegistrationStanding.person_id == bindparam("person_id"),
    RegistrationStanding.state == RegistrationState.VALID,
)


def registered(
    session: Session, person_id: PersonId
) -> RegistrationCertificateCard | None:
    """Give the one certificate that stands for a person's registration.

    It may have run out, or be bare of what the province asks: ask it for its `worth`.
    """
    session.flush()  # what this work has not written yet counts too
    row = session.connection().execute(_VALID, {"person_id": person_id}).first()
    return card_of(row) if row else None


def registration_versions(
    session: Session, person_id: PersonId
) -> tuple[RegistrationCertificateCard, ...]:
    """List a person's registration certificates: the valid one, then the newest."""
    session.flush()
    rows = session.connection().execute(_HELD, {"person_id": person_id})
    return tuple(card_of(row) for row in rows)


def owned_registration(
    session: Session, person_id: PersonId, certificate_id: UUID
) -> RegistrationCertificateCard:
    """Give one registration certificate of this person.

    Raises: NotFound.
    """
    row = session.execute(
        drawn().where(
            RegistrationCertificate.id == certificate_id,
            RegistrationCertificate.person_id == person_id,
        )
    ).first()
    if row is None:
        raise NotFound("certificate.unknown")
    return card_of(row)


def registration_history(
    session: Session, certificate_id: UUID
) -> tuple[StateChange, ...]:
    """Tell what became of a certificate, in order."""
    rows = session.execute(
        select(
            RegistrationStateLine.state,
            RegistrationStateLine.effective_on,
            RegistrationStateLine.at,
            RegistrationStateLine.reason,
        )
        .where(RegistrationStateLine.certificate_id == certificate_id)
        .order_by(RegistrationStateLine.seq)
    )
    return tuple(StateChange(*row) for row in rows)


def registration_files(session: Session, certificate_id: UUID) -> tuple[FileCard, ...]:
    """List the forms in which a registration certificate was issued, the PDF first."""
    rows = session.execute(
        select(
            RegistrationFile.kind,
            RegistrationFile.size,
            RegistrationFile.sha256,
            RegistrationFile.made_at,
        ).where(
            RegistrationFile.certificate_id == certificate_id,
            RegistrationFile.use_copy_id.is_(None),
        )
    )
    return file_cards(rows)


def open_registration_file(
    session: Session,
    certificate_id: UUID,
    kind: FileKind = FileKind.PDF,
    *,
    use_copy_id: UUID | None = None,
) -> bytes:
    """Open one form as it was issued, or that of a use copy, byte for byte.

    Raises: NotFound, also when the holder's key was destroyed.
    """
    row = session.execute(
        select(
            RegistrationFile.id,
            RegistrationFile.body,
            RegistrationCertificate.person_id,
        )
        .join(
            RegistrationCertificate,
            RegistrationCertificate.id == RegistrationFile.certificate_id,
        )
        .where(
            RegistrationFile.certificate_id == certificate_id,
            RegistrationFile.kind == kind,
            RegistrationFile.use_copy_id == use_copy_id
            if use_copy_id
            else RegistrationFile.use_copy_id.is_(None),
        )
    ).first()
    if row is None:
        raise NotFound("certificate.unknown")
    key = accounts.data_key(session, PersonId(row.person_id))
    return pii.unseal(key, row.body, registration_file_place(row.id))


def registration_file_place(file_id: UUID) -> str:
    """Name the place that a sealed file belongs to."""
    return f"registration_files|body|{file_id}"

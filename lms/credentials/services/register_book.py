"""Write registration certificates into the book, under a province's lock."""

import hashlib
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.accounts import queries as accounts
from lms.credentials.models import (
    RegistrationCertificate,
    RegistrationFile,
    RegistrationStanding,
    RegistrationStateLine,
)
from lms.credentials.ports import RegistrationPrinter
from lms.credentials.queries.registered import registration_file_place
from lms.credentials.rules import (
    Likeness,
    PrintedRegistration,
    RegistrationFacts,
    RegistrationState,
    certificate_in,
    certificate_number,
    licence_id,
    new_code,
)
from lms.credentials.rules.files import FileKind, Printed
from lms.credentials.services import ahead
from lms.credentials.services.ahead import Wanted
from lms.credentials.services.book import sealed_by
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import PersonId, RegistrationCertificateId, new_id
from lms.kernel.work import Work, fail_point
from lms.notify import services as notify
from lms.people import queries as people
from lms.people.rules import PaperKind
from lms.policy.licences import Licence, licence_of
from lms.policy.model import Province
from lms.signing import rules as signers


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new certificate will say. PII: `shown`."""

    facts: RegistrationFacts
    law: Licence
    registration_no: str
    on: date
    shown: Likeness


def law_of(province: Province) -> Licence:
    """Give a province's rules for certificates.

    Raises: Refused where it issues none.
    """
    law = licence_of(province)
    if law is None:
        raise Refused("registration_certificate.province")
    return law


def issued_before(work: Work, source: str) -> RegistrationCertificateId | None:
    """Find what the same grant has issued already."""
    found = work.session.scalar(
        select(RegistrationCertificate.id).where(
            RegistrationCertificate.source == source
        )
    )
    return RegistrationCertificateId(found) if found else None


def standing_of(work: Work, person_id: PersonId) -> RegistrationStanding | None:
    """Hold the row of a person's valid certificate."""
    return work.session.scalar(
        select(RegistrationStanding)
        .where(
            RegistrationStanding.person_id == person_id,
            RegistrationStanding.state == RegistrationState.VALID,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def likeness(work: Work, person_id: PersonId) -> Likeness:
    """Gather what is printed of a person and kept nowhere else."""

    def picture(kind: PaperKind) -> bytes | None:
        try:
            return people.picture(work.session, person_id, kind)
        except NotFound:
            return None

    return Likeness(
        born_on=people.born_on(work.session, person_id),
        photo_jpeg=picture(PaperKind.PHOTO),
        signature_png=picture(PaperKind.SIGNATURE),
    )


def write(
    work: Work, printer: RegistrationPrinter, draft: Draft, supersedes: UUID | None
) -> RegistrationCertificateId:
    """Print a certificate and write it all down.

    Raises: Refused, with the characters that no font draws; Conflict.
    """
    certificate_id = RegistrationCertificateId(new_id())
    version = _version(work, draft.registration_no)
    printed = ahead.settled(_printed(work, draft, certificate_id, version))
    certificate_id = RegistrationCertificateId(certificate_in(printed.licence_id))
    characters = printer.lacking(printed)
    if characters:
        raise Refused("registration_certificate.needs_hand", characters=characters)
    seals = sealed_by(work, signers.office(draft.facts.province))
    files = ahead.sealed(
        seals,
        Wanted(printed, (draft.shown,)),
        lambda lent: printer.print(printed, draft.shown, lent),
    )
    fail_point("credentials.registration_printed")
    digest = hashlib.sha256(files.pdf).digest()
    row = _row(work, draft, printed, version)
    row.id, row.file_sha256, row.supersedes = certificate_id, digest, supersedes
    work.session.add(row)
    _flush(work)
    work.session.add_all(_beside(work, draft, certificate_id, files))
    _flush(work)
    _note(work, certificate_id, draft, printed, files)
    return certificate_id


def _row(
    work: Work, draft: Draft, printed: PrintedRegistration, version: int
) -> RegistrationCertificate:
    return RegistrationCertificate(
        number=printed.number,
        registration_no=printed.registration_no,
        version=version,
        person_id=draft.facts.person_id,
        province=draft.facts.province,
        name=printed.name,
        employer=printed.employer,
        facts=printed.stored(),
        issued_on=draft.on,
        issued_at=work.now,
        token=printed.token,
        licence_id=printed.licence_id,
        source=draft.facts.source,
    )


def _version(work: Work, number: str) -> int:
    newest = work.session.scalar(
        select(func.max(RegistrationCertificate.version)).where(
            RegistrationCertificate.registration_no == number
        )
    )
    return (newest or 0) + 1


def _printed(
    work: Work, draft: Draft, certificate_id: UUID, version: int
) -> PrintedRegistration:
    facts = draft.facts
    known = people.profile(work.session, facts.person_id)
    return PrintedRegistration(
        number=certificate_number(draft.registration_no, version),
        token=new_code(),
        registration_no=draft.registration_no,
        licence_id=licence_id(draft.law.issuer_code, certificate_id, version),
        province=facts.province,
        name=known.name,
        sex=known.sex.value if known.sex else "",
        employer=facts.employer,
        terms=facts.terms,
        issuer=draft.law.authority,
        issued_on=draft.on,
        signed_on=_signed_on(draft, known),
        signed=draft.shown.signature_png is not None,
    )


def _signed_on(draft: Draft, known: people.ProfileCard) -> date | None:
    """Name the day on which the signature that is printed was given.

    What was taken in after the day of issue was not given on a day that is known.
    """
    if draft.shown.signature_png is None or known.signature is None:
        return None
    given = legal_day(known.signature.made_at)
    return given if given <= draft.on else None


def _beside(
    work: Work, draft: Draft, certificate_id: UUID, files: Printed
) -> tuple[object, ...]:
    person_id = draft.facts.person_id
    return (
        RegistrationStanding(
            certificate_id=certificate_id,
            person_id=person_id,
            state=RegistrationState.VALID,
            superseded_by=None,
            effective_on=draft.on,
            changed_at=work.now,
        ),
        *(
            sealed_file(work, person_id, certificate_id, kind, data)
            for kind, data in files.files()
        ),
        RegistrationStateLine(
            certificate_id=certificate_id,
            state=RegistrationState.VALID,
            effective_on=draft.on,
            at=work.now,
            account_id=work.actor.account_id,
            reason=draft.facts.reason,
        ),
    )


def sealed_file(
    work: Work,
    person_id: PersonId,
    certificate_id: UUID,
    kind: FileKind,
    data: bytes,
    use_copy_id: UUID | None = None,
) -> RegistrationFile:
    """Seal a file with its holder's key."""
    file_id = new_id()
    key = accounts.data_key(work.session, person_id)
    return RegistrationFile(
        id=file_id,
        certificate_id=certificate_id,
        use_copy_id=use_copy_id,
        kind=kind.value,
        sha256=hashlib.sha256(data).digest(),
        size=len(data),
        body=pii.seal(key, data, registration_file_place(file_id)),
        made_at=work.now,
    )


def _flush(work: Work) -> None:
    try:
        work.session.flush()
    except IntegrityError as error:
        # Two provinces may issue at once; the partial index lets one through.
        raise Conflict("registration_certificate.exists") from error


def _note(
    work: Work,
    certificate_id: UUID,
    draft: Draft,
    printed: PrintedRegistration,
    files: Printed,
) -> None:
    """Write the evidence, and owe the holder a message."""
    person_id = draft.facts.person_id
    digests = {k.value: hashlib.sha256(data).hexdigest() for k, data in files.files()}
    for stream in (f"registration:{certificate_id}", f"person:{person_id}"):
        evidence.note(
            work,
            stream,
            "registration_certificate.issued",
            certificate=certificate_id,
            number=printed.number,
            licence=printed.licence_id,
            source=draft.facts.source,
            file=digests[FileKind.PDF],
            files=digests,
        )
    notify.message(
        work,
        accounts.account_of(work.session, person_id).id,
        "registration_issued",
        dedupe=f"registration:{certificate_id}",
        number=printed.registration_no,
    )


def move(
    work: Work,
    row: RegistrationStanding,
    state: RegistrationState,
    reason: str,
    on: date,
    *,
    tell: bool = False,
) -> None:
    """Change where a certificate stands, with its line and its evidence."""
    row.state, row.effective_on, row.changed_at = state, on, work.now
    work.session.add(
        RegistrationStateLine(
            certificate_id=row.certificate_id,
            state=state,
            effective_on=on,
            at=work.now,
            account_id=work.actor.account_id,
            reason=reason[:400],
        )
    )
    person_id = PersonId(row.person_id)
    for stream in (f"registration:{row.certificate_id}", f"person:{person_id}"):
        evidence.note(
            work,
            stream,
            f"registration_certificate.{state.value}",
            certificate=row.certificate_id,
            on=on,
        )
    if tell:
        notify.message(
            work,
            accounts.account_of(work.session, person_id).id,
            "registration_voided",
            dedupe=f"registration:{row.certificate_id}:{state.value}",
            on=on.isoformat(),
        )

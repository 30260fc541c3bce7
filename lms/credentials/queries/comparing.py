"""Lay what a file says beside what the book says; the book's own words stay inside."""

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lms.credentials.models import (
    Certificate,
    CertificateFile,
    RegistrationCertificate,
    RegistrationFile,
)
from lms.credentials.queries.checking import Checked
from lms.credentials.queries.held import open_file
from lms.credentials.queries.registered import open_registration_file
from lms.credentials.queries.registration_checking import Answer
from lms.credentials.rules import Facts, FileKind, PrintedRegistration
from lms.credentials.rules.files import Reading
from lms.credentials.rules.proving import Line, compare
from lms.kernel.errors import NotFound
from lms.policy.model import Specialty

_COMPLETION = select(Certificate.facts).where(Certificate.number == bindparam("key"))
_REGISTRATION = select(RegistrationCertificate.facts).where(
    RegistrationCertificate.registration_no == bindparam("key"),
    RegistrationCertificate.version == bindparam("version"),
)


def compared(
    session: Session, found: Answer, reading: Reading, names: Mapping[Specialty, str]
) -> tuple[Line, ...]:
    """Compare a file with the certificate whose facts its sender is shown.

    Who is shown nothing learns nothing: without the certificate's code there is no
    line. `names` are the words that certificates have for specialties.
    """
    if not found.name or not reading.said:
        return ()
    facts: Facts | PrintedRegistration
    if isinstance(found, Checked):
        kept = session.execute(_COMPLETION, {"key": found.number}).scalar_one()
        facts = Facts.restored(kept)
    else:
        place = {"key": found.number, "version": found.version}
        kept = session.execute(_REGISTRATION, place).scalar_one()
        facts = PrintedRegistration.restored(kept)
    said = dict(reading.said)
    if reading.number:
        said.setdefault("证书编号", reading.number)
    return compare(said, facts, names)


def open_by_digest(
    session: Session, digest: bytes, kinds: Collection[FileKind]
) -> bytes:
    """Open a file of the book for who has the same file, and so knows its digest.

    Raises: NotFound, also when the holder's key was destroyed.
    """
    for file, opened in (
        (CertificateFile, open_file),
        (RegistrationFile, open_registration_file),
    ):
        found = session.execute(
            select(file.certificate_id, file.kind).where(
                file.sha256 == digest, file.kind.in_([kind.value for kind in kinds])
            )
        ).first()
        if found is not None:
            return opened(session, found.certificate_id, FileKind(found.kind))
    raise NotFound("certificate.unknown")

"""Keep the forms of a certificate that outlast the keys, beside what was issued."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.credentials.models import (
    Certificate,
    CertificateFile,
    RegistrationCertificate,
    RegistrationFile,
)
from lms.credentials.queries.held import file_place
from lms.credentials.queries.lasting import Book, Signed
from lms.credentials.queries.registered import registration_file_place
from lms.credentials.rules.files import LASTING
from lms.evidence import services as evidence
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work

_BOOKS: Mapping[Book, tuple[type[Any], type[Any], Callable[[UUID], str]]] = {
    Book.COMPLETION: (Certificate, CertificateFile, file_place),
    Book.REGISTRATION: (
        RegistrationCertificate,
        RegistrationFile,
        registration_file_place,
    ),
}


def keep_long_term(work: Work, one: Signed, data: bytes) -> bool:
    """Keep the lasting form of a sealed file; one that has it already keeps that.

    What is kept is found by its hash like any other form, so it verifies alike.

    Raises: NotFound, also when the holder's key was destroyed.
    """
    person_id = _holder(work, one)
    if _kept(work, one):
        return False
    _, file, place = _BOOKS[one.book]
    file_id, digest = new_id(), hashlib.sha256(data)
    key = accounts.data_key(work.session, PersonId(person_id))
    work.session.add(
        file(
            id=file_id,
            certificate_id=one.id,
            kind=LASTING[one.kind].value,
            sha256=digest.digest(),
            size=len(data),
            body=pii.seal(key, data, place(file_id)),
            made_at=work.now,
        )
    )
    evidence.note(
        work,
        f"{one.book}:{one.id}",
        "certificate.stamped",
        certificate=one.id,
        form=one.kind,
        file=digest.hexdigest(),
    )
    work.session.flush()
    return True


def _holder(work: Work, one: Signed) -> UUID:
    """Hold a certificate, and say whose it is."""
    certificate, _, _ = _BOOKS[one.book]
    found: UUID | None = work.session.scalar(
        select(certificate.person_id).where(certificate.id == one.id).with_for_update()
    )
    if found is None:
        raise NotFound("certificate.unknown")
    return found


def _kept(work: Work, one: Signed) -> bool:
    _, file, _ = _BOOKS[one.book]
    asked = select(file.id).where(
        file.certificate_id == one.id, file.kind == LASTING[one.kind].value
    )
    return work.session.scalar(asked) is not None

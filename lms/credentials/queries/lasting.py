"""Which certificates have no forms yet that outlast the keys."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Exists, Select, select
from sqlalchemy.orm import Session, aliased

from lms.credentials.models import (
    CertificateFile,
    CertificateStanding,
    RegistrationFile,
    RegistrationStanding,
)
from lms.credentials.queries.held import open_file
from lms.credentials.queries.registered import open_registration_file
from lms.credentials.rules import FileKind, RegistrationState, State
from lms.credentials.rules.files import LASTING


class Book(StrEnum):
    """In which book a certificate stands; the value begins its stream of evidence."""

    COMPLETION = "certificate"
    REGISTRATION = "registration"


@dataclass(frozen=True, slots=True)
class Signed:
    """A form of a certificate that was sealed when it was issued."""

    book: Book
    id: UUID
    kind: FileKind = FileKind.PDF


def without_long_term(
    session: Session,
    limit: int,
    *,
    since: datetime | None = None,
    but: Collection[Signed] = (),
) -> tuple[Signed, ...]:
    """List sealed files of certificates that were not made to last, the oldest first.

    Only of valid ones, and such as were sealed when they were issued: those have a
    credential too. `since` bounds how far back is looked.
    """
    found: list[Signed] = []
    for kind in LASTING:
        for book, asked, file in (
            (Book.COMPLETION, _completion(kind), CertificateFile),
            (Book.REGISTRATION, _registration(kind), RegistrationFile),
        ):
            spared = {one.id for one in but if one.kind is kind}
            late = asked.where(file.certificate_id.not_in(spared))
            if since is not None:
                late = late.where(file.made_at >= since)
            ids = session.scalars(late.limit(limit - len(found)))
            found += [Signed(book, one, kind) for one in ids]
    return tuple(found)


def _completion(kind: FileKind) -> Select[Any]:
    file, standing = CertificateFile, CertificateStanding
    return (
        select(file.certificate_id)
        .join(standing, standing.certificate_id == file.certificate_id)
        .where(
            file.kind == kind.value,
            standing.state == State.VALID,
            _has(file, FileKind.CREDENTIAL),
            ~_has(file, LASTING[kind]),
        )
        .order_by(file.made_at, file.certificate_id)
    )


def _registration(kind: FileKind) -> Select[Any]:
    file, standing = RegistrationFile, RegistrationStanding
    return (
        select(file.certificate_id)
        .join(standing, standing.certificate_id == file.certificate_id)
        .where(
            file.kind == kind.value,
            file.use_copy_id.is_(None),
            standing.state == RegistrationState.VALID,
            _has(file, FileKind.CREDENTIAL),
            ~_has(file, LASTING[kind]),
        )
        .order_by(file.made_at, file.certificate_id)
    )


def _has(
    file: type[CertificateFile] | type[RegistrationFile], kind: FileKind
) -> Exists:
    other = aliased(file)
    return (
        select(other.id)
        .where(other.certificate_id == file.certificate_id, other.kind == kind.value)
        .exists()
    )


def open_signed(session: Session, one: Signed) -> bytes:
    """Open a form as it was issued.

    Raises: NotFound, also when the holder's key was destroyed.
    """
    if one.book is Book.COMPLETION:
        return open_file(session, one.id, one.kind)
    return open_registration_file(session, one.id, one.kind)

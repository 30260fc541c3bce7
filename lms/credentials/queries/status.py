"""Which certificates of a list were withdrawn: what status lists are made of."""

from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lms.credentials.models import (
    Certificate,
    CertificateCounter,
    CertificateStanding,
    RegistrationCertificate,
    RegistrationStanding,
)
from lms.credentials.rules import RegistrationState, State
from lms.credentials.rules.issuers import (
    RegistrationPage,
    StatusList,
    read_page,
    registration_place,
)
from lms.policy.model import Province

_SERIAL = "_____"


def status_list(session: Session, owner: str, page: str) -> StatusList | None:
    """Give an owner's list as it stands now; None where nothing was ever issued."""
    kind, _colon, name = owner.partition(":")
    asked = read_page(page)
    if kind == "association" and isinstance(asked, int):
        return _completion(session, owner, _uuid(name), asked)
    if kind == "office" and isinstance(asked, RegistrationPage):
        return _registration(session, owner, name, asked)
    return None


def _completion(
    session: Session, owner: str, association_id: UUID | None, year: int
) -> StatusList | None:
    last = association_id and session.scalar(
        select(CertificateCounter.last).where(
            CertificateCounter.association_id == association_id,
            CertificateCounter.year == year,
        )
    )
    if not last:
        return None
    withdrawn = session.scalars(
        select(Certificate.serial)
        .join(
            CertificateStanding,
            CertificateStanding.certificate_id == Certificate.id,
        )
        .where(
            Certificate.association_id == association_id,
            Certificate.year == year,
            CertificateStanding.state != State.VALID,
        )
        .order_by(Certificate.serial)
    )
    return StatusList(owner, f"{year:04d}", tuple(withdrawn), last)


def _registration(
    session: Session, owner: str, province: str, asked: RegistrationPage
) -> StatusList | None:
    if province not in set(Province):
        return None
    here = (
        RegistrationCertificate.province == Province(province),
        RegistrationCertificate.version == asked.version,
        RegistrationCertificate.registration_no.like(f"_{asked.stem}{_SERIAL}"),
    )
    if not _any(session, here):
        return None
    numbers = session.scalars(
        select(RegistrationCertificate.number)
        .join(
            RegistrationStanding,
            RegistrationStanding.certificate_id == RegistrationCertificate.id,
        )
        .where(*here, RegistrationStanding.state != RegistrationState.VALID)
    )
    withdrawn = sorted(registration_place(number).index for number in numbers)
    return StatusList(owner, f"{asked.stem}-{asked.version:03d}", tuple(withdrawn))


def _any(session: Session, here: tuple[ColumnElement[bool], ...]) -> bool:
    found = session.scalar(
        select(func.count()).select_from(
            select(RegistrationCertificate.id).where(*here).limit(1).subquery()
        )
    )
    return bool(found)


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None

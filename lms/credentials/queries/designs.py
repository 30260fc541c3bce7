"""Reads of designs: the one that holds, those before it, and the one tried out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.credentials.models import CertificateDesign, DesignDraft
from lms.credentials.rules.designs import DEFAULT, Design
from lms.kernel.errors import NotFound

_MOST = 2**31 - 1
"""No column holds a larger version; what is asked for in an address may be."""


@dataclass(frozen=True, slots=True)
class DesignCard:
    """A published design in the history, without its logo."""

    design: Design
    edited_by: UUID | None
    published_by: UUID | None
    published_at: datetime


@dataclass(frozen=True, slots=True)
class DraftCard:
    """What the desk tries out. `revision` 0 means that nothing was saved yet."""

    design: Design
    revision: int = 0
    edited_by: UUID | None = None
    edited_at: datetime | None = None


def current_design(session: Session, association_id: UUID) -> Design:
    """Give the design that holds today; the house's own while none was published."""
    row = session.execute(
        select(
            CertificateDesign.data, CertificateDesign.logo, CertificateDesign.version
        )
        .where(CertificateDesign.association_id == association_id)
        .order_by(CertificateDesign.version.desc())
        .limit(1)
    ).first()
    if row is None:
        return DEFAULT
    return Design.restored(row.data, logo=row.logo or b"", version=row.version)


def design(session: Session, association_id: UUID, version: int) -> Design:
    """Give a design as it was published; version 0 is the house's own.

    Raises: NotFound.
    """
    if version == 0:
        return DEFAULT
    known = version <= _MOST
    row = session.get(CertificateDesign, (association_id, version)) if known else None
    if row is None:
        raise NotFound("design.unknown")
    return Design.restored(row.data, logo=row.logo or b"", version=row.version)


def design_history(session: Session, association_id: UUID) -> tuple[DesignCard, ...]:
    """List what an association published, the newest first."""
    rows = session.execute(
        select(
            CertificateDesign.data,
            CertificateDesign.version,
            CertificateDesign.edited_by,
            CertificateDesign.published_by,
            CertificateDesign.published_at,
        )
        .where(CertificateDesign.association_id == association_id)
        .order_by(CertificateDesign.version.desc())
    )
    return tuple(
        DesignCard(
            Design.restored(row.data, version=row.version),
            row.edited_by,
            row.published_by,
            row.published_at,
        )
        for row in rows
    )


def draft(session: Session, association_id: UUID) -> DraftCard:
    """Give what the desk tries out; while nothing is, what holds today."""
    row = session.get(DesignDraft, association_id)
    if row is None:
        return DraftCard(current_design(session, association_id))
    return DraftCard(
        Design.restored(row.data, logo=row.logo or b""),
        row.revision,
        row.edited_by,
        row.edited_at,
    )

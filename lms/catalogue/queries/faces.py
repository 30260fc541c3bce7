"""Read how associations show themselves."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Association, AssociationFace
from lms.catalogue.rules.faces import Face, sheet
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId


@dataclass(frozen=True, slots=True)
class FaceCard:
    """A front page with its association's whole name. `logo_mark` changes with it."""

    association_id: AssociationId
    name: str
    contact: str
    face: Face
    logo_mark: str

    @property
    def sheet_mark(self) -> str:
        """Name the style sheet by what is in it, so that it can be kept for good."""
        return hashlib.sha256(sheet(self.face.colour).encode()).hexdigest()[:16]


def face(session: Session, association_id: UUID) -> FaceCard | None:
    """Give an association's front page, shown or not; None while none was made."""
    return _one(session, AssociationFace.association_id == association_id)


def shown_faces(session: Session) -> dict[UUID, str]:
    """Name the address of every front page that strangers see."""
    rows = session.execute(
        select(AssociationFace.association_id, AssociationFace.slug).where(
            AssociationFace.shown
        )
    )
    return {row.association_id: row.slug for row in rows}


def face_at(session: Session, slug: str) -> FaceCard:
    """Give the front page at an address.

    Raises: NotFound, also while it is not shown.
    """
    found = _one(session, AssociationFace.slug == slug)
    if found is None or not found.face.shown:
        raise NotFound("face.unknown")
    return found


def logo(session: Session, slug: str) -> bytes:
    """Give the logo of a front page that is shown.

    Raises: NotFound.
    """
    found = session.scalar(
        select(AssociationFace.logo).where(
            AssociationFace.slug == slug, AssociationFace.shown
        )
    )
    if not found:
        raise NotFound("face.unknown")
    return bytes(found)


def _one(session: Session, condition: ColumnElement[bool]) -> FaceCard | None:
    row = session.execute(
        select(AssociationFace, Association.name, Association.contact)
        .join(Association, Association.id == AssociationFace.association_id)
        .where(condition)
        .execution_options(populate_existing=True)
    ).first()
    if row is None:
        return None
    own: AssociationFace = row[0]
    return FaceCard(
        AssociationId(own.association_id),
        row.name,
        row.contact,
        Face(
            own.slug,
            own.short_name,
            own.colour,
            own.welcome,
            tuple((topic, told) for topic, told in own.topics),
            own.shown,
        ),
        hashlib.sha256(own.logo).hexdigest()[:16] if own.logo else "",
    )

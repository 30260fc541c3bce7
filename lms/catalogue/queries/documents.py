"""Read documents: on their way, and their pages once they can be read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Document, DocumentPage
from lms.catalogue.rules.documents import DocumentState
from lms.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """A document that was sent. Units: `size` bytes; `done` pages."""

    id: UUID
    association_id: UUID
    state: DocumentState
    name: str
    size: int
    sha256: str
    done: int
    reason: str | None
    pages: int
    source_key: str | None

    @property
    def under_way(self) -> bool:
        """Tell whether it changes by itself."""
        return self.state is DocumentState.WAITING


@dataclass(frozen=True, slots=True)
class PageCard:
    """One page that can be read. Units: pixels; `n` counts from one."""

    n: int
    key: str
    width: int
    height: int
    text: str


def document(session: Session, document_id: UUID) -> DocumentCard:
    """Fetch a document that was sent.

    Raises: NotFound, also for one that was dropped.
    """
    row = session.get(Document, document_id)
    if row is None or row.state is DocumentState.DROPPED:
        raise NotFound("document.unknown")
    return DocumentCard(
        id=row.id,
        association_id=row.association_id,
        state=row.state,
        name=row.name,
        size=row.size,
        sha256=row.sha256,
        done=row.done,
        reason=row.reason,
        pages=row.pages,
        source_key=row.source_key,
    )


def pages(session: Session, document_id: UUID | None) -> tuple[PageCard, ...]:
    """List the pages of a document in their order; nothing of one not yet drawn."""
    if document_id is None:
        return ()
    rows = session.execute(
        select(
            DocumentPage.n,
            DocumentPage.key,
            DocumentPage.width,
            DocumentPage.height,
            DocumentPage.text,
        )
        .join(Document, Document.id == DocumentPage.document_id)
        .where(
            DocumentPage.document_id == document_id,
            Document.state == DocumentState.READY,
        )
        .order_by(DocumentPage.n)
    )
    return tuple(PageCard(**row._asdict()) for row in rows)


def document_waits(session: Session, now: datetime) -> bool:
    """Tell whether a document waits for the job, or was let go by one killed."""
    free = or_(Document.held_until.is_(None), Document.held_until < now)
    asked = select(Document.id).where(Document.state == DocumentState.WAITING, free)
    return session.scalar(asked.limit(1)) is not None

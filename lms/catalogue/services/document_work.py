"""What the job does with documents: take one, hold it, put its pages on the shelf."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select

from lms.catalogue.models import Document, DocumentPage, Lesson
from lms.catalogue.ports import DrawnDocument
from lms.catalogue.rules.documents import KEPT_DAYS, MOST_ATTEMPTS, DocumentState
from lms.catalogue.services import in_hand
from lms.catalogue.services.documents import move
from lms.evidence import services as evidence
from lms.kernel.work import Work

_WAITING = frozenset({DocumentState.WAITING})


@dataclass(frozen=True, slots=True)
class DocumentTask:
    """A document in a process's hands."""

    id: UUID
    attempt: int


def take_document(work: Work, owner: str) -> DocumentTask | None:
    """Take the oldest document that nobody holds; give up what ended several runs."""
    while True:
        document = in_hand.oldest_free(work, Document, _WAITING)
        if document is None:
            return None
        if document.attempt < MOST_ATTEMPTS:
            break
        _fail(work, document, "document.stalled")
    in_hand.grip(work, document, owner)
    return DocumentTask(document.id, document.attempt)


def document_goes_on(work: Work, document_id: UUID, owner: str, done: int) -> bool:
    """Tell how many pages are drawn, and hear whether to go on."""
    document = _held(work, document_id, owner)
    if document is None:
        return False
    in_hand.went_on(work.now, document, done)
    return True


def document_failed(work: Work, document_id: UUID, owner: str, code: str) -> None:
    """Write down why a document cannot be read."""
    document = _held(work, document_id, owner)
    if document is not None:
        _fail(work, document, code)


def _fail(work: Work, document: Document, code: str) -> None:
    move(work, document, DocumentState.FAILED)
    document.reason = code
    work.session.flush()


def document_ready(
    work: Work, document_id: UUID, owner: str, drawn: DrawnDocument
) -> bool:
    """Put all pages on the shelf, whole and at once. False: it is over."""
    document = _held(work, document_id, owner)
    if document is None:
        return False
    work.session.add_all(
        DocumentPage(
            document_id=document.id,
            n=page.n,
            key=page.key,
            width=page.width,
            height=page.height,
            text=page.text,
        )
        for page in drawn.pages
    )
    document.pages, document.source_key = len(drawn.pages), drawn.source_key
    document.kept_bytes, document.ready_at = drawn.kept_bytes, work.now
    move(work, document, DocumentState.READY)
    evidence.note(
        work,
        f"association:{document.association_id}",
        "document.ready",
        document=str(document.id),
        sent=document.sha256,
        pages=document.pages,
    )
    return True


def _held(work: Work, document_id: UUID, owner: str) -> Document | None:
    """Lock a document that is still in these hands."""
    return in_hand.held(work, Document, document_id, owner, _WAITING)


def drop_unnamed_documents(work: Work) -> int:
    """Drop documents that no lesson names, and what failed long ago; count them."""
    named = select(Lesson.id).where(Lesson.document_id == Document.id).exists()
    lost = ~named & (Document.touched_at < work.now - in_hand.ORPHANED)
    old = Document.touched_at < work.now - timedelta(days=KEPT_DAYS)
    failed = (Document.state == DocumentState.FAILED) & old
    found = work.session.scalars(
        select(Document)
        .where(Document.state != DocumentState.DROPPED, or_(lost, failed))
        .with_for_update(skip_locked=True)
    ).all()
    for document in found:
        move(work, document, DocumentState.DROPPED)
        for lesson in work.session.scalars(
            select(Lesson).where(Lesson.document_id == document.id)
        ).all():
            lesson.document_id = None
    work.session.flush()
    return len(found)


def forget_dropped_documents(work: Work) -> tuple[UUID, ...]:
    """Take dropped documents off the books; what lies on disk of them can go."""
    return in_hand.forget(
        work,
        Document,
        DocumentState.DROPPED,
        Lesson.document_id,
        (DocumentPage.document_id,),
    )


def documents_waiting(work: Work, ids: tuple[UUID, ...]) -> set[UUID]:
    """Tell of which documents the upload is still needed."""
    open_states = (DocumentState.WAITING, DocumentState.FAILED)
    return set(
        work.session.scalars(
            select(Document.id).where(
                Document.id.in_(ids), Document.state.in_(open_states)
            )
        )
    )

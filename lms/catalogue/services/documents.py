"""Take documents in. Every command is bound to one association's draft."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.catalogue import queries
from lms.catalogue.models import Association, Document, Lesson
from lms.catalogue.rules import LessonKind
from lms.catalogue.rules.documents import MOST_BYTES, MOVES, DocumentState
from lms.catalogue.services.lessons import lesson_of
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import AssociationId
from lms.kernel.text import normal
from lms.kernel.work import Work

_GIB = 2**30
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class DocumentSent:
    """A document that lies on this machine's disk. Units: `size` bytes."""

    id: UUID
    name: str
    size: int
    sha256: str


def document_came(
    work: Work, association_id: AssociationId, lesson_id: UUID, sent: DocumentSent
) -> None:
    """Note a document for a lesson; the job draws its pages next.

    It takes the place of the one before, which other versions keep.

    Raises: NotFound; Conflict for what is no draft; Refused with what is too much.
    """
    lesson = lesson_of(work, association_id, lesson_id)
    if lesson.kind is not LessonKind.DOCUMENT:
        raise Conflict("document.state")
    _have_room(work, association_id, sent)
    old = lesson.document_id
    work.session.add(
        Document(
            id=sent.id,
            association_id=association_id,
            made_by=work.actor.account_id,
            made_at=work.now,
            touched_at=work.now,
            name=normal(sent.name)[:_LONGEST_NAME],
            size=sent.size,
            sha256=sent.sha256,
            state=DocumentState.WAITING,
        )
    )
    work.session.flush()
    lesson.document_id = sent.id
    _let_go(work, old)


def drop_document(work: Work, association_id: AssociationId, lesson_id: UUID) -> None:
    """Take a document out of a draft's lesson; other versions keep theirs.

    Raises: NotFound; Conflict for what is no draft, or has none.
    """
    lesson = lesson_of(work, association_id, lesson_id)
    old = lesson.document_id
    if old is None:
        raise Conflict("document.state")
    lesson.document_id = None
    _let_go(work, old)


def retry_document(work: Work, association_id: AssociationId, lesson_id: UUID) -> None:
    """Try a document again that failed.

    Raises: NotFound; Conflict for one that did not.
    """
    lesson = lesson_of(work, association_id, lesson_id)
    if lesson.document_id is None:
        raise Conflict("document.state")
    document = locked(work, lesson.document_id)
    if document.state is not DocumentState.FAILED:
        raise Conflict("document.state")
    document.attempt = 0
    move(work, document, DocumentState.WAITING)


def move(work: Work, document: Document, to: DocumentState) -> None:
    """Take a document to its next state, with nothing left of the last.

    Raises: Conflict for what may not follow.
    """
    if to not in MOVES[document.state]:
        raise Conflict("document.state")
    document.state = to
    document.done = 0
    document.owner = document.held_until = document.reason = None
    document.touched_at = work.now
    work.session.flush()


def locked(work: Work, document_id: UUID) -> Document:
    """Lock a document that a lesson names."""
    return work.session.scalars(
        select(Document).where(Document.id == document_id).with_for_update()
    ).one()


def _have_room(work: Work, association_id: AssociationId, sent: DocumentSent) -> None:
    """Hold an association to its share, which films and documents divide.

    Locks the association, so that two cannot take the same room.
    """
    if not 0 < sent.size <= MOST_BYTES:
        raise Refused("document.big")
    work.session.execute(
        select(Association.id).where(Association.id == association_id).with_for_update()
    )
    room = queries.room(work.session, association_id)
    if room.used + sent.size > room.most:
        used, most = (f"{n / _GIB:.1f}" for n in (room.used, room.most))
        raise Refused("film.quota", used=used, most=most)


def _let_go(work: Work, document_id: UUID | None) -> None:
    """Stop what nobody names any more; what is ready leaves by the night's job."""
    if document_id is None:
        return
    work.session.flush()
    if work.session.scalar(
        select(Lesson.id).where(Lesson.document_id == document_id).limit(1)
    ):
        return
    document = locked(work, document_id)
    if document.state is not DocumentState.READY:
        move(work, document, DocumentState.DROPPED)

"""Sending a lesson's document, and seeing what becomes of it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from lms.catalogue import queries, services
from lms.catalogue.ports import DocumentPress
from lms.catalogue.rules import VersionState
from lms.catalogue.rules.documents import MOST_BYTES
from lms.catalogue.services import DocumentSent
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import new_id
from lms.web import desk
from lms.web.console.course_scope import back_to_lesson, done_to, lesson_of, mine
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint(
    "console_documents",
    __name__,
    url_prefix="/console/courses/<uuid:version_id>/lessons/<uuid:lesson_id>/document",
)

_AROUND = 2**20
"""What a form adds to its file."""


@bp.url_value_preprocessor
def _let_documents_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow an author, and nobody else, the body that a document makes."""
    visitor = desk.visitor()
    if endpoint == "console_documents.send" and visitor and "author" in visitor.roles:
        request.max_content_length = MOST_BYTES + _AROUND


@bp.post("")
@staff("author")
def send(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Take a document in; the job draws its pages next."""
    version = mine(version_id)
    lesson_of(version, lesson_id)
    if version.state is not VersionState.DRAFT:
        raise Conflict("course.not_a_draft")
    sent: FileStorage | None = request.files.get("paper")
    if sent is None or not sent.filename:
        raise Refused("document.empty")
    take(lesson_id, sent)
    flash(_("文档已收到，正在逐页处理。"), "ok")
    return back_to_lesson(version_id, lesson_id)


def take(lesson_id: UUID, sent: FileStorage) -> None:
    """Bring a document to the disk, then onto the books.

    Raises: Refused for what is no PDF, or too much.
    """
    press = desk.port(DocumentPress)  # a Protocol, named as a key
    document_id = new_id()
    size, sha256 = press.take(document_id, sent.stream, MOST_BYTES)
    told = DocumentSent(document_id, sent.filename or "", size, sha256)
    try:
        with desk.begin() as work:
            services.document_came(work, desk.association(), lesson_id, told)
    except BaseException:
        press.drop(document_id)
        raise


@bp.get("")
@staff("author", "manager")
def panel(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Show how the document is getting on."""
    version = mine(version_id)
    lesson = lesson_of(version, lesson_id)
    return render_template(
        "console/document_panel.html", version=version, lesson=lesson, **shown(lesson)
    )


@bp.post("/drop")
@staff("author")
def drop(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Take the document out of the lesson."""
    return done_to(version_id, lesson_id, services.drop_document, _("文档已移除。"))


@bp.post("/retry")
@staff("author")
def retry(version_id: UUID, lesson_id: UUID) -> ResponseReturnValue:
    """Try again a document that failed."""
    return done_to(
        version_id, lesson_id, services.retry_document, _("已重新开始处理。")
    )


def shown(lesson: queries.LessonCard) -> dict[str, object]:
    """Gather what the document's panel shows."""
    session = desk.reading()
    held = lesson.document_id
    paper = queries.document(session, held) if held else None
    return {
        "paper": paper,
        "room": queries.room(session, desk.association()),
        "reason": words(paper.reason, {}) if paper and paper.reason else "",
    }

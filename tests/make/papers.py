"""Documents that tests send: drawn by reportlab, broken by hand."""

from __future__ import annotations

import hashlib
import io
from functools import cache
from typing import Any
from uuid import UUID

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from reportlab.pdfgen.canvas import Canvas

from lms.catalogue import services
from lms.catalogue.ports import DocumentPress
from lms.catalogue.rules.documents import MOST_BYTES
from lms.catalogue.services import DocumentSent
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, new_id

PAGE = (298, 421)


@cache
def pdf(pages: int = 3, size: tuple[float, float] = PAGE) -> bytes:
    """A PDF whose pages say which they are."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=size, invariant=1)
    for n in range(1, pages + 1):
        canvas.drawString(20, size[1] - 30, f"Sheet number {n}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def locked(user: str = "", owner: str = "o") -> bytes:
    """A PDF that wants a password, or only restricts who has none."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt(user, owner, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def scripted() -> bytes:
    """A PDF with a script that runs where PDFs may run scripts."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    action = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert('x')"),
        }
    )
    writer.root_object[NameObject("/OpenAction")] = action
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def upload(
    ports: Any,
    begin: Any,
    here: AssociationId,
    lesson_id: UUID,
    body: bytes,
    name: str = "方案.pdf",
) -> UUID:
    """Send a document for a lesson as the door does: to the disk, then on the books."""
    document_id = new_id()
    press = ports[DocumentPress]
    size, digest = press.take(document_id, io.BytesIO(body), MOST_BYTES)
    assert digest == hashlib.sha256(body).hexdigest()
    with begin() as work:
        sent = DocumentSent(document_id, name, size, digest)
        services.document_came(work, here, lesson_id, sent)
    db.session.remove()
    return document_id

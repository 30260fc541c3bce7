"""A course to read page by page: its pages are those that the job draws of its PDF.

They lie beside it so that the demonstration need not wait for them.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from lms.catalogue import services as authoring
from lms.catalogue.ports import DrawnDocument, DrawnPage, MediaStore
from lms.catalogue.rules import LessonKind
from lms.catalogue.services import DocumentSent, DraftFacts, LessonFactsIn
from lms.catalogue.services import document_work as drawing
from lms.jobs.demo.people import Made
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work
from lms.policy.model import Track

_HERE = Path(__file__).parent / "papers"
_JOB = "demonstration"
_FACTS = DraftFacts(
    title="危大工程管理读本",
    summary_html="<p>三页读懂：方案谁来编、哪些要论证、现场怎么管。</p>",
    specialty=None,
    track=Track.ELECTIVE,
    price_fen=0,
    teacher="高老师",
    teacher_title="高级工程师",
    year=2026,
)


def lay(
    work: Work, ports: Mapping[type[Any], Any], here: AssociationId, author: Made
) -> None:
    """Let the author send a document, and publish what was drawn of it."""
    own = replace(work, actor=author.actor)
    version_id = authoring.draft_course(own, here, _FACTS)
    chapter_id = authoring.add_chapter(own, here, version_id, "读本")
    facts = LessonFactsIn(
        "危大工程：方案、论证与现场",
        LessonKind.DOCUMENT,
        100,
        required_seconds=45,
        body_html="<p>每页读够时间才能翻到下一页，读过的页可以随时翻回。</p>",
    )
    lesson_id = authoring.add_lesson(own, here, chapter_id, facts)
    source = _HERE / "reading.pdf"
    body = source.read_bytes()
    sent = DocumentSent(
        new_id(), f"{_FACTS.title}.pdf", len(body), hashlib.sha256(body).hexdigest()
    )
    authoring.document_came(own, here, lesson_id, sent)
    drawing.take_document(work, _JOB)
    drawing.document_ready(work, sent.id, _JOB, _drawn(ports[MediaStore], source))
    authoring.publish(work, here, version_id)


def _drawn(store: MediaStore, source: Path) -> DrawnDocument:
    rows = json.loads((_HERE / "reading.json").read_text("utf-8"))
    pages, kept = [], source.stat().st_size
    for row in rows:
        jpeg = (_HERE / f"reading-{row['n']}.jpg").read_bytes()
        kept += len(jpeg)
        key = store.put_picture(jpeg)
        pages.append(DrawnPage(row["n"], key, row["width"], row["height"], row["text"]))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / source.name
        shutil.copyfile(source, copy)
        return DrawnDocument(store.keep(copy), tuple(pages), kept)

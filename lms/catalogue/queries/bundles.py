"""Gather a course for its file: what it says, and which stored files it shows."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import Document, MediaFile
from lms.catalogue.queries.cards import LessonCard, QuestionCard
from lms.catalogue.queries.content import lesson, outline, version
from lms.catalogue.rules import LessonKind
from lms.catalogue.rules.bundles import FORMAT
from lms.catalogue.rules.documents import DocumentState


@dataclass(frozen=True, slots=True)
class Packed:
    """A course as its manifest has it; `media` leads from names in it to stored keys.

    Units: `size` bytes of all bodies.
    """

    manifest: dict[str, Any]
    media: dict[str, str]
    size: int


def packed(session: Session, version_id: UUID, *, bodies: bool) -> Packed:
    """Gather a version, with the names of its bodies where they come along.

    Raises: NotFound.
    """
    found = version(session, version_id)
    shelf = _Shelf(session, {}, {}, bodies=bodies)
    chapters = [
        {
            "title": chapter.title or "—",
            "lessons": [
                _lesson(shelf, lesson(session, line.id)) for line in chapter.lessons
            ],
        }
        for chapter in outline(session, version_id)
    ]
    manifest = {
        "format": FORMAT,
        "course": {
            "title": found.title,
            "summary_html": found.summary_html,
            "specialty": found.specialty.value if found.specialty else None,
            "track": found.track.value,
            "price_fen": found.price,
            # Who may be named here has not agreed to be named elsewhere.
            "teacher": "" if found.from_register else found.teacher,
            "teacher_title": found.teacher_title,
            "year": found.year,
        },
        "chapters": chapters,
    }
    return Packed(manifest, shelf.media, sum(shelf.sizes.values()))


@dataclass(frozen=True, slots=True)
class _Shelf:
    session: Session
    media: dict[str, str]
    sizes: dict[str, int]
    bodies: bool

    def told(
        self, key: str, sha256: str, size: int, name: str
    ) -> dict[str, str | int | None]:
        """Say what a lesson shows, and put its body on the list."""
        file = f"media/{sha256}.{key.rpartition('.')[2]}"
        if self.bodies:
            self.media[file], self.sizes[file] = key, size
        there = file if self.bodies else None
        return {"sha256": sha256, "size": size, "name": name, "file": there}


def _lesson(shelf: _Shelf, found: LessonCard) -> dict[str, Any]:
    return {
        "title": found.title,
        "kind": found.kind.value,
        "credit": int(found.credit),
        "required_seconds": found.required_seconds,
        "body_html": found.body_html,
        "captions": found.captions_vtt,
        "questions": [_question(one) for one in found.questions],
        "film": _film(shelf, found),
        "document": _document(shelf, found),
    }


def _question(card: QuestionCard) -> dict[str, Any]:
    return {
        "stem": card.stem,
        "options": list(card.options),
        "key": sorted(int(place) for place in card.key),
        "explanation": card.explanation,
        "at_second": card.at_second,
    }


def _film(shelf: _Shelf, found: LessonCard) -> dict[str, Any] | None:
    if found.kind is not LessonKind.FILM or not found.media_key:
        return None
    row = shelf.session.get(MediaFile, found.media_key)
    if row is None:
        return None
    return shelf.told(row.key, row.sha256, row.size, found.title)


def _document(shelf: _Shelf, found: LessonCard) -> dict[str, Any] | None:
    if found.kind is not LessonKind.DOCUMENT or found.document_id is None:
        return None
    row = shelf.session.scalar(
        select(Document).where(
            Document.id == found.document_id, Document.state == DocumentState.READY
        )
    )
    if row is None or row.source_key is None:
        return None
    return shelf.told(row.source_key, row.sha256, row.size, row.name)

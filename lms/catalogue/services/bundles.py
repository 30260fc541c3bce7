"""Make a draft of a course's file: all of it, in one unit of work, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from lms.catalogue.models import CourseVersion, Document, Lesson, MediaFile
from lms.catalogue.rules import LessonKind
from lms.catalogue.rules.bundles import Bundle, BundledLesson, BundledMedia
from lms.catalogue.rules.documents import DocumentState
from lms.catalogue.services import authoring, documents, films, lessons
from lms.catalogue.services.documents import DocumentSent
from lms.catalogue.services.films import FilmSent, PartSent
from lms.kernel.ids import AssociationId, VersionId
from lms.kernel.work import Work


@dataclass(frozen=True, slots=True)
class FilmCame:
    """A film of the file whose parts lie on the disk."""

    sent: FilmSent
    parts: tuple[PartSent, ...]


@dataclass(frozen=True, slots=True)
class Came:
    """The bodies that came with a course, by digest, already on this machine's disk."""

    films: Mapping[str, FilmCame]
    documents: Mapping[str, DocumentSent]


@dataclass(frozen=True, slots=True)
class Made:
    """The draft that came of a file; `without` names lessons that miss their media."""

    version_id: VersionId
    without: tuple[str, ...]


def on_shelf(work: Work, association_id: AssociationId, bundle: Bundle) -> set[str]:
    """Tell which digests of a course the association has already."""
    wanted = {one.sha256 for one in bundle.media}
    found = set(
        work.session.scalars(
            select(MediaFile.sha256).where(
                MediaFile.association_id == association_id,
                MediaFile.sha256.in_(wanted),
            )
        )
    )
    return found | set(
        work.session.scalars(
            select(Document.sha256).where(
                Document.association_id == association_id,
                Document.sha256.in_(wanted),
                Document.state == DocumentState.READY,
            )
        )
    )


def import_course(
    work: Work, association_id: AssociationId, bundle: Bundle, came: Came
) -> Made:
    """Write a course's file down as the first draft of a new course.

    It is published by nobody but who publishes any draft. What the association has on
    its shelf already is used from there; bodies that came go the way of any upload.

    Raises: Refused when there is no room for a body.
    """
    facts = authoring.DraftFacts(
        title=bundle.title,
        summary_html=bundle.summary_html,
        specialty=bundle.specialty,
        track=bundle.track,
        price_fen=bundle.price_fen,
        teacher=bundle.teacher,
        teacher_title=bundle.teacher_title,
        year=bundle.year,
    )
    version_id = authoring.draft_course(work, association_id, facts)
    shelves = _Shelves(work, association_id, came, {}, {})
    without: list[str] = []
    for chapter in bundle.chapters:
        chapter_id = authoring.add_chapter(
            work, association_id, version_id, chapter.title
        )
        without += [
            lesson.title
            for lesson in chapter.lessons
            if not _add(shelves, chapter_id, lesson)
        ]
    version = work.session.get_one(CourseVersion, version_id)
    authoring.note(work, "course.imported", version)
    return Made(version_id, tuple(without))


@dataclass(frozen=True, slots=True)
class _Shelves:
    """Where a lesson's media are found; what was begun for one serves the next too."""

    work: Work
    association_id: AssociationId
    came: Came
    films: dict[str, UUID]
    documents: dict[str, UUID]


def _add(shelves: _Shelves, chapter_id: UUID, lesson: BundledLesson) -> bool:
    """Add a lesson with all that belongs to it; tell whether its media are there."""
    work, here = shelves.work, shelves.association_id
    film = lesson.film if lesson.kind is LessonKind.FILM else None
    key = _kept_film(shelves, film) if film else None
    facts = lessons.LessonFactsIn(
        title=lesson.title,
        kind=lesson.kind,
        credit=lesson.credit,
        required_seconds=lesson.required_seconds,
        body_html=lesson.body_html,
        captions_vtt=lesson.captions,
        media_key=key,
    )
    lesson_id = lessons.add_lesson(work, here, chapter_id, facts)
    asked = [
        lessons.QuestionIn(
            one.stem, one.options, one.key, one.explanation, one.at_second
        )
        for one in lesson.questions
    ]
    lessons.set_questions(work, here, lesson_id, asked)
    row = work.session.get_one(Lesson, lesson_id)
    if key is not None:
        films.play_again(work, row)
        return True
    if film is not None:
        return _film(shelves, row, film)
    paper = lesson.document if lesson.kind is LessonKind.DOCUMENT else None
    return paper is None or _document(shelves, row, paper)


def _kept_film(shelves: _Shelves, film: BundledMedia) -> str | None:
    return shelves.work.session.scalar(
        select(MediaFile.key)
        .where(
            MediaFile.association_id == shelves.association_id,
            MediaFile.sha256 == film.sha256,
        )
        .order_by(MediaFile.stored_at.desc())
        .limit(1)
    )


def _film(shelves: _Shelves, row: Lesson, film: BundledMedia) -> bool:
    work, here = shelves.work, shelves.association_id
    came = shelves.came.films.get(film.sha256)
    if film.sha256 in shelves.films:
        row.film_id = shelves.films[film.sha256]
    elif came is not None:
        film_id = films.begin_film(work, here, row.id, came.sent)
        for part in came.parts:
            films.part_came(work, here, film_id, part)
        films.film_came(work, here, film_id)
        shelves.films[film.sha256] = film_id
    else:
        return False
    work.session.flush()
    return True


def _document(shelves: _Shelves, row: Lesson, paper: BundledMedia) -> bool:
    work, here = shelves.work, shelves.association_id
    kept = work.session.scalar(
        select(Document.id)
        .where(
            Document.association_id == here,
            Document.sha256 == paper.sha256,
            Document.state == DocumentState.READY,
        )
        .limit(1)
    )
    begun = kept or shelves.documents.get(paper.sha256)
    came = shelves.came.documents.get(paper.sha256)
    if begun is not None:
        row.document_id = begun
    elif came is not None:
        documents.document_came(work, here, row.id, came)
        shelves.documents[paper.sha256] = came.id
    else:
        return False
    work.session.flush()
    return True

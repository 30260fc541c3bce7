"""Read associations, versions, lessons, offers."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from lms.catalogue.models import (
    Association,
    Chapter,
    CourseVersion,
    Document,
    Film,
    Lesson,
    LessonQuestion,
)
from lms.catalogue.queries.cards import (
    AssociationCard,
    ChapterCard,
    LessonCard,
    LessonLine,
    QuestionCard,
    VersionCard,
    VersionLine,
)
from lms.catalogue.queries.teaching import named
from lms.catalogue.rules import LessonFacts, VersionState, objections
from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound
from lms.kernel.ids import VersionId


def association(session: Session, association_id: UUID) -> AssociationCard:
    """Fetch one association.

    Raises: NotFound.
    """
    row = session.execute(
        _associations().where(Association.id == association_id)
    ).first()
    if row is None:
        raise NotFound("association.unknown")
    return AssociationCard(**row._asdict())


def associations(session: Session) -> tuple[AssociationCard, ...]:
    """List every association, by name."""
    rows = session.execute(_associations().order_by(Association.name))
    return tuple(AssociationCard(**row._asdict()) for row in rows)


def _associations() -> Select[*tuple[object, ...]]:
    return select(
        Association.id,
        Association.code,
        Association.name,
        Association.province,
        Association.seconds_per_hour,
        Association.daily_cap_seconds,
        Association.top_rate,
        Association.transfer_account,
        Association.two_person,
        Association.blueprint,
        Association.presence,
        Association.contact,
    )


def version(session: Session, version_id: UUID) -> VersionCard:
    """Fetch one version, whatever its state, with its lessons in order.

    Raises: NotFound.
    """
    row = session.execute(version_rows().where(CourseVersion.id == version_id)).first()
    if row is None:
        raise NotFound("course.unknown")
    return version_card(session, row)


def version_card(session: Session, row: Row[*tuple[object, ...]]) -> VersionCard:
    """Make a card of a row that `version_rows` chose."""
    told: dict[str, Any] = row._asdict()
    card = VersionCard(**told, lessons=lesson_lines(session, told["id"]))
    if not card.from_register:
        return card
    return replace(card, teacher=named(session, [card.id])[card.id])


def version_rows() -> Select[*tuple[object, ...]]:
    """Begin a select of versions, without their lessons."""
    return select(
        CourseVersion.id,
        CourseVersion.course_id,
        CourseVersion.association_id,
        CourseVersion.n,
        CourseVersion.state,
        CourseVersion.title,
        CourseVersion.summary_html,
        CourseVersion.specialty,
        CourseVersion.track,
        CourseVersion.credit,
        CourseVersion.price_fen.label("price"),
        CourseVersion.teacher,
        CourseVersion.teacher_title,
        CourseVersion.from_register,
        CourseVersion.year,
        CourseVersion.valid_until,
        CourseVersion.cover_key,
        CourseVersion.returned_for,
        CourseVersion.asked_at,
        CourseVersion.published_at,
    )


def current_version(session: Session, course_id: UUID) -> VersionCard:
    """Fetch the version of a course that is on sale: the newest published one.

    Raises: NotFound when there is none.
    """
    found = session.scalar(
        select(CourseVersion.id)
        .where(
            CourseVersion.course_id == course_id,
            CourseVersion.state == VersionState.PUBLISHED,
        )
        .order_by(CourseVersion.n.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound("course.unknown")
    return version(session, found)


def versions(session: Session, course_id: UUID) -> tuple[VersionLine, ...]:
    """List every version of a course, the newest first."""
    rows = session.execute(
        select(
            CourseVersion.id,
            CourseVersion.n,
            CourseVersion.state,
            CourseVersion.published_at,
        )
        .where(CourseVersion.course_id == course_id)
        .order_by(CourseVersion.n.desc())
    )
    return tuple(VersionLine(**row._asdict()) for row in rows)


def versions_beside(
    session: Session, version_ids: Collection[UUID]
) -> frozenset[VersionId]:
    """Name every version of the courses that these versions are of, themselves too."""
    if not version_ids:
        return frozenset()
    courses = select(CourseVersion.course_id).where(CourseVersion.id.in_(version_ids))
    rows = session.scalars(
        select(CourseVersion.id).where(CourseVersion.course_id.in_(courses))
    )
    return frozenset(VersionId(one) for one in rows)


def lesson_lines(session: Session, version_id: UUID) -> tuple[LessonLine, ...]:
    """List a version's lessons in their order."""
    rows = session.execute(
        select(
            Lesson.id,
            Lesson.chapter_id,
            Lesson.title,
            Lesson.kind,
            Lesson.credit,
            Lesson.required_seconds,
            Lesson.duration_seconds,
            Film.state.label("film_state"),
            Document.state.label("document_state"),
            Document.pages,
        )
        .outerjoin(Chapter, Chapter.id == Lesson.chapter_id)
        .outerjoin(Film, Film.id == Lesson.film_id)
        .outerjoin(Document, Document.id == Lesson.document_id)
        .where(Lesson.version_id == version_id)
        .order_by(Chapter.position, Lesson.position, Lesson.id)
    )
    return tuple(LessonLine(**row._asdict()) for row in rows)


def outline(session: Session, version_id: UUID) -> tuple[ChapterCard, ...]:
    """Give a version's chapters with their lessons; empty chapters too."""
    lines = lesson_lines(session, version_id)
    rows = session.execute(
        select(Chapter.id, Chapter.title)
        .where(Chapter.version_id == version_id)
        .order_by(Chapter.position)
    ).all()
    chapters = [
        ChapterCard(
            row.id,
            row.title,
            tuple(line for line in lines if line.chapter_id == row.id),
        )
        for row in rows
    ]
    loose = tuple(line for line in lines if line.chapter_id is None)
    if loose:
        chapters.insert(0, ChapterCard(None, "", loose))
    return tuple(chapters)


def lesson(session: Session, lesson_id: UUID) -> LessonCard:
    """Fetch one lesson, whole.

    Raises: NotFound.
    """
    row = session.execute(
        select(
            Lesson.id,
            Lesson.version_id,
            Lesson.title,
            Lesson.kind,
            Lesson.credit,
            Lesson.required_seconds,
            Lesson.duration_seconds,
            Lesson.media_key,
            Lesson.captions_vtt,
            Lesson.body_html,
            Lesson.film_id,
            Lesson.document_id,
        ).where(Lesson.id == lesson_id)
    ).first()
    if row is None:
        raise NotFound("lesson.unknown")
    return LessonCard(**row._asdict(), questions=_questions(session, lesson_id))


def _questions(session: Session, lesson_id: UUID) -> tuple[QuestionCard, ...]:
    rows = session.execute(
        select(
            LessonQuestion.id,
            LessonQuestion.stem,
            LessonQuestion.options,
            LessonQuestion.key,
            LessonQuestion.explanation,
            LessonQuestion.at_second,
        )
        .where(LessonQuestion.lesson_id == lesson_id)
        .order_by(LessonQuestion.position)
    )
    return tuple(
        QuestionCard(
            id=row.id,
            stem=row.stem,
            options=tuple(row.options),
            key=frozenset(str(place) for place in row.key),
            explanation=row.explanation,
            at_second=row.at_second,
        )
        for row in rows
    )


def missing(session: Session, version_id: UUID) -> tuple[tuple[str, str], ...]:
    """List what keeps a version from being published, whoever teaches it.

    Shape: pairs of code and lesson title.
    Raises: NotFound.
    """
    found = version(session, version_id)
    pace = association(session, found.association_id).seconds_per_hour
    return objections(
        _publishing_facts(session, version_id),
        seconds_per_hour=pace,
        title=found.title,
    )


def _publishing_facts(session: Session, version_id: UUID) -> list[LessonFacts]:
    of_lesson = LessonQuestion.lesson_id == Lesson.id
    asked = select(func.count()).select_from(LessonQuestion).where(of_lesson)
    last = select(func.max(LessonQuestion.at_second)).where(of_lesson)
    rows = session.execute(
        select(
            Lesson,
            asked.scalar_subquery().label("asked"),
            last.scalar_subquery().label("last"),
            Film.state,
            Document,
        )
        .outerjoin(Film, Film.id == Lesson.film_id)
        .outerjoin(Document, Document.id == Lesson.document_id)
        .where(Lesson.version_id == version_id)
        .order_by(Lesson.position)
    )
    return [
        LessonFacts(
            title=one.title,
            kind=one.kind,
            credit=Credit(one.credit),
            required_seconds=one.required_seconds,
            duration_seconds=one.duration_seconds,
            has_media=bool(one.media_key),
            has_text=bool(one.body_html),
            questions=questions,
            film_state=film_state,
            last_question=last_question,
            document_state=paper.state if paper else None,
            pages=paper.pages if paper else 0,
        )
        for one, questions, last_question, film_state, paper in rows
    ]

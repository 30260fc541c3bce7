"""Read the catalogue. Columns, not entities: the shop window is looked at often."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.catalogue.models import (
    Association,
    Chapter,
    Course,
    CourseVersion,
    Lesson,
    LessonQuestion,
    MediaFile,
    Package,
    Revision,
)
from lms.catalogue.rules import LessonKind, VersionState
from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, CourseId, LessonId, PackageId, VersionId
from lms.kernel.money import Fen
from lms.policy.model import Province, Specialty, Track


@dataclass(frozen=True, slots=True)
class AssociationCard:
    """What other rooms may know of an association. Units: seconds."""

    id: AssociationId
    code: str
    name: str
    province: Province
    seconds_per_hour: int
    daily_cap_seconds: int | None
    transfer_account: dict[str, str]
    two_person: bool
    blueprint: dict[str, int]
    contact: str


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A question within a lesson; `key` holds places of the options, as text.

    Only what judges an answer reads `key`; no page shows it.
    """

    id: UUID
    stem: str
    options: tuple[str, ...]
    key: frozenset[str]
    explanation: str
    at_second: int | None


@dataclass(frozen=True, slots=True)
class LessonCard:
    """One lesson, whole. Units: seconds; `credit` hundredths of a 学时."""

    id: LessonId
    version_id: VersionId
    title: str
    kind: LessonKind
    credit: Credit
    required_seconds: int
    duration_seconds: int | None
    media_key: str | None
    captions_vtt: str
    body_html: str
    questions: tuple[QuestionCard, ...]


@dataclass(frozen=True, slots=True)
class LessonLine:
    """One lesson in an outline."""

    id: LessonId
    chapter_id: UUID | None
    title: str
    kind: LessonKind
    credit: Credit
    required_seconds: int
    duration_seconds: int | None


@dataclass(frozen=True, slots=True)
class ChapterCard:
    """One chapter with its lessons."""

    id: UUID | None
    title: str
    lessons: tuple[LessonLine, ...]


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version. Units: `credit` hundredths of a 学时, `price` fen."""

    id: VersionId
    course_id: CourseId
    association_id: AssociationId
    n: int
    state: VersionState
    title: str
    summary_html: str
    specialty: Specialty | None
    track: Track
    credit: Credit
    price: Fen
    teacher: str
    teacher_title: str
    year: int
    published_at: datetime | None
    lessons: tuple[LessonLine, ...]


@dataclass(frozen=True, slots=True)
class OfferCard:
    """What the shop sells: a course or a package. Units: `price` fen."""

    kind: str
    id: UUID
    title: str
    price: Fen
    version_ids: tuple[VersionId, ...]
    association_id: AssociationId


@dataclass(frozen=True, slots=True)
class PackageCard:
    """Several courses at one price."""

    id: PackageId
    association_id: AssociationId
    title: str
    specialty: Specialty | None
    price: Fen
    single_price: Fen
    credit: Credit
    versions: tuple[VersionCard, ...]


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
        Association.transfer_account,
        Association.two_person,
        Association.blueprint,
        Association.contact,
    )


def version(session: Session, version_id: UUID) -> VersionCard:
    """Fetch one version, whatever its state, with its lessons in order.

    Raises: NotFound.
    """
    row = session.execute(_versions().where(CourseVersion.id == version_id)).first()
    if row is None:
        raise NotFound("course.unknown")
    return VersionCard(**row._asdict(), lessons=lesson_lines(session, version_id))


def _versions() -> Select[*tuple[object, ...]]:
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
        CourseVersion.year,
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
        )
        .outerjoin(Chapter, Chapter.id == Lesson.chapter_id)
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


def offer(session: Session, kind: str, offer_id: UUID) -> OfferCard:
    """Find what is on sale under an id: a course's or a package's.

    Raises: NotFound when it is not on sale.
    """
    if kind == "package":
        found = package(session, offer_id)
        return OfferCard(
            kind="package",
            id=found.id,
            title=found.title,
            price=found.price,
            version_ids=tuple(v.id for v in found.versions),
            association_id=found.association_id,
        )
    if kind != "course":
        raise NotFound("course.unknown")
    on_sale = current_version(session, offer_id)
    return OfferCard(
        kind="course",
        id=offer_id,
        title=on_sale.title,
        price=on_sale.price,
        version_ids=(on_sale.id,),
        association_id=on_sale.association_id,
    )


def package(session: Session, package_id: UUID) -> PackageCard:
    """Fetch a package that is on sale, with the versions it holds today.

    Raises: NotFound.
    """
    row = session.get(Package, package_id)
    if row is None or not row.open:
        raise NotFound("course.unknown")
    versions = tuple(current_version(session, UUID(one)) for one in row.courses)
    return PackageCard(
        id=PackageId(row.id),
        association_id=AssociationId(row.association_id),
        title=row.title,
        specialty=row.specialty,
        price=Fen(row.price_fen),
        single_price=Fen(sum(v.price for v in versions)),
        credit=Credit(sum(v.credit for v in versions)),
        versions=versions,
    )


def packages(
    session: Session, *, specialty: Specialty | None = None
) -> tuple[PackageCard, ...]:
    """List the packages on sale."""
    chosen = select(Package.id).where(Package.open.is_(True))
    if specialty is not None:
        chosen = chosen.where(Package.specialty == specialty)
    found = session.scalars(chosen.order_by(Package.title)).all()
    return tuple(package(session, one) for one in found)


def revision(session: Session) -> int:
    """Count the changes of the public catalogue."""
    return session.scalar(select(Revision.n).where(Revision.id == 1)) or 0


def media(session: Session, key: str) -> MediaFile | None:
    """Find a stored film. For this room's commands and doors that serve it."""
    return session.get(MediaFile, key)


def course_count(session: Session, association_id: UUID) -> int:
    """Count the courses of an association."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Course)
            .where(Course.association_id == association_id)
        )
        or 0
    )

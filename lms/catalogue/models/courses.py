"""Associations and what they teach. A published version never changes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.catalogue.rules import LessonKind, VersionState
from lms.kernel.db import Table
from lms.policy.model import Province, Specialty, Track

FILM_BYTES = 200 * 2**30
"""What an association's films may take, unless the operator says otherwise."""


class Association(Table):
    """One association: its name, its province, and how it teaches and tests.

    `blueprint` overrides the usual test, `presence` the usual checks whether a learner
    is there; `transfer_account` is printed on orders.

    Units: `seconds_per_hour` of film for one 学时; `daily_cap_seconds` a legal day;
    `top_rate`, the fastest that a film may run, in hundredths; `film_bytes`, all that
    its films may take.
    PII: none; the account is a company's.
    """

    __tablename__ = "associations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True, default="")
    name: Mapped[str] = mapped_column(String(80), default="")
    province: Mapped[Province] = mapped_column(default=Province.NATIONAL)
    seconds_per_hour: Mapped[int] = mapped_column(Integer, default=2700)
    daily_cap_seconds: Mapped[int | None] = mapped_column(Integer)
    top_rate: Mapped[int] = mapped_column(Integer, default=100, server_default="100")
    film_bytes: Mapped[int] = mapped_column(
        BigInteger, default=FILM_BYTES, server_default=str(FILM_BYTES)
    )
    transfer_account: Mapped[dict[str, str]] = mapped_column(default=dict)
    two_person: Mapped[bool] = mapped_column(default=True)
    blueprint: Mapped[dict[str, int]] = mapped_column(default=dict)
    presence: Mapped[dict[str, int]] = mapped_column(default=dict)
    contact: Mapped[str] = mapped_column(String(120), default="")

    __table_args__ = (CheckConstraint("seconds_per_hour > 0", name="pace"),)


class Course(Table):
    """One course over all its versions. PII: none."""

    __tablename__ = "courses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(
        ForeignKey("associations.id"), index=True
    )
    number: Mapped[str] = mapped_column(String(32), unique=True)
    made_at: Mapped[datetime]


class CourseVersion(Table):
    """One version: what a learner buys, and keeps.

    Without a specialty it is 公共 and counts for one that the learner chooses. After
    `valid_until` it is no longer sold; `returned_for` is why a manager sent it back.
    `from_register`: those who teach it stand in `version_teachers`, and no name here.

    Units: `credit` hundredths of a 学时; `price_fen` fen. PII: the teacher's name.
    """

    __tablename__ = "course_versions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("courses.id"))
    association_id: Mapped[UUID] = mapped_column(
        ForeignKey("associations.id"), index=True
    )
    n: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[VersionState] = mapped_column(default=VersionState.DRAFT, index=True)
    title: Mapped[str] = mapped_column(String(80), default="")
    summary_html: Mapped[str] = mapped_column(Text, default="")
    specialty: Mapped[Specialty | None]
    track: Mapped[Track]
    credit: Mapped[int] = mapped_column(Integer, default=0)
    price_fen: Mapped[int] = mapped_column(Integer, default=0)
    teacher: Mapped[str] = mapped_column(String(40), default="")
    teacher_title: Mapped[str] = mapped_column(String(80), default="")
    from_register: Mapped[bool] = mapped_column(default=False, server_default=false())
    year: Mapped[int] = mapped_column(Integer, default=2026)
    valid_until: Mapped[date | None]
    cover_key: Mapped[str | None] = mapped_column(String(64))
    returned_for: Mapped[str | None] = mapped_column(String(400))
    search_text: Mapped[str] = mapped_column(Text, default="")
    made_by: Mapped[UUID | None]
    asked_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[UUID | None]

    __table_args__ = (
        UniqueConstraint("course_id", "n"),
        CheckConstraint("price_fen >= 0", name="price"),
        CheckConstraint("credit >= 0", name="credit"),
    )


class Chapter(Table):
    """One chapter of a version. PII: none."""

    __tablename__ = "chapters"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(
        ForeignKey("course_versions.id"), index=True
    )
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(80))


class Lesson(Table):
    """One lesson: a film, a document, questions alone, or a class that meets.

    `media_key` is what plays, `film_id` the film that was sent for it: the newest one,
    which may still be on its way and then keeps the version from being published. So
    it is with `document_id`, whose pages share the lesson's seconds alike.

    Units: `credit` hundredths of a 学时; `required_seconds` to study;
    `duration_seconds` of the film. PII: none.
    """

    __tablename__ = "lessons"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(
        ForeignKey("course_versions.id"), index=True
    )
    chapter_id: Mapped[UUID | None] = mapped_column(ForeignKey("chapters.id"))
    position: Mapped[int] = mapped_column(Integer, default=0)
    title: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[LessonKind]
    credit: Mapped[int] = mapped_column(Integer, default=0)
    required_seconds: Mapped[int] = mapped_column(Integer, default=0)
    duration_seconds: Mapped[int | None] = mapped_column(Integer)
    media_key: Mapped[str | None] = mapped_column(String(64))
    film_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("film_uploads.id"), index=True
    )
    document_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("documents.id"), index=True
    )
    captions_vtt: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (CheckConstraint("credit >= 0", name="credit"),)


class LessonQuestion(Table):
    """A question within a lesson. The key stays on the server.

    `key` holds places of `options`. Units: `at_second` of the film. PII: none.
    """

    __tablename__ = "lesson_questions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lessons.id"), index=True)
    position: Mapped[int] = mapped_column(Integer, default=0)
    at_second: Mapped[int | None] = mapped_column(Integer)
    stem: Mapped[str] = mapped_column(Text)
    options: Mapped[list[str]]
    key: Mapped[list[int]]
    explanation: Mapped[str] = mapped_column(Text, default="")


class Package(Table):
    """Several courses at one price. Units: `price_fen` fen. PII: none."""

    __tablename__ = "packages"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(
        ForeignKey("associations.id"), index=True
    )
    number: Mapped[str] = mapped_column(String(32), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    specialty: Mapped[Specialty | None]
    price_fen: Mapped[int] = mapped_column(Integer)
    open: Mapped[bool] = mapped_column(default=True)
    courses: Mapped[list[str]]

    __table_args__ = (CheckConstraint("price_fen >= 0", name="price"),)


class Revision(Table):
    """Counts the changes of what the public may see, so that pages can be kept.

    PII: none.
    """

    __tablename__ = "catalogue_revision"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    n: Mapped[int] = mapped_column(Integer, default=0)
    changed_on: Mapped[date | None]

"""What other rooms may know of the catalogue: frozen cards."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from lms.catalogue.rules import FilmState, LessonKind, VersionState, review_mark
from lms.catalogue.rules.documents import DocumentState
from lms.kernel.credit import Credit
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
    top_rate: int
    transfer_account: dict[str, str]
    two_person: bool
    blueprint: dict[str, int]
    presence: dict[str, int]
    contact: str
    seller: dict[str, str] = field(default_factory=dict)


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
    film_id: UUID | None = None
    document_id: UUID | None = None


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
    film_state: FilmState | None = None
    document_state: DocumentState | None = None
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class ChapterCard:
    """One chapter with its lessons."""

    id: UUID | None
    title: str
    lessons: tuple[LessonLine, ...]


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version. Units: `credit` hundredths of a 学时, `price` fen.

    `teacher` is what was typed; of a version `from_register`, who may be named now.
    """

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
    valid_until: date | None
    cover_key: str | None
    returned_for: str | None
    asked_at: datetime | None
    published_at: datetime | None
    lessons: tuple[LessonLine, ...]
    from_register: bool = False

    @property
    def review_mark(self) -> str:
        """Say which review a page is about."""
        return review_mark(self.state, self.asked_at)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version among those of its course."""

    id: VersionId
    n: int
    state: VersionState
    published_at: datetime | None


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
class PackageDraft:
    """A package as its association keeps it, on sale or not. Units: `price` fen."""

    id: PackageId
    number: str
    title: str
    specialty: Specialty | None
    price: Fen
    open: bool
    courses: tuple[CourseId, ...]


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

"""The learning centre: what one person needs to see first, read across rooms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion, Lesson
from lms.commerce.models import Order
from lms.commerce.rules import OrderState
from lms.credentials import queries as credentials
from lms.credentials.rules import Verdict
from lms.exams import queries as exams
from lms.kernel.credit import Credit
from lms.kernel.ids import EnrolmentId, LessonId, PersonId
from lms.learning import queries as learning
from lms.learning.models import Enrolment
from lms.learning.rules import measure_of
from lms.people import queries as people
from lms.policy.model import Specialty, Track
from lms.reports import exams as tests
from lms.reports.learning import SpecialtyRings, rings


@dataclass(frozen=True, slots=True)
class Resume:
    """The lesson to go on with. Units: seconds."""

    enrolment_id: EnrolmentId
    lesson_id: LessonId
    lesson: str
    course: str
    position: int
    credited_seconds: int
    target: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One course that was bought. Units: `credit` in hundredths of a 学时."""

    enrolment_id: EnrolmentId
    title: str
    specialty: Specialty | None
    track: Track
    credit: Credit
    lessons_total: int
    lessons_done: int
    last_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do. Shape: `kind` names the words; the rest fills them."""

    kind: str
    id: UUID | None = None
    specialty: Specialty | None = None
    text: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """One certificate in the folder."""

    number: str
    specialty: Specialty
    issued_on: date
    valid: bool


@dataclass(frozen=True, slots=True)
class Centre:
    """All that the page shows."""

    resume: Resume | None
    rings: tuple[SpecialtyRings, ...]
    courses: tuple[CourseRow, ...]
    todos: tuple[Todo, ...]
    certificates: tuple[Held, ...]


def centre(session: Session, person_id: PersonId, *, on: date) -> Centre:
    """Gather the learning centre of one person on one day."""
    drawn = rings(session, person_id, on=on)
    rows = _courses(session, person_id)
    held = credentials.held(session, person_id, on)
    return Centre(
        resume=_resume(session, person_id),
        rings=drawn,
        courses=rows,
        todos=tuple(_todos(session, person_id, on, drawn, rows)),
        certificates=tuple(
            Held(
                card.facts.number,
                card.specialty,
                card.facts.issued_on,
                card.verdict is Verdict.VALID,
            )
            for card in held
        ),
    )


def _courses(session: Session, person_id: PersonId) -> tuple[CourseRow, ...]:
    rows = session.execute(
        select(
            Enrolment.id.label("enrolment_id"),
            CourseVersion.title,
            Enrolment.specialty,
            CourseVersion.track,
            CourseVersion.credit,
            Enrolment.lessons_total,
            Enrolment.lessons_done,
            Enrolment.last_at,
            Enrolment.completed_at,
        )
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(Enrolment.person_id == person_id)
        .order_by(
            Enrolment.completed_at.is_not(None),
            Enrolment.last_at.desc().nulls_last(),
            Enrolment.enrolled_at.desc(),
        )
    )
    return tuple(CourseRow(**row._asdict()) for row in rows)


def _resume(session: Session, person_id: PersonId) -> Resume | None:
    found = learning.resume(session, person_id)
    if found is None:
        return None
    row = session.execute(
        select(
            Lesson.title,
            CourseVersion.title,
            Lesson.required_seconds,
            Lesson.duration_seconds,
        )
        .join(CourseVersion, CourseVersion.id == Lesson.version_id)
        .where(Lesson.id == found.lesson_id)
    ).one()
    return Resume(
        found.enrolment_id,
        found.lesson_id,
        row[0],
        row[1],
        found.position,
        found.credited_seconds,
        measure_of(required_seconds=row[2], film_seconds=row[3]).target_seconds,
        found.fresh,
    )


def _todos(
    session: Session,
    person_id: PersonId,
    on: date,
    drawn: tuple[SpecialtyRings, ...],
    rows: tuple[CourseRow, ...],
) -> Iterator[Todo]:
    percent = people.completeness(session, person_id).percent
    if percent < 100:  # noqa: PLR2004 - a hundred percent
        yield Todo("profile", number=percent)
    elif not drawn:
        yield Todo("registration")
    yield from _orders(session, person_id)
    yield from (
        Todo("specialty", id=row.enrolment_id, text=row.title)
        for row in rows
        if row.specialty is None
    )
    if any(ring.met for ring in drawn):
        yield from _ends(session, person_id, on)


def _orders(session: Session, person_id: PersonId) -> Iterator[Todo]:
    found = session.execute(
        select(Order.id, Order.number).where(
            Order.person_id == person_id, Order.state == OrderState.PENDING
        )
    )
    return (Todo("order", id=row.id, text=row.number) for row in found)


def _ends(session: Session, person_id: PersonId, on: date) -> Iterator[Todo]:
    """Say which tests and certificates wait, for hours that are full."""
    held = {
        card.specialty
        for card in credentials.held(session, person_id, on)
        if card.verdict is Verdict.VALID
    }
    for one in tests.standings(session, person_id, on=on):
        kind = _end(one, held)
        if kind:
            yield Todo(kind, specialty=one.sitting.specialty)


def _end(one: exams.Standing, held: set[Specialty]) -> str | None:
    if one.open_id:
        return "exam_open"
    if one.may_start:
        return "exam"
    if one.passed and one.sitting.specialty not in held:
        return "certificate"
    return None

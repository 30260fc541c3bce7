"""The learning centre: what one person needs to see first, read across rooms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, select
from sqlalchemy.orm import Session

from lms.approvals.models import Approval
from lms.approvals.rules import ApprovalState
from lms.catalogue.models import Chapter, CourseVersion, Lesson
from lms.claims.models import Claim
from lms.commerce.models import Order
from lms.commerce.rules import OrderState
from lms.credentials import queries as credentials
from lms.credentials.rules import Verdict
from lms.exams import queries as exams
from lms.kernel.clock import start_of
from lms.kernel.credit import Credit
from lms.kernel.ids import EnrolmentId, LessonId, PersonId
from lms.learning import queries as learning
from lms.learning.models import Enrolment, Lease, Study
from lms.learning.rules import measure_of
from lms.people import queries as people
from lms.policy import validity
from lms.policy.library import rules_for
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

    @property
    def lead(self) -> Todo | None:
        """Name the next step, unless it is the lesson to go on with.

        A test that runs is before everything: its clock does not wait. Who may sit one
        or fetch a certificate has the hours: what is left of a course can wait.
        """
        order = _BEFORE if self.resume else (*_BEFORE, *_AFTER)
        known = [todo for todo in self.todos if todo.kind in order]
        if known:
            return min(known, key=lambda todo: order.index(todo.kind))
        if self.resume or not any(held.valid for held in self.certificates):
            return None
        return Todo("renewal")

    @property
    def onward(self) -> Resume | None:
        """Give the lesson to go on with, unless it would call beside the next step.

        Who has the hours of every specialty goes to the test or to the certificate; a
        course with lessons left stands in the list of courses for who wants more.
        """
        if self.lead is not None and all(ring.met for ring in self.rings):
            return None
        return self.resume

    @property
    def others(self) -> tuple[Todo, ...]:
        """List what is to do besides the next step."""
        lead = self.lead
        return tuple(todo for todo in self.todos if todo is not lead)


_APPEALABLE = timedelta(days=60)
"""How long a refused claim is something to do; it may be appealed later as well."""
_REFUSED = (
    select(Claim.id)
    .join(Approval, Approval.id == Claim.id)
    .where(
        Claim.person_id == bindparam("person_id"),
        Claim.appeal_id.is_(None),
        Claim.by_staff.is_(False),
        Approval.state == ApprovalState.REFUSED,
        Approval.decided_at >= bindparam("since"),
    )
    .order_by(Claim.asked_at)
)
_BEFORE = ("exam_open", "certificate", "exam", "revoked")
_AFTER = (
    "exam_locked",
    "registration",
    "registration_ended",
    "specialty",
    "order",
    "profile",
    "hours",
)


def centre(session: Session, person_id: PersonId, *, on: date) -> Centre:
    """Gather the learning centre of one person on one day."""
    drawn = rings(session, person_id, on=on)
    rows = _courses(session, person_id)
    held = credentials.held(session, person_id, on)
    return Centre(
        resume=_resume(session, person_id, rows),
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


_ENROLMENT: Any = Enrolment.__table__.c
_VERSION: Any = CourseVersion.__table__.c
_LESSON: Any = Lesson.__table__.c
_STUDY: Any = Study.__table__.c
_ORDER: Any = Order.__table__.c
_ME: BindParameter[Any] = bindparam("person_id")

_COURSES = (
    select(
        _ENROLMENT.id.label("enrolment_id"),
        _VERSION.title,
        _ENROLMENT.specialty,
        _VERSION.track,
        _VERSION.credit,
        _ENROLMENT.lessons_total,
        _ENROLMENT.lessons_done,
        _ENROLMENT.last_at,
        _ENROLMENT.completed_at,
    )
    .join(CourseVersion, _VERSION.id == _ENROLMENT.version_id)
    .where(_ENROLMENT.person_id == _ME, _ENROLMENT.closed_at.is_(None))
    .order_by(
        _ENROLMENT.completed_at.is_not(None),
        _ENROLMENT.last_at.desc().nulls_last(),
        _ENROLMENT.enrolled_at.desc(),
    )
)
_STOPPED = (
    select(
        _ENROLMENT.id,
        _LESSON.id.label("lesson_id"),
        _LESSON.title,
        _VERSION.title.label("course"),
        learning.POSITION,
        learning.CREDITED,
        _LESSON.required_seconds,
        _LESSON.duration_seconds,
    )
    .select_from(Study)
    .join(Enrolment, _ENROLMENT.id == _STUDY.enrolment_id)
    .join(Lesson, _LESSON.id == _STUDY.lesson_id)
    .join(CourseVersion, _VERSION.id == _LESSON.version_id)
    .outerjoin(Lease, learning.OPEN)
    .where(
        _ENROLMENT.person_id == _ME,
        _ENROLMENT.closed_at.is_(None),
        _STUDY.completed_at.is_(None),
    )
    .order_by(learning.LAST_AT.desc())
    .limit(1)
)
_FRESH = (
    select(_ENROLMENT.id, _LESSON.id.label("lesson_id"), _LESSON.title)
    .join(Lesson, _LESSON.version_id == _ENROLMENT.version_id)
    .outerjoin(Chapter, Chapter.id == _LESSON.chapter_id)
    .outerjoin(
        Study,
        and_(
            _STUDY.enrolment_id == _ENROLMENT.id,
            _STUDY.lesson_id == _LESSON.id,
        ),
    )
    .where(_ENROLMENT.id == bindparam("enrolment_id"), _STUDY.id.is_(None))
    .order_by(Chapter.position, _LESSON.position, _LESSON.id)
    .limit(1)
)
_PENDING = select(_ORDER.id, _ORDER.number).where(
    _ORDER.person_id == _ME, _ORDER.state == OrderState.PENDING
)


def _courses(session: Session, person_id: PersonId) -> tuple[CourseRow, ...]:
    rows = session.connection().execute(_COURSES, {"person_id": person_id})
    return tuple(CourseRow(**row._asdict()) for row in rows)


def _resume(
    session: Session, person_id: PersonId, rows: tuple[CourseRow, ...]
) -> Resume | None:
    """Find where the person stopped, or the first lesson of an open course."""
    if not rows:
        return None
    connection = session.connection()
    row = connection.execute(_STOPPED, {"person_id": person_id}).first()
    if row is not None:
        return Resume(
            row.id,
            row.lesson_id,
            row.title,
            row.course,
            row.position,
            row.credited_seconds,
            measure_of(
                required_seconds=row.required_seconds,
                film_seconds=row.duration_seconds,
            ).target_seconds,
            fresh=False,
        )
    for course in rows:
        if course.completed_at is None and course.specialty is not None:
            first = connection.execute(
                _FRESH, {"enrolment_id": course.enrolment_id}
            ).first()
            if first is not None:
                return Resume(
                    first.id,
                    first.lesson_id,
                    first.title,
                    course.title,
                    0,
                    0,
                    0,
                    fresh=True,
                )
    return None


def _todos(
    session: Session,
    person_id: PersonId,
    on: date,
    drawn: tuple[SpecialtyRings, ...],
    rows: tuple[CourseRow, ...],
) -> Iterator[Todo]:
    if not rows:
        # Nobody buys with an unfinished profile, so a buyer's need not be asked.
        percent = people.completeness(session, person_id).percent
        if percent < 100:  # noqa: PLR2004 - a hundred percent
            yield Todo("profile", number=percent)
    if not drawn and rows:
        ended = people.written_here(session, person_id)
        yield Todo("registration_ended" if ended else "registration")
    for order in session.connection().execute(_PENDING, {"person_id": person_id}):
        yield Todo("order", id=order.id, text=order.number)
    for row in rows:
        if row.specialty is None:
            yield Todo("specialty", id=row.enrolment_id, text=row.title)
    refused = {"person_id": person_id, "since": start_of(on - _APPEALABLE)}
    for claim in session.connection().execute(_REFUSED, refused):
        yield Todo("claim", id=claim.id)
    yield from _gaps(drawn, _idle(session, person_id, drawn, on))
    yield from ends(session, person_id, drawn, on=on).values()


def _idle(
    session: Session,
    person_id: PersonId,
    drawn: tuple[SpecialtyRings, ...],
    on: date,
) -> frozenset[Specialty]:
    """Name the specialties whose renewal would gain no day, by the holder's age."""
    born_on = people.born_on(session, person_id)
    if born_on is None or not drawn:
        return frozenset()
    rules = rules_for(people.registration(session, person_id).province, on)
    return frozenset(
        one.specialty
        for one in drawn
        if not validity.gains(rules, born_on, one.period_until)
    )


def _gaps(
    drawn: tuple[SpecialtyRings, ...], idle: frozenset[Specialty]
) -> Iterator[Todo]:
    """Say for which specialties hours are missing, or are asked for no more."""
    for one in drawn:
        if one.specialty in idle:
            yield Todo("no_gain", specialty=one.specialty)
            continue
        missing = sum(ring.missing for ring in one.tracks)
        if missing:
            yield Todo("hours", specialty=one.specialty, number=missing)


def ends(
    session: Session,
    person_id: PersonId,
    drawn: tuple[SpecialtyRings, ...],
    *,
    on: date,
) -> Mapping[Specialty, Todo]:
    """Say which tests and certificates wait, for hours that are full.

    Hours stay in the book when a certificate is revoked: they go by an adjustment
    alone. But no other certificate waits then; what is left is to appeal.

    Shape: `id` is the open attempt's, else the association's that holds the test; of
    what was revoked, the certificate's.
    """
    if not any(ring.met for ring in drawn):
        return {}
    found: dict[Specialty, Todo] = {}
    every = credentials.held(session, person_id, on)
    held = {card.specialty for card in every if card.verdict is Verdict.VALID}
    lost: dict[tuple[Specialty, date], UUID] = {
        (card.specialty, card.facts.period_from): card.id
        for card in every
        if card.verdict is Verdict.REVOKED
    }
    for one in tests.standings(session, person_id, on=on):
        kind = _end(one, held)
        if kind:
            specialty = one.sitting.specialty
            place: UUID = one.open_id or one.sitting.association_id
            gone = lost.get((specialty, one.sitting.period_from))
            if kind == "certificate" and gone:
                kind, place = "revoked", gone
            found.setdefault(specialty, Todo(kind, id=place, specialty=specialty))
    return found


def _end(one: exams.Standing, held: set[Specialty]) -> str | None:
    if one.open_id:
        return "exam_open"
    if one.may_start:
        return "exam"
    if one.locked and not one.owed:
        return "exam_locked"
    if one.passed and one.sitting.specialty not in held:
        return "certificate"
    return None

"""What a person still has to study, and the lesson to close it with. Never writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Chapter, CourseVersion, Lesson
from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound
from lms.kernel.ids import EnrolmentId, LessonId, PersonId
from lms.learning.models import Enrolment, Study
from lms.people import queries as people
from lms.policy.model import Province, Specialty, Track
from lms.reports import learning


@dataclass(frozen=True, slots=True)
class Gap:
    """Study owed on one track. Units: hundredths of a 学时."""

    specialty: Specialty
    track: Track
    missing: Credit


@dataclass(frozen=True, slots=True)
class Onward:
    """The next lesson of a course that was bought."""

    enrolment_id: EnrolmentId
    lesson_id: LessonId


def gaps(session: Session, person_id: PersonId, *, on: date) -> tuple[Gap, ...]:
    """List every track on which something is owed, the main specialty first."""
    return tuple(
        Gap(rings.specialty, ring.track, ring.missing)
        for rings in learning.rings(session, person_id, on=on)
        for ring in rings.tracks
        if ring.missing
    )


_ENROLMENT: Any = Enrolment.__table__.c
_VERSION: Any = CourseVersion.__table__.c
_LESSON: Any = Lesson.__table__.c
_STUDY: Any = Study.__table__.c

_UNFINISHED = (
    select(
        _ENROLMENT.id.label("enrolment_id"),
        _LESSON.id.label("lesson_id"),
        _ENROLMENT.specialty,
        _VERSION.track,
    )
    .select_from(Enrolment)
    .join(CourseVersion, _VERSION.id == _ENROLMENT.version_id)
    .join(Lesson, _LESSON.version_id == _ENROLMENT.version_id)
    .outerjoin(Chapter, Chapter.id == _LESSON.chapter_id)
    .outerjoin(
        Study,
        and_(_STUDY.enrolment_id == _ENROLMENT.id, _STUDY.lesson_id == _LESSON.id),
    )
    .where(
        _ENROLMENT.person_id == bindparam("person_id"),
        _ENROLMENT.completed_at.is_(None),
        _ENROLMENT.specialty.is_not(None),
        or_(_STUDY.id.is_(None), _STUDY.completed_at.is_(None)),
    )
    .order_by(
        _ENROLMENT.last_at.desc().nulls_last(),
        _ENROLMENT.enrolled_at,
        _ENROLMENT.id,
        Chapter.position,
        _LESSON.position,
        _LESSON.id,
    )
)


def onward(
    session: Session, person_id: PersonId
) -> Mapping[tuple[Specialty, Track], Onward]:
    """Say for each track with which lesson a bought course goes on."""
    found: dict[tuple[Specialty, Track], Onward] = {}
    rows = session.connection().execute(_UNFINISHED, {"person_id": person_id})
    for row in rows:
        found.setdefault(
            (row.specialty, row.track), Onward(row.enrolment_id, row.lesson_id)
        )
    return found


def home_province(session: Session, person_id: PersonId) -> Province | None:
    """Name where the person is registered, and so whose courses to look at first."""
    try:
        return people.registration(session, person_id).province
    except NotFound:
        return None

"""An association's courses, as their authors and publishers see them. Never writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from lms.catalogue.models import Course, CourseVersion
from lms.catalogue.rules import VersionState
from lms.kernel.credit import Credit
from lms.kernel.ids import AssociationId, CourseId, VersionId
from lms.kernel.money import Fen
from lms.learning.models import Enrolment
from lms.policy.model import Specialty, Track


@dataclass(frozen=True, slots=True)
class AuthoredCourse:
    """A version in the list of courses. Units: fen, hundredths."""

    course_id: CourseId
    version_id: VersionId
    number: str
    n: int
    state: VersionState
    title: str
    specialty: Specialty | None
    track: Track
    credit: Credit
    price: Fen
    learners: int
    published_at: datetime | None
    returned: bool


_OTHER = aliased(CourseVersion)
_STATE = CourseVersion.state
_ORDER = {
    VersionState.REVIEW: 0,
    VersionState.DRAFT: 1,
    VersionState.PUBLISHED: 2,
    VersionState.WITHDRAWN: 3,
}
_NEWEST = CourseVersion.n == (
    select(func.max(_OTHER.n))
    .where(_OTHER.course_id == CourseVersion.course_id)
    .scalar_subquery()
)

COURSE_GROUPS: Mapping[str, ColumnElement[bool]] = MappingProxyType(
    {
        "all": _NEWEST,
        "draft": _STATE == VersionState.DRAFT,
        "returned": and_(
            _STATE == VersionState.DRAFT, CourseVersion.returned_for != ""
        ),
        "review": _STATE == VersionState.REVIEW,
        "published": _STATE == VersionState.PUBLISHED,
        "withdrawn": and_(_NEWEST, _STATE == VersionState.WITHDRAWN),
    }
)
"""The tabs of the course list: each course by its newest version, or one state's."""


def course_counts(session: Session, association_id: AssociationId) -> dict[str, int]:
    """Count each group of the course list."""
    chosen = select(func.count()).select_from(CourseVersion)
    chosen = chosen.where(CourseVersion.association_id == association_id)
    return {
        group: session.scalar(chosen.where(narrowed)) or 0
        for group, narrowed in COURSE_GROUPS.items()
    }


def authored(
    session: Session, association_id: AssociationId, group: str = "all"
) -> tuple[AuthoredCourse, ...]:
    """List an association's courses, those that somebody must touch first."""
    enrolled = (
        select(func.count())
        .select_from(Enrolment)
        .where(Enrolment.version_id == CourseVersion.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            CourseVersion.course_id,
            CourseVersion.id.label("version_id"),
            Course.number,
            CourseVersion.n,
            CourseVersion.state,
            CourseVersion.title,
            CourseVersion.specialty,
            CourseVersion.track,
            CourseVersion.credit,
            CourseVersion.price_fen.label("price"),
            enrolled.label("learners"),
            CourseVersion.published_at,
            (CourseVersion.returned_for != "").label("returned"),
        )
        .join(Course, Course.id == CourseVersion.course_id)
        .where(CourseVersion.association_id == association_id, COURSE_GROUPS[group])
        .order_by(case(_ORDER, value=_STATE), CourseVersion.title, CourseVersion.n)
    )
    return tuple(AuthoredCourse(**row._asdict()) for row in rows)

"""What waits on an association's desk today. Never writes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.approvals.models import Approval
from lms.approvals.rules import ApprovalState
from lms.catalogue.models import Course, CourseVersion
from lms.catalogue.rules import VersionState
from lms.claims.queries import KINDS
from lms.commerce.models import Order
from lms.commerce.rules import OrderState
from lms.credentials.models import Certificate
from lms.kernel.credit import Credit
from lms.kernel.ids import AssociationId, CourseId, VersionId
from lms.kernel.money import Fen
from lms.learning.models import Enrolment
from lms.people.rules import CORRECTION
from lms.policy.model import Specialty, Track


@dataclass(frozen=True, slots=True)
class DeskCard:
    """Figures of one association."""

    orders_waiting: int
    corrections_waiting: int
    claims_waiting: int
    reviews_waiting: int
    courses_on_sale: int
    learners: int
    certificates: int


@dataclass(frozen=True, slots=True)
class AuthoredCourse:
    """One course in the author's list: its newest version. Units: fen, hundredths."""

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


def figures(session: Session, association_id: AssociationId) -> DeskCard:
    """Count what waits and what there is."""

    def count(table: type, *conditions: object) -> int:
        chosen = select(func.count()).select_from(table)
        return session.scalar(chosen.where(*conditions)) or 0  # type: ignore[arg-type]

    learners = session.scalar(
        select(func.count(func.distinct(Enrolment.person_id))).where(
            Enrolment.association_id == association_id
        )
    )
    mine = CourseVersion.association_id == association_id
    return DeskCard(
        orders_waiting=count(
            Order,
            Order.association_id == association_id,
            Order.state == OrderState.PENDING,
        ),
        corrections_waiting=count(
            Approval,
            Approval.association_id == association_id,
            Approval.kind == CORRECTION,
            Approval.state == ApprovalState.OPEN,
        ),
        claims_waiting=count(
            Approval,
            Approval.association_id == association_id,
            Approval.kind.in_(KINDS),
            Approval.state == ApprovalState.OPEN,
        ),
        reviews_waiting=count(
            CourseVersion, mine, CourseVersion.state == VersionState.REVIEW
        ),
        courses_on_sale=count(
            CourseVersion, mine, CourseVersion.state == VersionState.PUBLISHED
        ),
        learners=learners or 0,
        certificates=count(Certificate, Certificate.association_id == association_id),
    )


def authored(
    session: Session, association_id: AssociationId
) -> tuple[AuthoredCourse, ...]:
    """List an association's courses by their newest versions."""
    newest = (
        select(CourseVersion.course_id, func.max(CourseVersion.n).label("n"))
        .where(CourseVersion.association_id == association_id)
        .group_by(CourseVersion.course_id)
        .subquery()
    )
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
        )
        .join(
            newest,
            (newest.c.course_id == CourseVersion.course_id)
            & (newest.c.n == CourseVersion.n),
        )
        .join(Course, Course.id == CourseVersion.course_id)
        .order_by(CourseVersion.state, CourseVersion.title)
    )
    return tuple(AuthoredCourse(**row._asdict()) for row in rows)

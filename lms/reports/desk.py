"""What waits on an association's desk today. Never writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from lms.approvals import queries as approvals
from lms.catalogue.models import Course, CourseVersion
from lms.catalogue.rules import VersionState
from lms.claims import queries as claims
from lms.claims.queries import ClaimCard
from lms.claims.rules import ClaimKind
from lms.commerce.models import Order, Refund, Transfer
from lms.commerce.rules import OrderState, RefundState, TransferState
from lms.credentials.models import Certificate, PrintQueue
from lms.exams import queries as exam_rooms
from lms.kernel.credit import Credit
from lms.kernel.ids import AssociationId, CourseId, PersonId, VersionId
from lms.kernel.money import Fen
from lms.learning.models import Enrolment
from lms.people.rules import CORRECTION
from lms.policy.model import Specialty, Track
from lms.reports import exams, orders, people
from lms.reports.exams import AttemptRow


@dataclass(frozen=True, slots=True)
class DeskCard:
    """Figures of one association."""

    orders_pending: int
    courses_on_sale: int
    learners: int
    certificates: int


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """What waits for a hand, by what it is. What one began oneself is left out."""

    photos: int
    corrections: int
    claims_to_check: int
    claims_to_decide: int
    unlocks: int
    transfers_declared: int
    transfers_to_second: int
    refunds_to_agree: int
    refunds_at_bank: int
    money_to_return: int
    reviews: int
    returned: int
    prints: int


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


def figures(session: Session, association_id: AssociationId) -> DeskCard:
    """Count what there is."""
    return DeskCard(
        orders_pending=_count(
            session, Order, association_id, Order.state == OrderState.PENDING
        ),
        courses_on_sale=_count(
            session,
            CourseVersion,
            association_id,
            CourseVersion.state == VersionState.PUBLISHED,
        ),
        learners=people.learner_count(session, association_id),
        certificates=_count(session, Certificate, association_id),
    )


def waiting(
    session: Session, association_id: AssociationId, me: PersonId
) -> WaitingCard:
    """Count what waits, of each kind; `me` may not second what `me` began."""
    to_check, to_decide = claims_for(session, association_id, me)
    return WaitingCard(
        photos=len(people.photos_to_review(session, association_id)),
        corrections=approvals.open_count(session, association_id, CORRECTION),
        claims_to_check=len(to_check),
        claims_to_decide=len(to_decide),
        unlocks=len(to_unlock(session, association_id)),
        prints=_count(
            session, PrintQueue, association_id, PrintQueue.solved_at.is_(None)
        ),
        **_money(session, association_id, me),
        **_drafts(session, association_id),
    )


def claims_for(
    session: Session, association_id: AssociationId, me: PersonId
) -> tuple[tuple[ClaimCard, ...], tuple[ClaimCard, ...]]:
    """List the claims that a clerk, and those that a manager may say yes to now.

    The first word on an appeal may be either's. What is `me`'s own, or what `me` has
    had a part in, is left out.
    """
    mine = [
        one
        for one in claims.waiting(session, association_id)
        if me not in _had_a_part(one)
    ]
    to_check = tuple(one for one in mine if one.question.left > 1)
    to_decide = tuple(one for one in mine if one.appeal or one.question.left <= 1)
    return to_check, to_decide


def _had_a_part(claim: ClaimCard) -> set[UUID | None]:
    questions = (claim.approval, claim.question)
    return {
        claim.person_id,
        *(one.asked_person_id for one in questions),
        *(said.person_id for one in questions for said in one.decisions),
    }


def unlocks_asked(
    session: Session, association_id: AssociationId
) -> tuple[ClaimCard, ...]:
    """List the claims for another attempt that wait for somebody's word."""
    waits = claims.waiting(session, association_id)
    return tuple(one for one in waits if one.kind is ClaimKind.UNLOCK)


def to_unlock(
    session: Session, association_id: AssociationId
) -> tuple[AttemptRow, ...]:
    """List those who need another attempt, and for whom nobody has asked yet."""
    asked = {
        (one.person_id, one.specialty) for one in unlocks_asked(session, association_id)
    }
    retakes = exam_rooms.blueprint_of(session, association_id).retakes
    return tuple(
        row
        for row in exams.locked(session, association_id, retakes=retakes)
        if (row.person_id, row.specialty) not in asked
    )


def _money(
    session: Session, association_id: AssociationId, me: PersonId
) -> dict[str, int]:
    def orders_in(group: str) -> int:
        return _count(session, Order, association_id, orders.GROUPS[group])

    return {
        "transfers_declared": orders_in("declared"),
        "transfers_to_second": _count(
            session,
            Transfer,
            association_id,
            Transfer.state == TransferState.PROPOSED,
            Transfer.proposed_by != me,
        ),
        "refunds_to_agree": _count(
            session,
            Refund,
            association_id,
            Refund.state == RefundState.ASKED,
            Refund.asked_by.is_distinct_from(me),
        ),
        "refunds_at_bank": orders_in("bank"),
        "money_to_return": orders_in("surplus"),
    }


def _drafts(session: Session, association_id: AssociationId) -> dict[str, int]:
    counts = course_counts(session, association_id)
    return {"reviews": counts["review"], "returned": counts["returned"]}


def _count(
    session: Session,
    table: type[Any],
    association_id: AssociationId,
    *conditions: ColumnElement[bool] | None,
) -> int:
    chosen = select(func.count()).select_from(table)
    chosen = chosen.where(table.association_id == association_id)
    narrowed = [one for one in conditions if one is not None]
    return session.scalar(chosen.where(*narrowed)) or 0


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
    return {
        group: _count(session, CourseVersion, association_id, narrowed)
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

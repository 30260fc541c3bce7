"""What waits on an association's desk today. Never writes."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lms.accounts.services import staffing
from lms.announcements.services import MATTER
from lms.approvals import queries as approvals
from lms.catalogue import queries as catalogue
from lms.catalogue.models import CourseVersion
from lms.catalogue.rules import VersionState
from lms.catalogue.services import domains, terms
from lms.claims import queries as claims
from lms.claims.queries import ClaimCard
from lms.claims.rules import ClaimKind
from lms.commerce.models import Coupon, Deal, Order, Refund, Transfer
from lms.commerce.queries import reconciliations
from lms.commerce.queries.wishes import KIND as WISH
from lms.commerce.rules import OrderState, RefundState, TransferState
from lms.commerce.rules.offers import DealKind, DealState
from lms.credentials.models import CertificateCounter, PrintQueue
from lms.exams import queries as exam_rooms
from lms.exports import services as exports
from lms.kernel.ids import AssociationId, PersonId
from lms.legacy.queries import records as legacy
from lms.merges import queries as merge_queries
from lms.merges import rules as merges
from lms.people.queries import numbers
from lms.people.rules import CORRECTION
from lms.reports import (
    authored,
    exams,
    invoices,
    orders,
    people,
    statements,
    teachers,
    threads,
)
from lms.reports.exams import AttemptRow
from lms.signing import queries as signing
from lms.signing import rules as signing_rules


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
    plans_to_decide: int
    transfers_declared: int
    transfers_to_second: int
    lines_to_confirm: int
    refunds_wished: int
    refunds_to_agree: int
    refunds_at_bank: int
    money_to_return: int
    lines_open: int
    returns_to_decide: int
    invoices_ready: int
    reds_to_decide: int
    differences: int
    reviews: int
    returned: int
    prints: int
    keys_to_decide: int
    merges_to_decide: int
    numbers_to_check: int
    pairs_to_check: int
    announcements: int
    old_files: int
    old_files_back: int
    old_links: int
    exports_to_decide: int
    posts_to_decide: int
    domains_to_decide: int
    terms_to_decide: int
    offers_to_decide: int
    refund_rules_to_decide: int
    threads: int
    teachers_to_check: int
    teachers_ending: int


BY_TWO = {
    "announcements": MATTER,
    "exports_to_decide": exports.MATTER,
    "posts_to_decide": staffing.MATTER,
    "domains_to_decide": domains.MATTER,
    "terms_to_decide": terms.MATTER,
}
"""What one manager proposes and another decides: its name on the card, and its kind."""


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
        certificates=_ever_issued(session, association_id),
    )


def _ever_issued(session: Session, association_id: AssociationId) -> int:
    """Count the certificates by their gapless numbers, instead of one by one."""
    return (
        session.scalar(
            select(func.sum(CertificateCounter.last)).where(
                CertificateCounter.association_id == association_id
            )
        )
        or 0
    )


def waiting(
    session: Session, association_id: AssociationId, me: PersonId, *, on: date
) -> WaitingCard:
    """Count what waits, of each kind; `me` may not second what `me` began."""
    to_check, to_decide = claims_for(session, association_id, me)
    return WaitingCard(
        photos=len(people.photos_to_review(session, association_id)),
        corrections=approvals.open_count(session, association_id, CORRECTION),
        claims_to_check=len(to_check),
        claims_to_decide=len(to_decide),
        unlocks=len(to_unlock(session, association_id, on=on)),
        plans_to_decide=_of_others(session, association_id, exam_rooms.QUESTION, me),
        prints=_count(
            session, PrintQueue, association_id, PrintQueue.solved_at.is_(None)
        ),
        keys_to_decide=_keys(session, association_id, me),
        merges_to_decide=sum(
            _of_others(session, association_id, kind, me) for kind in merges.KINDS
        ),
        numbers_to_check=len(numbers.open_cases(session, association_id)),
        pairs_to_check=merge_queries.pairs_waiting(session, association_id),
        threads=threads.waiting_for(session, association_id),
        teachers_to_check=teachers.to_check(session, association_id, me),
        teachers_ending=teachers.ending(session, association_id, on),
        **{
            name: _of_others(session, association_id, kind, me)
            for name, kind in BY_TWO.items()
        },
        **_old_platform(session, association_id, me),
        **_money(session, association_id, me),
        **_offers(session, association_id, me),
        **_drafts(session, association_id),
    )


def _old_platform(
    session: Session, association_id: AssociationId, me: PersonId
) -> dict[str, int]:
    found, leaving, links = legacy.to_decide(session, association_id, me)
    return {"old_files": found, "old_files_back": leaving, "old_links": links}


def _keys(session: Session, association_id: AssociationId, me: PersonId) -> int:
    """Count what others asked about the association's keys."""
    owner = signing_rules.association(association_id)
    asked = signing.questions(session, owner, open_only=True)
    return sum(one.approval.asked_person_id != me for one in asked)


def _of_others(
    session: Session, association_id: AssociationId, kind: str, me: PersonId
) -> int:
    """Count the questions of a kind that others put."""
    asked = approvals.queue(session, association_id, kind)
    return sum(one.asked_person_id != me for one in asked)


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
    session: Session, association_id: AssociationId, *, on: date
) -> tuple[AttemptRow, ...]:
    """List those who need another attempt, and for whom nobody has asked yet."""
    asked = {
        (one.person_id, one.specialty) for one in unlocks_asked(session, association_id)
    }
    return tuple(
        row
        for row in exams.locked(session, association_id, on=on)
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
            Transfer.line_id.is_(None),
        ),
        "refunds_wished": approvals.open_count(session, association_id, WISH),
        "refunds_to_agree": _count(
            session,
            Refund,
            association_id,
            Refund.state == RefundState.ASKED,
            Refund.asked_by.is_distinct_from(me),
        ),
        "refunds_at_bank": orders_in("bank"),
        "money_to_return": orders_in("surplus"),
        **_papers(session, association_id, me),
    }


def _offers(
    session: Session, association_id: AssociationId, me: PersonId
) -> dict[str, int]:
    """Count what others want to make cheaper, and their rules of refunds."""

    def asked(table: type[Coupon] | type[Deal], *which: ColumnElement[bool]) -> int:
        waits = table.state == DealState.ASKED
        others = table.made_by.is_distinct_from(me)
        return _count(session, table, association_id, waits, others, *which)

    of_refunds = Deal.kind == DealKind.REFUND
    return {
        "offers_to_decide": asked(Coupon) + asked(Deal, ~of_refunds),
        "refund_rules_to_decide": asked(Deal, of_refunds),
    }


def _papers(
    session: Session, association_id: AssociationId, me: PersonId
) -> dict[str, int]:
    """Count what waits with the bank's lines, the invoices and the compared days."""
    two = catalogue.association(session, association_id).two_person
    return {
        "lines_to_confirm": statements.to_confirm(session, association_id, me, two=two),
        "lines_open": statements.counts(session, association_id)["open"],
        "returns_to_decide": statements.to_decide(session, association_id, me),
        "invoices_ready": invoices.counts(session, association_id)["ready"],
        "reds_to_decide": invoices.reds_to_decide(session, association_id, me),
        "differences": reconciliations.open_count(session, association_id),
    }


def _drafts(session: Session, association_id: AssociationId) -> dict[str, int]:
    counts = authored.course_counts(session, association_id)
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

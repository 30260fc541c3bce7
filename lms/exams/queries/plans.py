"""Plans for papers: what is in force, what is asked, and what the bank can fill."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.approvals.queries import ApprovalCard
from lms.catalogue import queries as catalogue
from lms.exams.models import ExamBlueprint, Question
from lms.exams.rules import BankItem, Blueprint, Shortage, shortages, usual
from lms.exams.rules.blueprints import read
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId
from lms.policy.model import Specialty

QUESTION = "exam.blueprint"
"""The kind of the question that a plan is put as."""


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A plan that was put, and what became of it."""

    id: UUID
    specialty: Specialty | None
    effective_from: date
    blueprint: Blueprint
    asked_at: datetime
    approved_at: datetime | None
    approval: ApprovalCard


@dataclass(frozen=True, slots=True)
class InForce:
    """The plan that papers of a specialty follow; `id` is None for the usual one."""

    id: UUID | None
    blueprint: Blueprint
    since: date | None


@dataclass(frozen=True, slots=True)
class Lack:
    """What a bank has not for a specialty's papers."""

    specialty: Specialty
    shortages: tuple[Shortage, ...]


def blueprint_of(
    session: Session,
    association_id: AssociationId,
    specialty: Specialty,
    *,
    on: date,
) -> InForce:
    """Find the plan in force on a day."""
    row = session.execute(
        select(ExamBlueprint)
        .where(
            ExamBlueprint.association_id == association_id,
            ExamBlueprint.approved_at.is_not(None),
            ExamBlueprint.effective_from <= on,
            ExamBlueprint.specialty.is_(None) | (ExamBlueprint.specialty == specialty),
        )
        .order_by(
            ExamBlueprint.specialty.is_(None),
            ExamBlueprint.effective_from.desc(),
            ExamBlueprint.approved_at.desc(),
        )
        .limit(1)
    ).scalar()
    if row is not None:
        return InForce(row.id, read(row.content), row.effective_from)
    numbers = catalogue.association(session, association_id).blueprint
    return InForce(None, usual(numbers), None)


def plan(session: Session, association_id: AssociationId, plan_id: UUID) -> PlanCard:
    """Give a plan of an association.

    Raises: NotFound, also for another's.
    """
    row = session.get(ExamBlueprint, plan_id)
    if row is None or row.association_id != association_id:
        raise NotFound("blueprint.unknown")
    return _cards(session, [row])[0]


def plans(
    session: Session, association_id: AssociationId, *, most: int = 60
) -> tuple[PlanCard, ...]:
    """List an association's plans, the newest first."""
    rows = session.scalars(
        select(ExamBlueprint)
        .where(ExamBlueprint.association_id == association_id)
        .order_by(ExamBlueprint.asked_at.desc())
        .limit(most)
    ).all()
    return _cards(session, rows)


def _cards(session: Session, rows: Sequence[ExamBlueprint]) -> tuple[PlanCard, ...]:
    asked = approvals.these(session, [row.id for row in rows])
    return tuple(
        PlanCard(
            row.id,
            row.specialty,
            row.effective_from,
            read(row.content),
            row.asked_at,
            row.approved_at,
            asked[row.id],
        )
        for row in rows
    )


def taught(session: Session, association_id: AssociationId) -> tuple[Specialty, ...]:
    """Name the specialties that an association's papers are for.

    Those with a course on sale; where there is none yet, those with questions.
    """
    sold = tuple(
        one
        for one in Specialty
        if catalogue.search(
            session, catalogue.Filters(specialty=one, association_id=association_id)
        ).total
    )
    if sold:
        return sold
    asked = session.scalars(
        select(Question.specialty)
        .where(
            Question.association_id.is_(None)
            | (Question.association_id == association_id),
            Question.retired_at.is_(None),
            Question.specialty.is_not(None),
        )
        .distinct()
    )
    return tuple(sorted(one for one in asked if one is not None))


def bank_of(
    session: Session, association_id: AssociationId, specialty: Specialty
) -> list[BankItem]:
    """Give all that papers of a specialty are drawn from, by their ids."""
    rows = session.execute(
        select(
            Question.id,
            Question.kind,
            Question.specialty,
            Question.chapter,
            Question.difficulty,
        )
        .where(
            Question.retired_at.is_(None),
            Question.case_id.is_(None),
            Question.association_id.is_(None)
            | (Question.association_id == association_id),
            Question.specialty.is_(None) | (Question.specialty == specialty),
        )
        .order_by(Question.id)
    )
    return [
        BankItem(r.id, r.kind, r.specialty is None, r.chapter, r.difficulty)
        for r in rows
    ]


def bank_digest(bank: Sequence[BankItem]) -> str:
    """Name a bank by its ids, so that a paper drawn again can be held against it."""
    ids = sorted(str(item.id) for item in bank)
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()


def lacks(
    session: Session,
    association_id: AssociationId,
    specialty: Specialty | None,
    blueprint: Blueprint,
) -> tuple[Lack, ...]:
    """Say what the bank has not for a plan, specialty by specialty."""
    asked = (specialty,) if specialty else taught(session, association_id)
    found = (
        Lack(one, shortages(bank_of(session, association_id, one), blueprint))
        for one in asked
    )
    return tuple(lack for lack in found if lack.shortages)

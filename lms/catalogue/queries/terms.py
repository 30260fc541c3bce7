"""What an association decided about itself, and what of it holds at an instant."""

from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import AssociationTerms
from lms.catalogue.queries.cards import AssociationCard
from lms.catalogue.queries.content import association
from lms.catalogue.rules.terms import (
    Decision,
    TermsKind,
    account_of,
    in_force,
    seller_of,
)
from lms.kernel.clock import legal_day
from lms.teachers.rules import NOTHING_ASKED, Asked


def book(session: Session, association_id: UUID) -> tuple[Decision, ...]:
    """List all that was ever decided, the newest first."""
    rows = session.execute(
        select(
            AssociationTerms.kind,
            AssociationTerms.from_on,
            AssociationTerms.terms,
            AssociationTerms.agreed_at,
        )
        .where(AssociationTerms.association_id == association_id)
        .order_by(AssociationTerms.agreed_at.desc(), AssociationTerms.id)
    )
    return tuple(Decision(*row) for row in rows)


def association_at(
    session: Session, association_id: UUID, at: datetime
) -> AssociationCard:
    """Give an association with what it had decided by an instant.

    An order shows the account that it was made with, a lesson the rules of its day.

    Raises: NotFound.
    """
    card, said = association(session, association_id), book(session, association_id)
    on = legal_day(at)
    study = in_force(said, TermsKind.STUDY, at, on)
    if study is not None:
        told = cast("dict[str, Any]", study.terms)
        card = replace(
            card,
            daily_cap_seconds=told["daily_cap_seconds"],
            top_rate=told["top_rate"],
            presence={**card.presence, **told["presence"]},
        )
    account = in_force(said, TermsKind.ACCOUNT, at, on)
    if account is not None:
        card = replace(
            card,
            transfer_account=account_of(account.terms),
            seller=seller_of(account.terms),
        )
    return card


def teachers_asked(session: Session, association_id: UUID, at: datetime) -> Asked:
    """Say what an association asks of its courses' teachers at an instant."""
    said = book(session, association_id)
    found = in_force(said, TermsKind.TEACHERS, at, legal_day(at))
    if found is None:
        return NOTHING_ASKED
    told = found.terms
    return Asked(bool(told["checked"]), bool(told["fitting"]))

"""What an association decided about itself, from a day on."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.catalogue.rules.terms import TermsKind
from lms.kernel.db import Table


class AssociationTerms(Table):
    """One decision, agreed by two managers. Never changed: the next one follows it.

    PII: none; the bank's account is a company's.
    """

    __tablename__ = "association_terms"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    association_id: Mapped[UUID] = mapped_column(ForeignKey("associations.id"))
    approval_id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"), unique=True)
    kind: Mapped[TermsKind]
    from_on: Mapped[date]
    terms: Mapped[dict[str, Any]]
    agreed_at: Mapped[datetime]

    __table_args__ = (
        Index("ix_association_terms_kind", "association_id", "kind", "agreed_at"),
    )

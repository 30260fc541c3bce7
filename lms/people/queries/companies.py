"""Companies that act here: who acts for them, and how they are proved."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.kernel.errors import NotFound
from lms.kernel.ids import AccountId, EmployerId
from lms.people.models import Employer, EmployerAgent, EmployerProof
from lms.people.rules import (
    EmployerKind,
    ProofFacts,
    ProofFault,
    ProofMethod,
    ProofOutcome,
    Standing,
    standing,
)


@dataclass(frozen=True, slots=True)
class CompanyCard:
    """A company that acts here."""

    id: EmployerId
    uscc: str
    name: str
    kind: EmployerKind | None
    opened_at: datetime | None
    standing: Standing

    @property
    def proved(self) -> bool:
        """Tell whether it may see people and file."""
        return self.standing is Standing.PROVED


@dataclass(frozen=True, slots=True)
class ActsFor:
    """For which company an account acts, and how far."""

    agent_id: UUID
    company: CompanyCard
    confirmed: bool

    @property
    def employer_id(self) -> EmployerId:
        """Name the company."""
        return self.company.id

    @property
    def may_act(self) -> bool:
        """Tell whether the account may see people and file for the company."""
        return self.confirmed and self.company.proved


@dataclass(frozen=True, slots=True)
class AgentCard:
    """An account that acts for a company, or asks to."""

    id: UUID
    account_id: AccountId
    name: str
    asked_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProofCard:
    """One attempt to prove a company."""

    method: ProofMethod
    outcome: ProofOutcome
    fault: ProofFault | None
    place: str
    papers: tuple[str, ...]
    at: datetime


def company(session: Session, employer_id: UUID) -> CompanyCard:
    """Give a company.

    Raises: NotFound.
    """
    row = session.get(Employer, employer_id)
    if row is None:
        raise NotFound("employer.unknown")
    return _card(session, row)


def company_called(session: Session, uscc: str) -> CompanyCard | None:
    """Find a company that acts here, by its code."""
    row = session.scalar(
        select(Employer).where(Employer.uscc == uscc, Employer.opened_at.is_not(None))
    )
    return _card(session, row) if row else None


def _card(session: Session, row: Employer) -> CompanyCard:
    return CompanyCard(
        EmployerId(row.id),
        row.uscc,
        row.name,
        row.kind,
        row.opened_at,
        standing_of(session, row.id),
    )


def standing_of(session: Session, employer_id: UUID) -> Standing:
    """Say how far a company is proved."""
    rows = session.execute(
        select(EmployerProof.outcome, EmployerProof.fault)
        .where(EmployerProof.employer_id == employer_id)
        .order_by(EmployerProof.seq)
    )
    return standing(ProofFacts(*row) for row in rows)


def acts_for(session: Session, account_id: UUID) -> ActsFor | None:
    """Say for which company an account acts, if for any."""
    row = session.scalar(
        select(EmployerAgent).where(
            EmployerAgent.account_id == account_id, EmployerAgent.ended_at.is_(None)
        )
    )
    if row is None:
        return None
    return ActsFor(
        row.id, company(session, row.employer_id), row.confirmed_at is not None
    )


def agents(session: Session, employer_id: UUID) -> tuple[AgentCard, ...]:
    """List who acts for a company or asks to, the first first."""
    rows = session.scalars(
        select(EmployerAgent)
        .where(
            EmployerAgent.employer_id == employer_id, EmployerAgent.ended_at.is_(None)
        )
        .order_by(EmployerAgent.asked_at, EmployerAgent.id)
    )
    return tuple(
        AgentCard(
            row.id,
            AccountId(row.account_id),
            accounts.account(session, AccountId(row.account_id)).name,
            row.asked_at,
            row.confirmed_at,
        )
        for row in rows
    )


def proofs(session: Session, employer_id: UUID) -> tuple[ProofCard, ...]:
    """List the attempts to prove a company, the newest first."""
    rows = session.scalars(
        select(EmployerProof)
        .where(EmployerProof.employer_id == employer_id)
        .order_by(EmployerProof.seq.desc())
    )
    return tuple(
        ProofCard(r.method, r.outcome, r.fault, r.place, tuple(r.papers), r.at)
        for r in rows
    )

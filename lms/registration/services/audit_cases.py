"""What each step of a check shares: its row, its book, its hold, whom it concerns."""

import hashlib
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from lms.accounts import queries as accounts
from lms.evidence import queries as book
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AccountId, PersonId
from lms.kernel.work import Work
from lms.notify import services as notify
from lms.people import queries as people
from lms.registration.models import ApplicationRow, AuditCase
from lms.registration.queries.audits import CaseCard
from lms.registration.rules.audits import OPEN
from lms.registration.services.book import stream

WHY = "核查期间保全"
"""Why a person's record is held: it stands in the book of holds."""


def concerned(
    work: Work, person_id: UUID, employer_id: UUID | None
) -> Iterator[AccountId]:
    """Name the accounts of the person and of who acts for the company."""
    yield accounts.account_of(work.session, PersonId(person_id)).id
    if employer_id is not None:
        for agent in people.agents(work.session, employer_id):
            if agent.confirmed_at is not None:
                yield agent.account_id


def tell_sound(work: Work, case: AuditCase) -> None:
    """Tell both that a check ended well: their papers are held no more."""
    number = work.session.get_one(ApplicationRow, case.application_id).number
    for account_id in concerned(work, case.person_id, case.employer_id):
        notify.message(
            work,
            account_id,
            "audit_sound",
            dedupe=f"audit-sound:{case.id}:{account_id}",
            number=number,
        )


def release(work: Work, case: AuditCase) -> None:
    """Let the record go when no other check holds it; others' holds stay."""
    held = f"person:{case.person_id}"
    others = select(AuditCase.id).where(
        AuditCase.person_id == case.person_id,
        AuditCase.id != case.id,
        AuditCase.state.in_(OPEN),
    )
    ours = any(
        each.reason == WHY and each.released_at is None
        for each in book.holds(work.session, held)
    )
    if ours and work.session.scalar(others.limit(1)) is None:
        evidence.release_hold(work, held, "核查结束")


def not_own(work: Work, case: AuditCase | CaseCard) -> None:
    """Keep whoever sits at a desk from their own check, and their company's.

    Raises: Refused.
    """
    if case.person_id == work.actor.person_id:
        raise Refused("desk.own")
    not_agent(work, case.employer_id)


def not_agent(work: Work, employer_id: UUID | None) -> None:
    """Keep whoever acts for a company from deciding its matters. Raises: Refused."""
    account_id = work.actor.account_id
    if employer_id is None or account_id is None:
        return
    if account_id in {
        one.account_id for one in people.agents(work.session, employer_id)
    }:
        raise Refused("desk.own_company")


def note(work: Work, case: AuditCase, kind: str, words: str) -> None:
    """Write a step into the evidence; the words themselves stand in the case."""
    work.session.flush()
    evidence.note(
        work,
        stream(case.application_id),
        kind,
        case=str(case.id),
        state=case.state,
        words=hashlib.sha256(words.encode()).hexdigest(),
    )


def locked(work: Work, case_id: UUID) -> AuditCase:
    """Give a check, locked. Raises: NotFound."""
    row = work.session.scalar(
        select(AuditCase).where(AuditCase.id == case_id).with_for_update()
    )
    if row is None:
        raise NotFound("audit.unknown")
    return row

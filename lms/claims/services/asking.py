"""Put a claim to an association, with its papers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.accounts import services as accounts
from lms.approvals import services as deciding
from lms.approvals.rules import ApprovalState, Terms
from lms.claims import queries
from lms.claims.models import Claim, ClaimFile
from lms.claims.ports import Paper
from lms.claims.queries.files import file_place
from lms.claims.rules import (
    HOURS,
    OF_LEARNERS,
    OF_STAFF,
    REASON_LENGTH,
    ClaimKind,
    Wanted,
    gives,
    problems,
    track_of,
)
from lms.credentials import queries as credentials
from lms.evidence import services as evidence
from lms.exams import queries as exams
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import ApprovalId, AssociationId, PersonId, new_id
from lms.kernel.work import Work

MOST_PAPERS = 5
FIRST, LAST = "clerk", "manager"

BY_LEARNER = Terms(needs=2, first_role=FIRST, last_role=LAST)
BY_STAFF = Terms(needs=1, last_role=LAST)
"""A member of staff who asks is the first of the two persons."""


@dataclass(frozen=True, slots=True)
class Application:
    """A claim as it is put. PII: reason and papers."""

    wanted: Wanted
    reason: str
    papers: tuple[Paper, ...] = field(repr=False)
    certificate_id: UUID | None = None


def ask(
    work: Work, person_id: PersonId, association_id: AssociationId, put: Application
) -> ApprovalId:
    """Put a claim, for oneself or (as staff) about somebody else.

    The caller has seen that the association knows the person.

    Raises: NotFound for a foreign certificate; Refused with everything that is wrong;
        Conflict while the same is open.
    """
    by_staff = work.actor.person_id != person_id
    kind = put.wanted.kind
    if kind not in (OF_STAFF if by_staff else OF_LEARNERS):
        raise Refused("claim.kind")
    # Of two askings at once, the second sees what the first has asked.
    accounts.lock_person(work, person_id)
    _sound(work, person_id, association_id, put)
    _alone(work, person_id, put)
    terms = BY_STAFF if by_staff else BY_LEARNER
    question = deciding.ask(
        work,
        f"claim.{kind}",
        _stream(person_id),
        {"claim": kind.value, "specialty": put.wanted.specialty.value},
        put.reason.strip(),
        terms=Terms(
            association_id=association_id,
            needs=terms.needs,
            first_role=terms.first_role,
            last_role=terms.last_role,
        ),
    )
    _keep(work, person_id, association_id, put, question)
    return question


def _sound(
    work: Work, person_id: PersonId, association_id: AssociationId, put: Application
) -> None:
    on = legal_day(work.now)
    specialty = put.wanted.specialty
    grounds = queries.grounds(work.session, person_id, specialty, on)
    found = problems(put.wanted, grounds)
    found += _unproved(put)
    if found:
        raise Refused("claim.invalid", reasons=found)
    if put.wanted.kind is ClaimKind.UNLOCK:
        place = queries.sitting(association_id, grounds)
        if not exams.standing(work.session, person_id, place, on=on).locked:
            raise Refused("unlock.not_locked")
    if put.wanted.kind is ClaimKind.REISSUE and queries.revoking(
        work.session, put.certificate_id
    ):
        raise Conflict("claim.revoking")
    if put.wanted.kind in {ClaimKind.REISSUE, ClaimKind.REVOCATION}:
        _valid(work, person_id, association_id, put)


def _unproved(put: Application) -> tuple[str, ...]:
    found = []
    if not REASON_LENGTH[0] <= len(put.reason.strip()) <= REASON_LENGTH[1]:
        found.append("claim.reason")
    if not put.papers:
        found.append("claim.no_paper")
    if len(put.papers) > MOST_PAPERS:
        found.append("claim.many_papers")
    return tuple(found)


def _valid(
    work: Work, person_id: PersonId, association_id: AssociationId, put: Application
) -> None:
    if put.certificate_id is None:
        raise NotFound("certificate.unknown")
    held = credentials.owned(
        work.session, person_id, put.certificate_id, legal_day(work.now)
    )
    if held.association_id != association_id:
        raise NotFound("certificate.unknown")
    if held.verdict in {"revoked", "superseded"}:
        raise Refused("certificate.not_valid")


def _alone(work: Work, person_id: PersonId, put: Application) -> None:
    """Let one paper count once, and one question about a thing be open."""
    sent = {paper.sent_sha256 for paper in put.papers}
    for card in queries.claims_of(work.session, person_id):
        if put.wanted.kind not in HOURS:
            asked = (card.kind, card.specialty, card.certificate_id)
            if card.is_open and asked == (
                put.wanted.kind,
                put.wanted.specialty,
                put.certificate_id,
            ):
                raise Conflict("claim.open")
        elif _counts(card) and sent & _sent(work, card.id):
            raise Refused("claim.paper_used")


def _counts(card: queries.ClaimCard) -> bool:
    return card.kind in {ClaimKind.SUBSTITUTION, ClaimKind.TRANSFER} and (
        card.is_open or card.question.state is ApprovalState.APPROVED
    )


def _sent(work: Work, claim_id: UUID) -> set[bytes]:
    return set(
        work.session.scalars(
            select(ClaimFile.sent_sha256).where(ClaimFile.claim_id == claim_id)
        )
    )


def _keep(
    work: Work,
    person_id: PersonId,
    association_id: AssociationId,
    put: Application,
    question: ApprovalId,
) -> None:
    wanted = put.wanted
    work.session.add(
        Claim(
            id=question,
            person_id=person_id,
            association_id=association_id,
            kind=wanted.kind,
            specialty=wanted.specialty,
            track=track_of(wanted),
            credit=gives(wanted),
            occurred_on=wanted.occurred_on,
            facts=_facts(wanted),
            about=wanted.about.strip(),
            certificate_id=put.certificate_id,
            by_staff=work.actor.person_id != person_id,
            asked_at=work.now,
            applied_at=None,
            appeal_id=None,
        )
    )
    work.session.flush()
    marks = keep_papers(work, person_id, question, question, put.papers)
    evidence.note(
        work,
        _stream(person_id),
        "claim.asked",
        claim=str(question),
        matter=wanted.kind.value,
        specialty=wanted.specialty.value,
        credit=gives(wanted),
        papers=marks,
    )


def _facts(wanted: Wanted) -> dict[str, Any]:
    facts = wanted.facts
    if wanted.kind is ClaimKind.SUBSTITUTION:
        facts["asked"] = wanted.credit
    return facts


def keep_papers(
    work: Work,
    person_id: PersonId,
    claim_id: UUID,
    question_id: UUID,
    papers: Sequence[Paper],
) -> list[str]:
    """Seal papers with the key of the person they are about; give their digests."""
    key = accounts.ensure_key(work, person_id)
    marks = []
    for paper in papers:
        file_id = new_id()
        digest = hashlib.sha256(paper.body).digest()
        work.session.add(
            ClaimFile(
                id=file_id,
                claim_id=claim_id,
                question_id=question_id,
                media=paper.media,
                size=len(paper.body),
                sha256=digest,
                sent_sha256=paper.sent_sha256,
                body=pii.seal(key, paper.body, file_place(file_id)),
                kept_at=work.now,
            )
        )
        marks.append(digest.hex())
    work.session.flush()
    return marks


def withdraw(work: Work, claim_id: UUID) -> None:
    """Take one's own open question back.

    Raises: NotFound, for another's too; Conflict when it has ended.
    """
    row = work.session.get(Claim, claim_id)
    if row is None:
        raise NotFound("claim.unknown")
    deciding.withdraw(work, row.appeal_id or row.id)


def _stream(person_id: PersonId) -> str:
    return f"person:{person_id}"

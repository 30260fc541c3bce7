"""What was claimed under two accounts of one person becomes one person's."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.approvals.rules import ApprovalState
from lms.claims.models import Claim, ClaimFile
from lms.claims.rules import ClaimKind
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.moving import move
from lms.kernel.work import Work

_ONCE = (ClaimKind.SUBSTITUTION, ClaimKind.TRANSFER)


def take_over(work: Work, goes: PersonId, stays: PersonId) -> dict[str, str | None]:
    """Move claims, and name the sources of credit that one paper gave twice.

    Raises: Refused while a claim of one of them is open.
    """
    granted: dict[PersonId, dict[bytes, str]] = {goes: {}, stays: {}}
    for person_id, found in granted.items():
        claims = work.session.scalars(
            select(Claim).where(Claim.person_id == person_id).with_for_update()
        ).all()
        _settled(work, claims)
        for claim in claims:
            if claim.kind in _ONCE and claim.applied_at is not None:
                source = f"approval:{claim.appeal_id or claim.id}"
                found.update(dict.fromkeys(_sent(work, claim), source))
    twice = granted[goes].keys() & granted[stays].keys()
    move(work, Claim, goes, stays)
    return dict.fromkeys((granted[goes][mark] for mark in sorted(twice)), None)


def unsettled(session: Session, *persons: PersonId) -> tuple[tuple[UUID, UUID], ...]:
    """Name the open claims of persons, those appealed against too.

    Shape: an association, and the claim that was put to it.
    """
    rows = session.scalars(
        select(Claim).where(Claim.person_id.in_(persons)).order_by(Claim.asked_at)
    ).all()
    asked = {one for row in rows for one in (row.id, row.appeal_id) if one is not None}
    known = approvals.these(session, [*asked]) if asked else {}
    still = {key for key, card in known.items() if card.state is ApprovalState.OPEN}
    return tuple(
        (row.association_id, row.id)
        for row in rows
        if row.id in still or row.appeal_id in still
    )


def _settled(work: Work, claims: Sequence[Claim]) -> None:
    ids = {one for row in claims for one in (row.id, row.appeal_id) if one is not None}
    if ids and approvals.any_open(work.session, ids):
        raise Refused("merge.open_claims")


def _sent(work: Work, claim: Claim) -> list[bytes]:
    return list(
        work.session.scalars(
            select(ClaimFile.sent_sha256).where(ClaimFile.claim_id == claim.id)
        )
    )

"""The papers of claims, shut; and where else the same paper came."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.approvals import queries as approvals
from lms.approvals.rules import ApprovalState
from lms.claims.models import Claim, ClaimFile


@dataclass(frozen=True, slots=True)
class Twin:
    """Another claim that the same file came with."""

    claim_id: UUID
    association_id: UUID


@dataclass(frozen=True, slots=True)
class FileCard:
    """One paper, shut. `elsewhere` are other claims that the same file came with.

    A claim that its owner took back does not count against that owner.
    """

    id: UUID
    question_id: UUID
    media: str
    size: int
    sha256: bytes
    gone: bool
    elsewhere: tuple[Twin, ...]


def file_place(file_id: UUID) -> str:
    """Name the place that a sealed paper belongs to."""
    return f"claim_files|body|{file_id}"


def files(session: Session, claims: Sequence[Claim]) -> dict[UUID, list[FileCard]]:
    """Give the papers of some claims, by claim, in the order they came."""
    owners = {one.id: one.person_id for one in claims}
    if not owners:
        return {}
    rows = session.execute(
        select(
            ClaimFile.claim_id,
            ClaimFile.sent_sha256,
            ClaimFile.id,
            ClaimFile.question_id,
            ClaimFile.media,
            ClaimFile.size,
            ClaimFile.sha256,
            ClaimFile.body.is_(None).label("gone"),
        )
        .where(ClaimFile.claim_id.in_(owners))
        .order_by(ClaimFile.kept_at, ClaimFile.id)
    ).all()
    same = _same(session, {row.sent_sha256 for row in rows})
    found: dict[UUID, list[FileCard]] = defaultdict(list)
    for row in rows:
        owner = owners[row.claim_id]
        twins = (
            Twin(one.id, one.association_id)
            for one, taken_back in same.get(row.sent_sha256, ())
            if one.id != row.claim_id and not (taken_back and one.person_id == owner)
        )
        found[row.claim_id].append(
            FileCard(
                row.id,
                row.question_id,
                row.media,
                row.size,
                row.sha256,
                row.gone,
                tuple(twins),
            )
        )
    return found


def _same(
    session: Session, digests: set[bytes]
) -> dict[bytes, list[tuple[Claim, bool]]]:
    """Give by digest each claim that the file came with, and if it was taken back."""
    rows = session.execute(
        select(ClaimFile.sent_sha256, Claim)
        .join(Claim, Claim.id == ClaimFile.claim_id)
        .where(ClaimFile.sent_sha256.in_(digests))
        .order_by(Claim.asked_at, Claim.id)
    ).all()
    last = {row.Claim.id: row.Claim.appeal_id or row.Claim.id for row in rows}
    asked = approvals.these(session, tuple(last.values()))
    found: dict[bytes, list[tuple[Claim, bool]]] = defaultdict(list)
    # One claim may have come with the same file twice.
    for digest, claim in dict.fromkeys((row.sent_sha256, row.Claim) for row in rows):
        back = asked[last[claim.id]].state is ApprovalState.WITHDRAWN
        found[digest].append((claim, back))
    return found

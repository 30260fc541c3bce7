"""Who may decide, and what a question has come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ApprovalState(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a question needs to be approved.

    `needs` is how many persons beside the asker must say yes. `last_role` is the role
    that the last of them must hold, when more than one is needed.
    """

    association_id: UUID | None = None
    needs: int = 1
    last_role: str | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """One person who wants to decide, or has decided."""

    person_id: UUID | None
    roles: frozenset[str] = frozenset()


def objection(
    terms: Terms, asker: UUID | None, heard: Sequence[Voice], voice: Voice
) -> str | None:
    """Say why this person may not decide now, or nothing when they may.

    A maker is never a checker, and nobody is heard twice: counted by person, so that
    a second account of the same person is no second person.
    """
    if voice.person_id is None:
        return "approval.nobody"
    if voice.person_id == asker:
        return "approval.own"
    if any(voice.person_id == one.person_id for one in heard):
        return "approval.heard"
    return None


def outcome(
    terms: Terms, heard: Sequence[Voice], voice: Voice, *, approved: bool
) -> ApprovalState | str:
    """Say what the question becomes with this voice, or why it cannot count.

    One no ends it. The last yes must come from the role that the terms name.
    """
    if not approved:
        return ApprovalState.REFUSED
    if len(heard) + 1 < terms.needs:
        return ApprovalState.OPEN
    wanted = terms.last_role
    if terms.needs > 1 and wanted is not None and wanted not in voice.roles:
        return "approval.last_role"
    return ApprovalState.APPROVED

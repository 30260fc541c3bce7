"""Who may decide, and what a question has come to."""

from collections.abc import Iterable, Sequence
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
    that the last of them must hold, `first_role` that of those before; "a|b" is either.
    Whom it is `about` never decides it, nor anybody `barred`.
    """

    association_id: UUID | None = None
    needs: int = 1
    last_role: str | None = None
    first_role: str | None = None
    about: str | None = None
    barred: frozenset[UUID] = frozenset()


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
    if voice.person_id == asker or f"person:{voice.person_id}" == terms.about:
        return "approval.own"
    if voice.person_id in terms.barred:
        return "approval.before"
    if any(voice.person_id == one.person_id for one in heard):
        return "approval.heard"
    return None


def outcome(
    terms: Terms, heard: Sequence[Voice], voice: Voice, *, approved: bool
) -> ApprovalState | str:
    """Say what the question becomes with this voice, or why it cannot count.

    One no ends it. A yes must come from the role that the terms name for it.
    """
    if not approved:
        return ApprovalState.REFUSED
    last = len(heard) + 1 >= terms.needs
    if not _fits(voice, terms.last_role if last else terms.first_role):
        return "approval.last_role" if last else "approval.first_role"
    return ApprovalState.APPROVED if last else ApprovalState.OPEN


def _fits(voice: Voice, wanted: str | None) -> bool:
    return wanted is None or not voice.roles.isdisjoint(wanted.split("|"))


def can_end(
    terms: Terms, asker: UUID | None, heard: Sequence[Voice], there: Iterable[Voice]
) -> bool:
    """Say whether those who are there can say every yes that a question still lacks.

    Each says one; the last is of the role that the terms name for it.
    """
    free = [one for one in there if objection(terms, asker, heard, one) is None]
    before = terms.needs - len(heard) - 1
    if before < 0:
        return True
    for last in free:
        others = (one for one in free if one.person_id != last.person_id)
        first = sum(_fits(one, terms.first_role) for one in others)
        if _fits(last, terms.last_role) and first >= before:
            return True
    return False


_RANKS = (
    "house",
    "manager",
    "reviewer",
    "clerk",
    "approver",
    "teller",
    "inspector",
    "operator",
    "author",
)


def hat(roles: frozenset[str], wanted: str | None = None) -> str | None:
    """Say in which role somebody acts: the one that was wanted, else the highest."""
    for one in (wanted or "").split("|"):
        if one in roles:
            return one
    return next((role for role in _RANKS if role in roles), None)

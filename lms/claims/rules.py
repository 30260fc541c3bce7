"""What may be claimed, what it is worth, and where a claim stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from lms.exams.rules import EXTRA_PERCENTS
from lms.kernel.ids import AssociationId, PersonId
from lms.policy.facts import Activity, Substitution, SubstitutionStatus
from lms.policy.model import RuleSet, Specialty, Track
from lms.policy.substitution import worth

MOST_CREDIT = 12_000
"""One claim never moves more than a whole main quota. Units: hundredths of a 学时."""

MANY_CHARACTERS = 1_000_000
"""More than any law asks for."""

HOURS_BELOW = "claim.hours_below"
"""Why the house asks by itself: a certificate says more hours than are in the book."""

ABOUT_LENGTH = (2, 200)
REASON_LENGTH = (4, 400)


class ClaimKind(StrEnum):
    """What is claimed."""

    SUBSTITUTION = "substitution"
    TRANSFER = "transfer"
    ADJUSTMENT = "adjustment"
    UNLOCK = "unlock"
    EXTRA_TIME = "extra_time"
    REISSUE = "reissue"
    REVOCATION = "revocation"


HOURS = frozenset({ClaimKind.SUBSTITUTION, ClaimKind.TRANSFER, ClaimKind.ADJUSTMENT})
OF_LEARNERS = (
    ClaimKind.SUBSTITUTION,
    ClaimKind.TRANSFER,
    ClaimKind.ADJUSTMENT,
    ClaimKind.UNLOCK,
    ClaimKind.EXTRA_TIME,
    ClaimKind.REISSUE,
)
OF_STAFF = (
    ClaimKind.ADJUSTMENT,
    ClaimKind.UNLOCK,
    ClaimKind.EXTRA_TIME,
    ClaimKind.REISSUE,
    ClaimKind.REVOCATION,
)


INHERITED = "legacy.take"
"""What the question is called by which an old platform's file is taken over."""

DISINHERITED = "legacy.withdraw"
"""What the question is called by which such a file is taken back."""

TAKEN_BACK = "legacy-back:"
"""How the sources of such credit begin in the ledger when it is taken back."""


@dataclass(frozen=True, slots=True)
class Inherited:
    """Hours that an association kept on its old platform.

    Units: `credit` in hundredths of a 学时; `earned_on` is a legal day.
    """

    id: UUID
    person_id: PersonId
    association_id: AssociationId
    specialty: Specialty
    track: Track
    credit: int
    earned_on: date


class Stage(StrEnum):
    """Where a claim stands, as its page says it."""

    CHECKING = "checking"
    DECIDING = "deciding"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    APPEALED = "appealed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is claimed. `about` is the work's title, or who gave the hours elsewhere.

    Units: `credit` in hundredths of a 学时; for teaching, the hours taught; `percent`
        of the usual time of a test.
    PII: `about`, in the asker's words.
    """

    kind: ClaimKind
    specialty: Specialty
    track: Track | None = None
    credit: int = 0
    occurred_on: date | None = None
    activity: Activity | None = None
    author_rank: int | None = None
    characters: int = 0
    about: str = ""
    percent: int = 0

    @property
    def facts(self) -> dict[str, Any]:
        """Give what a table keeps beside its columns."""
        if self.kind is ClaimKind.EXTRA_TIME:
            return {"percent": self.percent}
        if self.activity is None:
            return {}
        return {
            "activity": self.activity.value,
            "author_rank": self.author_rank,
            "characters": self.characters,
        }


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a claim is judged by: law, day, and the period of its specialty."""

    rules: RuleSet
    specialty: Specialty
    is_main: bool
    today: date
    since: date
    until: date


def problems(wanted: Wanted, grounds: Grounds) -> tuple[str, ...]:
    """List the codes of everything that is wrong with a claim."""
    return tuple(_problems(wanted, grounds))


def _problems(wanted: Wanted, grounds: Grounds) -> Iterator[str]:
    if wanted.kind is ClaimKind.EXTRA_TIME and wanted.percent not in EXTRA_PERCENTS:
        yield "exam.extra_time"
    if wanted.kind not in HOURS:
        return
    if not ABOUT_LENGTH[0] <= len(wanted.about.strip()) <= ABOUT_LENGTH[1]:
        yield "claim.about"
    on, work = wanted.occurred_on, wanted.kind is ClaimKind.SUBSTITUTION
    if on is None or on > grounds.today:
        yield "claim.future"
    elif not grounds.since <= on <= grounds.until:
        yield "claim.outside_period"
    yield from _of_work(wanted, grounds.rules) if work else _of_hours(wanted)


def _of_hours(wanted: Wanted) -> Iterator[str]:
    if wanted.track is None:
        yield "claim.no_track"
    least = 1 if wanted.kind is ClaimKind.TRANSFER else -MOST_CREDIT
    if not wanted.credit or not least <= wanted.credit <= MOST_CREDIT:
        yield "claim.credit"


def _of_work(wanted: Wanted, rules: RuleSet) -> Iterator[str]:
    if not rules.substitution_allowed:
        yield "claim.substitution_off"
    elif wanted.activity is None:
        yield "claim.no_activity"
    elif not 0 < gives(wanted) <= MOST_CREDIT:
        yield _lacks(wanted)


def _lacks(wanted: Wanted) -> str:
    """Say what keeps a work from being worth something, by what its kind asks for."""
    if wanted.activity is Activity.TEACHING:
        return "claim.no_hours"
    if wanted.activity not in {Activity.PAPER, Activity.MONOGRAPH}:
        return "claim.worth_nothing"
    if wanted.author_rank is None:
        return "claim.no_rank"
    if wanted.activity is Activity.PAPER or not gives(
        replace(wanted, characters=wanted.characters + MANY_CHARACTERS)
    ):
        return "claim.low_rank"
    return "claim.short" if wanted.characters else "claim.no_characters"


def gives(wanted: Wanted) -> int:
    """Say what a claim posts when it is granted.

    Work outside is worth what the law says, whatever was asked.

    Units: hundredths of a 学时.
    """
    if wanted.kind is not ClaimKind.SUBSTITUTION:
        return wanted.credit if wanted.kind in HOURS else 0
    if wanted.activity is None:
        return 0
    return worth(
        Substitution(
            wanted.activity,
            wanted.occurred_on or date.min,
            SubstitutionStatus.PENDING,
            credit=wanted.credit,
            author_rank=wanted.author_rank,
            characters=wanted.characters,
        )
    )


def track_of(wanted: Wanted) -> Track | None:
    """Say on which track a claim posts: work outside is elective, always."""
    if wanted.kind is ClaimKind.SUBSTITUTION:
        return Track.ELECTIVE
    return wanted.track if wanted.kind in HOURS else None


def will_count(rules: RuleSet, granted: int, worth_now: int) -> int:
    """Say how much of a further grant would count under the cap.

    Units: hundredths of a 学时.
    """
    cap = rules.substitution_cap if rules.substitution_allowed else 0
    return max(0, min(worth_now, cap - granted))


def adverse(kind: ClaimKind, credit: int, *, by_staff: bool) -> bool:
    """Tell whether a granted claim went against the person it is about."""
    return by_staff and (
        kind is ClaimKind.REVOCATION or (kind is ClaimKind.ADJUSTMENT and credit < 0)
    )


def stage(state: str, said: int, needs: int, *, appealed: bool) -> Stage:
    """Say where a claim stands by its last question's state and yeses."""
    named: Mapping[str, Stage] = {
        "approved": Stage.GRANTED,
        "refused": Stage.REFUSED,
        "withdrawn": Stage.WITHDRAWN,
    }
    if state in named:
        return named[state]
    if appealed:
        return Stage.APPEALED
    return Stage.DECIDING if needs - said <= 1 else Stage.CHECKING

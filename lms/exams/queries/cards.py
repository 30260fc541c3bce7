"""Frozen cards of tests: what is asked, where a person stands, a paper as shown."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lms.exams.queries.plans import InForce
from lms.exams.rules import AttemptState, Blueprint, QuestionKind, extra_minutes
from lms.kernel.credit import Credit
from lms.kernel.ids import AssociationId, AttemptId, PersonId
from lms.policy.model import Quota, Specialty, Track


@dataclass(frozen=True, slots=True)
class Sitting:
    """What a test is about: one specialty, one association, one period.

    `quota` is what must be studied first. Units: both days count.
    """

    association_id: AssociationId
    specialty: Specialty
    period_from: date
    period_until: date
    quota: Quota


@dataclass(frozen=True, slots=True)
class Term:
    """Whose test, in what, by which association, in which period (both days count)."""

    person_id: PersonId
    association_id: AssociationId
    specialty: Specialty
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class PassCard:
    """A passed test. Units: `score` of 100."""

    attempt_id: AttemptId
    score: int
    passed_at: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """Study that keeps the test shut. Units: hundredths of a 学时."""

    track: Track
    missing: Credit


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """One attempt in a list."""

    id: AttemptId
    n: int
    score: int | None
    passed: bool | None
    started_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a person may sit a test now, and how it went so far.

    Units: `extra_percent` of the usual time.
    """

    sitting: Sitting
    owed: tuple[Owed, ...]
    attempts: tuple[PastAttempt, ...]
    left: int
    open_id: AttemptId | None
    passed: PassCard | None
    in_force: InForce
    extra_percent: int = 0

    @property
    def blueprint(self) -> Blueprint:
        """Give the plan that the next paper follows."""
        return self.in_force.blueprint

    @property
    def extra_minutes(self) -> int:
        """Say how much longer than others this person may sit."""
        return extra_minutes(self.blueprint, self.extra_percent)

    @property
    def may_start(self) -> bool:
        """Tell whether a new attempt may begin."""
        return bool(
            not self.owed and self.left and not self.passed and not self.open_id
        )

    @property
    def locked(self) -> bool:
        """Tell whether only the association can help."""
        return not self.left and not self.passed and not self.open_id


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as the paper shows it: options in their order, and what was chosen.

    `story` is that of the case it belongs to; `opens` where it is the first of it.

    Units: `worth` in hundredths of a point.
    """

    place: int
    kind: QuestionKind
    stem: str
    options: tuple[str, ...]
    chosen: tuple[int, ...]
    worth: int = 1
    case_id: UUID | None = None
    story: str = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class AttemptCard:
    """An attempt to sit or to look back on."""

    id: AttemptId
    association_id: AssociationId
    specialty: Specialty
    n: int
    state: AttemptState
    started_at: datetime
    deadline_at: datetime
    submitted_at: datetime | None
    score: int | None
    passed: bool | None
    pass_mark: int
    questions: tuple[ShownQuestion, ...]
    extra_minutes: int = 0

    @property
    def answered(self) -> int:
        """Count the answered places."""
        return sum(bool(question.chosen) for question in self.questions)


@dataclass(frozen=True, slots=True)
class ReviewedQuestion:
    """A marked question. Shown only after the paper was marked.

    Units: what its case got and is worth, in hundredths of a point.
    """

    shown: ShownQuestion
    right: bool
    key: tuple[int, ...]
    explanation: str
    basis: str
    chapter: str
    case_got: int = 0
    case_worth: int = 0

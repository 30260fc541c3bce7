"""What is known when somebody asks "may this person apply?"."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.policy.certificates import StudyCertificate
from lms.policy.model import Application, BarCause, Province, Specialty, Track


class Activity(StrEnum):
    """Work that may stand in for elective study (充抵)."""

    EXAM_OUTLINE = "exam_outline"
    QUESTION_SETTING = "question_setting"
    TEXTBOOK = "textbook"
    PAPER = "paper"
    MONOGRAPH = "monograph"
    TEACHING = "teaching"


class SubstitutionStatus(StrEnum):
    """How far the review of a substitution has come."""

    APPROVED = "approved"
    PENDING = "pending"
    REJECTED = "rejected"


class ChangeKind(StrEnum):
    """What is to be changed in a registration."""

    EMPLOYER = "employer"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class SpecialtyFacts:
    """One specialty that the application is about, with its own dates."""

    code: Specialty
    main: bool
    qualified_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class StudyCredit:
    """Study that was earned on a legal day. Units: hundredths of a 学时."""

    specialty: Specialty
    track: Track
    credit: int
    earned_on: date


@dataclass(frozen=True, slots=True)
class Substitution:
    """One piece of work offered in place of elective study.

    Units: `credit`, the hours taught, in hundredths of a 学时.
    """

    activity: Activity
    occurred_on: date
    status: SubstitutionStatus
    credit: int = 0
    author_rank: int | None = None
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Commitments:
    """Who has given the written commitment (书面承诺)."""

    person: bool = False
    employer: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """A decision that keeps a person from applying for a time."""

    cause: BarCause
    decided_on: date


@dataclass(frozen=True, slots=True)
class AssessmentRequest:
    """Everything the law looks at, in one value. The dates are legal days.

    Renewal, change and reissue need `valid_from` and `valid_until` of every specialty,
    initial and add-item `qualified_on`, re-registration `deregistered_on`.
    `certificates` are what the house's book holds; None where nobody looked.
    """

    province: Province
    application: Application
    applied_on: date
    born_on: date
    specialties: tuple[SpecialtyFacts, ...]
    granted_on: date | None = None
    credits: tuple[StudyCredit, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    commitments: Commitments = Commitments()
    change_kind: ChangeKind = ChangeKind.EMPLOYER
    last_change_granted_on: date | None = None
    deregistered_on: date | None = None
    bars: tuple[Bar, ...] = ()
    certificates: tuple[StudyCertificate, ...] | None = None

    @property
    def main_first(self) -> list[SpecialtyFacts]:
        """Give the specialties, the main one first, the others as given."""
        return sorted(self.specialties, key=lambda each: not each.main)

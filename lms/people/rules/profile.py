"""What a true and whole profile looks like."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lms.people.rules.numbers import (
    certificate_number_problem,
    registration_number_problem,
    uscc_problem,
)
from lms.people.rules.specialties import specialties_named
from lms.policy.dates import same_day
from lms.policy.model import Province, Specialty


class PaperKind(StrEnum):
    """The pictures kept of a person."""

    PHOTO = "photo"
    PHOTO_DRAFT = "photo_draft"
    SIGNATURE = "signature"


class PhotoState(StrEnum):
    """Who has accepted a picture."""

    ACCEPTED = "accepted"
    TO_REVIEW = "to_review"
    REFUSED = "refused"


class Section(StrEnum):
    """The parts of a profile, in the order a person fills them."""

    IDENTITY = "identity"
    PHOTO = "photo"
    SIGNATURE = "signature"
    QUALIFICATION = "qualification"
    REGISTRATION = "registration"
    EMPLOYER = "employer"


# -- what the room takes in --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QualificationFacts:
    """A qualification as its paper says. `printed_as` may be an old name."""

    specialty: Specialty
    number: str
    issued_on: date
    printed_as: str = ""


@dataclass(frozen=True, slots=True)
class SpecialtyPeriod:
    """One registered specialty. Units: both days count."""

    specialty: Specialty
    valid_from: date
    valid_until: date
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class RegistrationFacts:
    """A registration as the authority's certificate says."""

    number: str
    province: Province
    specialties: tuple[SpecialtyPeriod, ...]


@dataclass(frozen=True, slots=True)
class EmployerFacts:
    """A company as its licence says."""

    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class ProfileFacts:
    """A whole profile at once, for makers of demonstration and test worlds.

    Units: `photo_jpeg` 295 x 413; `signature_png` transparent.
    PII: all of it.
    """

    name: str
    id_number: str = field(repr=False)
    photo_jpeg: bytes = field(repr=False)
    signature_png: bytes = field(repr=False)
    qualifications: tuple[QualificationFacts, ...]
    registration: RegistrationFacts
    employer: EmployerFacts


FIRST_ISSUED = date(2002, 12, 5)
"""Before it nobody was a constructor. Source: 人发〔2002〕111号."""

YOUNGEST_YEARS = 18


def qualification_problems(
    facts: QualificationFacts, today: date, born_on: date | None = None
) -> tuple[str, ...]:
    """List everything that is wrong with a qualification."""
    found = [certificate_number_problem(facts.number)]
    if facts.issued_on > today:
        found.append("qualification.future")
    if facts.issued_on < FIRST_ISSUED:
        found.append("qualification.too_early")
    elif born_on and facts.issued_on < same_day(born_on, years=YOUNGEST_YEARS):
        found.append("qualification.too_young")
    if facts.printed_as and facts.specialty not in specialties_named(facts.printed_as):
        found.append("qualification.name")
    return tuple(problem for problem in found if problem)


def registration_problems(
    facts: RegistrationFacts,
    qualified: Collection[Specialty] | Mapping[Specialty, date],
) -> tuple[str, ...]:
    """List everything that is wrong with a registration.

    `qualified` may say on which day each qualification was issued: nobody is
    registered before.
    """
    periods = facts.specialties
    issued = qualified if isinstance(qualified, Mapping) else {}
    named = [period.specialty for period in periods]
    wrong = {
        "registration.no_specialty": not periods,
        "registration.twice": len(set(named)) < len(named),
        "registration.main": bool(periods) and sum(p.is_main for p in periods) != 1,
        "registration.period": any(p.valid_until <= p.valid_from for p in periods),
        "registration.too_long": any(_too_long(p) for p in periods),
        "registration.unqualified": not set(named) <= set(qualified),
        "registration.too_early": any(
            p.valid_from < issued.get(p.specialty, p.valid_from) for p in periods
        ),
    }
    number = registration_number_problem(facts.number)
    return tuple(
        ([number] if number else []) + [code for code, is_so in wrong.items() if is_so]
    )


_LONGEST_DAYS = 6 * 366


def _too_long(period: SpecialtyPeriod) -> bool:
    """Catch a mistyped year; a registration lasts three years, a few were prolonged."""
    return (period.valid_until - period.valid_from).days > _LONGEST_DAYS


def employer_problems(facts: EmployerFacts) -> tuple[str, ...]:
    """List everything that is wrong with an employer."""
    found = [uscc_problem(facts.uscc)]
    if not 4 <= len(facts.name.strip()) <= 100:  # noqa: PLR2004 - a name's length
        found.append("employer.name")
    return tuple(problem for problem in found if problem)


# -- completeness -------------------------------------------------------------------

PARTS = (
    ("name", Section.IDENTITY),
    ("id_number", Section.IDENTITY),
    ("photo", Section.PHOTO),
    ("signature", Section.SIGNATURE),
    ("qualification", Section.QUALIFICATION),
    ("registration", Section.REGISTRATION),
    ("employer", Section.EMPLOYER),
)


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of a profile is there. Units: `percent` of 100, rounded down."""

    percent: int
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Tell whether an order may be placed."""
        return not self.missing

    @property
    def missing_sections(self) -> tuple[Section, ...]:
        """Name the sections that still need something, in order."""
        owed = {section for code, section in PARTS if code in self.missing}
        return tuple(section for section in Section if section in owed)


def completeness(present: Collection[str]) -> Completeness:
    """Say what is missing. More facts never make a profile less complete.

    >>> completeness(["name", "id_number", "photo"]).percent
    42
    """
    missing = tuple(code for code, _section in PARTS if code not in present)
    return Completeness(100 * (len(PARTS) - len(missing)) // len(PARTS), missing)


def editable(section: Section, missing: Sequence[Section], *, locked: bool) -> bool:
    """Tell whether the owner may write a section: until the lock, or while it lacks."""
    return not locked or section in missing

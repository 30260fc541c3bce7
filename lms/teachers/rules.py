"""Where a teacher stands, which papers hold, and what a course asks of them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from lms.kernel.numbers import folded, id_number_problem
from lms.policy.model import Specialty

SOON = timedelta(days=60)
"""So long before its end a paper is told to be ending."""

MOST_PAPERS = 12
_PHONE_DIGITS = (7, 15)
_OLDEST_YEAR = 1950


class State(StrEnum):
    """Where a teacher stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    REGISTERED = "registered"
    RETIRED = "retired"


class Level(StrEnum):
    """The grade of a professional title (职称)."""

    FULL = "full"
    SENIOR = "senior"
    MIDDLE = "middle"
    JUNIOR = "junior"
    NONE = "none"


class PaperKind(StrEnum):
    """What gives somebody the right to teach."""

    CONSTRUCTOR_1 = "constructor_1"
    CONSTRUCTOR_2 = "constructor_2"
    SAFETY = "safety_engineer"
    COST = "cost_engineer"
    SUPERVISION = "supervision_engineer"
    TITLE = "title"
    UNIVERSITY = "university_teacher"
    OTHER = "other"


class How(StrEnum):
    """How a teacher said that they may be named."""

    SIGNED = "signed"
    WRITTEN = "written"
    SPOKEN = "spoken"


@dataclass(frozen=True, slots=True)
class TeacherFacts:
    """What is known of a teacher. `since_year` is the year they began to practise.

    PII: name, phone, ID number.
    """

    name: str
    employer: str
    title: str
    level: Level
    specialties: tuple[Specialty, ...]
    sex: str = ""
    since_year: int | None = None
    phone: str = field(default="", repr=False)
    id_number: str = field(default="", repr=False)
    cv_html: str = ""


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What a paper says. Without `valid_until` it has no end; that day still counts.

    PII: its number.
    """

    kind: PaperKind
    number: str = field(repr=False)
    issuer: str
    granted_on: date
    valid_until: date | None = None
    called: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """The scan of a paper, opened and found harmless. PII: all of it."""

    media: str
    body: bytes = field(repr=False)
    sent_sha256: bytes = field(repr=False)


def facts_problems(facts: TeacherFacts, today: date) -> tuple[str, ...]:
    """List what is wrong with what was typed of a teacher."""
    digits = sum(letter.isdigit() for letter in folded(facts.phone))
    wrong = {
        "teacher.name": not facts.name.strip(),
        "teacher.employer": not facts.employer.strip(),
        "teacher.phone": bool(facts.phone.strip())
        and not _PHONE_DIGITS[0] <= digits <= _PHONE_DIGITS[1],
        "teacher.since": facts.since_year is not None
        and not _OLDEST_YEAR <= facts.since_year <= today.year,
    }
    found = [code for code, is_so in wrong.items() if is_so]
    number = id_number_problem(facts.id_number) if facts.id_number.strip() else None
    return tuple([*found, number] if number else found)


def paper_problems(facts: PaperFacts, today: date) -> tuple[str, ...]:
    """List what is wrong with what was typed of a paper."""
    wrong = {
        "teacher.paper_number": not facts.number.strip(),
        "teacher.paper_called": facts.kind is PaperKind.OTHER
        and not facts.called.strip(),
        "teacher.paper_granted": facts.granted_on > today,
        "teacher.paper_until": facts.valid_until is not None
        and facts.valid_until < facts.granted_on,
    }
    return tuple(code for code, is_so in wrong.items() if is_so)


def holds(granted_on: date, valid_until: date | None, on: date) -> bool:
    """Tell whether a paper holds on a legal day; its last day counts.

    >>> holds(date(2023, 1, 1), date(2026, 1, 1), date(2026, 1, 1))
    True
    """
    return granted_on <= on and (valid_until is None or on <= valid_until)


@dataclass(frozen=True, slots=True)
class Standing:
    """A teacher as a course looks at them. Shape: `papers` are first and last day."""

    name: str
    state: State
    specialties: tuple[Specialty, ...]
    papers: tuple[tuple[date, date | None], ...]

    def qualified(self, on: date) -> bool:
        """Tell whether one paper holds on a legal day."""
        return any(holds(*paper, on) for paper in self.papers)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an association asks of the teachers of its courses; usually nothing.

    `checked`: they are in the register, and a paper of theirs holds. `fitting`: the
    course's specialty is one of theirs.
    """

    checked: bool = False
    fitting: bool = False


NOTHING_ASKED = Asked()


def objections(
    asked: Asked,
    teachers: Sequence[Standing],
    specialty: Specialty | None,
    on: date,
) -> tuple[tuple[str, str], ...]:
    """List what a version's teachers lack to be published on a legal day.

    Shape: pairs of code and teacher's name. A 公共 course fits everybody.
    """
    if not asked.checked:
        return ()
    if not teachers:
        return (("course.no_teacher", ""),)
    return tuple(
        (code, one.name)
        for one in teachers
        for code in _lacks(asked, one, specialty, on)
    )


def _lacks(
    asked: Asked, one: Standing, specialty: Specialty | None, on: date
) -> Iterable[str]:
    if one.state is State.RETIRED:
        yield "course.teacher_retired"
        return
    if one.state is not State.REGISTERED:
        yield "course.teacher_unchecked"
    if not one.qualified(on):
        yield "course.teacher_unqualified"
    if asked.fitting and specialty is not None and specialty not in one.specialties:
        yield "course.teacher_field"

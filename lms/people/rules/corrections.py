"""What a locked profile should say instead, as facts and as stored text."""

import json
from dataclasses import dataclass, field
from datetime import date

from lms.people.rules.numbers import (
    id_number_problem,
    name_problem,
    read_id_number,
)
from lms.people.rules.profile import (
    EmployerFacts,
    QualificationFacts,
    RegistrationFacts,
    Section,
    SpecialtyPeriod,
)
from lms.policy.dates import same_day
from lms.policy.model import Province, Specialty

CORRECTION = "profile.correction"
"""The kind of question that a correction is."""


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """A name and an ID number. PII: both."""

    name: str
    id_number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """A new photo or signature; the picture itself travels beside."""

    section: Section


Change = (
    IdentityFacts
    | PictureFacts
    | QualificationFacts
    | RegistrationFacts
    | EmployerFacts
)


YOUNGEST, OLDEST = 18, 80
"""Years; nobody registers after 65, and a few come later to have one cancelled."""


def identity_problems(facts: IdentityFacts, today: date) -> tuple[str, ...]:
    """List everything that is wrong with a name and an ID number."""
    found = (
        name_problem(facts.name),
        id_number_problem(facts.id_number) or _age_problem(facts.id_number, today),
    )
    return tuple(problem for problem in found if problem)


def _age_problem(id_number: str, today: date) -> str | None:
    """Catch a mistyped year of birth."""
    read = read_id_number(id_number)
    if read is None:
        return None
    if today < same_day(read.born_on, years=YOUNGEST):
        return "id_number.too_young"
    return "id_number.too_old" if today > same_day(read.born_on, years=OLDEST) else None


def section_of(change: Change) -> Section:
    """Name the section that a change is about."""
    match change:
        case IdentityFacts():
            return Section.IDENTITY
        case PictureFacts(section=section):
            return section
        case QualificationFacts():
            return Section.QUALIFICATION
        case RegistrationFacts():
            return Section.REGISTRATION
        case EmployerFacts():
            return Section.EMPLOYER


def stored(change: Change) -> str:
    """Write a change as text, to be sealed."""
    match change:
        case IdentityFacts():
            body: dict[str, object] = {
                "name": change.name,
                "id_number": change.id_number,
            }
        case PictureFacts():
            body = {}
        case QualificationFacts():
            body = {
                "specialty": change.specialty.value,
                "number": change.number,
                "issued_on": change.issued_on.isoformat(),
                "printed_as": change.printed_as,
            }
        case RegistrationFacts():
            body = {
                "number": change.number,
                "province": change.province.value,
                "specialties": [_period(one) for one in change.specialties],
            }
        case EmployerFacts():
            body = {"uscc": change.uscc, "name": change.name}
    return json.dumps(body, ensure_ascii=False)


def _period(one: SpecialtyPeriod) -> list[object]:
    return [
        one.specialty.value,
        one.valid_from.isoformat(),
        one.valid_until.isoformat(),
        one.is_main,
    ]


def restored(section: Section, text: str) -> Change:
    """Read a change back."""
    body = json.loads(text)
    match section:
        case Section.IDENTITY:
            return IdentityFacts(body["name"], body["id_number"])
        case Section.QUALIFICATION:
            return QualificationFacts(
                Specialty(body["specialty"]),
                body["number"],
                date.fromisoformat(body["issued_on"]),
                body["printed_as"],
            )
        case Section.REGISTRATION:
            return _registration(body)
        case Section.EMPLOYER:
            return EmployerFacts(body["uscc"], body["name"])
        case _:
            return PictureFacts(section)


def _registration(body: dict[str, object]) -> RegistrationFacts:
    periods = body["specialties"]
    assert isinstance(periods, list)  # noqa: S101 - `stored` wrote it
    return RegistrationFacts(
        str(body["number"]),
        Province(str(body["province"])),
        tuple(
            SpecialtyPeriod(
                Specialty(code), date.fromisoformat(a), date.fromisoformat(z), main
            )
            for code, a, z, main in periods
        ),
    )

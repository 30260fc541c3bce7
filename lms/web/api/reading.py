"""From a JSON object to the facts that the law looks at."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from lms.policy.facts import (
    Activity,
    AssessmentRequest,
    Bar,
    ChangeKind,
    Commitments,
    SpecialtyFacts,
    StudyCredit,
    Substitution,
    SubstitutionStatus,
)
from lms.policy.model import Application, BarCause, Province, Specialty, Track
from lms.web.api.shapes import (
    Field,
    Flaw,
    Reader,
    a_bool,
    a_date,
    a_legal_day,
    a_list,
    a_number,
    hours,
    one_of,
    read_object,
)

_FIELDS = {
    "person": {"born_on": Field(a_date, needed=True)},
    "specialty": {
        "code": Field(one_of(Specialty), needed=True),
        "main": Field(a_bool, needed=True),
        "qualified_on": Field(a_date),
        "valid_from": Field(a_date),
        "valid_until": Field(a_date),
    },
    "credit": {
        "specialty": Field(one_of(Specialty), needed=True),
        "track": Field(one_of(Track), needed=True),
        # Nothing is no flaw here: a line of "0" adds nothing, and tables contain them.
        "hours": Field(hours(zero=True), needed=True),
        "earned_at": Field(a_legal_day, needed=True),
    },
    "substitution": {
        "activity": Field(one_of(Activity), needed=True),
        "occurred_on": Field(a_date, needed=True),
        "status": Field(one_of(SubstitutionStatus), needed=True),
        "hours": Field(hours(zero=False)),
        "author_rank": Field(a_number(1)),
        "characters": Field(a_number(0)),
    },
    "commitments": {
        "person": Field(a_bool, needed=True),
        "employer": Field(a_bool, needed=True),
    },
    "bar": {
        "cause": Field(one_of(BarCause), needed=True),
        "decided_on": Field(a_date, needed=True),
    },
}


def _object(kind: str) -> Reader:
    def _read(value: object, path: str, flaws: list[Flaw]) -> dict[str, Any]:
        return read_object(value, path, flaws, _FIELDS[kind])

    return _read


_REQUEST = {
    "province": Field(one_of(Province), needed=True),
    "application": Field(one_of(Application), needed=True),
    "applied_on": Field(a_date, needed=True),
    "granted_on": Field(a_date),
    "person": Field(_object("person"), needed=True),
    "specialties": Field(a_list(_object("specialty")), needed=True),
    "credits": Field(a_list(_object("credit"))),
    "substitutions": Field(a_list(_object("substitution"))),
    "commitments": Field(_object("commitments")),
    "change_kind": Field(one_of(ChangeKind)),
    "last_change_granted_on": Field(a_date),
    "deregistered_on": Field(a_date),
    "bars": Field(a_list(_object("bar"))),
}

_DATED = ("valid_from", "valid_until")
_NEEDS: dict[Application, tuple[str, ...]] = {
    Application.RENEWAL: _DATED,
    Application.CHANGE: _DATED,
    Application.LOST_REISSUE: _DATED,
    Application.INITIAL: ("qualified_on",),
    Application.ADD_SPECIALTY: ("qualified_on",),
}


def read_request(value: object) -> AssessmentRequest | tuple[Flaw, ...]:
    """Read one request, or give every flaw in it."""
    flaws: list[Flaw] = []
    found = read_object(value, "", flaws, _REQUEST)
    if isinstance(value, dict):
        flaws.extend(_together(found))
    return tuple(flaws) or _request(found)


def _together(found: dict[str, Any]) -> Iterator[Flaw]:
    """Find what is wrong only when values are seen side by side."""
    specialties = found.get("specialties")
    if specialties is not None:
        yield from _specialties(specialties)
        yield from _dates_needed(found.get("application"), specialties)
    applied_on: date | None = found.get("applied_on")
    granted_on: date | None = found.get("granted_on")
    if applied_on and granted_on and granted_on < applied_on:
        yield Flaw("granted_on", "date.before_application")
    if (
        found.get("application") is Application.RE_REGISTRATION
        and "deregistered_on" not in found
    ):
        yield Flaw("deregistered_on", "date.missing")


def _specialties(specialties: list[dict[str, Any]]) -> Iterator[Flaw]:
    if not specialties:
        yield Flaw("specialties", "list.empty")
    seen: set[Specialty] = set()
    mains = 0
    for place, each in enumerate(specialties):
        path = f"specialties[{place}]"
        code = each.get("code")
        if code in seen:
            yield Flaw(f"{path}.code", "specialty.twice")
        if code is not None:
            seen.add(code)
        mains += bool(each.get("main"))
        if each.get("main") and mains > 1:
            yield Flaw(f"{path}.main", "specialty.two_mains")
        begins, ends = each.get("valid_from"), each.get("valid_until")
        if begins and ends and ends < begins:
            yield Flaw(f"{path}.valid_until", "date.reversed")


def _dates_needed(
    application: Application | None, specialties: list[dict[str, Any]]
) -> Iterator[Flaw]:
    if application is None:
        return
    for place, each in enumerate(specialties):
        for key in _NEEDS.get(application, ()):
            if key not in each:
                yield Flaw(f"specialties[{place}].{key}", "date.missing")


def _request(found: dict[str, Any]) -> AssessmentRequest:
    return AssessmentRequest(
        province=found["province"],
        application=found["application"],
        applied_on=found["applied_on"],
        born_on=found["person"]["born_on"],
        specialties=tuple(SpecialtyFacts(**each) for each in found["specialties"]),
        granted_on=found.get("granted_on"),
        credits=tuple(_credit(each) for each in found.get("credits", ())),
        substitutions=tuple(
            _substitution(each) for each in found.get("substitutions", ())
        ),
        commitments=Commitments(**found.get("commitments", {})),
        change_kind=found.get("change_kind", ChangeKind.EMPLOYER),
        last_change_granted_on=found.get("last_change_granted_on"),
        deregistered_on=found.get("deregistered_on"),
        bars=tuple(Bar(**each) for each in found.get("bars", ())),
    )


def _credit(each: dict[str, Any]) -> StudyCredit:
    return StudyCredit(
        each["specialty"], each["track"], each["hours"], each["earned_at"]
    )


def _substitution(each: dict[str, Any]) -> Substitution:
    return Substitution(
        activity=each["activity"],
        occurred_on=each["occurred_on"],
        status=each["status"],
        credit=each.get("hours", 0),
        author_rank=each.get("author_rank"),
        characters=each.get("characters", 0),
    )

"""Facts for the law, with nothing wrong unless a test says so."""

from __future__ import annotations

from datetime import date
from typing import Any

from lms.policy.facts import (
    Activity,
    AssessmentRequest,
    Commitments,
    SpecialtyFacts,
    StudyCredit,
    Substitution,
    SubstitutionStatus,
)
from lms.policy.model import Application, Province, Specialty, Track

BUILDING, MUNICIPAL, WATER = Specialty.BUILDING, Specialty.MUNICIPAL, Specialty.WATER
REQUIRED, ELECTIVE = Track.REQUIRED, Track.ELECTIVE

day = date.fromisoformat


def specialty(
    code: Specialty = BUILDING,
    *,
    main: bool | None = None,
    valid: tuple[str, str] | None = ("2023-12-21", "2026-12-20"),
    qualified: str | None = None,
) -> SpecialtyFacts:
    return SpecialtyFacts(
        code=code,
        main=code is BUILDING if main is None else main,
        qualified_on=day(qualified) if qualified else None,
        valid_from=day(valid[0]) if valid else None,
        valid_until=day(valid[1]) if valid else None,
    )


def study(
    code: Specialty, required: float, elective: float, on: str = "2025-05-01"
) -> tuple[StudyCredit, ...]:
    return (
        StudyCredit(code, REQUIRED, round(required * 100), day(on)),
        StudyCredit(code, ELECTIVE, round(elective * 100), day(on)),
    )


def work(
    activity: Activity,
    on: str = "2025-03-01",
    status: SubstitutionStatus = SubstitutionStatus.APPROVED,
    **more: Any,
) -> Substitution:
    return Substitution(activity, day(on), status, **more)


def request(**more: Any) -> AssessmentRequest:
    facts: dict[str, Any] = {
        "province": Province.NATIONAL,
        "application": Application.RENEWAL,
        "applied_on": day("2026-11-01"),
        "born_on": day("1985-07-04"),
        "specialties": (specialty(),),
        "credits": study(BUILDING, 60, 60),
        "commitments": Commitments(person=True, employer=True),
    }
    return AssessmentRequest(**{**facts, **more})

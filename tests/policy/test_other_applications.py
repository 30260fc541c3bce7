"""Initial, add-item, re-registration, change, reissue, cancellation; bars."""

from typing import Any

import pytest

from lms.policy.assessment import assess
from lms.policy.facts import Bar, ChangeKind, Commitments
from lms.policy.model import Application, BarCause, Province
from lms.policy.verdict import Assessment
from tests.make import policy as make
from tests.make.policy import BUILDING, MUNICIPAL, day

GUIZHOU, SICHUAN, BEIJING = Province.GUIZHOU, Province.SICHUAN, Province.BEIJING


def initial(qualified: str, on: str, **more: Any) -> Assessment:
    specialties = (make.specialty(valid=None, qualified=qualified),)
    facts: dict[str, Any] = {"specialties": specialties, "credits": (), **more}
    return assess(
        make.request(application=Application.INITIAL, applied_on=day(on), **facts)
    )


def codes(found: Assessment) -> list[str]:
    return [each.code for each in found.reasons]


@pytest.mark.parametrize(
    ("qualified", "on", "overdue"),
    [
        pytest.param("2023-10-20", "2026-10-20", False, id="43: the last free day"),
        pytest.param("2023-10-20", "2026-10-21", True, id="43: a day over"),
        pytest.param("2024-02-29", "2027-02-28", False, id="43: leap, last free day"),
        pytest.param("2024-02-29", "2027-03-01", True, id="43: leap, a day over"),
    ],
)
def test_initial(qualified: str, on: str, overdue: bool) -> None:
    found = initial(qualified, on)

    assert [each.code for each in found.warnings] == (
        ["qualification.overdue"] if overdue else []
    )
    assert [line.needed for line in found.hours] == ([6000, 6000] if overdue else [])
    assert found.window is None


def test_43_every_overdue_specialty_owes_the_full_quota() -> None:
    found = assess(
        make.request(
            application=Application.INITIAL,
            credits=(),
            specialties=(
                make.specialty(MUNICIPAL, valid=None, qualified="2020-01-01"),
                make.specialty(valid=None, qualified="2025-01-01"),
            ),
        )
    )

    assert [(e.specialty, e.needed) for e in found.hours] == [(MUNICIPAL, 6000)] * 2


def test_44_hours_of_another_specialty_do_not_help() -> None:
    found = initial("2023-10-20", "2026-10-21", credits=make.study(MUNICIPAL, 60, 60))

    assert codes(found) == ["hours.short", "hours.short"]


@pytest.mark.parametrize(
    ("earned", "met"), [("2023-11-20", False), ("2023-11-21", True)]
)
def test_45_the_three_years_before_the_application_count(
    earned: str, met: bool
) -> None:
    learned = make.study(BUILDING, 60, 60, on=earned)

    assert initial("2020-01-01", "2026-11-21", credits=learned).eligible is met


@pytest.mark.parametrize(
    ("on", "needed"),
    [("2025-05-10", []), ("2025-05-11", [3000, 3000]), ("2026-05-11", [3000, 3000])],
)
def test_46_an_overdue_add_item_owes_thirty_and_thirty(
    on: str, needed: list[int]
) -> None:
    added = make.specialty(MUNICIPAL, valid=None, qualified="2022-05-10")
    found = assess(
        make.request(
            application=Application.ADD_SPECIALTY,
            applied_on=day(on),
            specialties=(added,),
            credits=(),
        )
    )

    assert [line.needed for line in found.hours] == needed


@pytest.mark.parametrize(
    ("left", "needed"),
    [("2023-11-01", []), ("2023-10-31", [6000, 6000, 3000, 3000])],
)
def test_47_re_registration_after_three_years_is_as_a_renewal(
    left: str, needed: list[int]
) -> None:
    found = assess(
        make.request(
            application=Application.RE_REGISTRATION,
            deregistered_on=day(left),
            specialties=(
                make.specialty(MUNICIPAL, valid=None),
                make.specialty(valid=None),
            ),
            credits=(),
        )
    )

    assert [line.needed for line in found.hours] == needed


@pytest.mark.parametrize(
    ("province", "kind", "last", "on", "expected"),
    [
        pytest.param(GUIZHOU, "employer", None, "2026-11-01", ["change.not_offered"],
                     id="47: Guizhou knows no change of employer"),
        pytest.param(GUIZHOU, "information", None, "2026-11-01", [], id="but of name"),
        pytest.param(SICHUAN, "employer", "2025-11-21", "2026-11-21",
                     ["change.within_a_year"], id="75: the same day is inside"),
        pytest.param(SICHUAN, "employer", "2025-11-21", "2026-11-22", [],
                     id="75: a day later"),
        pytest.param(SICHUAN, "information", "2025-11-21", "2026-11-01", [],
                     id="information any day"),
        pytest.param(BEIJING, "employer", "2024-02-29", "2025-02-28",
                     ["change.within_a_year"], id="leap day, the corresponding day"),
        pytest.param(BEIJING, "employer", "2024-02-29", "2025-03-01", [],
                     id="leap day, after"),
        pytest.param(BEIJING, "employer", None, "2026-11-01", [], id="a first change"),
        pytest.param(Province.NATIONAL, "employer", "2026-10-31", "2026-11-01", [],
                     id="no such limit in the national rules"),
    ],
)  # fmt: skip
def test_change(
    province: Province, kind: str, last: str | None, on: str, expected: list[str]
) -> None:
    found = assess(
        make.request(
            province=province,
            application=Application.CHANGE,
            change_kind=ChangeKind(kind),
            applied_on=day(on),
            last_change_granted_on=day(last) if last else None,
        )
    )

    assert codes(found) == expected


@pytest.mark.parametrize("application", [Application.CHANGE, Application.LOST_REISSUE])
def test_an_ended_registration_is_told_once(application: Application) -> None:
    found = assess(
        make.request(
            application=application,
            applied_on=day("2026-12-21"),
            specialties=(make.specialty(), make.specialty(MUNICIPAL)),
        )
    )

    assert codes(found) == ["window.expired"]
    assert found.window is None


def test_cancellation_is_always_open() -> None:
    found = assess(
        make.request(
            province=GUIZHOU,
            application=Application.CANCELLATION,
            born_on=day("1940-01-01"),
            granted_on=day("2026-11-20"),
            commitments=Commitments(),
            bars=(Bar(BarCause.FRAUD, day("2026-10-01")),),
            credits=(),
        )
    )

    assert (found.eligible, found.warnings, found.hours) == (True, (), ())
    assert (found.window, found.validity) == (None, None)


@pytest.mark.parametrize("application", sorted(Application))
def test_guizhou_asks_everyone_for_both_commitments(application: Application) -> None:
    found = assess(
        make.request(
            province=GUIZHOU,
            application=application,
            change_kind=ChangeKind.INFORMATION,
            specialties=(make.specialty(qualified="2025-01-01"),),
            deregistered_on=day("2025-01-01"),
            commitments=Commitments(),
        )
    )

    asked = application is not Application.CANCELLATION
    assert len(found.reasons) == (2 if asked else 0)


@pytest.mark.parametrize(
    ("cause", "decided", "on", "barred"),
    [
        pytest.param(
            "false_materials", "2026-05-10", "2027-05-10", True, id="78: 1 year"
        ),
        pytest.param(
            "false_materials", "2026-05-10", "2027-05-11", False, id="78: after"
        ),
        pytest.param("fraud", "2026-05-10", "2029-05-10", True, id="78: 3 years"),
        pytest.param("fraud", "2026-05-10", "2029-05-11", False, id="78: and after"),
        pytest.param("fraud", "2026-05-10", "2026-05-10", True, id="the day itself"),
        pytest.param("fraud", "2026-05-10", "2026-05-09", False, id="not before"),
        pytest.param("false_materials", "2024-02-29", "2025-02-28", True, id="leap"),
        pytest.param(
            "false_materials", "2024-02-29", "2025-03-01", False, id="leap over"
        ),
    ],
)
def test_bar(cause: str, decided: str, on: str, barred: bool) -> None:
    found = assess(
        make.request(
            application=Application.CHANGE,
            applied_on=day(on),
            specialties=(make.specialty(valid=("2023-01-01", "2030-01-01")),),
            bars=(Bar(BarCause(cause), day(decided)),),
        )
    )

    assert codes(found) == ([f"bar.{cause}"] if barred else [])


def test_two_bars_of_one_cause_are_one_reason_until_the_later_day() -> None:
    bars = tuple(
        Bar(BarCause.FRAUD, day(decided)) for decided in ("2026-05-10", "2025-01-01")
    )

    (reason,) = assess(make.request(bars=bars)).reasons

    assert reason.days["until"] == day("2029-05-10")

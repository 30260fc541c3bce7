"""From when until when, and the 65th birthday in all its edges (rules A8)."""

import pytest

from lms.policy.assessment import assess
from lms.policy.facts import AssessmentRequest, ChangeKind
from lms.policy.model import Application, Province
from lms.policy.verdict import Assessment
from tests.make import policy as make
from tests.make.policy import MUNICIPAL, day


def granted(on: str, born: str, **more: object) -> AssessmentRequest:
    return make.request(
        applied_on=day(on),
        granted_on=day(on),
        born_on=day(born),
        specialties=(make.specialty(valid=("2023-01-01", "2030-12-31")),),
        **more,
    )


def span(found: Assessment) -> list[tuple[str, str, bool]] | None:
    if found.validity is None:
        return None
    return [
        (str(each.valid_from), str(each.valid_until), each.clamped)
        for each in found.validity
    ]


@pytest.mark.parametrize(
    ("on", "born", "until", "clamped"),
    [
        pytest.param("2026-06-01", "1990-06-01", "2029-05-31", False, id="56: in full"),
        pytest.param("2026-06-01", "1962-08-21", "2027-08-21", True, id="57: birthday"),
        pytest.param(
            "2026-06-01", "1964-06-01", "2029-05-31", False, id="58: exactly 3"
        ),
        pytest.param(
            "2026-06-01", "1964-05-31", "2029-05-31", False, id="58: the same"
        ),
        pytest.param(
            "2026-06-01", "1964-05-30", "2029-05-30", True, id="58: a day less"
        ),
        pytest.param(
            "2026-06-01", "1964-02-29", "2029-02-28", True, id="58: leap birth"
        ),
        pytest.param("2026-03-15", "1961-03-15", "2026-03-15", True, id="59: one day"),
        pytest.param(
            "2026-11-30", "1963-12-01", "2028-12-01", True, id="60: in advance"
        ),
        pytest.param(
            "2024-02-29", "1990-01-01", "2027-02-28", False, id="61: leap grant"
        ),
        pytest.param(
            "2025-03-01", "1990-01-01", "2028-02-29", False, id="61: leap end"
        ),
    ],
)
def test_end(on: str, born: str, until: str, clamped: bool) -> None:
    assert span(assess(granted(on, born))) == [(on, until, clamped)]


def test_59_a_day_after_the_birthday_is_refused() -> None:
    found = assess(granted("2026-03-16", "1961-03-15"))

    assert found.reasons[0].code == "age.over_65"
    assert found.validity is None


def test_59_the_grant_may_come_too_late() -> None:
    found = assess(
        make.request(
            applied_on=day("2026-10-20"),
            granted_on=day("2026-11-03"),
            born_on=day("1961-11-02"),
        )
    )

    assert [each.code for each in found.reasons] == ["age.over_65"]
    assert found.validity is None


def test_62_grant_or_old_end() -> None:
    valid = (make.specialty(valid=("2024-04-01", "2027-03-31")),)
    facts = {
        "applied_on": day("2027-02-01"),
        "granted_on": day("2027-02-20"),
        "specialties": valid,
    }

    by_grant = assess(make.request(province=Province.GUIZHOU, **facts))
    by_end = assess(make.request(province=Province.BEIJING, **facts))

    assert span(by_grant) == [("2027-02-20", "2030-02-19", False)]
    assert span(by_end) == [("2027-04-01", "2030-03-31", False)]


def test_a_validity_that_would_end_before_it_begins_is_left_out() -> None:
    found = assess(
        make.request(
            province=Province.BEIJING,
            applied_on=day("2026-11-01"),
            granted_on=day("2026-11-20"),
            born_on=day("1962-01-31"),
            specialties=(
                make.specialty(),
                make.specialty(MUNICIPAL, valid=("2024-02-01", "2027-01-31")),
            ),
        )
    )

    assert span(found) == [("2026-12-21", "2027-01-31", True)]


def test_63_a_change_keeps_the_dates() -> None:
    found = assess(
        make.request(
            application=Application.CHANGE,
            granted_on=day("2026-11-20"),
            specialties=(make.specialty(valid=("2025-06-01", "2028-05-31")),),
        )
    )

    assert span(found) == [("2025-06-01", "2028-05-31", False)]


@pytest.mark.parametrize(
    "application", [Application.CANCELLATION, Application.LOST_REISSUE]
)
def test_no_new_validity_where_nothing_is_granted(application: Application) -> None:
    asked = make.request(application=application, granted_on=day("2026-11-20"))

    assert assess(asked).validity is None


def test_validity_is_computed_beside_reasons() -> None:
    found = assess(make.request(credits=(), granted_on=day("2026-11-20")))

    assert not found.eligible
    assert span(found) == [("2026-11-20", "2029-11-19", False)]


@pytest.mark.parametrize(
    ("born", "on", "codes"),
    [
        pytest.param("1962-03-20", "2026-12-19", [], id="64: ninety-one days before"),
        pytest.param("1962-03-20", "2026-12-20", ["age.near_65"], id="64: ninety"),
        pytest.param("1961-12-15", "2026-09-15", [], id="64: the eve"),
        pytest.param("1961-12-15", "2026-09-16", ["age.near_65"], id="64: from then"),
        pytest.param("1961-12-15", "2026-12-15", ["age.near_65"], id="the birthday"),
        pytest.param("1961-12-15", "2026-12-16", ["age.over_65"], id="and after"),
    ],
)
def test_beijing_closes_ninety_days_before(
    born: str, on: str, codes: list[str]
) -> None:
    found = assess(
        make.request(
            province=Province.BEIJING,
            application=Application.CHANGE,
            change_kind=ChangeKind.INFORMATION,
            applied_on=day(on),
            born_on=day(born),
        )
    )

    assert [each.code for each in found.reasons] == codes


def test_near_and_over_may_stand_together() -> None:
    found = assess(
        make.request(
            province=Province.BEIJING,
            applied_on=day("2026-11-01"),
            granted_on=day("2026-11-20"),
            born_on=day("1961-11-10"),
        )
    )

    assert [each.code for each in found.reasons] == ["age.near_65", "age.over_65"]

"""When one may apply for renewal (rules A7), and what it takes besides hours."""

import pytest

from lms.policy.assessment import assess
from lms.policy.facts import Commitments
from lms.policy.model import Province, Specialty
from lms.policy.verdict import Finding
from tests.make import policy as make
from tests.make.policy import BUILDING, MUNICIPAL, day

NATIONAL, IM, BJ = Province.NATIONAL, Province.INNER_MONGOLIA, Province.BEIJING


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [each.code for each in findings]


@pytest.mark.parametrize(
    ("province", "ends", "on", "state"),
    [
        pytest.param(
            NATIONAL, "2026-12-20", "2026-11-20", "open", id="48: thirty days"
        ),
        pytest.param(
            NATIONAL, "2026-12-20", "2026-11-21", "late", id="48: twenty-nine"
        ),
        pytest.param(
            NATIONAL, "2026-12-20", "2026-12-20", "late", id="48: still valid"
        ),
        pytest.param(NATIONAL, "2026-12-20", "2026-12-21", "expired", id="48: ended"),
        pytest.param(NATIONAL, "2028-02-29", "2028-01-30", "open", id="48: leap end"),
        pytest.param(NATIONAL, "2028-02-29", "2028-01-31", "late", id="48: leap, late"),
        pytest.param(NATIONAL, "2026-03-02", "2026-01-31", "open", id="48: a Saturday"),
        pytest.param(
            NATIONAL, "2026-03-02", "2026-02-01", "late", id="48: not shifted"
        ),
        pytest.param(IM, "2026-12-31", "2026-12-31", "open", id="49: the end itself"),
        pytest.param(IM, "2026-12-31", "2027-01-01", "expired", id="49: a day after"),
        pytest.param(BJ, "2026-12-31", "2026-10-01", "early", id="50: too early"),
        pytest.param(BJ, "2026-12-31", "2026-10-02", "open", id="50: opens"),
        pytest.param(BJ, "2026-12-31", "2026-12-01", "open", id="50: closes"),
        pytest.param(BJ, "2026-12-31", "2026-12-02", "late", id="50: closed"),
        pytest.param(BJ, "2027-03-31", "2026-12-31", "open", id="50: across the year"),
        pytest.param(BJ, "2027-03-31", "2027-03-02", "late", id="50: in March"),
    ],
)
def test_window(province: Province, ends: str, on: str, state: str) -> None:
    asked = make.request(
        province=province,
        specialties=(make.specialty(valid=("2024-01-01", ends)),),
        applied_on=day(on),
    )

    found = assess(asked)

    assert found.window is not None
    assert found.window.state == state
    late = [] if state == "open" else [f"window.{state}"]
    assert [code for code in codes(found.reasons) if code.startswith("w")] == late


@pytest.mark.parametrize(
    "province",
    [Province.GUIZHOU, Province.CHONGQING, Province.SICHUAN, Province.SHANDONG],
)
def test_the_other_provinces_close_thirty_days_before(province: Province) -> None:
    found = assess(make.request(province=province, applied_on=day("2026-11-20")))

    assert found.eligible
    assert found.window is not None
    assert (found.window.opens_on, found.window.closes_on) == (None, day("2026-11-20"))


def test_51_the_earlier_end_sets_the_window() -> None:
    early = make.specialty(valid=("2024-01-01", "2026-12-31"))
    late = make.specialty(MUNICIPAL, valid=("2024-10-01", "2027-09-30"))
    asked = {"province": BJ, "applied_on": day("2026-11-30")}
    full = (*make.study(BUILDING, 60, 60), *make.study(MUNICIPAL, 60, 60))

    both = assess(make.request(specialties=(late, early), credits=full, **asked))
    other = assess(make.request(specialties=(late,), credits=full, **asked))

    assert both.eligible
    assert codes(other.reasons) == ["window.early"]


def test_late_names_the_last_day_and_the_end() -> None:
    (reason,) = assess(make.request(applied_on=day("2026-11-21"))).reasons

    assert reason.clause == "建设部令第153号 第十二条"
    assert reason.days["closes_on"] == day("2026-11-20")
    assert reason.days["ends_on"] == day("2026-12-20")


@pytest.mark.parametrize(
    ("person", "employer", "missing"),
    [
        (True, True, []),
        (True, False, ["commitment.employer_missing"]),
        (False, True, ["commitment.person_missing"]),
        (False, False, ["commitment.employer_missing", "commitment.person_missing"]),
    ],
)
def test_53_both_must_commit_in_inner_mongolia(
    person: bool, employer: bool, missing: list[str]
) -> None:
    commitments = Commitments(person=person, employer=employer)

    found = assess(make.request(province=IM, commitments=commitments))

    assert codes(found.reasons) == missing
    assert all("508号 一(二)" in each.clause for each in found.reasons)


def test_elsewhere_nobody_asks_for_a_commitment() -> None:
    assert assess(make.request(commitments=Commitments())).eligible


def test_all_reasons_come_at_once() -> None:
    found = assess(
        make.request(
            province=IM,
            applied_on=day("2027-01-05"),
            born_on=day("1961-01-01"),
            specialties=(make.specialty(), make.specialty(Specialty.WATER)),
            commitments=Commitments(),
            credits=(),
        )
    )

    assert codes(found.reasons) == [
        "age.over_65",
        "commitment.employer_missing",
        "commitment.person_missing",
        *["hours.short"] * 4,
        "window.expired",
    ]

"""What certificates say before a renewal (rules 15, 54, 87, 88)."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.policy.assessment import assess
from lms.policy.certificates import (
    Proof,
    Store,
    StudyCertificate,
    cancelled,
    consumed,
    prove,
)
from lms.policy.dates import last_day_of_term
from lms.policy.facts import Bar, Commitments
from lms.policy.model import Application, BarCause, Province, Specialty
from lms.policy.verdict import Finding
from tests.make import policy as make
from tests.make.policy import BUILDING, MUNICIPAL, day
from tests.policy.test_properties import requests

PERIOD = (day("2023-12-21"), day("2026-12-20"))


def certificate(**more: Any) -> StudyCertificate:
    """A good one for the period of `make.specialty`."""
    facts: dict[str, Any] = {
        "specialty": BUILDING,
        "proof": Proof.VALID,
        "period_from": PERIOD[0],
        "period_until": PERIOD[1],
        "issued_on": day("2026-10-01"),
    }
    return StudyCertificate(**{**facts, **more})


GOOD = certificate()
REVOKED = certificate(proof=Proof.REVOKED)


def codes(findings: tuple[Finding, ...]) -> list[str]:
    return [each.code for each in findings]


@pytest.mark.parametrize(
    ("held", "reasons"),
    [
        pytest.param((GOOD,), [], id="a valid one"),
        pytest.param(None, [], id="nobody looked: the open question"),
        pytest.param((), ["certificate.missing"], id="none"),
        pytest.param(
            (certificate(specialty=MUNICIPAL),), ["certificate.missing"], id="another's"
        ),
        pytest.param(
            (certificate(used_until=PERIOD[1]),), [], id="15: used for this very period"
        ),
        pytest.param(
            (certificate(used_until=day("2023-12-20")),),
            ["certificate.consumed"],
            id="15: used for the period before",
        ),
        pytest.param(
            (
                certificate(
                    period_from=day("2021-01-01"), period_until=day("2023-12-31")
                ),
            ),
            ["certificate.missing"],
            id="an old period's, never used",
        ),
        pytest.param(
            (REVOKED,),
            ["certificate.revoked", "hours.short", "hours.short"],
            id="87: revoked, and its hours with it",
        ),
        pytest.param((REVOKED, GOOD), [], id="87: revoked, and issued anew on appeal"),
        pytest.param(
            (GOOD, certificate(proof=Proof.MISMATCH)),
            ["certificate.mismatch"],
            id="88: somebody else's beside one's own",
        ),
        pytest.param(
            (certificate(proof=Proof.UNVERIFIED),),
            ["certificate.missing"],
            id="88: unverified counts nothing",
        ),
    ],
)
def test_what_certificates_say(
    held: tuple[StudyCertificate, ...] | None, reasons: list[str]
) -> None:
    assert codes(assess(make.request(certificates=held)).reasons) == reasons


def test_15_used_for_2026_and_offered_for_2029_it_is_consumed() -> None:
    used = day("2026-12-31")

    assert not consumed(None, used)
    assert not consumed(used, used)
    assert consumed(used, day("2029-11-20"))


def test_while_hours_are_missing_the_certificate_is_no_further_reason() -> None:
    found = assess(make.request(credits=(), certificates=()))

    assert codes(found.reasons) == ["hours.short", "hours.short"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"born_on": day("1961-10-31")}, "age.over_65"),
        ({"applied_on": day("2026-11-21")}, "window.late"),
        ({"credits": make.study(BUILDING, 60, 59)}, "hours.short"),
        ({"certificates": ()}, "certificate.missing"),
        (
            {"commitments": Commitments(person=True, employer=False)},
            "commitment.employer_missing",
        ),
        ({"bars": (Bar(BarCause.FRAUD, day("2026-05-10")),)}, "bar.fraud"),
    ],
)
def test_54_every_condition_must_hold(wrong: dict[str, Any], code: str) -> None:
    whole = make.request(province=Province.GUIZHOU, certificates=(GOOD,))

    assert assess(whole).eligible
    assert codes(assess(replace(whole, **wrong)).reasons) == [code]


def test_87_study_after_the_issue_was_never_linked_to_the_certificate() -> None:
    later = make.study(BUILDING, 60, 60, on="2026-10-02")
    again = certificate(issued_on=day("2026-10-20"))
    held = (replace(REVOKED, issued_on=day("2026-10-01")),)

    both = assess(
        make.request(credits=(*make.study(BUILDING, 60, 60), *later), certificates=held)
    )

    assert [line.counted for line in both.hours] == [6000, 6000]
    assert codes(both.reasons) == ["certificate.revoked"]
    assert cancelled(held) == {BUILDING: (PERIOD[0], day("2026-10-01"))}
    assert cancelled((*held, again)) == {}


@pytest.mark.parametrize(
    ("store", "proof"),
    [
        pytest.param(None, Proof.UNVERIFIED, id="not in store"),
        pytest.param(Store("张建国", BUILDING, Proof.VALID), Proof.VALID, id="found"),
        pytest.param(
            Store("张建军", BUILDING, Proof.VALID), Proof.MISMATCH, id="another name"
        ),
        pytest.param(
            Store("张建国", MUNICIPAL, Proof.VALID),
            Proof.MISMATCH,
            id="another specialty",
        ),
        pytest.param(
            Store("张建国", BUILDING, Proof.REVOKED), Proof.REVOKED, id="withdrawn"
        ),
    ],
)
def test_88_a_proof_is_compared_with_the_book(
    store: Store | None, proof: Proof
) -> None:
    assert prove(store, " 张建国 ", BUILDING) is proof


DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
HELD = st.builds(
    StudyCertificate,
    st.sampled_from(Specialty),
    st.sampled_from(Proof),
    DAYS,
    DAYS,
    DAYS,
    st.none() | DAYS,
)


@given(requests(), st.lists(HELD, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_certificates_does_not_matter(
    asked: Any, held: list[StudyCertificate], dice: Random
) -> None:
    mixed = list(held)
    dice.shuffle(mixed)

    one = assess(replace(asked, certificates=tuple(held)))
    other = assess(replace(asked, certificates=tuple(mixed)))

    assert one == other


@given(requests(), st.lists(HELD, max_size=5))
def test_certificates_never_make_an_application_easier(
    asked: Any, held: list[StudyCertificate]
) -> None:
    open_answer = assess(asked)
    own_answer = assess(replace(asked, certificates=tuple(held)))

    assert open_answer.eligible or not own_answer.eligible
    assert {r.code for r in open_answer.reasons} <= {r.code for r in own_answer.reasons}
    if asked.application is not Application.RENEWAL:
        assert not any(r.code.startswith("cert") for r in own_answer.reasons)


@given(requests(), HELD)
def test_a_further_valid_certificate_never_stands_against_anybody(
    asked: Any, one: StudyCertificate
) -> None:
    good = replace(one, proof=Proof.VALID, used_until=None)
    before = assess(replace(asked, certificates=()))
    after = assess(replace(asked, certificates=(good,)))

    assert len(after.reasons) <= len(before.reasons)


@given(DAYS, st.integers(400, 1095))
def test_a_certificate_is_good_for_no_two_periods(begins: date, days: int) -> None:
    ends = begins + timedelta(days=days)
    granted_on = ends - timedelta(days=40)
    next_ends = last_day_of_term(granted_on, years=3)
    learned = make.study(BUILDING, 60, 60, on=granted_on.isoformat())
    used = certificate(period_from=begins, period_until=ends, used_until=ends)
    asked = make.request(
        specialties=(make.specialty(valid=(f"{granted_on}", f"{next_ends}")),),
        applied_on=next_ends - timedelta(days=100),
        credits=(*learned, *make.study(BUILDING, 60, 60, on=begins.isoformat())),
        certificates=(used,),
    )

    found = assess(asked)

    assert codes(found.reasons) == ["certificate.consumed"]
    assert [line.counted for line in found.hours] == [6000, 6000]

"""What strangers learn: the truth, masked, and never VALID for a changed file."""

from __future__ import annotations

import random

import pytest
from flask import Flask

from lms.credentials import queries, services
from lms.credentials.ports import Printer
from lms.credentials.queries import CertificateCard
from lms.credentials.rules import Verdict, grouped
from lms.kernel.clock import legal_day
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty
from tests.make import credentials as make

FLIPS = 500


@pytest.fixture
def issued(app: Flask, work: Work) -> CertificateCard:
    person = make.graduate(work, make.association(work, keys=True))
    made = services.issue(
        work, person, Specialty.BUILDING, printer=app.extensions["lms.ports"][Printer]
    )
    return queries.owned(work.session, person, made, legal_day(work.now))


def test_a_code_answers_with_masked_facts(work: Work, issued: CertificateCard) -> None:
    on = legal_day(work.now)
    told = queries.by_token(work.session, grouped(issued.facts.token).lower(), on)

    assert told.verdict is Verdict.VALID
    assert told.name == "张*"
    assert told.id_masked.startswith("1502**")
    assert told.number == issued.facts.number
    assert "建国" not in repr(told)


@pytest.mark.parametrize("typed", ["", "x", "0" * 26, "../etc", "Z" * 200])
def test_an_unknown_code_is_not_found(work: Work, typed: str) -> None:
    told = queries.by_token(work.session, typed, legal_day(work.now))

    assert told == queries.NOTHING


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("张建国", Verdict.VALID),
        (" 张 建国 ", Verdict.VALID),
        ("张建", Verdict.NOT_FOUND),
        ("张*", Verdict.NOT_FOUND),
        ("", Verdict.NOT_FOUND),
    ],
)
def test_a_number_needs_the_whole_name(
    work: Work, issued: CertificateCard, name: str, told: Verdict
) -> None:
    found = queries.by_number(
        work.session, issued.facts.number, name, legal_day(work.now)
    )

    assert found.verdict is told


def test_the_original_file_is_valid(work: Work, issued: CertificateCard) -> None:
    data = queries.open_file(work.session, issued.id)

    told = queries.by_file(work.session, data, legal_day(work.now))

    assert told.verdict is Verdict.VALID
    assert told.number == issued.facts.number


def test_no_flipped_byte_is_ever_valid(work: Work, issued: CertificateCard) -> None:
    data = queries.open_file(work.session, issued.id)
    on, dice = legal_day(work.now), random.Random(20261121)
    told: dict[Verdict, int] = {}

    for _ in range(FLIPS):
        changed = bytearray(data)
        changed[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        verdict = queries.by_file(work.session, bytes(changed), on).verdict
        told[verdict] = told.get(verdict, 0) + 1

    assert told == {Verdict.TAMPERED: FLIPS}


def test_an_appended_or_cut_file_is_tampered(
    work: Work, issued: CertificateCard
) -> None:
    data, on = queries.open_file(work.session, issued.id), legal_day(work.now)

    for changed in (data + b"\n", data[:-1], data[:9000] + data[9001:]):
        told = queries.by_file(work.session, changed, on)
        assert told.verdict is Verdict.TAMPERED
        assert told.name == "张*"


def test_a_strange_file_that_only_names_a_number_shows_no_facts(
    work: Work, issued: CertificateCard
) -> None:
    on = legal_day(work.now)
    forged = b"%PDF-1.7 " + issued.facts.number.encode()

    told = queries.by_file(work.session, forged, on)
    typed = queries.by_file(work.session, b"%PDF", on, typed=issued.facts.number)

    for answer in (told, typed):
        assert answer.verdict is Verdict.TAMPERED
        assert answer.number == issued.facts.number
        assert answer.name == ""
        assert answer.id_masked == ""


def test_a_file_that_names_nothing_of_ours_is_not_found(work: Work) -> None:
    on = legal_day(work.now)

    assert queries.by_file(work.session, b"%PDF-1.7", on) == queries.NOTHING
    unknown = b"%PDF SLXH-JXJY-2026-0000001-2 /v/" + b"0" * 26
    assert queries.by_file(work.session, unknown, on) == queries.NOTHING


def test_the_original_of_a_revoked_certificate_is_revoked(
    work: Work, issued: CertificateCard
) -> None:
    data = queries.open_file(work.session, issued.id)
    services.revoke(work, issued.id, reason="x", approvals=(new_id(),))
    work.session.flush()

    told = queries.by_file(work.session, data, legal_day(work.now))

    assert told.verdict is Verdict.REVOKED


def test_a_certificate_expires_after_its_period(
    work: Work, issued: CertificateCard
) -> None:
    last = make.PERIOD[1]
    token = issued.facts.token

    assert queries.by_token(work.session, token, last).verdict is Verdict.VALID
    after = last.replace(year=last.year + 1)
    assert queries.by_token(work.session, token, after).verdict is Verdict.EXPIRED

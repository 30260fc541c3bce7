"""What the QR code carries: short, signed together with its address, read offline."""

from __future__ import annotations

from dataclasses import replace

import pytest
import zxingcpp

from lms.gateways.credential.qr import qr_code
from lms.kernel.credit import Credit
from lms.policy.model import Specialty
from lms.signing.rules import Standing
from tests.make import credential_facts as make
from tests.make.qr_reading import Row, read_qr

KEY, OFFICE_KEY = make.key(), make.key(make.OFFICE, b"b")
KEYS = make.trust(KEY, OFFICE_KEY).keys
LONGEST = 230


def test_a_code_says_the_certificate_with_the_name_masked() -> None:
    found = read_qr(qr_code(make.FACTS, KEY), make.FACTS.token, KEYS)

    assert found.key is not None
    assert found.key.kid == KEY.kid
    assert not found.registration
    assert found.number == make.FACTS.number
    assert found.name == "欧*"
    assert found.rows == (Row(Specialty.BUILDING, Credit(6000), Credit(6150)),)
    assert found.issued_on == make.FACTS.issued_on
    assert found.valid_until == make.FACTS.period_until


def test_a_code_says_a_registration_with_its_specialties_and_days() -> None:
    payload = qr_code(make.REGISTRATION, OFFICE_KEY)
    found = read_qr(payload, make.REGISTRATION.token, KEYS)

    assert found.registration
    assert found.key is not None
    assert [(row.specialty, row.until) for row in found.rows] == [
        (term.specialty, term.valid_until) for term in make.REGISTRATION.terms
    ]


def test_a_code_is_worth_nothing_on_another_certificates_address() -> None:
    payload = qr_code(make.FACTS, KEY)

    assert read_qr(payload, make.REGISTRATION.token, KEYS).key is None


def test_no_flipped_letter_is_signed_by_anybody() -> None:
    payload = qr_code(make.FACTS, KEY)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    for place, was in enumerate(payload):
        for letter in letters.replace(was, ""):
            spoiled = payload[:place] + letter + payload[place + 1 :]
            try:
                found = read_qr(spoiled, make.FACTS.token, KEYS)
            except ValueError:
                continue
            assert found.key is None, (place, letter)


@pytest.mark.parametrize("payload", ["", "x", "====", "A" * 120, "张", "E" * 400])
def test_rubbish_is_no_code(payload: str) -> None:
    try:
        assert read_qr(payload, make.FACTS.token, KEYS).key is None
    except ValueError:
        return


def test_a_broken_key_is_named_so_that_a_page_can_warn() -> None:
    broken = make.trust(KEY, standing=Standing.COMPROMISED).keys
    found = read_qr(qr_code(make.FACTS, KEY), make.FACTS.token, broken)

    assert found.key is not None
    assert found.key.standing is Standing.COMPROMISED


def test_the_longest_code_stays_printable() -> None:
    long = replace(
        make.FACTS,
        number="ABCDEFGHIJKL-JXJY-2026-0000149-7",
        hours=tuple(
            replace(make.FACTS.hours[0], specialty=one)
            for one in (Specialty.BUILDING, Specialty.WATER, Specialty.MINING)
        ),
    )
    for facts, key in ((long, KEY), (make.REGISTRATION, OFFICE_KEY)):
        payload = qr_code(facts, key)
        address = f"https://jianzaoshi-jxjy.example.gov.cn/v/{facts.token}#{payload}"
        code = zxingcpp.create_barcode(
            address, zxingcpp.BarcodeFormat.QRCode, ec_level="M"
        )
        modules = code.to_image(scale=1, add_quiet_zones=False).shape[0]
        assert len(payload) <= LONGEST
        assert modules <= 17 + 4 * 14


def test_too_many_hours_have_no_room() -> None:
    row = replace(make.FACTS.hours[0], required=Credit(70_000))

    with pytest.raises(ValueError, match=make.FACTS.number):
        qr_code(replace(make.FACTS, hours=(row,)), KEY)

"""What is said of a number as people type it: off a certificate, or off anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms.credentials import queries, services
from lms.credentials.ports import RegistrationPrinter
from lms.credentials.queries import RegistrationCertificateCard
from lms.kernel.db import db
from lms.kernel.ids import new_id
from lms.policy.model import Application, Province
from lms.registration.rules.numbers import number as application_number
from lms.signing import rules as owners
from tests.conftest import Browser
from tests.make import credentials as make_people
from tests.make import registrations as make
from tests.make import signing
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]
NUMBER = "蒙2152015202600001"


@pytest.fixture
def twice(app: Flask, begin: Begin) -> RegistrationCertificateCard:
    """A registration whose certificate was printed a second time."""
    printer = app.extensions["lms.ports"][RegistrationPrinter]
    with begin() as work:
        person = make_people.constructor(work, born="19850704")
        signing.ring(work, owners.office(Province.INNER_MONGOLIA))
        services.issue_registration(work, make.facts(person), printer=printer)
        again = make.facts(person, source="again")
        services.issue_registration(work, again, printer=printer)
        card = queries.registered(work.session, person)
    db.session.remove()
    assert card is not None
    assert card.facts.number == f"{NUMBER}-002"
    return card


def ask(browser: Browser, number: str, name: str = "张建国") -> TestResponse:
    return browser.post("/verify", {"number": number, "name": name})


def verdict_of(page: TestResponse) -> str:
    found = re.search(r'data-verdict="(\w+)"', page.text)
    assert found, page.text
    return found[1]


@pytest.mark.parametrize(
    "typed",
    [
        f"{NUMBER}-002",
        f" {NUMBER}－００２ ",
        f"{NUMBER}—002",
        f"{NUMBER} 002",
        NUMBER,
    ],
)
def test_the_number_of_the_certificate_in_hand_finds_it(
    browser: Browser, twice: RegistrationCertificateCard, typed: str
) -> None:
    page = ask(browser, typed)

    assert verdict_of(page) == "valid"
    assert f"{NUMBER}-002" in page.text


def test_the_number_of_an_older_certificate_answers_for_that_one(
    browser: Browser, twice: RegistrationCertificateCard
) -> None:
    page = ask(browser, f"{NUMBER}-001")

    assert verdict_of(page) == "superseded"
    assert f"请以新证书为准，编号 {NUMBER}-002" in page.text


def test_a_certificate_that_never_was_is_not_there_and_the_one_that_is_gets_named(
    browser: Browser, twice: RegistrationCertificateCard
) -> None:
    known = ask(browser, f"{NUMBER}-009")
    stranger = ask(browser, f"{NUMBER}-009", "王小明")

    assert verdict_of(known) == verdict_of(stranger) == "not_found"
    assert f"现在的证书号是 {NUMBER}-002" in known.text
    assert f"{NUMBER}-002" not in stranger.text


def test_what_else_the_certificate_prints_finds_it_too(
    browser: Browser, twice: RegistrationCertificateCard
) -> None:
    code, licence = twice.facts.token, twice.facts.licence_id
    spoken = "-".join(code[i : i + 5] for i in range(0, 26, 5)).lower()

    assert verdict_of(ask(browser, spoken)) == "valid"
    assert verdict_of(ask(browser, licence.lower())) == "valid"
    assert verdict_of(ask(browser, licence, "王小明")) == "not_found"


def test_the_register_and_a_file_take_that_number_too(
    browser: Browser, twice: RegistrationCertificateCard
) -> None:
    assert "聘用企业" in browser.get(f"/register?q={NUMBER}-002").text
    found = queries.check_file(
        db.session(), b"x", date(2026, 11, 21), typed=f"{NUMBER}-002"
    )
    db.session.remove()
    assert found.verdict.value == "tampered"


APPLICATION = application_number(
    Province.SICHUAN, Application.RENEWAL, date(2026, 11, 2), new_id()
)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param("BTJX-JXJY-2026-0000148-7", "校验位对不上", id="one figure off"),
        pytest.param("BTJX-JXJY-2026-149-7", "位数不对", id="figures left out"),
        pytest.param("150203198507040010", "这是身份证号码", id="identity card"),
        pytest.param("15020319850704001x", "这是身份证号码", id="identity, small x"),
        pytest.param("138 0000 0000", "这是手机号码", id="telephone"),
        pytest.param(APPLICATION, "这是注册申请的编号", id="application"),
        pytest.param("内建注〔2026〕3号", "这是公告或文书的编号", id="announcement"),
        pytest.param(NUMBER[1:], "开头还有一个汉字", id="province left out"),
        pytest.param(NUMBER[:-1], "1 个汉字加 16 位数字", id="a figure short"),
        pytest.param("蒙2152O15202600001", "请照证书逐位核对", id="letter for nought"),
        pytest.param("hello", "这不是本平台证书上的编号", id="nothing"),
    ],
)
def test_what_is_no_number_of_a_certificate_is_told_at_the_field(
    browser: Browser, typed: str, words: str
) -> None:
    page = ask(browser, typed)

    assert page.status_code == 422
    assert "data-verdict" not in page.text
    error = re.search(r'id="number-error"[^§]*?</p>', page.text)
    assert error
    assert words in error[0]


def test_a_number_that_may_be_one_is_looked_up(browser: Browser) -> None:
    for typed in (NUMBER, f"{NUMBER}-001", "蒙215152600001", "BTJXJXJY202600001497"):
        page = ask(browser, typed)
        assert page.status_code == 200
        assert verdict_of(page) == "not_found"


def test_an_unknown_registration_says_where_else_to_ask(browser: Browser) -> None:
    assert "请到发证机关公布的网址核验" in ask(browser, "蒙2152015202699999").text

"""What a stranger learns of registrations: by code, number, file, and the register."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms.credentials import queries, services
from lms.credentials.models import UseCopy
from lms.credentials.ports import RegistrationPrinter
from lms.credentials.queries import RegistrationCertificateCard
from lms.kernel.db import db
from lms.kernel.ids import PersonId
from lms.people.services import leave
from lms.policy.model import Province
from lms.signing import rules as owners
from tests.conftest import Browser, HandClock
from tests.make import credentials as make_people
from tests.make import registrations as make
from tests.make import signing

Begin = Callable[..., Any]


@pytest.fixture
def person(begin: Begin) -> PersonId:
    with begin() as work:
        made = make_people.constructor(work, born="19850704")
    db.session.remove()
    return made


@pytest.fixture
def issued(app: Flask, begin: Begin, person: PersonId) -> RegistrationCertificateCard:
    with begin() as work:
        signing.ring(work, owners.office(Province.INNER_MONGOLIA))
        services.issue_registration(
            work,
            make.facts(person),
            printer=app.extensions["lms.ports"][RegistrationPrinter],
        )
        card = queries.registered(work.session, person)
    db.session.remove()
    assert card is not None
    return card


def verdict_of(page: TestResponse) -> str:
    found = re.search(r'data-verdict="(\w+)"', page.text)
    assert found, page.text
    return found[1]


def send(browser: Browser, data: bytes) -> TestResponse:
    form = {"file": (io.BytesIO(data), "a.pdf", "application/pdf"), "number": ""}
    return browser.post("/verify/file", form, content_type="multipart/form-data")


def test_the_code_shows_what_the_law_publishes(
    browser: Browser, issued: RegistrationCertificateCard
) -> None:
    page = browser.get(f"/v/{issued.facts.token}")

    assert verdict_of(page) == "valid"
    for told in ("注册证书真实有效", "张*", "蒙2152015202600001", "2029-11-20"):
        assert told in page.text
    for hidden in ("张建国", "1985", "150203"):
        assert hidden not in page.text
    assert "Set-Cookie" not in page.headers
    english = browser.get(f"/v/{issued.facts.token}?lang=en")
    assert verdict_of(english) == "valid"


def test_the_same_address_says_void_the_moment_it_is(
    browser: Browser, begin: Begin, issued: RegistrationCertificateCard
) -> None:
    with begin() as work:
        services.void_registration(work, issued.person_id, "registration.cancelled")

    page = browser.get(f"/v/{issued.facts.token}")

    assert verdict_of(page) == "voided"
    assert "已注销" in page.text


def test_after_its_last_day_it_has_run_out(
    browser: Browser, clock: HandClock, issued: RegistrationCertificateCard
) -> None:
    clock.pass_days(3 * 366)

    assert verdict_of(browser.get(f"/v/{issued.facts.token}")) == "expired"


def test_a_printed_file_is_known_to_the_byte(
    browser: Browser, begin: Begin, issued: RegistrationCertificateCard
) -> None:
    with begin() as work:
        data = queries.open_registration_file(work.session, issued.id)
    db.session.remove()
    middle = len(data) // 2
    changed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]

    assert verdict_of(send(browser, data)) == "valid"
    assert verdict_of(send(browser, changed)) == "tampered"
    assert verdict_of(send(browser, data + b"\n")) == "tampered"


def test_a_use_copy_says_for_whom_and_for_what(
    app: Flask, browser: Browser, begin: Begin, issued: RegistrationCertificateCard
) -> None:
    with begin() as work:
        copy_id = make.lent(work, issued.person_id, purpose="城东小学项目投标")
        data = queries.open_registration_file(
            work.session, issued.id, use_copy_id=copy_id
        )
    db.session.remove()
    code = re.search(rb"/v/(\w{26})", data)
    assert code

    page = browser.get(f"/v/{code[1].decode()}")

    assert verdict_of(page) == "valid"
    assert "使用件真实有效" in page.text
    assert "城东小学项目投标" in page.text


def by_number(browser: Browser, number: str, name: str) -> TestResponse:
    return browser.post("/verify", {"number": number, "name": name})


def test_83_unknown_and_old_numbers_answer_in_one_form(
    browser: Browser, issued: RegistrationCertificateCard
) -> None:
    ours = by_number(browser, issued.facts.registration_no, "张建国")
    unknown = by_number(browser, "蒙2152015202699999", "张建国")
    old = by_number(browser, "京211081200123", "张建国")

    assert verdict_of(ours) == "valid"
    assert verdict_of(unknown) == verdict_of(old) == "not_found"
    assert (unknown.status_code, old.status_code) == (200, 200)
    assert "自 2024-01-01 起作废" in old.text
    scanned = browser.get("/v/京211081200123")
    assert verdict_of(scanned) == "not_found"
    assert "自 2024-01-01 起作废" in scanned.text
    assert verdict_of(browser.get("/v/京2112008201200123")) == "not_found"
    wrong = by_number(browser, issued.facts.registration_no, "张建军")
    assert verdict_of(wrong) == "not_found"


def test_anybody_searches_the_register_and_nobody_collects_it(
    browser: Browser, issued: RegistrationCertificateCard
) -> None:
    empty = browser.get("/register")
    found = browser.get("/register?q=张建国")
    part = browser.get("/register?q=张")

    assert "注册人员查询" in empty.text
    assert "蒙2152015202600001" in found.text
    assert found.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "没有查到" in part.text
    assert issued.facts.registration_no not in part.text
    for odd in ("?q=%00", "?q=张建国&page=-3", "?q=张建国&page=99999", "?page=x"):
        assert browser.get(f"/register{odd}").status_code in {200, 400}


def test_a_use_copy_of_who_has_left_says_from_which_day(
    browser: Browser,
    begin: Begin,
    clock: HandClock,
    issued: RegistrationCertificateCard,
) -> None:
    with begin() as work:
        copy_id = make.lent(work, issued.person_id)
        token = work.session.get_one(UseCopy, copy_id).token
        leave(work, issued.person_id, date(2026, 11, 21), "劳动合同到期")
    today = browser.get(f"/v/{token}")
    assert verdict_of(today) == "valid"
    assert "最后一日是 2026-11-21，次日起作废" in today.text
    clock.pass_days(1)
    after = browser.get(f"/v/{token}")
    assert verdict_of(after) == "voided"
    assert "持证人已离开这家企业，最后一日是 2026-11-21" in after.text

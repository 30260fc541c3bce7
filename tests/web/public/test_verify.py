"""What a stranger sees: nothing to sign, nothing to keep, the truth in plain words."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms.credentials import queries, services
from lms.credentials.ports import Printer
from lms.credentials.queries import CertificateCard
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.ids import new_id
from lms.policy.model import Specialty
from tests.conftest import Browser
from tests.make import credentials as make
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

Begin = Callable[..., Any]


@pytest.fixture
def issued(app: Flask, begin: Begin) -> CertificateCard:
    with begin() as work:
        person = make.graduate(work, make.association(work, keys=True))
        made = services.issue(
            work,
            person,
            Specialty.BUILDING,
            printer=app.extensions["lms.ports"][Printer],
        )
        card = queries.owned(work.session, person, made, legal_day(work.now))
    db.session.remove()
    return card


def verdict_of(page: TestResponse) -> str:
    found = re.search(r'data-verdict="(\w+)"', page.text)
    assert found, page.text
    return found[1]


def send(browser: Browser, data: bytes, number: str = "") -> TestResponse:
    form = {"file": (io.BytesIO(data), "a.pdf", "application/pdf"), "number": number}
    return browser.post("/verify/file", form, content_type="multipart/form-data")


def test_the_code_shows_masked_facts_and_keeps_nothing(
    browser: Browser, issued: CertificateCard
) -> None:
    page = browser.get(f"/v/{issued.facts.token}")

    assert page.status_code == 200
    assert verdict_of(page) == "valid"
    assert "证书真实有效" in page.text
    assert "张*" in page.text
    assert "张建国" not in page.text
    assert "1502**********0010" in page.text
    assert issued.facts.number in page.text
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]


@pytest.mark.parametrize("token", ["x", "0" * 26, "ZZ-ZZ", "张", "%00"])
def test_an_unknown_code_answers_like_a_known_one(browser: Browser, token: str) -> None:
    page = browser.get(f"/v/{token}")

    assert page.status_code == 200
    assert verdict_of(page) == "not_found"


def test_a_revocation_shows_at_once(
    browser: Browser, begin: Begin, issued: CertificateCard
) -> None:
    with begin() as work:
        services.revoke(work, issued.id, reason="x", approvals=(new_id(),))

    page = browser.get(f"/v/{issued.facts.token}")

    assert verdict_of(page) == "revoked"
    assert "请勿采信" in page.text


def test_the_page_speaks_the_language_of_its_address(
    browser: Browser, issued: CertificateCard
) -> None:
    page = browser.get(f"/v/{issued.facts.token}?lang=en")

    assert '<html lang="en">' in page.text
    assert "?lang=zh" in page.text


def test_number_and_name_find_it_and_half_a_name_does_not(
    browser: Browser, issued: CertificateCard
) -> None:
    number = issued.facts.number.lower().replace("-", "－")

    right = browser.post("/verify", {"number": number, "name": "张建国"})
    half = browser.post("/verify", {"number": number, "name": "张"})
    empty = browser.post("/verify", {"number": number, "name": ""})

    assert verdict_of(right) == "valid"
    assert verdict_of(half) == "not_found"
    assert empty.status_code == 422
    assert "请填写持证人姓名" in empty.text


def test_the_original_is_valid_and_a_changed_one_is_not(
    browser: Browser, issued: CertificateCard
) -> None:
    data = queries.open_file(db.session(), issued.id)
    db.session.remove()
    changed = bytearray(data)
    changed[len(data) // 2] ^= 1

    original = send(browser, data)
    forged = send(browser, bytes(changed))

    assert verdict_of(original) == "valid"
    assert "逐字节一致" in original.text
    assert verdict_of(forged) == "tampered"
    assert "请勿采信这份文件" in forged.text
    assert "张*" in forged.text


def test_no_file_is_asked_for_kindly(browser: Browser) -> None:
    page = browser.post("/verify/file", {}, content_type="multipart/form-data")

    assert page.status_code == 422
    assert "请选择要核对的证书文件" in page.text


def test_a_post_without_a_token_is_refused(app: Flask) -> None:
    client = app.test_client()

    assert client.post("/verify", data={"number": "x", "name": "y"}).status_code == 400
    assert client.post("/verify/file").status_code == 400

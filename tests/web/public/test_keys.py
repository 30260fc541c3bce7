"""Anybody may fetch the keys: to look at, for a program, and as files."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.conftest import Browser
from tests.make import signing as make_signing
from tests.spread import PAGES

pytestmark = pytest.mark.sqlite_alone(PAGES)

OWNER = "association:7d4e7f0e-0000-4000-8000-000000000001"


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_without_keys_the_page_says_so(browser: Browser) -> None:
    page = browser.get("/keys")
    assert page.status_code == 200
    assert "还没有公开的密钥" in page.text
    assert browser.get("/keys.json").json == {"keys": []}


def test_each_key_is_listed_with_owner_validity_and_fingerprint(
    browser: Browser, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        ring = make_signing.ring(work, OWNER)
    page = browser.get("/keys").text
    assert "示例自治区建筑业协会" in page
    assert "演示，不具法律效力" in page
    for key in (ring.document, ring.seal, ring.credential):
        assert key.kid in page
    assert "2031-12-29" in page


def test_programs_get_public_halves_and_never_a_secret(
    browser: Browser, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        ring = make_signing.ring(work, OWNER)
    answer = browser.get("/keys.json")
    given: dict[str, Any] = answer.json or {}
    keys = {one["purpose"]: one for one in given["keys"]}
    assert bytes_of(keys["credential"]["raw"]) == ring.credential.public
    assert bytes_of(keys["seal"]["spki"]) == ring.seal.public
    chain = [base64.b64decode(one) for one in keys["document"]["x5c"]]
    assert tuple(chain) == ring.document.chain
    assert keys["document"]["standing"] == "active"
    assert base64.b64encode(ring.document.secret).decode() not in answer.text
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert browser.get("/keys.json", headers=tag).status_code == 304


def test_a_key_is_given_as_pem_with_its_certificates_or_bare(
    browser: Browser, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        ring = make_signing.ring(work, OWNER)
    chain = browser.get(f"/keys/{ring.document.kid}.pem").data
    assert len(x509.load_pem_x509_certificates(chain)) == 2
    bare = load_pem_public_key(browser.get(f"/keys/{ring.credential.kid}.pem").data)
    assert bare.public_bytes_raw() == ring.credential.public  # type: ignore[union-attr]  # it is there
    assert browser.get("/keys/4oymiquy7qobjgx3.pem").status_code == 404

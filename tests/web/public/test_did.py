"""Issuers, their keys and their lists, as programs of others fetch them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from openbadgeslib.ob3.did import pem_for_kid
from openbadgeslib.ob3.ldp import verify_data_integrity_proof
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier
from werkzeug.test import TestResponse

from lms.credentials import services
from lms.credentials.rules import number
from lms.credentials.rules.files import Trust
from lms.credentials.rules.issuers import issuer_document, unbase64url
from lms.gateways.credential import SignedStatusLists, issue, read
from lms.kernel.clock import system_clock
from lms.kernel.db import db
from lms.kernel.ids import AssociationId, CertificateId, new_id
from lms.kernel.settings import Settings
from lms.policy.model import Province, Specialty
from lms.signing import queries as keys_queries
from lms.signing import rules as signing
from lms.signing import services as keys
from lms.signing.rules import Ring, Standing, kid_of
from tests.conftest import Browser, HandClock
from tests.make import credential_facts
from tests.make import credentials as make
from tests.make import registrations as make_registrations
from tests.make import signing as make_keys

Begin = Callable[..., Any]
STATUS = SignedStatusLists(credential_facts.BASE, b"the house's secret")
OFFICE = signing.office(Province.INNER_MONGOLIA)


class Ground:
    """An association with keys, and three certificates of its own."""

    def __init__(self, begin: Begin) -> None:
        self.ring: Ring
        self.ids: list[CertificateId] = []
        with begin() as work:
            self.association: AssociationId = make.association(work)
            self.owner = signing.association(self.association)
            self.ring = make_keys.ring(work, self.owner)
            for serial in (1, 2, 3):
                person = make.graduate(work, self.association, serial=serial)
                made = services.issue(
                    work, person, Specialty.BUILDING, printer=make.PLAIN
                )
                self.ids.append(made)
        db.session.remove()
        self.issuer = f"association-{self.association}"


@pytest.fixture
def ground(app: Flask, begin: Begin) -> Ground:
    return Ground(begin)


@pytest.fixture
def today(clock: HandClock, ground: Ground) -> None:
    """Go on to the machine's time: the library looks at a list's days by that."""
    clock.now = system_clock()


def said(page: TestResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.data)
    return found


def marks(page: TestResponse) -> set[int]:
    listed = said(page)
    packed = unbase64url(listed["credentialSubject"]["encodedList"][1:])
    bits = gzip.decompress(packed)
    assert len(bits) * 8 >= 131_072
    return {
        8 * place + bit
        for place, byte in enumerate(bits)
        for bit in range(8)
        if byte & 0x80 >> bit
    }


def test_the_house_names_the_key_that_seals_its_book(
    browser: Browser, settings: Settings
) -> None:
    page = browser.get("/.well-known/did.json")

    assert page.status_code == 200
    document = said(page)
    assert document["id"].startswith("did:web:127.0.0.1")
    assert document["assertionMethod"][0] == f"{document['id']}#evidence"
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in page.headers


def test_an_issuers_document_leads_to_the_key_of_its_credentials(
    browser: Browser, ground: Ground, settings: Settings
) -> None:
    document = said(browser.get(f"/issuers/{ground.issuer}/did.json"))
    did = document["id"]
    facts = credential_facts.FACTS
    made = issue(facts, ground.ring.credential, settings.base_url)
    kid = f"{did}#{ground.ring.credential.kid}"

    pem = pem_for_kid(document, did, kid)
    same = pem_for_kid(document, did, f"{kid}-jwk")

    verify_data_integrity_proof(json.loads(made.json), pem)
    assert OB3Verifier(same).verify(made.jwt.decode()).issuer.id == did
    assert kid in document["assertionMethod"]


def test_a_broken_key_speaks_for_nobody() -> None:
    key = credential_facts.key()
    broken = credential_facts.published(key, Standing.COMPROMISED)
    retired = credential_facts.published(
        credential_facts.key(seed=b"r"), Standing.RETIRED
    )

    document = issuer_document(
        credential_facts.BASE, key.owner, [broken, retired], STATUS.public
    )

    assert len(document["verificationMethod"]) == 6
    speaking = {one.partition("#")[2] for one in document["assertionMethod"]}
    house = kid_of(STATUS.public)
    assert speaking == {"ed-72", "ed-72-jwk", house, f"{house}-jwk"}


@pytest.mark.parametrize(
    "path",
    [
        "/issuers/nobody/did.json",
        "/issuers/association-x/did.json",
        "/status/association-x/2026",
        "/status/office-nowhere/21520152026-001",
        "/status/office-inner_mongolia/21520152026-001",
        "/status/office-inner_mongolia/2026",
    ],
)
def test_what_is_not_there_is_not_found(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_a_list_marks_the_revoked_and_the_replaced_and_nobody_else(
    browser: Browser, begin: Begin, ground: Ground
) -> None:
    before = browser.get(f"/status/{ground.issuer}/2026")
    with begin() as work:
        services.revoke(work, ground.ids[0], reason="x", approvals=(new_id(),))
        services.supersede(
            work,
            ground.ids[1],
            printer=make.PLAIN,
            reason="x",
            approvals=(new_id(),),
        )
    db.session.remove()

    after = browser.get(f"/status/{ground.issuer}/2026")

    assert before.mimetype == "application/vc"
    assert marks(before) == set()
    assert marks(after) == {1, 2}
    assert before.headers["ETag"] != after.headers["ETag"]


@pytest.mark.usefixtures("today")
def test_a_list_is_signed_by_its_issuer_in_both_forms(
    browser: Browser, ground: Ground
) -> None:
    address = f"/status/{ground.issuer}/2026"
    document = said(browser.get(f"/issuers/{ground.issuer}/did.json"))
    listed = said(browser.get(address))
    token = browser.get(address, headers={"Accept": "application/vc+jwt"})
    method = listed["proof"]["verificationMethod"]
    pem = pem_for_kid(document, document["id"], method)

    verify_data_integrity_proof(listed, pem)
    assert OB3Verifier(pem)._decode_payload(token.text)["iss"] == document["id"]
    changed = {**listed, "validUntil": "2036-01-01T00:00:00Z"}
    with pytest.raises(OB3VerificationError):
        verify_data_integrity_proof(changed, pem)


@pytest.mark.usefixtures("today")
def test_openbadgeslib_follows_a_credential_to_its_list(
    browser: Browser,
    begin: Begin,
    ground: Ground,
    settings: Settings,
) -> None:
    with begin() as work:
        services.revoke(work, ground.ids[0], reason="x", approvals=(new_id(),))
    db.session.remove()
    key = ground.ring.credential
    numbers = (number("SLXH", 2026, serial) for serial in (1, 2))
    revoked, good = (
        issue(replace(credential_facts.FACTS, number=each), key, settings.base_url)
        for each in numbers
    )

    def fetch(url: str) -> bytes:
        path = url.removeprefix(settings.base_url)
        accept = {"Accept": "application/vc+jwt"}
        return bytes(browser.get(path, headers=accept).data)

    document = said(browser.get(f"/issuers/{ground.issuer}/did.json"))
    kid = f"{document['id']}#{key.kid}"
    verifier = OB3Verifier(pem_for_kid(document, document["id"], kid))

    verifier.verify(good.jwt.decode(), check_status=True, download=fetch)
    with pytest.raises(OB3VerificationError, match="revocation"):
        verifier.verify(revoked.jwt.decode(), check_status=True, download=fetch)


def test_an_offices_list_follows_its_registration_certificates(
    browser: Browser, begin: Begin
) -> None:
    with begin() as work:
        make_keys.ring(work, OFFICE)
        people = [make.constructor(work, serial=serial) for serial in (1, 2)]
        for person in people:
            make_registrations.granted(work, person)
        make_registrations.granted(work, people[1])
    db.session.remove()

    first = browser.get("/status/office-inner_mongolia/21520152026-001")
    second = browser.get("/status/office-inner_mongolia/21520152026-002")

    assert marks(first) == {2}
    assert marks(second) == set()


@pytest.mark.usefixtures("today")
def test_a_list_is_answered_though_every_key_of_its_issuer_was_stopped(
    browser: Browser, begin: Begin, ground: Ground
) -> None:
    owner = make_keys.owner(ground.association)
    with begin() as work:
        services.revoke(work, ground.ids[0], reason="x", approvals=(new_id(),))
        one = make_keys.manager(work, ground.association)
        for key in (ground.ring.document, ground.ring.seal, ground.ring.credential):
            keys.alarm(one, owner, key.kid, work.now, "服务器被人进入过")
    db.session.remove()

    page = browser.get(f"/status/{ground.issuer}/2026")
    document = said(browser.get(f"/issuers/{ground.issuer}/did.json"))

    assert page.status_code == 200
    assert marks(page) == {1}
    method = said(page)["proof"]["verificationMethod"]
    assert method in document["assertionMethod"]
    pem = pem_for_kid(document, document["id"], method)
    verify_data_integrity_proof(said(page), pem)
    token = browser.get(
        f"/status/{ground.issuer}/2026", headers={"Accept": "application/vc+jwt"}
    )
    assert OB3Verifier(pem)._decode_payload(token.text)["iss"] == document["id"]
    stopped = f"{document['id']}#{ground.ring.credential.kid}"
    assert stopped not in document["assertionMethod"]


def test_the_houses_document_names_the_key_of_the_lists(
    browser: Browser, ground: Ground
) -> None:
    house = said(browser.get("/.well-known/did.json"))
    issuer = said(browser.get(f"/issuers/{ground.issuer}/did.json"))

    speaking = {one.partition("#")[2] for one in house["assertionMethod"]}
    there = {one.partition("#")[2] for one in issuer["assertionMethod"]}

    assert {"evidence", "evidence-jwk"} < speaking
    assert speaking - {"evidence", "evidence-jwk"} < there


def test_no_certificate_is_believed_here_by_the_key_of_the_lists(
    app: Flask, ground: Ground
) -> None:
    """Whoever has the house's key for lists makes no certificate that we take."""
    secret = app.extensions["lms.settings"].secrets.signing
    base = app.extensions["lms.settings"].base_url
    forger = SignedStatusLists(base, secret)._key(ground.owner)
    forged = issue(credential_facts.FACTS, forger, base)
    trust = Trust(keys_queries.trust(db.session()))

    for data in forged:
        told = {one.code: one.holds for one in read(data, trust).findings}
        assert told["key.ours"] is False


def test_what_did_not_change_is_not_sent_again(
    browser: Browser, ground: Ground
) -> None:
    for path in (
        f"/status/{ground.issuer}/2026",
        f"/issuers/{ground.issuer}/did.json",
        "/.well-known/did.json",
    ):
        first = browser.get(path)
        mark = {"If-None-Match": first.headers["ETag"]}
        assert "public" in first.headers["Cache-Control"]
        assert browser.get(path, headers=mark).status_code == 304

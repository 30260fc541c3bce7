"""A certificate's credential says what is printed, and others' programs believe it."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier
from pyld import jsonld

from lms.credentials.rules import Facts, PrintedRegistration
from lms.gateways.credential import canon, issue, issuing, shape
from tests.make import credential_facts as make

KEY, OFFICE_KEY = make.key(), make.key(make.OFFICE, b"b")
ALL = {
    "completion": (make.FACTS, KEY),
    "two specialties, rare characters": (make.TWO, KEY),
    "registration": (make.REGISTRATION, OFFICE_KEY),
    "registration without days": (make.UNDATED, OFFICE_KEY),
    "registration of an old number": (make.OF_OLD, OFFICE_KEY),
}
every = pytest.mark.parametrize(("facts", "key"), ALL.values(), ids=ALL.keys())
Any_ = Facts | PrintedRegistration


def loader(url: str, _options: Any = None) -> dict[str, Any]:
    """Give the contexts that openbadgeslib ships; nothing is fetched."""
    names = {
        canon.CREDENTIALS: "credentials-v2.json",
        canon.OPEN_BADGES: "ob-v3p0-context-3.0.3.json",
    }
    folder = importlib.resources.files("openbadgeslib.ob3.contexts")
    return {
        "contextUrl": None,
        "documentUrl": url,
        "document": json.loads(folder.joinpath(names[url]).read_text("utf-8")),
        "contentType": "application/ld+json",
    }


def canonical(document: dict[str, Any]) -> str:
    return str(
        jsonld.normalize(
            document,
            {
                "algorithm": "URDNA2015",
                "format": "application/n-quads",
                "documentLoader": loader,
            },
        )
    )


def pem(key: Any) -> bytes:
    return Ed25519PublicKey.from_public_bytes(key.public).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


@every
def test_its_statements_are_those_of_a_json_ld_processor(facts: Any_, key: Any) -> None:
    said = shape.credential(facts, make.BASE, key.owner)

    assert canon.statements(said) == canonical(said)


@every
def test_its_proof_is_made_of_a_json_ld_processors_statements(
    facts: Any_, key: Any
) -> None:
    document = json.loads(issue(facts, key, make.BASE).json)
    proof = document.pop("proof")
    options = {name: proof[name] for name in proof if name != "proofValue"}

    whole = canonical({"@context": document["@context"], **options})

    assert (
        canon.proof_statements(proof["created"], proof["verificationMethod"]) == whole
    )
    assert (
        issuing.signed(document, proof["created"], proof["verificationMethod"])
        == hashlib.sha256(whole.encode()).digest()
        + hashlib.sha256(canonical(document).encode()).digest()
    )


@every
def test_openbadgeslib_believes_both_forms(facts: Any_, key: Any) -> None:
    made = issue(facts, key, make.BASE)

    proved = OB3LdpVerifier(pem(key)).verify(made.json.decode())
    token = OB3Verifier(pem(key)).verify(made.jwt.decode())

    assert proved.issuer.name == token.issuer.name == facts.issuer


@every
def test_openbadgeslib_sees_a_change(facts: Any_, key: Any) -> None:
    made = issue(facts, key, make.BASE)
    changed = json.loads(made.json)
    changed["credentialSubject"]["result"][0]["value"] = "999"

    with pytest.raises(OB3VerificationError):
        OB3LdpVerifier(pem(key)).verify(changed)
    with pytest.raises(OB3VerificationError):
        OB3LdpVerifier(pem(make.key(seed=b"z"))).verify(made.json.decode())


def test_it_says_what_is_printed() -> None:
    said = json.loads(issue(make.FACTS, KEY, make.BASE).json)
    subject = said["credentialSubject"]
    known = {e["identityType"]: e["identityHash"] for e in subject["identifier"]}

    assert said["id"] == f"{make.BASE}/v/{make.FACTS.token}"
    assert said["issuer"]["id"] == (
        "did:web:jxjy.example.org.cn:issuers:"
        "association-5f1c0b6a-ee2f-4e0c-9c0a-8b8e1d2c3b4a"
    )
    assert known["name"] == "欧阳建国"
    assert known["nationalIdentityNumber"] == "1502**********0010"
    assert known["ext:certificateNumber"] == make.FACTS.number
    assert subject["creditsEarned"] == 121.5
    assert subject["term"] == "2024-03-01/2099-02-28"
    assert [one["value"] for one in subject["result"]] == ["60", "61.5", "92"]
    assert said["evidence"][0]["description"] == "0123456789abcdef"
    assert said["credentialStatus"]["statusListIndex"] == "149"
    assert said["credentialStatus"]["statusListCredential"].endswith("/2026")


def test_a_registration_certificate_says_its_specialties_and_days() -> None:
    said = json.loads(issue(make.REGISTRATION, OFFICE_KEY, make.BASE).json)
    subject = said["credentialSubject"]

    assert subject["achievement"]["achievementType"] == "License"
    assert [one["value"] for one in subject["result"]] == [
        "2026-11-21/2099-11-20",
        "2026-11-21/2098-11-20",
    ]
    assert said["credentialStatus"]["id"] == (
        f"{make.BASE}/status/office-inner_mongolia/21520212026-002#1"
    )


def test_the_same_facts_give_the_same_files() -> None:
    assert issue(make.FACTS, KEY, make.BASE) == issue(make.FACTS, KEY, make.BASE)


def test_a_name_with_a_control_character_is_not_signed() -> None:
    with pytest.raises(ValueError, match="control"):
        issue(replace(make.FACTS, issuer="a\x01b"), KEY, make.BASE)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"more": "x"},
        {"type": ["VerifiableCredential"]},
        {"evidence": []},
        {"id": "no name"},
        {"issuer": "https://a.example"},
        {"@context": [canon.CREDENTIALS]},
        {"name": 7},
    ],
    ids=str,
)
def test_what_the_vocabulary_does_not_know_is_refused(spoiled: dict[str, Any]) -> None:
    said = shape.credential(make.FACTS, make.BASE, KEY.owner)

    with pytest.raises((ValueError, TypeError)):
        canon.statements({**said, **spoiled})

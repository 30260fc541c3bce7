"""Programs of others, in another language, believe our credentials and status lists.

Node comes with Playwright's wheel; the libraries are one file beside this one.
"""

from __future__ import annotations

import importlib.resources
import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import playwright
import pytest

from lms.credentials.rules.issuers import (
    StatusList,
    issuer_did,
    issuer_document,
    jwk,
    status_address,
)
from lms.gateways.credential import SignedStatusLists, canon, issue
from lms.signing.rules import Standing
from tests.make import credential_facts as make

KEY, OFFICE_KEY = make.key(), make.key(make.OFFICE, b"b")
NODE = Path(playwright.__file__).parent / "driver" / "node"
JUDGE = Path(__file__).parent / "judge.mjs"
TODAY = date(2026, 11, 21)
PRESS = SignedStatusLists(make.BASE, b"the house's secret")
LISTS = {KEY: "2026", OFFICE_KEY: "21520212026-002"}
CONTEXTS = {
    canon.CREDENTIALS: "credentials-v2.json",
    canon.OPEN_BADGES: "ob-v3p0-context-3.0.3.json",
    "https://w3id.org/security/multikey/v1": "security-multikey-v1.json",
}
# What a processor needs of the two contexts that no library here ships.
DID_TERMS = {
    "@context": {
        "@protected": True,
        "id": "@id",
        "type": "@type",
        "assertionMethod": {
            "@id": "https://w3id.org/security#assertionMethod",
            "@type": "@id",
            "@container": "@set",
        },
        "verificationMethod": {
            "@id": "https://w3id.org/security#verificationMethod",
            "@type": "@id",
        },
    }
}
JWK_TERMS = {
    "@context": {
        "JsonWebKey": {
            "@id": "https://w3id.org/security#JsonWebKey",
            "@context": {
                "@protected": True,
                "id": "@id",
                "type": "@type",
                "controller": {
                    "@id": "https://w3id.org/security#controller",
                    "@type": "@id",
                },
                "publicKeyJwk": {
                    "@id": "https://w3id.org/security#publicKeyJwk",
                    "@type": "@json",
                },
            },
        }
    }
}


def documents(
    standing: Standing = Standing.ACTIVE, withdrawn: tuple[int, ...] = ()
) -> dict[str, Any]:
    """Everything that a verifier would fetch, by its address.

    What is no longer in use signs no list: the house does in its place.
    """
    folder = importlib.resources.files("openbadgeslib.ob3.contexts")
    found: dict[str, Any] = {
        url: json.loads(folder.joinpath(name).read_text("utf-8"))
        for url, name in CONTEXTS.items()
    }
    found["https://www.w3.org/ns/did/v1"] = DID_TERMS
    found["https://w3id.org/security/jwk/v1"] = JWK_TERMS
    for key, page in LISTS.items():
        keys = [make.published(key, standing)]
        whole = issuer_document(make.BASE, key.owner, keys, PRESS.public)
        did = issuer_did(make.BASE, key.owner)
        found[did] = whole
        for method in whole["verificationMethod"]:
            found[method["id"]] = {"@context": whole["@context"], **method}
        listed = StatusList(key.owner, page, withdrawn, 200)
        signer = key if standing is Standing.ACTIVE else None
        files = PRESS.status_list(listed, TODAY, signer)
        found[status_address(make.BASE, key.owner, page)] = json.loads(files.json)
    return found


def judge(
    credentials: list[Any], tokens: list[Any], known: dict[str, Any]
) -> dict[str, Any]:
    asked = {
        "documents": known,
        "credentials": credentials,
        "tokens": tokens,
        "now": "2026-11-21T04:00:00Z",
    }
    done = subprocess.run(
        [NODE, JUDGE],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


ISSUED = {
    "completion": issue(make.FACTS, KEY, make.BASE),
    "two specialties": issue(make.TWO, KEY, make.BASE),
    "registration": issue(make.REGISTRATION, OFFICE_KEY, make.BASE),
}


def test_digital_bazaars_library_believes_proof_issuer_and_status() -> None:
    found = judge([json.loads(one.json) for one in ISSUED.values()], [], documents())

    assert found["credentials"] == [{"verified": True, "said": ""}] * len(ISSUED)


def test_it_sees_a_change_in_every_part() -> None:
    changed = []
    for part in ("credentialSubject", "issuer", "evidence", "credentialStatus"):
        said = json.loads(ISSUED["completion"].json)
        node = said[part][0] if isinstance(said[part], list) else said[part]
        name = {"credentialStatus": "statusListIndex", "evidence": "description"}
        node[name.get(part, "name" if part == "issuer" else "licenseNumber")] = "1"
        changed.append(said)

    found = judge(changed, [], documents())

    assert [one["verified"] for one in found["credentials"]] == [False] * len(changed)


@pytest.mark.parametrize("index", [149, 1])
def test_it_refuses_a_certificate_that_was_withdrawn(index: int) -> None:
    found = judge(
        [json.loads(ISSUED[name].json) for name in ("completion", "registration")],
        [],
        documents(withdrawn=(index,)),
    )

    assert [one["verified"] for one in found["credentials"]] == [
        index != 149,
        index != 1,
    ]


def test_it_refuses_a_broken_key_and_takes_a_retired_one() -> None:
    said = [json.loads(ISSUED["completion"].json)]

    broken = judge(said, [], documents(Standing.COMPROMISED))
    retired = judge(said, [], documents(Standing.RETIRED))

    assert not broken["credentials"][0]["verified"]
    assert retired["credentials"][0]["verified"]


def test_it_believes_a_list_though_the_issuer_has_no_key_left() -> None:
    """What was signed by a broken key is refused; the list itself still stands."""
    known = documents(Standing.COMPROMISED, withdrawn=(149,))
    lists = [known[status_address(make.BASE, k.owner, p)] for k, p in LISTS.items()]

    found = judge(lists, [], known)["credentials"]

    assert found == [{"verified": True, "said": ""}] * len(lists)


def test_it_believes_no_list_by_a_key_that_the_document_does_not_name() -> None:
    known = documents()
    forger = SignedStatusLists(make.BASE, b"another secret")
    place = status_address(make.BASE, KEY.owner, LISTS[KEY])
    listed = StatusList(KEY.owner, LISTS[KEY], (), 200)
    known[place] = json.loads(forger.status_list(listed, TODAY, None).json)

    found = judge([json.loads(ISSUED["completion"].json)], [], known)

    assert not found["credentials"][0]["verified"]


def test_jose_opens_the_token_by_the_key_that_it_names() -> None:
    token = ISSUED["completion"].jwt.decode()
    wrong = jwk(OFFICE_KEY.public)
    changed = token[:-8] + "AAAAAAAA"

    found = judge(
        [],
        [
            {"token": token, "jwk": jwk(KEY.public)},
            {"token": token, "jwk": wrong},
            {"token": changed, "jwk": jwk(KEY.public)},
        ],
        {},
    )["tokens"]

    said = json.loads(ISSUED["completion"].json)
    said.pop("proof")
    payload = found[0]["payload"]
    assert {name: payload[name] for name in said} == said
    assert payload["jti"] == said["id"]
    method = documents()[found[0]["header"]["kid"]]
    assert method["publicKeyJwk"] == jwk(KEY.public)
    refused = {"refused": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"}
    assert found[1:] == [refused, refused]

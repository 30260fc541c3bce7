"""What is read of a credential: sound when ours to the byte, and never otherwise."""

from __future__ import annotations

import hmac
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from lms.credentials.rules.files import FileKind, Trust
from lms.credentials.rules.issuers import base64url, unbase64url
from lms.gateways.credential import issue, read
from lms.gateways.credential.issuing import header, joined, proof, written
from lms.gateways.credential.shape import credential
from lms.gateways.signing.signers import ed25519_sign
from lms.signing.rules import Standing
from tests.make import credential_facts as make

KEY = make.key()
TRUST = make.trust(KEY, make.key(make.OFFICE, b"b"))
MADE = issue(make.FACTS, KEY, make.BASE)
FLIPS = 5000


def holds(data: bytes, trust: Trust = TRUST) -> dict[str, bool | None]:
    return {one.code: one.holds for one in read(data, trust).findings}


def signed(said: dict[str, Any]) -> bytes:
    """Whatever somebody with our key might sign."""
    text = written(said)
    issuer = said["issuer"]["id"]
    return joined(text, "proof", proof(said, KEY, issuer)).encode()


@pytest.mark.parametrize("form", ["json", "jwt"])
def test_the_original_is_sound_and_says_whose_it_is(form: str) -> None:
    found = read(getattr(MADE, form), TRUST)

    assert found.sound
    assert found.kind is (FileKind.CREDENTIAL if form == "json" else FileKind.JWT)
    assert found.number == make.FACTS.number
    assert found.code == make.FACTS.token
    assert found.kid == KEY.kid
    assert found.said["name"] == "欧阳建国"
    assert found.said["building_required"] == "60"
    assert found.said["building_elective"] == "61.5"
    assert found.said["score"] == "92"
    assert found.said["valid_until"] == "2099-02-28"
    assert {one.code: one.holds for one in found.findings} == {
        "credential.proof": True,
        "key.ours": True,
        "key.live": True,
        "credential.status": None,
    }


def test_a_registration_certificate_is_read_alike() -> None:
    key = make.key(make.OFFICE, b"b")
    for data in issue(make.REGISTRATION, key, make.BASE):
        found = read(data, TRUST)
        assert found.sound
        assert found.number == make.REGISTRATION.number
        assert found.said["municipal"] == "2026-11-21/2098-11-20"


@pytest.mark.parametrize("form", ["json", "jwt"])
def test_no_flipped_byte_is_ever_sound(form: str) -> None:
    data = getattr(MADE, form)
    chance = random.Random(5)

    for _ in range(FLIPS):
        place, change = chance.randrange(len(data)), chance.randrange(1, 256)
        other = bytes((data[place] ^ change,))
        spoiled = data[:place] + other + data[place + 1 :]
        assert not read(spoiled, TRUST).sound, (place, change)


@pytest.mark.parametrize("form", ["json", "jwt"])
def test_no_last_bit_of_a_token_is_free(form: str) -> None:
    data = getattr(MADE, form)

    for place in range(max(0, len(data) - 90), len(data)):
        for bit in range(8):
            spoiled = bytearray(data)
            spoiled[place] ^= 1 << bit
            assert not read(bytes(spoiled), TRUST).sound, (place, bit)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace('{"@context"', '{ "@context"'),
        lambda text: text + "\n",
        lambda text: text.replace('"欧阳建国"', '"\\u6b27阳建国"'),
        lambda text: text.replace(
            '{"@context"', '{"name":"二级建造师继续教育合格证","@context"', 1
        ),
        lambda text: text.replace('"creditsEarned":121.5', '"creditsEarned":121.50'),
        lambda text: text.replace('"proof":', '"more":1,"proof":'),
        lambda text: text.replace('"hashed":false', '"hashed":0'),
    ],
)
def test_what_is_written_otherwise_proves_nothing(spoil: Any) -> None:
    spoiled = spoil(MADE.json.decode()).encode()

    assert spoiled != MADE.json
    assert holds(spoiled) == {"credential.proof": False}


def test_a_changed_file_still_tells_which_certificate_it_names() -> None:
    for data in (MADE.json, MADE.jwt):
        changed = data[:-3] + b"AAA" if data is MADE.jwt else data + b" "
        found = read(changed, TRUST)
        assert not found.sound
        assert found.number == make.FACTS.number
        assert found.code == make.FACTS.token


def test_a_strangers_signature_proves_nothing() -> None:
    other = replace(make.key(seed=b"z"), kid="other")

    for data in issue(make.FACTS, other, make.BASE):
        assert holds(data) == {
            "credential.proof": None,
            "key.ours": False,
            "credential.status": None,
        }


def test_a_stranger_under_our_keys_name_is_found_out() -> None:
    thief = replace(make.key(seed=b"z"), kid=KEY.kid)

    for data in issue(make.FACTS, thief, make.BASE):
        assert holds(data)["credential.proof"] is False


def test_one_issuer_does_not_speak_for_another() -> None:
    borrowed = replace(KEY, owner=make.OFFICE)

    for data in issue(make.FACTS, borrowed, make.BASE):
        assert holds(data)["key.ours"] is False


def test_a_broken_key_speaks_for_nobody_and_a_retired_one_still_does() -> None:
    for data in MADE:
        broken = make.trust(KEY, standing=Standing.COMPROMISED)
        retired = make.trust(KEY, standing=Standing.RETIRED)
        assert holds(data, broken)["key.live"] is False
        assert not read(data, broken).sound
        assert read(data, retired).sound


@pytest.mark.parametrize("form", ["json", "jwt"])
@pytest.mark.parametrize(
    ("over", "lives"),
    [
        ({"valid_from": datetime(2026, 11, 22, 2, tzinfo=UTC)}, False),
        ({"valid_until": datetime(2026, 11, 20, 2, tzinfo=UTC)}, False),
        ({"valid_from": datetime(2026, 11, 21, 2, tzinfo=UTC)}, True),
    ],
    ids=["not yet", "no more", "since that morning"],
)
def test_a_key_speaks_only_for_days_of_its_own_time(
    form: str, over: dict[str, Any], lives: bool
) -> None:
    key = replace(make.published(KEY), **over)

    told = read(getattr(MADE, form), Trust({key.kid: key}))

    assert {one.code: one.holds for one in told.findings}["key.live"] is lives
    assert told.sound is lives


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        (make.REGISTRATION, KEY),
        (make.FACTS, make.key(make.OFFICE, b"b")),
    ],
    ids=["an association on registrations", "an office on study"],
)
def test_nobody_speaks_for_what_is_not_theirs(facts: Any, key: Any) -> None:
    made = issue(facts, key, make.BASE)

    for form in (made.json, made.jwt):
        assert holds(form)["key.ours"] is False
        assert not read(form, TRUST).sound


def test_who_kept_a_retired_key_signs_nothing_new_with_it() -> None:
    for at, lives in ((datetime(2026, 11, 20, 2, tzinfo=UTC), False), (None, True)):
        gone = replace(make.published(KEY, Standing.RETIRED), changed_at=at)

        assert read(MADE.json, Trust({gone.kid: gone})).sound is lives


def test_a_token_signed_with_the_public_key_as_a_secret_proves_nothing() -> None:
    first, body, _last = MADE.jwt.split(b".")
    real = json.loads(unbase64url(first.decode()))

    for alg in ("HS256", "hs256", "EdDSA ", ["EdDSA"]):
        head = base64url(written({**real, "alg": alg}).encode()).encode()
        mac = hmac.digest(KEY.public, head + b"." + body, "sha256")
        forged = b".".join((head, body, base64url(mac).encode()))
        assert not read(forged, TRUST).sound, alg


def test_a_member_beside_the_vocabulary_is_not_sound_though_signed() -> None:
    said = credential(make.FACTS, make.BASE, KEY.owner)
    good = signed(said)
    assert read(good, TRUST).sound

    proven = json.loads(good)["proof"]
    more = written({**said, "revoked": "no"})

    assert not read(joined(more, "proof", proven).encode(), TRUST).sound


def test_other_claims_than_the_credentials_are_refused() -> None:
    said = credential(make.FACTS, make.BASE, KEY.owner)
    issuer = said["issuer"]["id"]
    payload = written({**said, "iss": issuer, "jti": said["id"], "exp": 9})
    start = f"{header(KEY.kid, issuer)}.{base64url(payload.encode())}".encode()
    token = start + b"." + base64url(ed25519_sign(KEY, start)).encode()

    assert holds(token) == {"credential.proof": False}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"%PDF-1.7",
        b'{"VerifiableCredential"',
        b"[" * 5000,
        b'{"VerifiableCredential":' + b"[" * 9000,
        b"a.b.c",
        b'{"type":["VerifiableCredential"],"proof":{}}',
        b"\xff\xfe",
        b'{"VerifiableCredential":1e999}',
    ],
    ids=lambda data: repr(data[:24]),
)
def test_rubbish_is_no_credential(data: bytes) -> None:
    assert not read(data, TRUST).sound


def test_a_token_without_an_algorithm_proves_nothing() -> None:
    first, body, _last = MADE.jwt.split(b".")
    none = base64url(b'{"alg":"none"}').encode()

    assert not read(none + b"." + body + b".", TRUST).sound
    assert not read(none + b"." + body + b"." + first, TRUST).sound


def places(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document that something else may stand in."""
    found: Any = ()
    if isinstance(value, dict):
        found = value.items()
    elif isinstance(value, list):
        found = enumerate(value)
    for key, inner in found:
        yield (*here, key)
        yield from places(inner, (*here, key))


def test_no_other_kind_of_value_in_any_place_breaks_the_reader() -> None:
    whole = json.loads(MADE.json)

    for *way, last in places(whole):
        others: tuple[Any, ...] = (None, [], {}, 9, "", ["did:web:x#y"])
        for other in others:
            changed = json.loads(MADE.json)
            inner = changed
            for step in way:
                inner = inner[step]
            inner[last] = other
            text = written(changed)
            if text != MADE.json.decode():
                assert not read(text.encode(), TRUST).sound, (*way, last, other)
        del inner[last]
        assert not read(written(changed).encode(), TRUST).sound, (*way, last)


def test_nothing_may_be_said_in_another_order_though_the_proof_would_hold() -> None:
    whole = json.loads(MADE.json)

    for way in [(), *places(whole)]:
        changed = json.loads(MADE.json)
        inner = changed
        for step in way:
            inner = inner[step]
        if isinstance(inner, list):
            inner.reverse()
        elif isinstance(inner, dict):
            turned = dict(reversed(inner.items()))
            inner.clear()
            inner.update(turned)
        text = written(changed).encode()
        if text != MADE.json:
            assert holds(text) == {"credential.proof": False}, way


def test_no_other_kind_of_value_in_a_token_breaks_the_reader() -> None:
    first, body, last = MADE.jwt.split(b".")
    head = {"alg": "EdDSA", "typ": "vc+jwt", "kid": KEY.kid}

    for name in head:
        others: tuple[Any, ...] = (None, [], {}, 9)
        for other in others:
            bad = base64url(written({**head, name: other}).encode()).encode()
            assert not read(b".".join((bad, body, last)), TRUST).sound
    for other_body in (b"[]", b"9", b'{"iss":9,"issuer":{"id":[]}}'):
        bad = base64url(other_body).encode()
        assert not read(b".".join((first, bad, last)), TRUST).sound

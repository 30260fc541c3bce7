"""Keys and certificates of other authorities, right and wrong, for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from lms.gateways.signing import x509 as x509_made
from lms.gateways.signing.keys import pem
from lms.signing.ports import Authority, MadeKey, RootPair, Subject
from lms.signing.rules import Key, Purpose, kid_of
from tests.make import signing as make

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
NAME = "示例自治区建筑业协会"


def subject(**over: Any) -> Subject:
    facts = {
        "owner": "association:x",
        "name": NAME,
        "valid_from": NOW,
        "valid_until": NOW + timedelta(days=1000),
    }
    return Subject(**{**facts, **over})


@lru_cache(maxsize=1)
def authority() -> Authority:
    return make.maker().found(NOW, demonstration=False)


@cache
def made(purpose: Purpose) -> MadeKey:
    return make.maker().make(purpose, subject(), authority())


def lent(one: MadeKey, **over: Any) -> Key:
    facts = {
        "kid": kid_of(one.chain[0] if one.chain else one.public),
        "purpose": one.purpose,
        "owner": "association:x",
        "public": one.public,
        "chain": one.chain,
        "valid_from": one.valid_from,
        "valid_until": one.valid_until,
        "secret": one.secret,
        "material": one.material,
    }
    return Key(**{**facts, **over})


def chained(*certificates: bytes) -> bytes:
    return b"".join(pem("CERTIFICATE", one) for one in certificates)


def self_made(
    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey,
    by: RootPair,
    **over: Any,
) -> bytes:
    """A certificate as another authority might give, wrong in one thing."""
    issuer = x509.load_der_x509_certificate(by.certificate)
    usual = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    name = over.get("name", usual)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if over.get("alone") else issuer.subject)
        .public_key(private.public_key())
        .serial_number(7)
        .not_valid_before(over.get("since", NOW - timedelta(days=9)))
        .not_valid_after(over.get("until", NOW + timedelta(days=90)))
    )
    for extension in over.get("extensions", ()):
        builder = builder.add_extension(extension, critical=False)
    above = private if over.get("alone") else x509_made.private_of(by.secret)
    signed = builder.sign(above, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.DER)

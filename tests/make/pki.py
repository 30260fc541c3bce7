"""Certificates and keys of a small authority, for signatures in tests."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from lms.credentials.rules.files import Trust
from lms.kernel.clock import system_clock
from lms.signing.rules import Key, PublishedKey, Purpose, Standing

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
ENDS = datetime(2029, 1, 1, tzinfo=UTC)
SIGNED_AT = datetime(2026, 11, 21, 2, 5, tzinfo=UTC)
OWNER = "association:00000000-0000-0000-0000-000000000001"
OWNER_NAME = "示例自治区建筑业协会"
KINDS = ("p256", "rsa2048", "rsa3072")
_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@cache
def private(kind: str, turn: int = 0) -> Private:
    """Make a private key; `turn` tells keys of one kind apart."""
    del turn
    if kind == "p256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, OWNER_NAME),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(**on: bool) -> x509.KeyUsage:
    off = dict.fromkeys(
        (
            "digital_signature", "content_commitment", "key_encipherment",
            "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign",
            "encipher_only", "decipher_only",
        ),
        False,
    )  # fmt: skip
    return x509.KeyUsage(**{**off, **on})


@dataclass(frozen=True)
class Authority:
    """Somebody who certifies keys."""

    common: str = "Test Root"
    kind: str = "p256"
    own: x509.Certificate = field(init=False)

    def __post_init__(self) -> None:
        secret = self.secret
        made = (
            self._builder(self.common, secret, BEGUN, ENDS + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(True, 1), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .sign(secret, hashes.SHA256())
        )
        object.__setattr__(self, "own", made)

    @property
    def secret(self) -> Private:
        return private(self.kind, hash(self.common))

    @property
    def der(self) -> bytes:
        return self.own.public_bytes(serialization.Encoding.DER)

    def _builder(
        self, common: str, of: Private, since: datetime, until: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(_name(common))
            .issuer_name(_name(self.common))
            .public_key(of.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(since)
            .not_valid_after(until)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(of.public_key()),
                critical=False,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(
                    self.secret.public_key()
                ),
                critical=False,
            )
        )

    def certify(
        self, common: str, of: Private, *, stamps: bool = False
    ) -> x509.Certificate:
        """Certify a signer of documents, or one of timestamps."""
        use = (
            [ExtendedKeyUsageOID.TIME_STAMPING]
            if stamps
            else [_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]
        )
        return (
            self._builder(common, of, BEGUN, ENDS)
            .add_extension(x509.BasicConstraints(False, None), critical=True)
            .add_extension(
                _usage(digital_signature=True, content_commitment=not stamps),
                critical=True,
            )
            .add_extension(x509.ExtendedKeyUsage(use), critical=stamps)
            .sign(self.secret, hashes.SHA256())
        )

    def crl(self, *revoked: x509.Certificate) -> bytes:
        """Write the list of what was revoked."""
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(_name(self.common))
            .last_update(BEGUN)
            .next_update(ENDS)
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(
                    self.secret.public_key()
                ),
                critical=False,
            )
        )
        for one in revoked:
            made = made.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(one.serial_number)
                .revocation_date(SIGNED_AT)
                .build()
            )
        return made.sign(self.secret, hashes.SHA256()).public_bytes(
            serialization.Encoding.DER
        )


@cache
def root() -> Authority:
    return Authority()


@cache
def document_key(kind: str = "p256", turn: int = 0) -> Key:
    """A key that signs documents, with its chain."""
    secret = private(kind, turn)
    leaf = root().certify(f"继续教育电子签章 {kind}", secret)
    der = leaf.public_bytes(serialization.Encoding.DER)
    return Key(
        kid=f"{kind}-{hashlib.sha256(der).hexdigest()[:12]}",
        purpose=Purpose.DOCUMENT,
        owner=OWNER,
        public=secret.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
        chain=(der, root().der),
        valid_from=BEGUN,
        valid_until=ENDS,
        secret=secret.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )


def published(
    key: Key,
    standing: Standing = Standing.ACTIVE,
    broken_at: datetime | None = None,
) -> PublishedKey:
    """The public half of a key."""
    return PublishedKey(
        kid=key.kid,
        purpose=key.purpose,
        owner=key.owner,
        owner_name=OWNER_NAME,
        public=key.public,
        chain=key.chain,
        valid_from=key.valid_from,
        valid_until=key.valid_until,
        standing=standing,
        changed_at=broken_at,
        broken_at=broken_at,
    )


def trust(*keys: Key) -> Trust:
    """A list on which these keys are published."""
    found: Mapping[str, PublishedKey] = {key.kid: published(key) for key in keys}
    return Trust(found)


# -- both sides of a line -----------------------------------------------------------


def both_sides(folder: Path) -> tuple[ssl.SSLContext, dict[str, Path]]:
    """A server on this machine that asks for a certificate, and a visitor with one.

    Gives the server's side, and the visitor's files: ca, cert and key.
    """
    above = private("p256", 40)
    root = _line_certificate("Line Root", above, above, "Line Root", ca=True)
    files = {"ca": _written(folder / "ca.pem", root)}
    for turn, name in enumerate(("server", "cert"), 41):
        own = private("p256", turn)
        leaf = _line_certificate(name, own, above, "Line Root", ca=False)
        files[name] = _written(folder / f"{name}.pem", leaf)
        secret = own.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        files[f"{name}_key"] = folder / f"{name}.key"
        files[f"{name}_key"].write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files["server"], files["server_key"])
    context.load_verify_locations(files["ca"])
    context.verify_mode = ssl.CERT_REQUIRED
    return context, files


def _written(path: Path, certificate: x509.Certificate) -> Path:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return path


def _line_certificate(
    common: str, of: Private, by: Private, issuer: str, *, ca: bool
) -> x509.Certificate:
    # The machine's own clock is asked here, not the tests'.
    since = system_clock() - timedelta(days=1)
    here = x509.IPAddress(IPv4Address("127.0.0.1"))
    return (
        x509.CertificateBuilder()
        .subject_name(_name(common))
        .issuer_name(_name(issuer))
        .public_key(of.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .add_extension(
            _usage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca),
            critical=True,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(of.public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()),
            critical=False,
        )
        .sign(by, hashes.SHA256())
    )

"""What the house's roots revoked, before readers that are not ours."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import RevokedError

from lms.gateways.signing import der, sm2_certificates
from lms.gateways.signing.keys import HouseKeyMaker, pem
from lms.signing.ports import Authority, MadeKey, Revocations, Revoked
from lms.signing.rules import Purpose, Root, kid_of
from tests.make import signing as make
from tests.make.key_files import NOW, subject

openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
DISTID = "distid:1234567812345678"
HOST = "https://xueshi.example"
ROOTS = {Purpose.DOCUMENT: Root.DOCUMENT, Purpose.SEAL: Root.SEAL}


@cache
def maker() -> HouseKeyMaker:
    return HouseKeyMaker(make.FONTS, HOST)


@cache
def by() -> Authority:
    return maker().found(NOW, demonstration=False)


@cache
def made(purpose: Purpose) -> MadeKey:
    return maker().make(purpose, subject(), by())


def listed(purpose: Purpose, *revoked: Revoked, number: int = 7) -> bytes:
    pair = by().document if purpose is Purpose.DOCUMENT else by().seal
    told = Revocations(revoked, number, NOW, NOW + timedelta(days=3))
    return maker().revocations(pair, ROOTS[purpose], told)


def broken(purpose: Purpose, *, held: bool = False) -> Revoked:
    return Revoked(made(purpose).chain[0], NOW - timedelta(hours=1), held=held)


@pytest.mark.parametrize("purpose", list(ROOTS))
def test_a_certificate_says_where_its_root_tells_what_it_revoked(
    purpose: Purpose,
) -> None:
    one = made(purpose)
    found = x509.load_der_x509_certificate(one.chain[0])
    (point,) = found.extensions.get_extension_for_class(
        x509.CRLDistributionPoints
    ).value
    assert point.full_name is not None

    address = f"{HOST}/crl/{kid_of(one.chain[-1])}.crl"
    assert [name.value for name in point.full_name] == [address]


def test_a_house_without_an_address_names_no_place() -> None:
    bare = make.maker().make(Purpose.DOCUMENT, subject(), by())
    found = x509.load_der_x509_certificate(bare.chain[0]).extensions
    with pytest.raises(x509.ExtensionNotFound):
        found.get_extension_for_class(x509.CRLDistributionPoints)


@pytest.mark.parametrize("purpose", list(ROOTS))
@pytest.mark.parametrize("held", [False, True])
def test_a_list_names_each_certificate_with_when_and_why(
    purpose: Purpose, held: bool
) -> None:
    one = broken(purpose, held=held)

    crl = x509.load_der_x509_crl(listed(purpose, one))

    (entry,) = crl
    leaf = x509.load_der_x509_certificate(one.certificate)
    assert entry.serial_number == leaf.serial_number
    assert entry.revocation_date_utc == one.since
    reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    flags = x509.ReasonFlags
    assert reason is (flags.certificate_hold if held else flags.key_compromise)
    assert (crl.last_update_utc, crl.next_update_utc) == (NOW, NOW + timedelta(days=3))
    number = crl.extensions.get_extension_for_class(x509.CRLNumber).value
    assert number.crl_number == 7
    assert crl.issuer == leaf.issuer


@openssl
def test_openssl_holds_a_document_against_its_list(tmp_path: Path) -> None:
    one, other = made(Purpose.DOCUMENT), maker().make(Purpose.DOCUMENT, subject(), by())
    files = {
        "root": pem("CERTIFICATE", one.chain[1]),
        "broken": pem("CERTIFICATE", one.chain[0]),
        "sound": pem("CERTIFICATE", other.chain[0]),
        "list": pem("X509 CRL", listed(Purpose.DOCUMENT, broken(Purpose.DOCUMENT))),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    moment = str(int(NOW.timestamp()) + 9)

    def verified(leaf: str) -> tuple[bool, bytes]:
        command = (
            "openssl", "verify", "-attime", moment, "-crl_check",
            "-CAfile", "root", "-CRLfile", "list", leaf,
        )  # fmt: skip
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        return done.returncode == 0, done.stderr

    assert verified("sound")[0]
    holds, said = verified("broken")
    assert not holds
    assert b"certificate revoked" in said


@openssl
def test_openssl_verifies_what_the_sm2_root_signed_of_its_list(tmp_path: Path) -> None:
    """Its own reader of lists knows no name for signers; the signature itself holds."""
    crl = listed(Purpose.SEAL, broken(Purpose.SEAL))
    told, _algorithm, signature = der.one(crl).items()
    root = sm2_certificates.parse(by().seal.certificate)
    files = {
        "told": told.whole,
        "other": told.whole.replace(b"SM2", b"SM3"),
        "public": pem("PUBLIC KEY", root.public),
        "signature": signature.bit_octets(),
        "list": crl,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)

    def verified(file: str) -> bool:
        command = (
            "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public", "-rawin",
            "-digest", "sm3", "-pkeyopt", DISTID, "-sigfile", "signature", "-in", file,
        )  # fmt: skip
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
        return done.returncode == 0

    read = subprocess.run(
        ["openssl", "crl", "-inform", "DER", "-in", "list", "-noout", "-text"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert verified("told")
    assert not verified("other")
    assert b"Key Compromise" in read.stdout


def test_pyhanko_believes_a_certificate_until_its_list_names_it() -> None:
    leaf, root = made(Purpose.DOCUMENT).chain

    def judged(crl: bytes) -> None:
        context = ValidationContext(
            trust_roots=[_loaded(root)],
            crls=[crl],
            moment=NOW + timedelta(hours=1),
            allow_fetching=False,
            revocation_mode="require",
        )
        one = CertificateValidator(_loaded(leaf), validation_context=context)
        usage: Any = one.async_validate_usage  # It says no types.
        asyncio.run(usage({"digital_signature"}))

    judged(listed(Purpose.DOCUMENT))
    with pytest.raises(RevokedError):
        judged(listed(Purpose.DOCUMENT, broken(Purpose.DOCUMENT)))


def _loaded(data: bytes) -> object:
    from asn1crypto import x509 as asn1  # noqa: PLC0415 - the name is taken above

    return asn1.Certificate.load(data)


def test_a_renewed_root_goes_by_another_name_and_certifies_apart() -> None:
    second = maker().found(NOW, demonstration=False, generation=2)
    names = [
        x509.load_der_x509_certificate(pair.document.certificate).subject
        for pair in (by(), second)
    ]

    assert names[0] != names[1]
    assert "G2" in names[1].rfc4514_string()
    assert (
        "G2"
        in sm2_certificates.named(
            sm2_certificates.parse(second.maker.certificate).subject
        )[-1]
    )

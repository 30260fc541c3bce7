"""Keys and certificates hold before readers that are not ours."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PublicKey,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from PIL import Image

from lms.gateways.signing import (
    der,
    outside,
    seals,
    signers,
    sm2,
    sm2_certificates,
)
from lms.gateways.signing import x509 as x509_made
from lms.gateways.signing.keys import pem
from lms.kernel.errors import Unavailable
from lms.signing.ports import Authority, MadeKey
from lms.signing.rules import Key, Purpose
from tests.make import signing as make
from tests.make.key_files import NAME, NOW, authority, lent, subject
from tests.make.key_files import made as made_once

DISTID = "distid:1234567812345678"
OPT = ("-vfyopt", DISTID)
PKEYUTL = "openssl pkeyutl -verify -pubin -inkey public -rawin -digest sm3"
openssl = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="no openssl on this machine"
)


@pytest.fixture(scope="module")
def by() -> Authority:
    return authority()


@pytest.fixture(scope="module")
def made() -> Callable[[Purpose], MadeKey]:
    return made_once


def test_a_documents_certificate_says_what_it_is_for(
    made: Callable[[Purpose], MadeKey],
) -> None:
    leaf, root = map(x509.load_der_x509_certificate, made(Purpose.DOCUMENT).chain)
    leaf.verify_directly_issued_by(root)
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    extended = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert x509_made.DOCUMENT_SIGNING in extended
    assert ExtendedKeyUsageOID.EMAIL_PROTECTION in extended


def test_a_demonstration_says_so_in_every_name() -> None:
    by = make.maker().found(NOW, demonstration=True)
    play = subject(demonstration=True)
    one = make.maker().make(Purpose.DOCUMENT, play, by)
    for der_bytes in one.chain:
        found = x509.load_der_x509_certificate(der_bytes)
        common = found.subject.rfc4514_string()
        assert "演示 DEMONSTRATION" in common
    seal = make.maker().make(Purpose.SEAL, play, by)
    for der_bytes in (*seal.chain, by.maker.certificate):
        name = sm2_certificates.parse(der_bytes).subject
        assert "演示 DEMONSTRATION" in sm2_certificates.named(name)[-1]
    assert "演示 DEMONSTRATION" in seals.read(seal.material).name


def test_outside_a_demonstration_no_name_says_play(
    made: Callable[[Purpose], MadeKey],
) -> None:
    assert "演示".encode() not in b"".join(made(Purpose.DOCUMENT).chain)
    assert "演示".encode() not in made(Purpose.SEAL).material


@pytest.mark.parametrize("name", ["中" * 40, "Ä" * 80, "内蒙古自治区住房和城乡建设厅"])
def test_a_long_name_is_cut_where_a_certificate_ends(name: str, by: Authority) -> None:
    one = make.maker().make(
        Purpose.DOCUMENT, subject(name=name, demonstration=True), by
    )
    found = x509.load_der_x509_certificate(one.chain[0]).subject
    assert all(len(str(part.value).encode()) <= 64 for part in found)


@openssl
def test_openssl_verifies_the_sm2_chain_and_refuses_a_stranger(
    made: Callable[[Purpose], MadeKey], by: Authority, tmp_path: Path
) -> None:
    other = make.maker().found(NOW, demonstration=False)
    files = {
        "root": by.seal.certificate,
        "other": other.seal.certificate,
        "leaf": made(Purpose.SEAL).chain[0],
        "maker": by.maker.certificate,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(pem("CERTIFICATE", data))

    moment = str(int(NOW.timestamp()) + 9)

    def verified(root: str, *names: str) -> bool:
        done = subprocess.run(
            ["openssl", "verify", "-attime", moment, *OPT, "-CAfile", root, *names],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    assert verified("root", "leaf", "maker")
    assert not verified("other", "leaf")


@openssl
def test_openssl_verifies_what_an_sm2_key_signed(
    made: Callable[[Purpose], MadeKey], tmp_path: Path
) -> None:
    one = made(Purpose.SEAL)
    (tmp_path / "signed").write_bytes(b"signed")
    (tmp_path / "public").write_bytes(pem("PUBLIC KEY", one.public))
    (tmp_path / "signature").write_bytes(sm2.sign(lent(one), b"signed"))

    def verified(file: str) -> bool:
        done = subprocess.run(
            [*f"{PKEYUTL} -pkeyopt {DISTID} -sigfile signature -in".split(), file],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        return done.returncode == 0

    assert verified("signed")
    (tmp_path / "other").write_bytes(b"Signed")
    assert not verified("other")


@openssl
def test_openssl_reads_the_request_for_an_sm2_certificate(
    made: Callable[[Purpose], MadeKey], tmp_path: Path
) -> None:
    text = make.maker().request(lent(made(Purpose.SEAL)), subject())
    (tmp_path / "csr").write_bytes(text)
    done = subprocess.run(
        ["openssl", "req", "-in", "csr", "-verify", "-noout", "-vfyopt", DISTID],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert b"OK" in done.stderr + done.stdout


def test_a_seal_holds_by_its_makers_signature_over_its_facts(
    made: Callable[[Purpose], MadeKey],
) -> None:
    one = made(Purpose.SEAL)
    seal = seals.read(one.material)
    assert seal.holds
    assert seal.certificates == (one.chain[0],)
    assert seal.name == f"{NAME}继续教育专用章"
    assert (seal.width, seal.height, seal.picture_kind) == (41, 41, "png")
    at = one.material.index(seal.picture) + 100
    changed = bytearray(one.material)
    changed[at] ^= 1
    assert not seals.read(bytes(changed)).holds


def test_a_seals_picture_is_small_red_and_clear_where_nothing_is(
    made: Callable[[Purpose], MadeKey],
) -> None:
    png = seals.read(made(Purpose.SEAL).material).picture
    assert len(png) <= 17_000
    picture = Image.open(io.BytesIO(png))
    assert picture.mode == "P"
    whole = picture.convert("RGBA")
    side = whole.width
    assert whole.getpixel((2, 2))[3] == 0  # type: ignore[index]  # four bands
    assert whole.getpixel((side // 2, side // 2)) == (201, 18, 23, 255)
    assert whole.getpixel((side // 2, 6)) == (201, 18, 23, 255)


def test_each_purpose_signs_so_that_others_verify(
    made: Callable[[Purpose], MadeKey],
) -> None:
    document = made(Purpose.DOCUMENT)
    public = serialization.load_der_public_key(document.public)
    assert isinstance(public, ec.EllipticCurvePublicKey)
    signature = signers.ecdsa_sign(lent(document), b"data")
    public.verify(signature, b"data", ec.ECDSA(hashes.SHA256()))
    credential = made(Purpose.CREDENTIAL)
    Ed25519PublicKey.from_public_bytes(credential.public).verify(
        signers.ed25519_sign(lent(credential), b"data"), b"data"
    )


def test_a_key_elsewhere_is_signed_with_there_or_said_to_be_away(
    made: Callable[[Purpose], MadeKey],
) -> None:
    class Token:
        def sign(self, key: Key, data: bytes) -> bytes:
            return sm2.sign(lent(made(Purpose.SEAL)), data)

    away = lent(made(Purpose.SEAL), place="token:1", secret=b"")
    for sign in (sm2.sign, signers.ecdsa_sign, signers.ed25519_sign):
        with pytest.raises(Unavailable, match=r"signing\.outside"):
            sign(away, b"data")
    outside.install({"token": Token()})
    try:
        assert sm2.verify(away.public, b"data", sm2.sign(away, b"data"))
        stranger = replace(away, public=made(Purpose.DOCUMENT).public)
        for sign in (signers.ecdsa_sign, signers.ed25519_sign):
            with pytest.raises(Unavailable, match="outside_wrong"):
                sign(stranger, b"data")
    finally:
        outside.install({})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x80\0\0",
        b"\x30\x81\x01\0",
        b"\x02\x02\0\x01",
        b"\x30\x05\0",
    ],
    ids=["none", "cut", "open length", "long length", "padded", "short"],
)
def test_what_is_not_der_is_refused(data: bytes) -> None:
    with pytest.raises(der.Malformed):
        der.one(data).number()


def test_a_signature_with_one_bit_turned_does_not_hold(
    made: Callable[[Purpose], MadeKey],
) -> None:
    one = made(Purpose.SEAL)
    signature = sm2.sign(lent(one), b"data")
    for bit in range(0, len(signature) * 8, 7):
        turned = bytearray(signature)
        turned[bit // 8] ^= 1 << bit % 8
        assert not sm2.verify(one.public, b"data", bytes(turned))
    assert not sm2.verify(b"no key", b"data", signature)

"""The seal, looked at by programs that share no code with ours."""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any, ClassVar

import pytest
from asn1crypto import core, x509
from cryptography.hazmat.primitives import hashes
from lxml import etree
from PIL import Image

from lms.gateways.ofd import parts as packing
from lms.gateways.ofd.seal import Sealing
from lms.kernel.errors import Unavailable
from lms.signing.rules import Key
from tests.gateways.ofd import ground

SIGN = "Doc_0/Signs/Sign_0"
NAMES = {"o": "http://www.ofdspec.org/2016"}
AS_CHINA_SIGNS = "distid:1234567812345678"


class Head(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields: ClassVar[Any] = [
        ("id", core.IA5String), ("version", core.Integer), ("vendor", core.IA5String),
    ]  # fmt: skip


class Certificates(core.SequenceOf):  # type: ignore[misc]  # asn1crypto has no types
    _child_spec = core.OctetString


class About(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields: ClassVar[Any] = [
        ("type", core.Integer), ("name", core.UTF8String), ("listed", core.Integer),
        ("certificates", Certificates), ("made", core.GeneralizedTime),
        ("since", core.GeneralizedTime), ("until", core.GeneralizedTime),
    ]  # fmt: skip


class Picture(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields: ClassVar[Any] = [
        ("type", core.IA5String), ("data", core.OctetString),
        ("width", core.Integer), ("height", core.Integer),
    ]  # fmt: skip


class Info(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields: ClassVar[Any] = [
        ("head", Head), ("id", core.IA5String), ("about", About), ("picture", Picture),
    ]  # fmt: skip


class Seal(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields: ClassVar[Any] = [
        ("info", Info), ("maker", core.OctetString), ("by", core.ObjectIdentifier),
        ("signature", core.OctetBitString),
    ]  # fmt: skip


class Told(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields: ClassVar[Any] = [
        ("version", core.Integer), ("seal", Seal), ("at", core.GeneralizedTime),
        ("digest", core.OctetBitString), ("path", core.IA5String),
    ]  # fmt: skip


class Signature(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields: ClassVar[Any] = [
        ("told", Told), ("certificate", core.OctetString),
        ("by", core.ObjectIdentifier), ("signature", core.OctetBitString),
    ]  # fmt: skip


def entry(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(ground.issued())) as package:
        return package.read(name)


def value() -> Any:
    return Signature.load(entry(f"{SIGN}/SignedValue.dat"), strict=True)


def sm3(data: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def test_the_signature_is_built_as_the_standard_wants() -> None:
    told = value()["told"].native

    assert told["version"] == told["seal"]["info"]["head"]["version"] == 4
    assert told["seal"]["info"]["head"]["id"] == "ES"
    assert told["at"] == ground.AT
    assert told["path"] == f"/{SIGN}/Signature.xml"
    assert value()["by"].dotted == "1.2.156.10197.1.501"
    assert value().dump(force=True) == entry(f"{SIGN}/SignedValue.dat")


def test_it_is_over_the_digest_of_signature_xml_and_that_over_every_entry() -> None:
    xml = entry(f"{SIGN}/Signature.xml")
    assert value()["told"]["digest"].native == sm3(xml)

    root = etree.fromstring(xml)
    told = {
        one.get("FileRef"): base64.b64decode(one.findtext("o:CheckValue", "", NAMES))
        for one in root.iterfind(".//o:Reference", NAMES)
    }
    with zipfile.ZipFile(io.BytesIO(ground.issued())) as package:
        own = {f"{SIGN}/Signature.xml", f"{SIGN}/SignedValue.dat"}
        assert told == {
            f"/{name}": sm3(package.read(name))
            for name in package.namelist()
            if name not in own
        }


def test_the_seal_is_the_owner_s_and_lies_in_the_package_too() -> None:
    seal = value()["told"]["seal"]

    owners = [one.native for one in seal["info"]["about"]["certificates"]]
    assert owners == [value()["certificate"].native] == [ground.key().chain[0]]
    assert seal.dump() == entry(f"{SIGN}/Seal.esl") == ground.key().material
    assert ground.ISSUER in seal["info"]["about"]["name"].native
    picture = seal["info"]["picture"].native
    assert (picture["width"], picture["height"]) == (41, 41)
    assert Image.open(io.BytesIO(picture["data"])).format == "PNG"


def test_the_seal_is_seen_where_the_design_wants_it() -> None:
    root = etree.fromstring(entry(f"{SIGN}/Signature.xml"))
    stamp = root.find(".//o:StampAnnot", NAMES)

    assert [float(v) for v in stamp.get("Boundary").split()] == list(ground.seal_box())
    assert stamp.get("PageRef") == "1"


def test_a_house_whose_openssl_lacks_sm3_seals_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = packing.sm3(b"abc")
    assert told == sm3(b"abc")

    monkeypatch.setattr("hashlib.algorithms_available", set())
    packing._house_has_sm3.cache_clear()
    try:
        assert packing.sm3(b"abc") == told
    finally:
        packing._house_has_sm3.cache_clear()


def test_a_key_that_lies_outside_and_does_not_answer_seals_nothing() -> None:
    mine = ground.key()
    away = Key(
        mine.kid, mine.purpose, mine.owner, mine.public, mine.chain,
        mine.valid_from, mine.valid_until, "pkcs11:nobody", mine.material,
    )  # fmt: skip

    with pytest.raises(Unavailable):
        ground.printer().print(
            ground.layer(),
            ground.variable(),
            ground.about(),
            Sealing(away, ground.AT, ground.seal_box()),
        )


# -- the openssl command line -------------------------------------------------------


def openssl_knows_sm2() -> bool:
    program = shutil.which("openssl")
    if program is None:
        return False
    told = subprocess.check_output([program, "version"], text=True)
    found = re.match(r"OpenSSL (\d+)", told)
    return found is not None and int(found[1]) >= 3


needs_openssl = pytest.mark.skipif(
    not openssl_knows_sm2(), reason="the openssl program, 3 or newer, is not here"
)


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["openssl", *words], cwd=folder, capture_output=True, text=True, check=False
    )


def pem(certificate: bytes) -> str:
    body = base64.encodebytes(certificate).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"


def laid_out(folder: Path) -> None:
    """Write what openssl is to look at; nothing of it is computed."""
    signed = value()
    seal = signed["told"]["seal"]
    (folder / "signer.pem").write_text(pem(signed["certificate"].native))
    (folder / "maker.pem").write_text(pem(seal["maker"].native))
    (folder / "root.pem").write_text(pem(ground.key().chain[-1]))
    for name, told, signature in (
        ("signer", signed["told"].dump(), signed["signature"].native),
        ("maker", seal["info"].dump(), seal["signature"].native),
    ):
        (folder / f"{name}.told").write_bytes(told)
        (folder / f"{name}.signature").write_bytes(signature)
        key = run(folder, "x509", "-in", f"{name}.pem", "-pubkey", "-noout").stdout
        (folder / f"{name}.key").write_text(key)


def verified(folder: Path, name: str) -> bool:
    told = run(
        folder, "pkeyutl", "-verify", "-pubin", "-inkey", f"{name}.key",
        "-rawin", "-digest", "sm3", "-pkeyopt", AS_CHINA_SIGNS,
        "-in", f"{name}.told", "-sigfile", f"{name}.signature",
    )  # fmt: skip
    return told.returncode == 0 and "Verified Successfully" in told.stdout


@needs_openssl
@pytest.mark.parametrize("name", ["signer", "maker"])
def test_openssl_verifies_signature_and_seal(tmp_path: Path, name: str) -> None:
    laid_out(tmp_path)

    assert verified(tmp_path, name)
    told = tmp_path / f"{name}.told"
    told.write_bytes(told.read_bytes()[:-1] + b"?")
    assert not verified(tmp_path, name)


@needs_openssl
@pytest.mark.parametrize("name", ["signer", "maker"])
def test_openssl_follows_the_chain_to_the_root(tmp_path: Path, name: str) -> None:
    laid_out(tmp_path)

    told = run(
        tmp_path, "verify", "-vfyopt", AS_CHINA_SIGNS, "-attime",
        str(int(ground.AT.timestamp())), "-CAfile", "root.pem", f"{name}.pem",
    )  # fmt: skip

    assert told.stdout.strip() == f"{name}.pem: OK", told.stderr


@needs_openssl
def test_openssl_hashes_signature_xml_as_we_do(tmp_path: Path) -> None:
    (tmp_path / "signature.xml").write_bytes(entry(f"{SIGN}/Signature.xml"))

    told = run(tmp_path, "dgst", "-sm3", "signature.xml").stdout

    assert told.split()[-1] == value()["told"]["digest"].native.hex()


def test_the_certificates_are_read_by_another_library() -> None:
    for one in (*ground.key().chain, value()["told"]["seal"]["maker"].native):
        parsed = x509.Certificate.load(one, strict=True)
        assert parsed["signature_algorithm"]["algorithm"].dotted == (
            "1.2.156.10197.1.501"
        )

"""Signatures in PDF files, judged by programs that are not ours."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from asn1crypto import cms, x509
from PIL import Image
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import (
    PdfSignatureStatus,
    SignatureCoverageLevel,
)
from pyhanko_certvalidator import ValidationContext

from lms.gateways.pdf import pades
from lms.gateways.signing import outside, signers
from lms.kernel.errors import Unavailable
from lms.signing.rules import Key
from tests.make import documents, pki
from tests.make.documents import Documents

every_kind = pytest.mark.parametrize("kind", pki.KINDS)


def signature(data: bytes) -> EmbeddedPdfSignature:
    one: EmbeddedPdfSignature
    (one,) = PdfFileReader(io.BytesIO(data)).embedded_signatures
    return one


def judged(data: bytes) -> PdfSignatureStatus:
    """What pyHanko says, which believes our authority alone."""
    return validate_pdf_signature(
        signature(data),
        ValidationContext(
            trust_roots=[x509.Certificate.load(pki.root().der)],
            moment=pki.SIGNED_AT,
            allow_fetching=False,
        ),
    )


@every_kind
def test_pyhanko_finds_it_whole_and_trusted(papers: Documents, kind: str) -> None:
    status = judged(papers.signed(pki.document_key(kind)))

    assert status.intact
    assert status.valid
    assert status.trusted
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.docmdp_ok
    assert status.bottom_line
    assert status.signer_reported_dt == pki.SIGNED_AT


def test_an_authority_that_is_not_believed_is_not_trusted(papers: Documents) -> None:
    other = pki.Authority("Another Root")

    status = validate_pdf_signature(
        signature(papers.signed()),
        ValidationContext(
            trust_roots=[x509.Certificate.load(other.der)],
            moment=pki.SIGNED_AT,
            allow_fetching=False,
        ),
    )

    assert status.intact
    assert not status.trusted


@every_kind
def test_it_is_the_baseline_profile(papers: Documents, kind: str) -> None:
    key = pki.document_key(kind)
    one = signature(papers.signed(key))
    attributes = {
        attribute["type"].native: attribute["values"]
        for attribute in one.signer_info["signed_attrs"]
    }

    assert one.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert set(attributes) == {
        "content_type",
        "message_digest",
        "signing_certificate_v2",
    }
    (named,) = attributes["signing_certificate_v2"][0]["certs"]
    assert named["cert_hash"].native == hashlib.sha256(key.chain[0]).digest()
    embedded = [c.chosen.dump() for c in one.signed_data["certificates"]]
    assert embedded == sorted(key.chain)


@every_kind
def test_its_container_is_canonical_der(papers: Documents, kind: str) -> None:
    made = signature(papers.signed(pki.document_key(kind))).pkcs7_content

    again = cms.ContentInfo.load(made)
    bare = again.dump(force=True)
    assert made.startswith(bare)
    assert not made[len(bare) :].strip(b"\0")


def test_nothing_may_be_changed_afterwards(papers: Documents) -> None:
    data = papers.signed()

    assert signature(data).docmdp_level is MDPPerm.NO_CHANGES
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert "/DocMDP" in pdf.Root.Perms
        assert int(pdf.Root.AcroForm.SigFlags) == 3


def test_an_update_after_the_signature_is_found_out(papers: Documents) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(papers.signed()))
    writer.root["/Lang"] = writer.root["/Lang"].__class__("en")
    writer.update_root()  # type: ignore[no-untyped-call]  # pyHanko has no types here
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko has no types here

    status = judged(out.getvalue())

    assert status.intact
    assert not status.docmdp_ok
    assert not status.bottom_line


def test_it_says_who_signed_when_and_why(papers: Documents) -> None:
    said = signature(papers.signed()).sig_object

    assert said["/Name"] == pki.OWNER_NAME
    assert said["/Reason"] == "颁发继续教育合格证"
    assert said["/M"] == "D:20261121100500+08'00'"


def test_signing_again_differs_only_in_the_signature(papers: Documents) -> None:
    key = pki.document_key("rsa2048")
    assert papers.signed(key) == papers.signed(key)

    first, second = papers.signed(), papers.signed()
    start, before, after, _ = signature(first).byte_range
    assert (start, first[:before], first[after:]) == (
        0,
        second[:before],
        second[after:],
    )


def test_the_credential_lies_within_and_is_named_as_data(papers: Documents) -> None:
    with pikepdf.open(io.BytesIO(papers.signed())) as pdf:
        (held,) = pdf.attachments.values()
        (named,) = pdf.Root.AF

        assert held.filename == documents.CREDENTIAL.name
        assert held.get_file().read_bytes() == documents.CREDENTIAL.data
        assert held.get_file().mime_type == "application/json"
        assert str(named.AFRelationship) == "/Data"


def test_several_files_are_listed_by_name(papers: Documents) -> None:
    files = [replace(documents.CREDENTIAL, name=name) for name in ("b.jwt", "a.json")]

    data = papers.drawn().finish(files)

    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert list(pdf.attachments) == ["a.json", "b.jwt"]


def test_qpdf_finds_no_fault(papers: Documents) -> None:
    with pikepdf.open(io.BytesIO(papers.signed())) as pdf:
        assert pdf.check_pdf_syntax() == []


def seen(data: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    picture = document[0].render(scale=60 / 72).to_pil().convert("RGB")
    assert isinstance(picture, Image.Image)
    return picture


def red(picture: Image.Image) -> int:
    pixels = picture.tobytes()
    return sum(pixels[i] > 150 and pixels[i + 1] < 90 for i in range(0, len(pixels), 3))


def test_the_seal_is_seen_where_it_belongs(papers: Documents) -> None:
    picture = seen(papers.signed())

    mm = 60 / 25.4
    inside = picture.crop(
        (round(131 * mm), round(225.5 * mm), round(173 * mm), round(267.5 * mm))
    )
    assert red(inside) > 300
    assert red(picture) - red(inside) < 10  # a collar is reddish too


def test_the_text_under_the_seal_stays_legible(papers: Documents) -> None:
    """Ink over ink: where black lies under the red, it stays black."""
    bare = seen(papers.drawn().finish())
    with_seal = seen(papers.signed())

    pairs = zip(
        bare.convert("L").tobytes(), with_seal.convert("L").tobytes(), strict=True
    )
    dark = [after for before, after in pairs if before < 60]
    assert dark
    assert max(dark) < 70


def test_a_signature_needs_no_picture(papers: Documents) -> None:
    signing = pades.Signing(
        pki.document_key(), pki.SIGNED_AT, "使用件", pki.OWNER_NAME, "包头"
    )

    data = papers.drawn().finish((), signing)

    assert judged(data).bottom_line
    assert signature(data).sig_object["/Location"] == "包头"


def test_a_key_that_lies_elsewhere_is_asked_there(papers: Documents) -> None:
    here = pki.document_key()
    there = replace(here, place="service:test", secret=b"")

    class Service:
        def sign(self, key: Key, data: bytes) -> bytes:
            return signers.ecdsa_sign(here, data)

    with pytest.raises(Unavailable):
        papers.signed(there)
    outside.install({"service": Service()})
    try:
        assert judged(papers.signed(there)).bottom_line
    finally:
        outside.install({})


def pdfsig(path: Path, *arguments: str) -> str:
    """What poppler says of a file's signature."""
    return subprocess.run(
        ["pdfsig", "-no-ocsp", *arguments, str(path)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def without(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        shutil.which(program) is None, reason=f"{program} is not here"
    )


@without("pdfsig")
@every_kind
def test_poppler_agrees(papers: Documents, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "c.pdf"
    path.write_bytes(papers.signed(pki.document_key(kind)))

    told = pdfsig(path)

    assert "Signature is Valid." in told
    assert "Total document signed" in told


@without("pdfsig")
def test_poppler_finds_a_changed_byte(papers: Documents, tmp_path: Path) -> None:
    path = tmp_path / "c.pdf"
    data = bytearray(papers.signed())
    data[data.index(b"/Count 1") + 7] = ord("2")
    path.write_bytes(data)

    assert "Signature is Valid." not in pdfsig(path)


@without("pdfsig")
@without("certutil")
@every_kind
def test_poppler_trusts_our_authority(
    papers: Documents, kind: str, tmp_path: Path
) -> None:
    path, shelf, root = tmp_path / "c.pdf", tmp_path / "nss", tmp_path / "root.der"
    path.write_bytes(papers.signed(pki.document_key(kind)))
    root.write_bytes(pki.root().der)
    shelf.mkdir()
    for arguments in (
        ["-N", "--empty-password"],
        ["-A", "-n", "root", "-t", "CT,C,C", "-i", str(root)],
    ):
        subprocess.run(["certutil", "-d", str(shelf), *arguments], check=True)

    assert "Certificate is Trusted." in pdfsig(path, "-nssdir", str(shelf))


@without("qpdf")
@every_kind
def test_the_qpdf_command_agrees(papers: Documents, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "c.pdf"
    path.write_bytes(papers.signed(pki.document_key(kind)))

    told = subprocess.run(
        ["qpdf", "--check", path], capture_output=True, text=True, check=False
    )

    assert told.returncode == 0, told.stderr
    assert re.search("No syntax or stream encoding errors", told.stdout)


def test_the_field_is_read_by_its_own_date(papers: Documents) -> None:
    later = pades.stamp(pki.SIGNED_AT + timedelta(hours=14))

    assert later == "D:20261122000500+08'00'"

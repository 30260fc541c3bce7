"""A file that outlasts its key, with a real authority beside."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from lms.credentials.rules.files import Reading, Trust
from lms.gateways.pdf import reading
from lms.gateways.stamping import TimeAuthority, believed
from lms.kernel.errors import Refused, Unavailable
from lms.signing.rules import Standing
from tests.make import pki, stamps
from tests.make.documents import Documents
from tests.make.stamps import Office

NOW = pki.SIGNED_AT


@pytest.fixture
def office() -> Iterator[Office]:
    with stamps.office() as made:
        yield made


@pytest.fixture
def data(papers: Documents) -> bytes:
    return papers.signed()


def authority(office: Office) -> TimeAuthority:
    return TimeAuthority(office.url, (stamps.root().der,))


@cache
def lists() -> tuple[bytes, ...]:
    return (pki.root().crl(),)


def trust() -> Trust:
    published = pki.trust(pki.document_key()).keys
    return Trust(published, (stamps.root().der,))


def found(told: Reading) -> dict[str, bool | None]:
    return {finding.code: finding.holds for finding in told.findings}


def test_what_was_issued_stays_to_the_byte(data: bytes, office: Office) -> None:
    made = authority(office).extend(data, NOW, lists())

    assert made.startswith(data)
    assert len(made) > len(data)


def test_it_proves_everything_and_when(data: bytes, office: Office) -> None:
    made = authority(office).extend(data, NOW, lists())

    told = reading.read(made, trust())

    assert told.sound
    assert found(told)["pdf.whole"]
    assert found(told)["pdf.changed_after"]
    assert found(told)["time.stamp"]
    stamp = next(f for f in told.findings if f.code == "time.stamp")
    assert stamp.facts["at"] == NOW.isoformat()
    assert "Clerk" in stamp.facts["by"]


def test_what_outlasts_lies_within(data: bytes, office: Office) -> None:
    made = authority(office).extend(data, NOW, lists())

    with pikepdf.open(io.BytesIO(made)) as pdf:
        store = pdf.Root.DSS
        kept = {bytes(one.read_bytes()) for one in store.Certs}
        assert set(pki.document_key().chain) <= kept
        assert stamps.root().der in kept
        assert [bytes(one.read_bytes()) for one in store.CRLs] == list(lists())
        assert pdf.check_pdf_syntax() == []


def judged(made: bytes) -> PdfSignatureStatus:
    """Years later: the stamp says when, and the file alone says with what."""
    reader = PdfFileReader(io.BytesIO(made))
    (signature,) = reader.embedded_regular_signatures
    stamp = validate_pdf_timestamp(
        reader.embedded_timestamp_signatures[0],
        ValidationContext(
            trust_roots=[x509.Certificate.load(stamps.root().der)],
            moment=NOW,
            allow_fetching=False,
        ),
    )
    assert stamp.intact
    assert stamp.trusted
    kept = DocumentSecurityStore.read_dss(reader)
    return validate_pdf_signature(
        signature,
        kept.as_validation_context(
            {
                "trust_roots": [x509.Certificate.load(pki.root().der)],
                "moment": stamp.timestamp,
                "allow_fetching": False,
                "revocation_mode": "require",
            }
        ),
    )


def test_pyhanko_needs_nothing_but_the_file(data: bytes, office: Office) -> None:
    """Even where it insists on knowing whether a certificate was revoked."""
    made = authority(office).extend(data, NOW, lists())

    status = judged(made)

    assert status.bottom_line
    assert status.docmdp_ok
    assert status.modification_level is ModificationLevel.LTA_UPDATES
    assert not judged(authority(office).extend(data, NOW)).trusted  # without a list


def test_a_broken_key_still_proves_what_was_stamped_before(
    data: bytes, office: Office
) -> None:
    made = authority(office).extend(data, NOW)
    key = pki.document_key()

    def read(after: timedelta, roots: tuple[bytes, ...]) -> Reading:
        broken = pki.published(key, Standing.COMPROMISED, NOW + after)
        return reading.read(made, Trust({key.kid: broken}, roots))

    day = timedelta(days=1)
    assert read(day, (stamps.root().der,)).sound
    assert not read(-day, (stamps.root().der,)).sound
    assert not read(day, ()).sound  # a stamp of somebody who is not believed


def test_no_changed_byte_under_the_stamp_is_overlooked(
    data: bytes, office: Office
) -> None:
    made = authority(office).extend(data, NOW, lists())
    stamp = PdfFileReader(io.BytesIO(made)).embedded_timestamp_signatures[0]
    _, start, end, _ = stamp.byte_range
    dice = random.Random(5)
    for _ in range(80):
        at = dice.randrange(len(made))
        if start < at < end:
            continue
        changed = bytearray(made)
        changed[at] ^= 1 << dice.randrange(8)
        assert not reading.read(bytes(changed), trust()).sound, at


def test_a_file_may_be_stamped_again_later(data: bytes, office: Office) -> None:
    """Before the authority's own certificate ends, its stamp is stamped."""
    first = authority(office).extend(data, NOW)
    office.tells = NOW + timedelta(days=300)

    again = authority(office).extend(first, NOW + timedelta(days=300))

    assert again.startswith(first)
    assert reading.read(again, trust()).sound
    stamp = next(
        f for f in reading.read(again, trust()).findings if f.code == "time.stamp"
    )
    assert stamp.facts["at"] == NOW.isoformat()


def test_an_unsigned_file_is_refused(papers: Documents, office: Office) -> None:
    with pytest.raises(Refused, match=r"stamping\.unsigned"):
        authority(office).extend(papers.drawn().finish(), NOW)
    with pytest.raises(Refused, match=r"stamping\.unreadable"):
        authority(office).extend(b"%PDF-1.7 and no more", NOW)
    assert office.asked == 0


def test_an_authority_that_is_not_there_is_unavailable(data: bytes) -> None:
    with stamps.office() as gone:
        url = gone.url
    with pytest.raises(Unavailable):
        TimeAuthority(url, ()).extend(data, NOW)


def test_an_authority_out_of_order_is_unavailable(data: bytes, office: Office) -> None:
    office.broken = True
    with pytest.raises(Unavailable):
        authority(office).extend(data, NOW)


def test_a_stamp_over_something_else_does_not_count(
    data: bytes, office: Office
) -> None:
    office.garbles = True
    with pytest.raises(Unavailable):
        authority(office).extend(data, NOW)


def test_a_stamp_of_a_stranger_does_not_count(data: bytes, office: Office) -> None:
    office.by = pki.Authority("Some Other Root")
    with pytest.raises(Unavailable):
        authority(office).extend(data, NOW)


def test_a_stamp_from_another_day_does_not_count(data: bytes, office: Office) -> None:
    office.tells = NOW - timedelta(days=2)
    with pytest.raises(Unavailable):
        authority(office).extend(data, NOW)


def test_who_is_believed_stands_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "roots.pem"
    path.write_bytes(
        b"".join(a.own.public_bytes(Encoding.PEM) for a in (stamps.root(), pki.root()))
    )

    assert believed(path) == (stamps.root().der, pki.root().der)
    assert believed(None) == ()


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="pdfsig is not here")
def test_poppler_still_finds_the_signature_valid(
    data: bytes, office: Office, tmp_path: Path
) -> None:
    path = tmp_path / "lasting.pdf"
    path.write_bytes(authority(office).extend(data, NOW, lists()))

    told = subprocess.run(
        ["pdfsig", "-no-ocsp", path], capture_output=True, text=True, check=False
    ).stdout

    assert "Signature is Valid." in told

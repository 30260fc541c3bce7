"""What a PDF proves by itself, and that no hostile one proves anything."""

from __future__ import annotations

import io
import random
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from lms.credentials.rules.files import FileKind, Reading, Trust
from lms.gateways.pdf import reading
from lms.signing.rules import Purpose, Standing
from tests import patience
from tests.make import documents, pki
from tests.make.documents import Documents


@pytest.fixture(scope="module")
def data(papers: Documents) -> bytes:
    return papers.signed()


@pytest.fixture(scope="module")
def trust() -> Trust:
    return pki.trust(pki.document_key())


def found(told: Reading) -> dict[str, bool | None]:
    return {finding.code: finding.holds for finding in told.findings}


def gap(data: bytes) -> tuple[int, int]:
    """Where the container lies, with its brackets."""
    said = re.search(rb"/ByteRange \[0 (\d+) (\d+)", data)
    assert said
    return int(said[1]), int(said[2])


@pytest.mark.parametrize("kind", pki.KINDS)
def test_a_certificate_of_ours_proves_itself(papers: Documents, kind: str) -> None:
    key = pki.document_key(kind)

    told = reading.read(papers.signed(key), pki.trust(key))

    assert told.kind is FileKind.PDF
    assert told.sound
    assert found(told) == {
        "pdf.signature": True,
        "pdf.whole": True,
        "pdf.changed_after": True,
        "key.ours": True,
        "key.live": True,
        "time.stamp": None,
    }
    assert (told.number, told.code) == (documents.NUMBER, documents.CODE)
    assert told.kid == key.kid


def test_it_is_heard_what_the_page_says(data: bytes, trust: Trust) -> None:
    assert reading.read(data, trust).said == {"姓名": "欧阳𬀩𠅤", "专业": "建筑工程"}


def test_a_table_is_heard_by_its_heads(papers: Documents, trust: Trust) -> None:
    data = papers.table(("专业", "学时"), ("建筑", "60"), ("市政", "30"))

    assert reading.read(data, trust).said == {"专业": "建筑；市政", "学时": "60；30"}


def test_it_is_signed_by_somebody_else(data: bytes) -> None:
    told = reading.read(data, pki.trust(pki.document_key("p256", 2)))

    assert found(told)["pdf.signature"]
    assert found(told)["key.ours"] is False
    assert not told.sound
    assert told.kid == ""


def test_a_key_for_other_things_does_not_count(data: bytes) -> None:
    key = pki.document_key()
    other = replace(pki.published(key), purpose=Purpose.SEAL)

    assert not reading.read(data, Trust({key.kid: other})).sound


def test_a_retired_key_still_proves_what_it_signed(data: bytes) -> None:
    key = pki.document_key()
    kept = pki.published(key, Standing.RETIRED)

    assert reading.read(data, Trust({key.kid: kept})).sound


def test_a_broken_key_proves_nothing_without_a_timestamp(data: bytes) -> None:
    key = pki.document_key()
    later = pki.SIGNED_AT + timedelta(days=30)
    broken = pki.published(key, Standing.COMPROMISED, later)

    told = reading.read(data, Trust({key.kid: broken}))

    assert found(told)["key.ours"]
    assert found(told)["key.live"] is False
    assert not told.sound


def test_a_key_that_was_retired_signs_nothing_after_that_day(data: bytes) -> None:
    key = pki.document_key()
    retired = pki.published(key, Standing.RETIRED)

    for days, lives in ((-2, False), (0, True)):
        since = replace(retired, changed_at=pki.SIGNED_AT + timedelta(days=days))
        told = reading.read(data, Trust({key.kid: since}))
        assert found(told)["key.live"] is lives


def test_a_signature_outside_the_keys_time_does_not_count(data: bytes) -> None:
    key = pki.document_key()
    later = pki.SIGNED_AT + timedelta(days=1)
    young = replace(pki.published(key), valid_from=later)

    assert found(reading.read(data, Trust({key.kid: young})))["key.live"] is False


# -- one byte -------------------------------------------------------------------


def test_no_changed_byte_is_overlooked(data: bytes, trust: Trust) -> None:
    dice = random.Random(20261121)
    for _ in range(250):
        at = dice.randrange(len(data))
        changed = bytearray(data)
        changed[at] ^= 1 << dice.randrange(8)
        assert not reading.read(bytes(changed), trust).sound, at


@pytest.mark.long
def test_ten_thousand_changed_bytes_are_all_found(data: bytes, trust: Trust) -> None:
    dice = random.Random(10_000)
    for at in dice.sample(range(len(data)), 10_000):
        changed = bytearray(data)
        changed[at] = dice.choice([v for v in range(256) if v != data[at]])
        assert not reading.read(bytes(changed), trust).sound, at


def test_no_changed_byte_of_the_container_is_overlooked(
    data: bytes, trust: Trust
) -> None:
    """No signature covers these bytes: the chain, the padding, capital digits."""
    start, end = gap(data)
    dice = random.Random(7)
    places = [start, start + 1, end - 1, end - 2, end - 3]
    places += [dice.randrange(start, end) for _ in range(150)]
    for at in places:
        changed = bytearray(data)
        changed[at] ^= 0x20 if dice.random() < 0.5 else 1
        assert not reading.read(bytes(changed), trust).sound, at


def test_a_changed_byte_says_nothing_of_what_the_signature_covers(
    data: bytes, trust: Trust
) -> None:
    start, end = gap(data)
    at = data.index(b"BT", end) if b"BT" in data[end:] else start // 2
    changed = bytearray(data)
    changed[at] ^= 1

    told = found(reading.read(bytes(changed), trust))

    assert told["pdf.signature"] is False
    assert told.get("pdf.whole") is not False


def test_capital_digits_in_the_container_are_a_change(
    data: bytes, trust: Trust
) -> None:
    start, end = gap(data)
    changed = data[:start] + data[start:end].upper() + data[end:]

    told = reading.read(changed, trust)

    assert found(told)["pdf.signature"]
    assert found(told)["pdf.whole"] is False
    assert not told.sound


@pytest.mark.parametrize("more", [b"\n", b"%%EOF\n", b"\0" * 40])
def test_bytes_at_the_end_are_a_change(data: bytes, trust: Trust, more: bytes) -> None:
    told = reading.read(data + more, trust)

    assert not told.sound


def test_a_file_cut_short_proves_nothing(data: bytes, trust: Trust) -> None:
    dice = random.Random(3)
    for _ in range(60):
        assert not reading.read(data[: dice.randrange(len(data))], trust).sound


# -- changed after it was signed ------------------------------------------------


def update(data: bytes) -> bytes:
    """Put a red box over the page, as an honest editor would."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    box = generic.StreamObject(stream_data=b"q 1 0 0 rg 60 500 300 40 re f Q")
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = generic.ArrayObject(
        [page.raw_get("/Contents"), writer.add_object(box)]
    )
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko has no types here
    return out.getvalue()


def test_an_update_is_reported(data: bytes, trust: Trust) -> None:
    told = reading.read(update(data), trust)

    assert found(told)["pdf.signature"]  # of what was signed, nothing changed
    assert found(told)["pdf.changed_after"] is False
    assert found(told)["pdf.whole"] is False
    assert not told.sound
    assert told.code == documents.CODE


def test_a_file_saved_anew_proves_nothing(data: bytes, trust: Trust) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)

    told = reading.read(out.getvalue(), trust)

    assert not told.sound
    assert not found(told)["pdf.signature"]


def test_a_signature_moved_to_other_pages_proves_nothing(
    papers: Documents, data: bytes, trust: Trust
) -> None:
    start, end = gap(data)
    other = bytearray(papers.signed(attached=False))
    there, until = gap(bytes(other))
    other[there:until] = data[start:end]

    assert not reading.read(bytes(other), trust).sound


# -- files that are no certificates ---------------------------------------------


def test_an_unsigned_file_claims_nothing(papers: Documents, trust: Trust) -> None:
    told = reading.read(papers.drawn().finish(), trust)

    assert found(told) == {"pdf.signature": None}
    assert not told.sound
    assert told.number == documents.NUMBER


@pytest.mark.parametrize("strange", [b"", b"PK\x03\x04", b"{}", b"GIF89a", b"\0" * 99])
def test_other_files_are_none_of_its_business(strange: bytes, trust: Trust) -> None:
    assert reading.read(strange, trust) == Reading(None)


def hostile(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Files made to break or to stall a parser."""
    head, xref = b"%PDF-1.7\n", data.rindex(b"startxref")
    yield "no more than a head", head
    yield "noise", head + random.Random(1).randbytes(50_000)
    yield "arrays without end", head + b"1 0 obj\n" + b"[" * 100_000 + b"]" * 100_000
    yield "dictionaries without end", head + b"1 0 obj\n" + b"<</A" * 50_000
    yield (
        "a table that follows itself",
        (data[:xref] + b"startxref\n%d\n%%%%EOF\n" % len(data[:xref])),
    )
    table = len(head)
    yield (
        "a chain of tables in a ring",
        (
            head
            + b"xref\n0 1\n0000000000 65535 f \ntrailer\n"
            + b"<</Size 1/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
            % (table, table)
        ),
    )
    yield (
        "a table of a billion rows",
        (
            head
            + b"xref\n0 1000000000\n0000000000 65535 f \n"
            + b"trailer\n<</Size 1/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table
        ),
    )
    bomb = zlib.compress(bytes(400_000_000), 9)
    yield (
        "a bomb",
        (
            head
            + b"1 0 obj\n<</Type/XRef/Size 9/W [1 4 2]/Root 1 0 R/Filter/FlateDecode"
            + b"/Length %d>>\nstream\n" % len(bomb)
            + bomb
            + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % table
        ),
    )
    yield "a reference to itself", data.replace(b"/V ", b"/V 1 0 R %", 1)
    yield "too large", data + bytes(reading.MOST)
    yield "too many objects", data + b"1 0 obj\nendobj\n" * 20_000
    yield "too many revisions", data + b"startxref\n0\n%%EOF\n" * 5_000


def test_no_hostile_file_breaks_or_stalls_it(data: bytes, trust: Trust) -> None:
    for name, made in hostile(data):
        with patience.ends():
            told = reading.read(made, trust)
        assert not told.sound, name


def test_a_file_in_a_ring_of_pages_does_not_stall_it(data: bytes, trust: Trust) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    pages = writer.root["/Pages"]
    pages["/Kids"] = generic.ArrayObject([writer.root.raw_get("/Pages")] * 9)
    writer.update_container(pages)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko has no types here

    with patience.ends():
        told = reading.read(out.getvalue(), trust)
    assert not told.sound


def test_mixed_up_files_never_prove_anything(data: bytes, trust: Trust) -> None:
    """Some hundred mutations: pieces lost, doubled, moved, and overwritten."""
    dice = random.Random(11)
    for _ in range(200):
        one, two = sorted(dice.randrange(len(data)) for _ in range(2))
        piece = data[one : one + dice.randrange(1, 400)]
        made = dice.choice(
            (
                data[:one] + data[one + len(piece) :],
                data[:two] + piece + data[two:],
                data[:two] + piece + data[two + len(piece) :],
                data[:one] + dice.randbytes(len(piece)) + data[one + len(piece) :],
            )
        )
        if made != data:
            assert not reading.read(made, trust).sound

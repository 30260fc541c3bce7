"""Files of strangers are read within limits, and what cannot be read proves nothing."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from lms.credentials.rules.files import FileKind, Finding, Reading
from lms.gateways import reader
from lms.gateways.reader import LocalReader, folded, kind_of, unfolded


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 x", FileKind.PDF),
        (b"PK\3\4 x", FileKind.OFD),
        (b'{"type":["VerifiableCredential"]}', FileKind.CREDENTIAL),
        (b"eyJ.eyJ.abc", FileKind.JWT),
        (b"\xff\xd8\xff", None),
        (b"", None),
    ],
)
def test_a_kind_is_told_by_what_is_in_a_file(
    data: bytes, kind: FileKind | None
) -> None:
    assert kind_of(data) is kind


def test_a_reading_comes_through_the_fence_as_it_was() -> None:
    found = Reading(
        FileKind.PDF,
        (Finding("pdf.signature", holds=True, facts={"at": "x"}), Finding("y", None)),
        "蒙2152021202600001-001",
        "C" * 26,
        "kid",
        {"姓名": "张建国"},
    )

    assert unfolded(folded(found)) == found


def test_a_hostile_pdf_proves_nothing_and_does_not_hang(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An object that is its own parent, in a table that points to itself."""
    data = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>\nendobj\n"
    data += b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n"
    data += b"trailer\n<</Root 1 0 R/Size 2/Prev 72>>\nstartxref\n72\n%%EOF\n"
    ended = []
    run = subprocess.run

    def noted(*told: Any, **how: Any) -> Any:
        ended.append(run(*told, **how))
        return ended[-1]

    monkeypatch.setattr("lms.gateways.reader.subprocess.run", noted)

    found = LocalReader().read(data, {}, issued=False)

    assert found.kind is FileKind.PDF
    assert not found.sound
    assert [one.returncode for one in ended] == [0]  # by itself, not for its hanging


def test_without_a_room_only_the_digest_is_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "ROOMS", 1)
    monkeypatch.setattr(reader, "WAIT", 0.01)
    busy = LocalReader()
    assert busy._rooms.acquire()

    found = busy.read(b"%PDF-1.7 /v/" + b"C" * 26, {}, issued=False)

    assert found == Reading(FileKind.PDF, code="C" * 26)


def test_numbers_of_both_kinds_are_seen_in_what_cannot_be_read() -> None:
    one = LocalReader().read("x蒙2152021202600001-001x".encode(), {}, issued=False)
    other = LocalReader().read(b"x BTJX-JXJY-2026-0000149-7 x", {}, issued=False)

    assert one.number == "蒙2152021202600001-001"
    assert other.number == "BTJX-JXJY-2026-0000149-7"

"""Packages that no house wrote: none gets past the reader, or brings it down."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.credentials.rules.files import Trust
from lms.gateways.ofd import archive
from lms.gateways.ofd.archive import Package, Unreadable
from lms.gateways.ofd.parts import DEFLATED, deflated, package, stored
from lms.gateways.ofd.reading import read
from tests.gateways.ofd import ground
from tests.gateways.ofd.judging import parts, seen, why


@cache
def _plain() -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(ground.issued())) as found:
        return [(name, found.read(name)) for name in found.namelist()]


def _zipped(
    files: list[tuple[str, bytes]],
    form: int = zipfile.ZIP_DEFLATED,
    comment: bytes = b"",
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", form) as made:
        for name, content in files:
            made.writestr(name, content)
        made.comment = comment
    return out.getvalue()


def _bomb() -> bytes:
    return package([deflated("OFD.xml", bytes(64 << 20), 9)])


def _twice() -> bytes:
    found = list(parts().values())
    return package([*found, found[2]])


def _between() -> bytes:
    data = ground.issued()
    middle = data.index(b"PK\1\2")
    end = bytearray(data[middle:])
    at = struct.unpack_from("<I", end, len(end) - 6)[0]
    struct.pack_into("<I", end, len(end) - 6, at + 5)
    return data[:middle] + b"extra" + bytes(end)


def _encrypted() -> bytes:
    data = bytearray(ground.issued())
    for sign, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(sign) + at] |= 1
    return bytes(data)


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "zipped again by another program": (lambda: _zipped(_plain()), {"form"}),
    "with a comment": (lambda: _zipped(_plain(), comment=b"hi"), {"zip"}),
    "pressed by a method of later days": (
        lambda: _zipped(_plain(), zipfile.ZIP_LZMA),
        {"zip"},
    ),
    "with something after the end": (lambda: ground.issued() + b"\0", {"zip"}),
    "with something before the beginning": (lambda: b"MZ" + ground.issued(), {"zip"}),
    "with something between": (_between, {"form", "zip"}),
    "with one name twice": (_twice, {"twice"}),
    "with names that differ by case only": (
        lambda: package([*parts().values(), stored("ofd.xml", b"")]),
        {"twice"},
    ),
    "that unpacks to more than memory": (_bomb, {"size"}),
    "that says it is encrypted": (_encrypted, {"form"}),
    "with too many entries": (
        lambda: package(
            [stored(f"a{n}", b"") for n in range(archive.MOST_ENTRIES + 1)]
        ),
        {"entries"},
    ),
    "with a way out of its folder": (
        lambda: package([stored("Doc_0/../../etc/passwd", b"")]),
        {"name"},
    ),
    "with a name from the root": (lambda: package([stored("/OFD.xml", b"")]), {"name"}),
    "with a name of Windows": (lambda: package([stored("a\\b", b"")]), {"name"}),
    "cut short": (lambda: ground.issued()[:-100], {"zip"}),
    "empty": (lambda: b"", {"size"}),
    "of a PDF": (lambda: b"%PDF-1.7\n" + bytes(400), {"zip"}),
    "too large": (lambda: bytes(archive.MOST_BYTES + 1), {"size"}),
    "without OFD.xml": (lambda: package([stored("a.xml", b"<a/>")]), {"missing"}),
    "with entities": (
        lambda: package(
            [
                stored(
                    "OFD.xml",
                    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
                )
            ]
        ),
        {"xml"},
    ),
    "with no XML": (lambda: package([stored("OFD.xml", b"<a")]), {"xml"}),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_package_is_refused(kind: str) -> None:
    make, reasons = HOSTILE[kind]

    assert why(seen(make())) in reasons


def test_a_bomb_is_not_unpacked() -> None:
    data = _bomb()
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            Package(data)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert most < 8 << 20  # it would unpack to 64 MiB


def test_a_broken_file_still_says_of_which_certificate_it_was() -> None:
    """Nothing is proved, but the clerk sees which number to look at."""
    data = bytearray(ground.issued())
    data[data.index(b"Doc_0/Document.xml") + 40] ^= 1

    reading = seen(bytes(data))

    assert not reading.sound
    assert (reading.number, reading.code) == (ground.FACTS.number, ground.FACTS.token)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_nothing_within_makes_the_reader_fall(data: st.DataObject) -> None:
    """Entries of a well-made zip, each with some bytes replaced."""
    found = parts()
    name = data.draw(st.sampled_from([n for n in found if "Content" not in n]))
    part = found[name]
    content = bytearray(
        zlib.decompress(part.packed, -15) if part.method == DEFLATED else part.packed
    )
    at = data.draw(st.integers(0, len(content) - 1))
    patch = data.draw(st.binary(min_size=1, max_size=6))
    assumed = bytes(content[:at] + patch + content[at + len(patch) :])
    if assumed == bytes(content):
        return
    found[name] = stored(name, assumed)

    assert not seen(package(found.values())).sound


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_falling(data: bytes) -> None:
    assert not read(data, Trust({})).sound
    assert not read(b"PK\3\4" + data, Trust({})).sound

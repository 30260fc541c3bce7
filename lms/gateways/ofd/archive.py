"""Open a package that anybody may have made: bounded, strict, and nothing is fetched.

What is read is written again by the house's own writer and compared, so that no byte
of the zip file itself can differ. The form of zip files in `parts` is therefore kept
for ever, or read beside its successor.
"""

import posixpath
import re
import struct
import zlib
from typing import Any

from lxml import etree

from lms.gateways.ofd.parts import DEFLATED, STORED, Part, package, sm3

MOST_BYTES = 8 << 20
MOST_UNPACKED = 24 << 20
MOST_ENTRIES = 64
NAMES = "{http://www.ofdspec.org/2016}"

_END, _LISTED, _LOCAL = 22, 46, 30
_NAME = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")


class Unreadable(ValueError):
    """No package as the house writes them; the one argument is the reason, a code."""


class Package:
    """The entries of a package, in their order, and its XML."""

    def __init__(self, data: bytes) -> None:
        """Open a package.

        Raises: Unreadable.
        """
        entries = _unpacked(data)
        self.parts = {part.name: part for part, _ in entries}
        self._contents = {part.name: content for part, content in entries}
        if package(self.parts.values()) != data:
            raise Unreadable("form")

    def content(self, name: str) -> bytes:
        """Give what an entry holds.

        Raises: Unreadable when there is no such entry.
        """
        try:
            return self._contents[name]
        except KeyError:
            raise Unreadable("missing") from None

    def xml(self, name: str) -> Any:  # noqa: ANN401 - lxml has no types
        """Parse an entry: no entities, no document type.

        Raises: Unreadable.
        """
        content = self.content(name)
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            root = etree.fromstring(content, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise Unreadable("xml") from error
        if root.getroottree().docinfo.doctype:
            raise Unreadable("xml")
        return root

    @staticmethod
    def place(base: str, named: str | None) -> str:
        """Say which entry is meant by a location that stands in another entry."""
        named = (named or "").strip()
        if named.startswith("/"):
            return named[1:]
        return posixpath.join(posixpath.dirname(base), named)


def text(element: Any, path: str) -> str | None:  # noqa: ANN401 - lxml has no types
    """Give the words of an element below; `path` without the name space."""
    found = element.find("/".join(NAMES + step for step in path.split("/")))
    return None if found is None else found.text


def _unpacked(data: bytes) -> list[tuple[Part, bytes]]:
    """Read the entries of a zip file by its listing, each with its content."""
    if not _END < len(data) <= MOST_BYTES:
        raise Unreadable("size")
    sign, _, _, _, count, size, at, _ = struct.unpack(
        "<4s4H2IH", data[len(data) - _END :]
    )
    if sign != b"PK\5\6" or at + size + _END != len(data):
        raise Unreadable("zip")
    if not 0 < count <= MOST_ENTRIES:
        raise Unreadable("entries")
    entries: list[tuple[Part, bytes]] = []
    room = MOST_UNPACKED
    for _ in range(count):
        part, content = _entry(data, at, room)
        at += _LISTED + len(part.name)
        room -= part.size
        entries.append((part, content))
    if len({part.name.casefold() for part, _ in entries}) != count:
        raise Unreadable("twice")
    return entries


def _entry(data: bytes, at: int, room: int) -> tuple[Part, bytes]:
    """Read one line of the listing and what it points to."""
    try:
        (sign, method, crc, packed, size, name_size, extra, comment, start) = (
            struct.unpack_from("<4s6xH4xIIIHHH8xI", data, at)
        )
    except struct.error:
        raise Unreadable("zip") from None
    if sign != b"PK\1\2" or extra or comment or method not in {STORED, DEFLATED}:
        raise Unreadable("zip")
    if size > room:
        raise Unreadable("size")
    raw = data[at + _LISTED : at + _LISTED + name_size]
    name = raw.decode("ascii", "replace")
    if not _NAME.fullmatch(name) or ".." in name:
        raise Unreadable("name")
    body = start + _LOCAL + name_size
    held = data[body : body + packed]
    content = held if method == STORED else _inflate(held, size)
    if len(content) != size or zlib.crc32(content) != crc:
        raise Unreadable("crc")
    mark = sm3(content)
    packed_mark = mark if method == STORED else sm3(held)
    return Part(name, method, crc, size, held, mark, packed_mark), content


def _inflate(packed: bytes, size: int) -> bytes:
    """Unpack no more than was promised."""
    tool = zlib.decompressobj(-15)
    try:
        content = tool.decompress(packed, size + 1)
    except zlib.error:
        raise Unreadable("zip") from None
    if not tool.eof or tool.unused_data or tool.unconsumed_tail:
        raise Unreadable("zip")
    return content

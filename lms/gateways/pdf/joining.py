"""Join objects to a document of reportlab whose bytes are known already."""

import zlib
from typing import Any, Protocol

from reportlab.pdfbase import pdfdoc


class Document(Protocol):
    """What is used of reportlab's document."""

    objectcounter: int
    Catalog: Any
    Pages: Any
    info: Any
    delayedFonts: list[Any]  # noqa: N815 - reportlab's names
    idToObject: dict[str, Any]  # noqa: N815 - reportlab's own name
    idToObjectNumberAndVersion: dict[str, tuple[int, int]]  # noqa: N815 - reportlab's own name

    def Reference(self, item: object, name: str) -> object:  # noqa: N802 - reportlab's own name
        """Join an object to the document."""
        ...


class Encoded(pdfdoc.PDFObject):
    """An object whose bytes are known already."""

    __RefOnly__ = 1

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def format(self, _document: pdfdoc.PDFDocument) -> bytes:
        """Give the bytes: reportlab asks each object so."""
        return self._raw


def put(document: Document, raw: bytes, name: str = "") -> int:
    """Join an object to a document and give its number."""
    number = document.objectcounter + 1
    document.Reference(Encoded(raw), name or f"joined.{number}")
    return number


def stream(entries: str, content: bytes, *, packed: bool = True) -> bytes:
    """Write a stream with these entries in its dictionary."""
    body = zlib.compress(content) if packed else content
    how = "/Filter/FlateDecode" if packed else ""
    head = f"<<{entries}{how}/Length {len(body)}>>\nstream\n"
    return head.encode() + body + b"\nendstream"

"""The fenced-in process that walks an uploaded PDF. Run by `gateways.papers` alone.

Refuses what can act: scripts, launching, files inside, forms of XFA, encryption.
"""

import io
import logging
import sys
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

PAGES = 60
_ROOM = 66_000
_ARCHIVE_END = b"PK\x05\x06"
MOST_OBJECTS = 200_000

_ACTS = frozenset(
    {
        "/JS", "/JavaScript", "/Launch", "/AA", "/EmbeddedFile",
        "/EmbeddedFiles", "/RichMedia", "/XFA", "/SubmitForm", "/ImportData",
        "/GoToE", "/GoToR", "/Movie", "/Sound", "/3D",
    }
)  # fmt: skip


class Unfit(Exception):
    """The PDF cannot be taken; carries the code of the reason."""


def walk(raw: bytes) -> None:
    """Look at every object that the file reaches or lists.

    Raises: Unfit.
    """
    only_pdf(raw)
    try:
        reader = PdfReader(io.BytesIO(raw), strict=False)
        if reader.is_encrypted:
            raise Unfit("paper.locked")
        if not 0 < len(reader.pages) <= PAGES:
            raise Unfit("paper.many_pages")
        _look(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unfit("paper.unreadable") from error
    except (AttributeError, IndexError, OSError, MemoryError) as error:
        raise Unfit("paper.unreadable") from error


def only_pdf(raw: bytes) -> None:
    """See that a PDF is nothing else as well: no archive or program hangs behind it.

    Raises: Unfit.
    """
    _body, mark, rest = raw.rpartition(b"%%EOF")
    if not mark:
        raise Unfit("paper.unreadable")
    if rest.strip(b"\r\n\t \0") or _ARCHIVE_END in raw[-_ROOM:]:
        raise Unfit("paper.mixed")


def _look(reader: PdfReader) -> None:
    numbers = {(n, g) for g, found in reader.xref.items() for n in found}
    numbers |= {(n, 0) for n in reader.xref_objStm}
    todo: list[Any] = [reader.trailer]
    todo += [IndirectObject(n, g, reader) for n, g in sorted(numbers) if n]
    seen: set[tuple[int, int]] = set()
    looked = 0
    while todo:
        looked += 1
        if looked > MOST_OBJECTS:
            raise Unfit("paper.unreadable")
        thing = todo.pop()
        if isinstance(thing, IndirectObject):
            place = (thing.idnum, thing.generation)
            if place not in seen:
                seen.add(place)
                todo.append(thing.get_object())
        elif isinstance(thing, DictionaryObject):
            _inert(thing)
            todo += [thing.raw_get(key) for key in thing]
        elif isinstance(thing, ArrayObject):
            todo += list(list.__iter__(thing))


def _inert(thing: DictionaryObject) -> None:
    if _ACTS & set(thing):
        raise Unfit("paper.acts")
    # Where a file opens is no deed; an action that it opens with is.
    opens = thing.get("/OpenAction")
    if opens is not None and not isinstance(opens, ArrayObject):
        raise Unfit("paper.acts")
    for key in ("/S", "/Type", "/Subtype"):
        named = thing.raw_get(key) if key in thing else None
        if isinstance(named, str) and named in _ACTS:
            raise Unfit("paper.acts")


def main() -> int:
    """Walk one PDF."""
    logging.disable(logging.CRITICAL)
    try:
        walk(sys.stdin.buffer.read())
    except Unfit as unfit:
        sys.stdout.write(str(unfit))
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())

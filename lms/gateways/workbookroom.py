"""The fenced-in process that reads one workbook. Run by `gateways.workbooks` alone.

Refuses what can act or explode before anything is unpacked: macros, links outward,
embedded things, declarations in XML, archives that grow beyond all measure.
"""

import io
import json
import logging
import re
import sys
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

MOST_PARTS = 300
MOST_BYTES = 64 * 2**20
"""Of all parts together, unpacked."""

_CHUNK = 1 << 20
_DECLARES = (b"<!DOCTYPE", b"<!ENTITY")
_LONGEST = max(map(len, _DECLARES)) - 1
_ACTS = (
    "vbaproject", "/externallinks/", "/activex/", "/embeddings/", "/ctrlprops/",
    "/macrosheets/", "/dialogsheets/", "/webextensions/", "/connections.xml",
    "/querytables/", "/customui/",
)  # fmt: skip

Row = list[tuple[str, str]]


class Unfit(Exception):
    """The workbook cannot be taken; carries the code of the reason."""


def walk(raw: bytes, rows: int, columns: int, longest: int) -> list[Row]:
    """Look into the archive, then read the first sheet that has something in it.

    Raises: Unfit.
    """
    try:
        _look(raw)
        return _cells(raw, rows, columns, longest)
    except Unfit:
        raise
    except Exception as error:
        # A parser of strange files fails in as many ways as there are such files.
        raise Unfit("workbook.unreadable") from error


def _look(raw: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_BYTES:
            raise Unfit("workbook.too_big")
        names = [part.filename.lower() for part in parts]
        if "[content_types].xml" not in names:
            raise Unfit("workbook.format")
        if any(mark in f"/{name}" for name in names for mark in _ACTS):
            raise Unfit("workbook.acts")
        if any(part.flag_bits & 1 for part in parts):
            raise Unfit("workbook.old")
        for part in parts:
            _plain(archive, part)


def _plain(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Insist that a part declares nothing, wherever it stands and whatever its name.

    Read to its end: a part that is longer than the archive says stops here.
    """
    before = b""
    with archive.open(part) as opened:
        while chunk := opened.read(_CHUNK):
            bare = chunk.replace(b"\0", b"").upper()
            if any(mark in before + bare for mark in _DECLARES):
                raise Unfit("workbook.acts")
            before = bare[-_LONGEST:]


def _cells(raw: bytes, rows: int, columns: int, longest: int) -> list[Row]:
    from openpyxl import load_workbook  # noqa: PLC0415 - after the look into the archive

    book = load_workbook(
        io.BytesIO(raw), read_only=True, data_only=False, keep_links=False
    )
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        found = [
            [(kind, said[:longest]) for kind, said in row]
            for row in _rows(sheet, rows + 1, columns)
        ]
        while found and not found[-1]:
            found.pop()
        if found:
            if len(found) > rows:
                raise Unfit("workbook.many_rows")
            return found
    raise Unfit("workbook.empty")


def _rows(sheet: Any, most: int, columns: int) -> Iterator[Row]:  # noqa: ANN401 - untyped
    # What a sheet says of its own size may be a lie, or a million empty rows.
    sheet.reset_dimensions()
    for row in sheet.iter_rows(min_row=1, max_row=most, max_col=columns):
        found = [_cell(cell) for cell in row]
        while found and not found[-1][1]:
            found.pop()
        yield found


def _cell(cell: Any) -> tuple[str, str]:  # noqa: ANN401 - untyped
    value = cell.value
    if cell.data_type == "f":
        # Never worked out, and never shown: what it says is nobody's words.
        return "formula", "="
    if type(value) in {int, float}:  # True is an int, and no figure
        if "%" in (cell.number_format or ""):
            # Whoever typed 50% sees 50%, and never meant a half.
            return "text", f"{_figure(round(value * 100, 10))}%"
        return "number", _figure(value)
    return "text", "" if value is None else _words(value)


def _words(value: object) -> str:
    if isinstance(value, datetime) and value.time() == time.min:
        value = value.date()
    if isinstance(value, date | time):
        return value.isoformat()
    # A sign that XML has no place for is written as _x000A_ there; words that only look
    # like one are marked by _x005F_, of which openpyxl leaves some and drops others.
    return re.sub(
        "_x(005F|00[01][0-9A-Fa-f])_", lambda hit: chr(int(hit[1], 16)), str(value)
    )


def _figure(value: float) -> str:
    """Write a figure as people would: no exponent, no empty decimals."""
    whole = int(value)
    return str(whole) if whole == value else repr(value)


def main(asked: Sequence[str]) -> int:
    """Read one workbook. `asked`: rows, columns, and characters of a cell."""
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    rows, columns, longest = (int(one) for one in asked)
    try:
        found = walk(sys.stdin.buffer.read(), rows, columns, longest)
    except Unfit as unfit:
        sys.stdout.write(str(unfit))
        return 3
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

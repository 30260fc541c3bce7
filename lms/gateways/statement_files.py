"""Opens a bank's file: CSV in the encodings that Chinese banks use, or a workbook."""

import codecs
import csv
import io
import re
from decimal import Decimal, InvalidOperation

from lms.commerce.rules.statements import MOST_ROWS
from lms.gateways.workbooks import LocalWorkbooks
from lms.kernel.errors import Refused
from lms.kernel.grids import Cell, CellKind, Limits

UPLOAD_BYTES = 4 * 2**20
_LIMITS = Limits(rows=MOST_ROWS + 40, columns=60, cell=400)
_ARCHIVES = (b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_WRAPPED = re.compile(r'=?"?(.*?)"?')
_NEARLY = Decimal("0.000001")
_CENTS = Decimal("0.01")


class LocalStatementReader:
    """`StatementReader` on this machine."""

    def __init__(self) -> None:
        self._books = LocalWorkbooks()

    def read(self, upload: bytes) -> list[list[str]]:
        """Give the cells, row by row."""
        if upload.startswith(_ARCHIVES):
            grid = self._books.grid(upload, _LIMITS)
            return [[_said(cell) for cell in row] for row in grid]
        if len(upload) > UPLOAD_BYTES:
            raise Refused("workbook.too_big")
        return _table(_text(upload))


def _said(cell: Cell) -> str:
    """Give a cell's words; a figure of money loses what a float added to it."""
    text = cell.text.strip()
    if cell.kind is not CellKind.NUMBER:
        return text
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return text
    near = exact.quantize(_CENTS)
    return str(near) if "." in text and abs(exact - near) < _NEARLY else text


def _text(upload: bytes) -> str:
    """Decode: what marks itself by its first bytes, else UTF-8, else GB18030.

    GBK and GB2312 are parts of GB18030. What is UTF-8 by its bytes is never Chinese
    in another encoding but by chance.
    """
    if b"\0" in upload and not upload.startswith(
        (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    ):
        raise Refused("statement.encoding")
    marked = {
        codecs.BOM_UTF8: "utf-8-sig",
        codecs.BOM_UTF16_LE: "utf-16",
        codecs.BOM_UTF16_BE: "utf-16",
    }
    for mark, name in marked.items():
        if upload.startswith(mark):
            return _decoded(upload, name) or _unknown()
    for name in ("utf-8", "gb18030"):
        found = _decoded(upload, name)
        if found is not None:
            return found
    return _unknown()


def _decoded(upload: bytes, name: str) -> str | None:
    try:
        return upload.decode(name)
    except UnicodeDecodeError:
        return None


def _unknown() -> str:
    raise Refused("statement.encoding")


def _table(text: str) -> list[list[str]]:
    """Part a text by the sign that its first lines hold most of."""
    first = [line for line in text.splitlines()[:40] if line.strip()]
    sign = max(",\t;|", key=lambda one: sum(line.count(one) for line in first))
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=sign):
            rows.append([_bare(cell) for cell in row[: _LIMITS.columns]])
            if len(rows) > _LIMITS.rows:
                raise Refused("workbook.many_rows")
    except csv.Error as error:
        raise Refused("statement.encoding") from error
    return rows


def _bare(cell: str) -> str:
    """Take off what keeps a table program from rounding a number: ="6222", '6222."""
    text = cell.strip().lstrip("'`")
    if text.startswith('="'):
        found = _WRAPPED.fullmatch(text)
        return found[1] if found else text
    return text.strip('"').strip()[: _LIMITS.cell]

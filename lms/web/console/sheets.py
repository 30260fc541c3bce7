"""Lists as tables to download. A cell is what it says: text, figure, money or a day.

Text is written as text, so nothing that a person typed becomes a formula. Who takes a
list away leaves a line in the association's evidence. What is long, or names people in
full, becomes a job (`export_asking`, `lms/jobs/exports.py`).
"""

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from tempfile import TemporaryDirectory
from typing import IO, Any

import xlsxwriter
from flask import g, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.evidence import services as evidence
from lms.exports.rules import AT_ONCE
from lms.kernel import pii
from lms.kernel.clock import SHANGHAI
from lms.kernel.credit import ONE_HOUR, Credit
from lms.kernel.errors import Refused
from lms.kernel.money import Fen
from lms.web import desk
from lms.web.console import export_asking

Cell = str | int | Decimal | date | datetime | None


class Firm(str):
    """The name of a company in a column of names: it is nobody's personal data."""

    __slots__ = ()


_LOOKS = {
    "text": "@",
    "name": "@",
    "count": "0",
    "money": "#,##0.00",
    "hours": "0.00",
    "day": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm",
}
TOLD_EVERY = 500
MOST_LISTED = 5_000
"""So many rows a table takes of a list that has no filter, the newest first."""

MOST_ROWS = 1_000_000
"""A sheet has room for a few more."""

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Column:
    """A head, how its cells look (a key of `_LOOKS`), and their width in characters."""

    head: str
    look: str = "text"
    width: int = 16


def yuan_cell(amount: Fen) -> Decimal:
    """Give an amount as a figure of yuan, for a cell that can be added up."""
    return Decimal(amount) / 100


def hours_cell(credit: Credit) -> Decimal:
    """Give a credit as a figure of 学时."""
    return Decimal(credit) / ONE_HOUR


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows of which somebody has counted how many there will be.

    What is read by a cursor must be counted: nobody looks into it for its length.
    """

    rows: Iterable[Sequence[Cell]]
    total: int

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        """Go through the rows."""
        return iter(self.rows)


@dataclass(frozen=True, slots=True)
class Table:
    """A list to be written. `kind` is what the evidence calls its going out."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    kind: str
    filters: Sequence[tuple[str, str]] = ()

    @property
    def names(self) -> bool:
        """Tell whether people are named in it."""
        return any(one.look == "name" for one in self.columns)

    @property
    def total(self) -> int | None:
        """Say how many rows there will be, where somebody counted."""
        return self.rows.total if isinstance(self.rows, Counted) else None

    @property
    def longer(self) -> bool:
        """Tell whether it is too long to be handed over at once."""
        known = len(self.rows) if isinstance(self.rows, tuple) else 0
        return (self.total or known) > AT_ONCE


class GivenUp(Exception):
    """The table is no longer wanted; what was written of it is thrown away."""


@dataclass(slots=True)
class Sink:
    """Takes the table of a view that is asked again by the clock's work."""

    out: IO[bytes]
    told: Callable[[int], bool]
    whole: bool
    folder: str
    rows: int | None = None

    def take(self, table: Table) -> None:
        """Write a table, a row at a time."""
        self.rows = written(table, self)


def own_stream() -> str:
    """Name the record of who takes a table away that is no association's."""
    return f"staff:{desk.actor().account_id}"


def exported(
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    kind: str,
    filters: Sequence[tuple[str, str]] = (),
    stream: str = "",
) -> ResponseReturnValue:
    """Send a list as a table named by what it is and the day; note that it went out.

    `filters` say by which words the list was narrowed: they stand on a second sheet.
    It is noted in `stream`; without one, in the association's. People's names are cut
    to the family name. A console's list that is long, or that shall have the names,
    becomes a job: the clock's work then asks the same view again.
    """
    table = Table(name, columns, rows, kind, filters)
    sink: Sink | None = g.get("export_sink")
    if sink is not None:
        sink.take(table)
        return ""
    if not stream and desk.actor().roles & {"clerk", "manager"}:
        if table.names and request.form.get("whole"):
            return export_asking.ask(table, personal=True)
        if table.total is None:
            table = replace(table, rows=tuple(islice(rows, AT_ONCE + 1)))
        if table.longer:
            return export_asking.ask(table, personal=False)
    if not stream:
        stream = f"association:{desk.association()}"
    return _sent(table, stream)


def _sent(table: Table, stream: str) -> ResponseReturnValue:
    file = io.BytesIO()
    with TemporaryDirectory() as folder:
        sink = Sink(file, lambda _done: True, whole=False, folder=folder)
        count = written(table, sink)
    with desk.begin() as work:
        evidence.note(work, stream, table.kind, count=count)
    file.seek(0)
    return send_file(
        file,
        mimetype=TYPE,
        as_attachment=True,
        download_name=f"{table.name}-{desk.today():%Y%m%d}.xlsx",
    )


def written(table: Table, sink: Sink) -> int:
    """Write a table and by what it was narrowed; count its rows.

    Raises: GivenUp when it is no longer wanted; Refused for more rows than a sheet has.
    """
    shape = {"constant_memory": True, "tmpdir": sink.folder}
    with xlsxwriter.Workbook(sink.out, shape) as book:
        count = _filled(book, table, sink)
        filters = [*table.filters]
        if table.names:
            shown = _("完整") if sink.whole else _("隐去名字，只留姓氏")
            filters.append((_("姓名"), shown))
        _narrowed(book.add_worksheet(_("筛选条件")), filters)
    return count


def _filled(
    book: Any,  # noqa: ANN401 - xlsxwriter has no types
    table: Table,
    sink: Sink,
) -> int:
    """Write a list into a sheet of its own, and count its rows."""
    count, columns = 0, table.columns
    sheet = book.add_worksheet(table.name)
    looks = {
        key: book.add_format({"num_format": shape}) for key, shape in _LOOKS.items()
    }
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.head, bold)
    for row in table.rows:
        count += 1
        for place, value in enumerate(row):
            look = columns[place].look
            cell = _cut(value) if look == "name" and not sink.whole else value
            _write(sheet, (count, place), cell, looks[look])
        if count % TOLD_EVERY == 0 and not sink.told(count):
            raise GivenUp
        if count > MOST_ROWS:
            raise Refused("export.too_long")
    return count


def _cut(value: Cell) -> Cell:
    """Leave the family names of a cell of names."""
    if not isinstance(value, str) or isinstance(value, Firm):
        return value
    return "；".join(pii.mask_name(one) for one in value.split("；") if one)


def _narrowed(sheet: Any, filters: Sequence[tuple[str, str]]) -> None:  # noqa: ANN401 - xlsxwriter has no types
    """Write by which words a list was narrowed, and when it was taken."""
    at = desk.now().astimezone(SHANGHAI)
    told = (*filters, (_("导出时间"), f"{at:%Y-%m-%d %H:%M}"))
    sheet.set_column(0, 1, 28)
    for n, (word, value) in enumerate(told):
        sheet.write_string(n, 0, word)
        sheet.write_string(n, 1, value or _("全部"))


def _write(sheet: Any, place: tuple[int, int], value: Cell, look: Any) -> None:  # noqa: ANN401 - xlsxwriter has no types
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(*place, value, look)
    elif isinstance(value, datetime):
        here = value.astimezone(SHANGHAI).replace(tzinfo=None)
        sheet.write_datetime(*place, here, look)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, look)
    else:
        sheet.write_number(*place, value, look)

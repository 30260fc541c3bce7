"""Lists as tables to download. A cell is what it says: text, figure, money or a day.

Text is written as text, so nothing that a person typed becomes a formula. Who takes a
list of people away leaves a line in the association's evidence.
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from flask import send_file
from flask.typing import ResponseReturnValue

from lms.evidence import services as evidence
from lms.kernel.clock import SHANGHAI
from lms.kernel.credit import ONE_HOUR, Credit
from lms.kernel.money import Fen
from lms.web import desk

Cell = str | int | Decimal | date | datetime | None

_LOOKS = {
    "text": "@",
    "count": "0",
    "money": "#,##0.00",
    "hours": "0.00",
    "day": "yyyy-mm-dd",
    "instant": "yyyy-mm-dd hh:mm",
}
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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


def exported(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], kind: str
) -> ResponseReturnValue:
    """Send a list as a table named by what it is and the day; note that it went out."""
    file = io.BytesIO()
    count = 0
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(name)
        looks = {
            key: book.add_format({"num_format": shape}) for key, shape in _LOOKS.items()
        }
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.head, bold)
        for row in rows:
            count += 1
            for place, value in enumerate(row):
                _write(sheet, (count, place), value, looks[columns[place].look])
    association_id = desk.association()
    with desk.begin() as work:
        evidence.note(work, f"association:{association_id}", kind, count=count)
    file.seek(0)
    return send_file(
        file,
        mimetype=_TYPE,
        as_attachment=True,
        download_name=f"{name}-{desk.today():%Y%m%d}.xlsx",
    )


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

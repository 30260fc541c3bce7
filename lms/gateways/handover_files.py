"""Writes the file that the tax system imports, as its template is laid out."""

import csv
import io
from typing import Any

import xlsxwriter

from lms.commerce.rules.handover import Column, FileKind, Layout, Table
from lms.kernel.text import inert

_SHEETS = ("1-发票基本信息", "2-发票明细信息")
_NOTES = (
    "填表说明：每个发票流水号对应一张发票。导入前请核对项目名称、税率和税收编码。",
    "填表说明：按发票流水号与发票基本信息关联，金额为含税金额。",
)
_WIDTH = 22
_HEAD, _FIRST = 2, 3
"""Heads stand in the third row, and the rows from the fourth on."""


class LocalHandoverPress:
    """`HandoverPress` on this machine."""

    def press(self, layout: Layout, sheets: tuple[Table, Table]) -> bytes:
        """Write both tables as the layout wants them."""
        if layout.kind is FileKind.CSV:
            return _csv(layout, sheets)
        return _xlsx(layout, sheets)


def _xlsx(layout: Layout, sheets: tuple[Table, Table]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        looks = {
            "head": book.add_format({"bold": True, "border": 1, "text_wrap": True}),
            "text": book.add_format({"num_format": "@"}),
            "note": book.add_format({"text_wrap": True, "font_color": "#666666"}),
        }
        for name, note, table, columns in zip(
            _SHEETS, _NOTES, sheets, (layout.basic, layout.details), strict=True
        ):
            _sheet(book.add_worksheet(name), note, table, looks, columns)
    return file.getvalue()


def _sheet(
    sheet: Any,  # noqa: ANN401 - xlsxwriter has no types
    note: str,
    table: Table,
    looks: dict[str, Any],
    columns: tuple[Column, ...],
) -> None:
    heads, rows = table
    sheet.write_string(0, 0, note, looks["note"])
    sheet.set_column(0, max(0, len(heads) - 1), _WIDTH)
    sheet.freeze_panes(_FIRST, 1)
    for place, (head, source) in enumerate(columns):
        sheet.write_string(1, place, "必填" if source else "非必填", looks["note"])
        sheet.write_string(_HEAD, place, head, looks["head"])
    for n, row in enumerate(rows, _FIRST):
        for place, cell in enumerate(row):
            # As text throughout: so the bureau asks, and so nothing is a formula.
            sheet.write_string(n, place, cell, looks["text"])


def _csv(layout: Layout, sheets: tuple[Table, Table]) -> bytes:
    """Write one table: each row of details with the facts of its invoice."""
    (heads, rows), (detail_heads, details) = sheets
    here, there = _serial(layout.basic), _serial(layout.details)
    basic = {row[here]: row for row in rows}
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow((*heads, *_without(detail_heads, there)))
    for one in details:
        cells = (*basic[one[there]], *_without(one, there))
        writer.writerow([inert(cell) for cell in cells])
    return f"\ufeff{file.getvalue()}".encode()


def _serial(columns: tuple[Column, ...]) -> int:
    return [source for _head, source in columns].index("serial")


def _without(cells: tuple[str, ...], place: int) -> tuple[str, ...]:
    return (*cells[:place], *cells[place + 1 :])

"""Workbooks from strangers: cells come as they are, and nothing in them acts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import xlsxwriter
from openpyxl import Workbook

from lms.gateways import workbookroom
from lms.gateways.workbooks import UPLOAD_BYTES, LocalWorkbooks
from lms.kernel.errors import Refused
from lms.kernel.grids import CellKind, Limits

DESK, FEW = LocalWorkbooks(), Limits(rows=50, columns=8)


def book(*rows: tuple[Any, ...]) -> bytes:
    file = io.BytesIO()
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    made.save(file)
    return file.getvalue()


def with_part(name: str, body: bytes) -> bytes:
    """A true workbook with one part more, or with that part in place of its own."""
    there = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(("姓名",)))) as true,
        zipfile.ZipFile(there, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for part in true.namelist():
            if part != name:
                made.writestr(part, true.read(part))
        made.writestr(name, body)
    return there.getvalue()


def refused(upload: bytes, limits: Limits = FEW) -> str:
    with pytest.raises(Refused) as said:
        DESK.grid(upload, limits)
    return said.value.code


def test_cells_come_as_they_were_typed() -> None:
    grid = DESK.grid(
        book(("姓名", "手机"), ("张三", 13800000001), (None, date(2026, 1, 2))), FEW
    )

    assert [[cell.text for cell in row] for row in grid] == [
        ["姓名", "手机"],
        ["张三", "13800000001"],
        ["", "2026-01-02"],
    ]
    assert grid[1][1].kind is CellKind.NUMBER


def test_a_formula_is_named_and_never_worked_out() -> None:
    grid = DESK.grid(
        book(("姓名",), ('=HYPERLINK("http://evil.example","张三")',)), FEW
    )

    assert (grid[1][0].kind, grid[1][0].text) == (CellKind.FORMULA, "=")


def test_a_figure_that_lost_its_last_digits_is_told_as_a_figure() -> None:
    grid = DESK.grid(book(("身份证号",), (150203198506150017,)), FEW)

    assert grid[1][0].kind is CellKind.NUMBER


def test_a_share_comes_as_it_is_seen_and_signs_that_xml_escapes_come_whole() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        sheet, share = made.add_worksheet(), made.add_format({"num_format": "0%"})
        sheet.write_number(0, 0, 0.07, share)
        sheet.write_string(1, 0, "a_x0041_b\rc")

    grid = DESK.grid(file.getvalue(), FEW)

    assert [row[0].text for row in grid] == ["7%", "a_x0041_b\rc"]


def test_a_long_cell_is_cut_where_the_reader_asked() -> None:
    words = "一" * 900

    short = DESK.grid(book((words,)), FEW)[0][0].text
    long = DESK.grid(book((words,)), Limits(rows=5, columns=2, cell=800))[0][0].text

    assert (len(short), len(long)) == (500, 800)


def test_a_hidden_sheet_is_not_what_somebody_sees_and_hands_in() -> None:
    made, file = Workbook(), io.BytesIO()
    first = made.active
    assert first is not None
    first.append(["隐藏"])
    first.sheet_state = "hidden"
    made.create_sheet("名单").append(["姓名"])
    made.active = 1
    made.save(file)

    assert DESK.grid(file.getvalue(), FEW)[0][0].text == "姓名"


def test_more_rows_than_are_read_are_refused_and_not_cut_off() -> None:
    rows = [("姓名",)] * 51

    assert refused(book(*rows)) == "workbook.many_rows"
    assert len(DESK.grid(book(*rows[1:]), FEW)) == 50


def test_a_sheet_that_lies_about_its_size_costs_no_more_than_it_holds() -> None:
    far = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/'
        b'spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>y</t></is></c></row>'
        b"</sheetData></worksheet>"
    )

    assert [
        [cell.text for cell in row if cell.text]
        for row in DESK.grid(with_part("xl/worksheets/sheet1.xml", far), FEW)
    ] == [["x"]]


def _bomb() -> bytes:
    return with_part("xl/media/a.bin", b"\0" * (70 * 2**20))


def _entities() -> bytes:
    lol = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        b'<!ENTITY b "&a;&a;&a;&a;&a;&a;">]><sst>&b;</sst>'
    )
    return with_part("xl/sharedStrings.xml", lol)


def _entities_in_utf16() -> bytes:
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "a">]><x/>'
    return with_part("xl/styles.xml", text.encode("utf-16"))


def _macros() -> bytes:
    return with_part("xl/vbaProject.bin", b"x")


def _links() -> bytes:
    return with_part("xl/externalLinks/externalLink1.xml", b"<x/>")


def _many_parts() -> bytes:
    there = io.BytesIO()
    with zipfile.ZipFile(there, "w") as made:
        made.writestr("[Content_Types].xml", "<x/>")
        for n in range(400):
            made.writestr(f"xl/{n}.xml", "<x/>")
    return there.getvalue()


def _password() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def _other_archive() -> bytes:
    there = io.BytesIO()
    with zipfile.ZipFile(there, "w") as made:
        made.writestr("word/document.xml", "<x/>")
    return there.getvalue()


def _torn() -> bytes:
    whole = book(("姓名",), ("张三",))
    return whole[: len(whole) // 2]


def _wrong_shape() -> bytes:
    return with_part("xl/workbook.xml", b"<workbook")


@pytest.mark.parametrize(
    ("made", "code"),
    [
        pytest.param(_bomb, "workbook.too_big", id="unpacks beyond measure"),
        pytest.param(_entities, "workbook.acts", id="declares entities"),
        pytest.param(_entities_in_utf16, "workbook.acts", id="declares them in UTF-16"),
        pytest.param(_macros, "workbook.acts", id="macros"),
        pytest.param(_links, "workbook.acts", id="links to other files"),
        pytest.param(_many_parts, "workbook.too_big", id="hundreds of parts"),
        pytest.param(_password, "workbook.old", id="a password, or of before 2007"),
        pytest.param(_other_archive, "workbook.format", id="another archive"),
        pytest.param(_torn, "workbook.unreadable", id="torn"),
        pytest.param(_wrong_shape, "workbook.unreadable", id="no workbook inside"),
        pytest.param(lambda: b"name,phone\n", "workbook.format", id="a text file"),
        pytest.param(lambda: b"", "workbook.format", id="nothing"),
        pytest.param(book, "workbook.empty", id="an empty sheet"),
        pytest.param(
            lambda: b"PK\3\4" + b"\0" * UPLOAD_BYTES, "workbook.too_big", id="too long"
        ),
    ],
)
def test_what_is_no_plain_workbook_is_refused_by_name(
    made: Callable[[], bytes], code: str
) -> None:
    assert refused(made()) == code


def test_what_excel_and_others_write_is_read_alike() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        made.add_worksheet().write_row(0, 0, ["姓名", "手机号"])

    assert [cell.text for cell in DESK.grid(file.getvalue(), FEW)[0]] == [
        "姓名",
        "手机号",
    ]


def test_the_look_into_the_archive_is_what_stops_a_bomb(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: without the look, the reader takes macros and all."""
    monkeypatch.setattr(workbookroom, "_look", lambda _raw: None)

    assert workbookroom.walk(_macros(), 50, 8, 500) == [[("text", "姓名")]]


@pytest.mark.parametrize("name", ["xl/sharedStrings.xml", "xl/strings.bin"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_declaration_is_found_wherever_it_hides(name: str, encoding: str) -> None:
    """Behind a long comment, across two chunks, or in a part of a harmless name."""
    bomb = '<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">]><sst>&a;</sst>'
    for far in (5_000, (1 << 20) - 40):
        body = f"<?xml version='1.0'?><!--{'x' * far}-->{bomb}".encode(encoding)
        assert refused(with_part(name, body)) == "workbook.acts"

"""Invoices of the tax bureau, read behind a fence: what they say, what they hide."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from lms.commerce.rules.columns import plain
from lms.commerce.rules.handover import (
    Bought,
    FileKind,
    Layout,
    Request,
    Rows,
    tables,
)
from lms.commerce.rules.invoices import FileForm
from lms.gateways.handover_files import LocalHandoverPress
from lms.gateways.invoice_files import LocalInvoiceReader
from lms.kernel.errors import Refused
from tests.make import invoices as make
from tests.make.invoices import Drawn

READER = LocalInvoiceReader()
DRAWN = Drawn(remark="订单号：D261121234567F")


@pytest.mark.parametrize(
    ("info", "code"), [(True, True), (True, False), (False, True), (False, False)]
)
def test_a_pdf_is_read_by_whichever_voice_it_has(*, info: bool, code: bool) -> None:
    seen = READER.read(make.pdf(replace(DRAWN, info=info, code=code)))

    assert (seen.form, seen.said.number) == (FileForm.PDF, DRAWN.number)
    assert (seen.said.on, seen.said.amount_fen) == (make.DAY, 12_800)
    assert plain(DRAWN.title) in seen.said.words
    assert make.USCC.casefold() in seen.said.words
    assert seen.said.faults == ()


def test_a_code_that_says_another_amount_than_the_page_is_a_contradiction() -> None:
    seen = READER.read(make.pdf(replace(DRAWN, code_fen=1_280_000)))

    assert seen.said.faults == ("invoice.contradicts",)


def test_an_ofd_is_read_too() -> None:
    seen = READER.read(make.ofd(DRAWN))

    assert (seen.form, seen.said.number) == (FileForm.OFD, DRAWN.number)
    assert (seen.said.on, seen.said.amount_fen) == (make.DAY, 12_800)
    assert plain(DRAWN.title) in seen.said.words


def test_a_red_invoice_is_negative() -> None:
    seen = READER.read(make.pdf(replace(DRAWN, fen=-12_800)))

    assert seen.said.amount_fen == -12_800


def test_the_bureaus_own_data_in_an_ofd_is_understood() -> None:
    told = (
        "<EInvoice><TaxSupervisionInfo><InvoiceNumber>26152000000012345678"
        "</InvoiceNumber><IssueTime>2026-11-21</IssueTime></TaxSupervisionInfo>"
        "<EInvoiceData><BuyerInformation><BuyerName>某某公司</BuyerName>"
        "</BuyerInformation><BasicInformation><TotalTax-includedAmount>128.00"
        "</TotalTax-includedAmount></BasicInformation></EInvoiceData></EInvoice>"
    )
    seen = READER.read(make.ofd(DRAWN, more={"Doc_0/Attachs/x.xml": told}))

    assert seen.said.faults == ()
    assert plain("某某公司") in seen.said.words


def acting() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make.pdf(DRAWN))))
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("OFD.xml", b"<a/>" + b" " * (60 << 20))
    return out.getvalue()


ENTITY = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        pytest.param(b"hello", "invoice.format", id="words"),
        pytest.param(acting(), "paper.acts", id="script"),
        pytest.param(bomb(), "paper.too_big", id="bomb"),
        pytest.param(b"PK\3\4 broken", "paper.unreadable", id="broken"),
        pytest.param(
            make.ofd(DRAWN, more={"x.xml": ENTITY}), "paper.acts", id="entity"
        ),
        pytest.param(
            make.ofd(DRAWN, more={"../x.xml": "<a/>"}), "invoice.format", id="path"
        ),
        pytest.param(b"%PDF-" + b"x" * (11 << 20), "paper.too_big", id="big"),
    ],
)
def test_what_is_none_or_can_act_is_refused(upload: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        READER.read(upload)

    assert refused.value.code == code


# -- the file for the tax system -----------------------------------------------------

REQUEST = Request(
    "FP2611212345670",
    make.company(address="包头市某路1号", phone="0472-1", email="a@b.cn"),
    20_000,
    ("D261121234567F",),
    (Bought("课程甲", 12_000), Bought("=课程乙", 8_000)),
)


def test_the_default_file_is_laid_out_as_the_bureaus_template() -> None:
    layout = Layout()
    made = LocalHandoverPress().press(layout, tables(layout, [REQUEST]))
    book = load_workbook(io.BytesIO(made))

    basic, details = book["1-发票基本信息"], book["2-发票明细信息"]
    heads = [cell.value for cell in basic[3]]
    row = dict(zip(heads, [cell.value for cell in basic[4]], strict=True))
    assert heads[:6] == [
        "发票流水号",
        "发票类型",
        "特定业务类型",
        "是否含税",
        "受票方自然人标识",
        "购买方名称",
    ]
    assert row["发票类型"] == "普通发票"
    assert row["购买方纳税人识别号"] == make.USCC
    assert row["是否展示购买方地址电话银行账号"] == "展示地址、电话"
    assert row["备注"] == "订单号：D261121234567F"
    heads = [cell.value for cell in details[3]]
    line = dict(zip(heads, [cell.value for cell in details[4]], strict=True))
    assert (line["金额"], line["税率"]) == ("200.00", "0.03")
    assert line["商品和服务税收编码"] == "3070201020000000000"
    assert all(cell.data_type == "s" for cell in details[4] if cell.value)


def test_each_thing_bought_may_have_a_row_and_the_rows_add_up() -> None:
    layout = replace(Layout(), rows=Rows.EACH, kind=FileKind.CSV)
    made = LocalHandoverPress().press(
        layout, tables(layout, [replace(REQUEST, amount_fen=9_999)])
    )
    rows = made.decode("utf-8-sig").splitlines()

    assert len(rows) == 3
    assert "59.99" in rows[1]
    assert "40.00" in rows[2]
    assert "'=课程乙" in rows[2]

"""Makers: invoices as the electronic tax bureau hands them out, and requests."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from datetime import date

import zxingcpp
from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from lms.commerce.ports import InvoicePaper
from lms.commerce.rules.columns import plain
from lms.commerce.rules.invoices import FileForm, InvoiceType, Read, Title, TitleKind
from lms.kernel.money import Fen

USCC = "91150203MA0N00000G"
DAY = date(2026, 11, 21)


def company(name: str = "内蒙古示例建设集团有限公司", **over: str) -> Title:
    """A company's title for an ordinary invoice."""
    return Title(TitleKind.COMPANY, InvoiceType.NORMAL, name, USCC, **over)


def personal(name: str = "张建国") -> Title:
    """A person's title."""
    return Title(TitleKind.PERSONAL, InvoiceType.NORMAL, name)


@dataclass(frozen=True)
class Drawn:
    """What stands on an invoice; each part of a file may be told to lie."""

    number: str = "26152000000012345678"
    on: date = DAY
    fen: int = 12_800
    title: str = "内蒙古示例建设集团有限公司"
    tax_no: str = USCC
    remark: str = ""
    code_fen: int | None = None
    code: bool = True
    info: bool = True
    words: dict[str, str] = field(default_factory=dict)


def yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def pdf(drawn: Drawn) -> bytes:
    """A PDF with words, the code in its corner, and facts beside the page."""
    out = io.BytesIO()
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    page = Canvas(out, pagesize=(600, 400))
    page.setFont("STSong-Light", 11)
    for n, line in enumerate(_lines(drawn)):
        page.drawString(60, 360 - n * 22, line)
    if drawn.code:
        page.drawImage(_picture(drawn), 10, 330, 60, 60)
    page.save()
    if not drawn.info:
        return out.getvalue()
    writer = PdfWriter(clone_from=PdfReader(out))
    writer.add_metadata(
        {
            "/InvoiceNumber": drawn.number,
            "/IssueTime": f"{drawn.on:%Y年%m月%d日}",
            "/TotalAmWithoutTax": yuan(drawn.fen),
            "/TotalTaxAm": "0.00",
        }
    )
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _lines(drawn: Drawn) -> list[str]:
    return [
        "电子发票（普通发票）",
        f"发票号码：{drawn.number}",
        f"开票日期：{drawn.on:%Y年%m月%d日}",
        f"名称：{drawn.title}    名称：包头市建筑业协会",
        f"统一社会信用代码/纳税人识别号：{drawn.tax_no}",
        "*非学历教育服务*培训费",
        f"价税合计（大写）零圆整 （小写）¥{yuan(drawn.fen)}",
        f"备注：{drawn.remark}",
    ]


def _picture(drawn: Drawn) -> ImageReader:
    fen = drawn.fen if drawn.code_fen is None else drawn.code_fen
    text = f"01,32,,{drawn.number},{yuan(fen)},{drawn.on:%Y%m%d},,5F98"
    drawing = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    picture = Image.fromarray(zxingcpp.write_barcode_to_image(drawing, scale=4))
    return ImageReader(picture.convert("RGB"))


_OFD = "http://www.ofdspec.org/2016"


def ofd(drawn: Drawn, *, more: dict[str, str] | None = None) -> bytes:
    """An OFD as the bureau packs it: facts in OFD.xml, words on the page."""
    facts = {
        "发票号码": drawn.number,
        "开票日期": f"{drawn.on:%Y年%m月%d日}",
        "合计金额": yuan(drawn.fen),
        "合计税额": "0.00",
        "购买方纳税人识别号": drawn.tax_no,
    }
    custom = "".join(
        f'<ofd:CustomData Name="{name}">{value}</ofd:CustomData>'
        for name, value in facts.items()
    )
    words = "".join(
        f"<ofd:TextObject><ofd:TextCode>{line}</ofd:TextCode></ofd:TextObject>"
        for line in _lines(drawn)
    )
    files = {
        "OFD.xml": (
            f'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="{_OFD}">'
            f"<ofd:DocBody><ofd:DocInfo><ofd:CustomDatas>{custom}</ofd:CustomDatas>"
            "</ofd:DocInfo></ofd:DocBody></ofd:OFD>"
        ),
        "Doc_0/Pages/Page_0/Content.xml": (
            f'<ofd:Page xmlns:ofd="{_OFD}"><ofd:Content>{words}</ofd:Content>'
            "</ofd:Page>"
        ),
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in files.items():
            package.writestr(name, text)
    return out.getvalue()


def paper(
    fen: int = 12_800,
    *,
    number: str = "26152000000012345678",
    on: date = DAY,
    words: str = "",
    form: FileForm = FileForm.PDF,
    body: bytes = b"%PDF-1.7 specimen",
) -> InvoicePaper:
    """A file that was read already: what the rules see of it."""
    return InvoicePaper(form, body, Read(number, on, Fen(fen), plain(words)))

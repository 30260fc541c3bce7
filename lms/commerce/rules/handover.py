"""The file that the tax system imports: its columns, and what goes into them. Pure.

The default follows the electronic tax bureau's template for issuing many at once
(批量开票-导入开票模板: sheets 1-发票基本信息 and 2-发票明细信息, heads in row three).
The bureau changes it now and then; an association edits its own from a day on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from lms.commerce.rules.invoices import InvoiceType, RefundRule, Title, TitleKind
from lms.commerce.rules.sellers import Seller
from lms.commerce.rules.sharing import share
from lms.kernel.money import Fen

Column = tuple[str, str]
"""A head, and what stands below it: a source, "=" and fixed words, or nothing."""

BASIC_SOURCES = (
    "serial", "type", "included", "natural", "title", "tax_no", "address", "phone",
    "bank", "account", "shown", "remark", "seller_name", "seller_tax_no",
    "seller_address", "seller_phone", "seller_bank", "seller_account", "email",
    "payee", "reviewer",
)  # fmt: skip
DETAIL_SOURCES = (
    "serial", "item", "tax_code", "spec", "unit", "quantity", "price", "amount", "rate",
    "favoured",
)  # fmt: skip

_BASIC: tuple[Column, ...] = (
    ("发票流水号", "serial"), ("发票类型", "type"), ("特定业务类型", ""),
    ("是否含税", "included"), ("受票方自然人标识", "natural"), ("购买方名称", "title"),
    ("购买方纳税人识别号", "tax_no"), ("购买方证件类型", ""), ("购买方证件号码", ""),
    ("购买方国籍（或地区）", ""), ("购买方地址", "address"), ("购买方电话", "phone"),
    ("购买方开户银行", "bank"), ("购买方银行账号", "account"),
    ("是否展示购买方地址电话银行账号", "shown"), ("备注", "remark"),
    ("销售方开户行", "seller_bank"), ("销售方银行账号", "seller_account"),
    ("是否展示销售方地址电话银行账号", ""), ("购买方邮箱", "email"),
    ("购买方经办人姓名", ""), ("购买方经办人证件类型", ""),
    ("购买方经办人证件号码", ""),
    ("经办人国籍(地区)", ""), ("经办人自然人纳税人识别号", ""),
    ("放弃享受减按1%征收率原因", ""), ("收款人", "payee"), ("复核人", "reviewer"),
)  # fmt: skip
_DETAILS: tuple[Column, ...] = (
    ("发票流水号", "serial"), ("项目名称", "item"), ("商品和服务税收编码", "tax_code"),
    ("规格型号", "spec"), ("单位", "unit"), ("数量", "quantity"), ("单价", "price"),
    ("金额", "amount"), ("税率", "rate"), ("折扣金额", ""),
    ("是否使用优惠政策", "favoured"), ("优惠政策类型", ""), ("即征即退类型", ""),
)  # fmt: skip


class FileKind(StrEnum):
    """What the file is: a workbook, or one table of a comma-separated text."""

    XLSX = "xlsx"
    CSV = "csv"


class Rows(StrEnum):
    """Whether an invoice has one row of details, or one for each thing bought."""

    ONE = "one"
    EACH = "each"


@dataclass(frozen=True, slots=True)
class Layout:
    """How an association's file looks, and what its invoices always say."""

    kind: FileKind = FileKind.XLSX
    basic: tuple[Column, ...] = _BASIC
    details: tuple[Column, ...] = _DETAILS
    rows: Rows = Rows.ONE
    item: str = "培训费"
    tax_code: str = "3070201020000000000"
    rate: str = "0.03"
    unit: str = "项"
    remark: str = "订单号：{orders}"
    payee: str = ""
    reviewer: str = ""
    refunds: RefundRule = RefundRule.TOGETHER


_WORDS = ("item", "tax_code", "rate", "unit", "remark", "payee", "reviewer")
MOST_COLUMNS = 60


def written(layout: Layout) -> dict[str, Any]:
    """Write a layout down."""
    return {
        "kind": layout.kind.value,
        "basic": [list(one) for one in layout.basic],
        "details": [list(one) for one in layout.details],
        "rows": layout.rows.value,
        "refunds": layout.refunds.value,
        **{name: getattr(layout, name) for name in _WORDS},
    }


def opened(body: Mapping[str, Any]) -> Layout:
    """Read a layout that was written down."""
    return Layout(
        kind=FileKind(body["kind"]),
        basic=tuple((head, source) for head, source in body["basic"]),
        details=tuple((head, source) for head, source in body["details"]),
        rows=Rows(body["rows"]),
        refunds=RefundRule(body["refunds"]),
        **{name: body[name] for name in _WORDS},
    )


def layout_problems(layout: Layout) -> tuple[str, ...]:
    """List why the tax system could not take a file of this layout."""
    found = []
    needs = (
        (layout.basic, {"serial", "type", "title", "tax_no"}, BASIC_SOURCES),
        (layout.details, {"serial", "item", "amount"}, DETAIL_SOURCES),
    )
    for columns, needed, known in needs:
        sources = {source for _head, source in columns}
        heads = [head for head, _source in columns]
        if not needed <= sources:
            found.append("handover.lacks")
        if any(s and s not in known and not s.startswith("=") for s in sources):
            found.append("handover.source")
        if len(set(heads)) < len(heads) or not all(heads):
            found.append("handover.heads")
        if len(heads) > MOST_COLUMNS:
            found.append("handover.many")
    if not layout.tax_code.isdecimal() or len(layout.tax_code) != _CODE_LENGTH:
        found.append("handover.tax_code")
    if not layout.item.strip() or not layout.rate.strip():
        found.append("handover.item")
    return tuple(dict.fromkeys(found))


_CODE_LENGTH = 19


@dataclass(frozen=True, slots=True)
class Bought:
    """A thing on an invoice. Units: fen."""

    name: str
    price_fen: int


@dataclass(frozen=True, slots=True)
class Request:
    """One invoice as it goes into the file. Units: fen. PII: the title."""

    serial: str
    title: Title = field(repr=False)
    amount_fen: int
    orders: tuple[str, ...]
    bought: tuple[Bought, ...]
    seller: Seller = field(default_factory=Seller)


def amount_text(fen: int) -> str:
    """Write an amount as the tax system wants it.

    >>> amount_text(12_805)
    '128.05'
    """
    return f"{fen // 100}.{fen % 100:02d}"


Table = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Heads, and the rows below them."""


def tables(layout: Layout, requests: Sequence[Request]) -> tuple[Table, Table]:
    """Fill both sheets."""
    basic = tuple(
        tuple(
            _cell(source, _basic_facts(layout, one)) for _head, source in layout.basic
        )
        for one in requests
    )
    details = tuple(
        tuple(_cell(source, facts) for _head, source in layout.details)
        for one in requests
        for facts in _detail_facts(layout, one)
    )
    return (
        (tuple(head for head, _source in layout.basic), basic),
        (tuple(head for head, _source in layout.details), details),
    )


def _cell(source: str, facts: Mapping[str, str]) -> str:
    return source[1:] if source.startswith("=") else facts.get(source, "")


_TYPES: Mapping[InvoiceType, str] = MappingProxyType(
    {InvoiceType.NORMAL: "普通发票", InvoiceType.SPECIAL: "增值税专用发票"}
)
_LONGEST_REMARK = 230


def _basic_facts(layout: Layout, one: Request) -> dict[str, str]:
    title = one.title
    remark = layout.remark.replace("{orders}", "、".join(one.orders)).replace(
        "{serial}", one.serial
    )
    return {
        "serial": one.serial,
        "type": _TYPES[title.type],
        "included": "是",
        "natural": "是" if title.kind is TitleKind.PERSONAL else "否",
        "title": title.name,
        "tax_no": title.tax_no,
        "address": title.address,
        "phone": title.phone,
        "bank": title.bank,
        "account": title.account,
        "shown": _shown(title),
        "remark": remark[:_LONGEST_REMARK],
        "seller_name": one.seller.name,
        "seller_tax_no": one.seller.uscc,
        "seller_address": one.seller.address,
        "seller_phone": one.seller.phone,
        "seller_bank": one.seller.bank,
        "seller_account": one.seller.account,
        "email": title.email,
        "payee": layout.payee,
        "reviewer": layout.reviewer,
    }


def _shown(title: Title) -> str:
    """Say what of the buyer's particulars the invoice shows, in the bureau's words."""
    place, bank = bool(title.address or title.phone), bool(title.bank or title.account)
    if place and bank:
        return "展示地址、电话、开户银行及银行账号"
    if place:
        return "展示地址、电话"
    return "展示开户银行、银行账号" if bank else ""


def _detail_facts(layout: Layout, one: Request) -> list[dict[str, str]]:
    parts = [Bought("", one.amount_fen)]
    if layout.rows is Rows.EACH and one.bought:
        amounts = share(one.amount_fen, [each.price_fen for each in one.bought])
        parts = [
            Bought(each.name, Fen(amount))
            for each, amount in zip(one.bought, amounts, strict=True)
            if amount
        ]
    return [
        {
            "serial": one.serial,
            "item": layout.item,
            "tax_code": layout.tax_code,
            "spec": part.name[:40],
            "unit": layout.unit,
            "quantity": "1",
            "price": amount_text(part.price_fen),
            "amount": amount_text(part.price_fen),
            "rate": layout.rate,
            "favoured": "否",
        }
        for part in parts
    ]

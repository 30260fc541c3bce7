"""Which column of a bank's statement is what. Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

What = TypeVar("What", bound=StrEnum)


class Field(StrEnum):
    """What a column of a statement can be."""

    DAY = "day"
    CREDIT = "credit"
    DEBIT = "debit"
    AMOUNT = "amount"
    DIRECTION = "direction"
    PAYER = "payer"
    PAYER_ACCOUNT = "payer_account"
    RUNNING_NO = "running_no"
    REF = "ref"
    REMARK = "remark"
    SUMMARY = "summary"
    BALANCE = "balance"


_WORDS: Mapping[Field, tuple[str, ...]] = MappingProxyType(
    {
        Field.DAY: (
            "交易日期", "记账日期", "入账日期", "业务日期", "交易日", "记账日",
            "交易时间", "日期", "date",
        ),
        Field.CREDIT: (
            "贷方发生额", "贷方金额", "收入金额", "贷方", "收入", "转入金额",
            "存入金额", "credit",
        ),
        Field.DEBIT: (
            "借方发生额", "借方金额", "支出金额", "借方", "支出", "转出金额",
            "支取金额", "debit",
        ),
        Field.AMOUNT: ("交易金额", "发生额", "金额", "amount"),
        Field.DIRECTION: (
            "借贷标志", "借贷方向", "收支标志", "借贷", "收/支", "收支", "来往账标志",
            "交易方向",
        ),
        Field.PAYER: (
            "对方户名", "对方名称", "对方单位名称", "对方账户名称", "付款人名称",
            "付款户名", "对方单位", "对手户名", "对方", "户名",
        ),
        Field.PAYER_ACCOUNT: (
            "对方账号", "对方帐号", "对方账户", "付款人账号", "对手账号",
        ),
        Field.RUNNING_NO: (
            "交易流水号", "银行流水号", "流水号", "交易流水", "日志号", "交易序号",
            "柜员流水号", "核心流水号",
        ),
        Field.REF: ("凭证号", "交易参考号", "企业流水号", "业务编号", "凭证编号"),
        Field.REMARK: ("附言", "用途", "备注", "交易附言", "留言", "remark"),
        Field.SUMMARY: ("摘要", "交易摘要", "业务摘要", "交易类型", "交易说明"),
        Field.BALANCE: ("账户余额", "交易后余额", "余额", "balance"),
    }
)  # fmt: skip
"""What banks call their columns; the first that a head holds, names it."""

_HEAD_WITHIN = 30


def plain(text: str) -> str:
    """Fold a name or head for comparing: half-width, no spaces, small letters.

    >>> plain("内蒙古 示例（集团）有限公司") == plain("内蒙古示例(集团)有限公司")
    True
    """
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()


def account_no(text: str) -> str:
    """Write an account's number as one word, however it was spaced.

    >>> account_no("6200 0000 0000 0000 001") == account_no("6200000000000000001")
    True
    """
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def head_row(rows: Sequence[Sequence[str]]) -> int | None:
    """Find the row of heads: the first that names a day and an amount."""
    for place, row in enumerate(rows[:_HEAD_WITHIN]):
        named = set(guess(row))
        if Field.DAY in named and named & {Field.CREDIT, Field.AMOUNT}:
            return place
    return None


def guess(heads: Sequence[str]) -> dict[Field, int]:
    """Guess which column is what, each column for one thing only."""
    found = named_by(heads, _WORDS)
    if Field.CREDIT in found:
        found.pop(Field.AMOUNT, None)
    return found


def named_by(
    heads: Sequence[str], words: Mapping[What, Sequence[str]]
) -> dict[What, int]:
    """Find each column by what it is called: whole names before parts of names."""
    found: dict[What, int] = {}
    taken: set[int] = set()
    folded = [plain(head) for head in heads]
    for exact in (True, False):
        for what, called in words.items():
            place = (
                None if what in found else _named(folded, called, taken, exact=exact)
            )
            if place is not None:
                found[what] = place
                taken.add(place)
    return found


def _named(
    heads: Sequence[str], words: Sequence[str], taken: set[int], *, exact: bool
) -> int | None:
    for word in words:
        for place, head in enumerate(heads):
            bare = re.sub(r"[(\[].*?[)\]]", "", head)
            fits = bare == word if exact else word in bare and len(word) > 1
            if fits and place not in taken:
                return place
    return None


def fingerprint(heads: Sequence[str]) -> str:
    """Name a bank's form of statement by its heads alone."""
    written = "\x1f".join(plain(head) for head in heads).rstrip("\x1f")
    return hashlib.sha256(written.encode()).hexdigest()


def mapping_problems(columns: Mapping[Field, int], width: int) -> tuple[str, ...]:
    """List what a mapping still lacks."""
    found = []
    if Field.DAY not in columns:
        found.append("statement.no_day")
    if not {Field.CREDIT, Field.AMOUNT} & set(columns):
        found.append("statement.no_amount")
    if Field.PAYER not in columns:
        found.append("statement.no_payer")
    return (*found, *misplaced(columns, width))


def misplaced(columns: Mapping[What, int], width: int) -> tuple[str, ...]:
    """List what is wrong with where the columns of any sheet were said to be."""
    found = []
    if len(set(columns.values())) < len(columns):
        found.append("statement.column_twice")
    if any(not 0 <= place < width for place in columns.values()):
        found.append("statement.column_gone")
    return tuple(found)

"""What an invoice may say, and when it may be made or taken back. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lms.commerce.rules.columns import plain
from lms.kernel.ids import check_character
from lms.kernel.money import Fen
from lms.people.rules import folded, id_number_problem, uscc_problem


class TitleKind(StrEnum):
    """Whose name stands on an invoice."""

    COMPANY = "company"
    PERSONAL = "personal"


class InvoiceType(StrEnum):
    """普通发票, or 增值税专用发票 by which a company deducts tax."""

    NORMAL = "normal"
    SPECIAL = "special"


class InvoiceState(StrEnum):
    """Where an invoice stands. `HANDED`: it lies in a file for the tax system."""

    ASKED = "asked"
    HANDED = "handed"
    ISSUED = "issued"
    RED = "red"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


LIVE_INVOICES = frozenset(
    {InvoiceState.ASKED, InvoiceState.HANDED, InvoiceState.ISSUED}
)
"""They hold their orders: an order stands on one of them only."""


class RedState(StrEnum):
    """Where a red entry stands; `WISHED` is a buyer's word that the desk looks at."""

    WISHED = "wished"
    ASKED = "asked"
    AGREED = "agreed"
    DONE = "done"
    REFUSED = "refused"


OPEN_REDS = frozenset({RedState.WISHED, RedState.ASKED, RedState.AGREED})


class RedWhy(StrEnum):
    """Why an issued invoice is taken back, wholly or in part."""

    REFUND = "refund"
    TITLE = "title"
    CONTENT = "content"
    OTHER = "other"


class RefundRule(StrEnum):
    """When a refund may be agreed to after the invoice is out.

    `TOGETHER`: agreeing to the refund agrees to the red entry. `FIRST`: the red invoice
    lies here before.
    """

    TOGETHER = "together"
    FIRST = "first"


class FileForm(StrEnum):
    """The forms in which the tax system hands an invoice out."""

    PDF = "pdf"
    OFD = "ofd"


@dataclass(frozen=True, slots=True)
class Title:
    """What a buyer wants on the invoice. PII: all of it for a person."""

    kind: TitleKind
    type: InvoiceType
    name: str
    tax_no: str = ""
    address: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    bank: str = field(default="", repr=False)
    account: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


LONGEST = {"name": 100, "address": 100, "phone": 20, "bank": 60, "account": 40,
           "email": 72}  # fmt: skip
"""What the tax system takes."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_OLD_NUMBER = re.compile(r"[0-9A-Z]{15}")
_BASED_ON_ID = 20
_WHOLE = 18
_SHORTEST_NAME = 2


def tax_number_problem(typed: str) -> str | None:
    """Say what is wrong with a company's tax number, or nothing.

    It is the unified social credit code of 18 characters; an old one of 15, or one
    made of an ID number, is still met with.

    Source: GB 32100-2015; 国家税务总局公告2015年第66号.

    >>> tax_number_problem("91150203MA0N00000H")
    'uscc.checksum'
    """
    value = folded(typed)
    if _OLD_NUMBER.fullmatch(value):
        return None
    if len(value) == _BASED_ON_ID and id_number_problem(value[:_WHOLE]) is None:
        return None
    problem = uscc_problem(value)
    if problem and len(value) == _WHOLE and id_number_problem(value) is None:
        return None
    return problem


def title_problems(title: Title) -> tuple[str, ...]:
    """List all that is wrong with a title."""
    found = []
    if len(title.name.strip()) < _SHORTEST_NAME:
        found.append("invoice.name")
    if title.kind is TitleKind.COMPANY:
        problem = tax_number_problem(title.tax_no)
        found += [problem] if problem else []
    if title.type is InvoiceType.SPECIAL:
        found += _special_problems(title)
    if title.email and not _EMAIL.fullmatch(title.email):
        found.append("invoice.email")
    found += [
        "invoice.long"
        for name, most in LONGEST.items()
        if len(getattr(title, name)) > most
    ][:1]
    return tuple(found)


def _special_problems(title: Title) -> list[str]:
    if title.kind is TitleKind.PERSONAL:
        return ["invoice.special_person"]
    needed = (title.address, title.phone, title.bank, title.account)
    return [] if all(one.strip() for one in needed) else ["invoice.special_facts"]


_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def serial_number(day: str, draw: Iterable[int]) -> str:
    """Compose the number by which the tax system's file knows a request.

    >>> serial_number("261121", [0, 1, 2, 3, 4, 5])
    'FP2611212345670'
    """
    body = f"FP{day}{''.join(_LETTERS[n % len(_LETTERS)] for n in draw)}"
    return body + check_character(body)


@dataclass(frozen=True, slots=True)
class Read:
    """What a file of the tax system says, or what a person typed of it.

    `words` is all its text, folded, in which the buyer's name and number must stand;
    `faults` are contradictions within the file itself.

    Shape: None where nothing was found. Units: fen; a red invoice is negative.
    """

    number: str | None = None
    on: date | None = None
    amount_fen: Fen | None = None
    words: str = field(default="", repr=False)
    faults: tuple[str, ...] = ()


_INVOICE_NUMBER = re.compile(r"[0-9]{8}|[0-9]{20}")


def merged(read: Read, typed: Read) -> Read:
    """Take what was read, and of what was not read what a person typed."""
    return Read(
        read.number or typed.number,
        read.on or typed.on,
        typed.amount_fen if read.amount_fen is None else read.amount_fen,
        read.words,
        read.faults,
    )


def disagreements(read: Read, typed: Read) -> tuple[str, ...]:
    """List what a person typed otherwise than the file says."""
    pairs = (
        ("invoice.number_typed", read.number, typed.number),
        ("invoice.day_typed", read.on, typed.on),
        ("invoice.amount_typed", read.amount_fen, typed.amount_fen),
    )
    return tuple(
        code
        for code, one, other in pairs
        if one is not None and other is not None and one != other
    )


def issue_problems(
    title: Title, amount_fen: int, said: Read, asked_on: date, today: date
) -> tuple[str, ...]:
    """List why a file cannot be the invoice that was asked for."""
    found = list(said.faults)
    if not _INVOICE_NUMBER.fullmatch(said.number or ""):
        found.append("invoice.no_number")
    if said.on is None or not asked_on <= said.on <= today:
        found.append("invoice.no_day")
    if said.amount_fen != amount_fen:
        found.append("invoice.other_amount")
    if said.words and plain(title.name) not in said.words:
        found.append("invoice.other_title")
    number = folded(title.tax_no).casefold()
    if said.words and number and number not in said.words:
        found.append("invoice.other_tax_no")
    return tuple(found)


def speaks_of(said: Read, name: str, amount_fen: int, marks: Iterable[str]) -> bool:
    """Tell whether a file can be a request's: by a number of ours, or by all it says.

    `marks` are the request's serial and the numbers of its orders.
    """
    if any(plain(one) in said.words for one in marks):
        return True
    named = plain(name) in said.words
    return bool(said.words) and named and said.amount_fen == amount_fen


def red_needed(
    invoice_fen: int, red_fen: int, paid_fen: int, going_back_fen: int
) -> Fen:
    """Say how much red a refund asks for: what is invoiced never exceeds what is paid.

    `paid_fen` is what the invoice's orders still hold of their money.

    >>> red_needed(200, 0, 200, 120), red_needed(200, 120, 200, 120)
    (120, 0)
    """
    return Fen(max(0, invoice_fen - red_fen - (paid_fen - going_back_fen)))

"""Read a bank's statement row by row, and say what became of a line. Pure."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from lms.commerce.rules.columns import Field, plain
from lms.kernel.money import Fen

MOST_ROWS = 20_000
LONGEST_CELL = 200


class LineState(StrEnum):
    """Where a line of a statement stands; `OUT` is money that left."""

    OPEN = "open"
    PROPOSED = "proposed"
    KEPT = "kept"
    RETURNING = "returning"
    DONE = "done"
    ASIDE = "aside"
    OUT = "out"


class ImportState(StrEnum):
    """Where an uploaded statement stands."""

    DRAFT = "draft"
    DONE = "done"


class ReturnState(StrEnum):
    """Where money stands that came by mistake and is to go back."""

    ASKED = "asked"
    AGREED = "agreed"
    DONE = "done"
    REFUSED = "refused"


def parts_mark(order_ids: Iterable[UUID]) -> str:
    """Name the orders that a line's money is for, so that who confirms says which.

    >>> a, b = UUID(int=1), UUID(int=2)
    >>> parts_mark([a, b]) == parts_mark([b, a]) != parts_mark([a])
    True
    """
    said = ",".join(sorted(one.hex for one in order_ids))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


OPEN_RETURNS = frozenset({ReturnState.ASKED, ReturnState.AGREED})
"""Their money is spoken for."""

_FOOTERS = ("合计", "总计", "小计", "期初余额", "期末余额", "本页", "打印", "以下空白",
            "承前", "制表", "借方笔数", "贷方笔数")  # fmt: skip
_IN = frozenset({"贷", "贷方", "收", "收入", "来账", "转入", "c", "cr", "credit", "+"})
_OUT = frozenset({"借", "借方", "支", "支出", "往账", "转出", "付", "d", "dr", "debit",
                  "-"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement. Units: fen, what left is negative; a legal day.

    PII: payer, account and remark.
    """

    n: int
    day: date
    amount_fen: Fen
    payer: str
    payer_account: str = field(repr=False)
    running_no: str
    ref: str
    remark: str
    summary: str
    balance_fen: Fen | None


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a row cannot be taken: its number in the file, a code, and its words."""

    n: int
    code: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole file as it was read. With a flaw nothing of it is taken.

    `skipped` counts rows that say nothing of money; `gaps` are rows before which the
    balance jumps, so that lines may be missing.
    """

    lines: tuple[Line, ...]
    flaws: tuple[Flaw, ...]
    skipped: int
    gaps: tuple[int, ...]

    @property
    def in_fen(self) -> Fen:
        """Add up what came in."""
        return Fen(sum(one.amount_fen for one in self.lines if one.amount_fen > 0))

    @property
    def out_fen(self) -> Fen:
        """Add up what went out, as a positive figure."""
        return Fen(-sum(one.amount_fen for one in self.lines if one.amount_fen < 0))


def read(
    rows: Sequence[Sequence[str]], head: int, columns: Mapping[Field, int], today: date
) -> Statement:
    """Read every row below the heads; each flaw is told, not only the first."""
    lines: list[Line] = []
    flaws: list[Flaw] = []
    skipped = 0
    for n, row in enumerate(rows[head + 1 :], head + 2):
        cells = {what: _cell(row, place) for what, place in columns.items()}
        if _says_nothing(row, cells):
            skipped += 1
            continue
        made = _line(n, cells, today)
        if isinstance(made, Line):
            lines.append(made)
        else:
            flaws.append(made)
    if not lines and not flaws:
        flaws.append(Flaw(head + 1, "statement.empty"))
    numbered = _numbered(lines)
    flaws += _twice(numbered)
    return Statement(
        tuple(numbered), tuple(sorted(flaws, key=lambda f: f.n)), skipped, gaps(lines)
    )


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _says_nothing(row: Sequence[str], cells: Mapping[Field, str]) -> bool:
    """Tell a blank row, a sum, or words at the foot from a line of money."""
    told = [cell.strip() for cell in row if cell.strip()]
    if not told:
        return True
    if any(plain(cell).startswith(_FOOTERS) for cell in told[:2]):
        return True
    moneys = (Field.CREDIT, Field.DEBIT, Field.AMOUNT)
    return not cells.get(Field.DAY) and not any(cells.get(one) for one in moneys)


def _line(n: int, cells: Mapping[Field, str], today: date) -> Line | Flaw:
    day = read_day(cells.get(Field.DAY, ""))
    if day is None:
        return Flaw(n, "statement.bad_day", cells.get(Field.DAY, "")[:40])
    if day > today:
        return Flaw(n, "statement.future_day", day.isoformat())
    amount = _amount(cells)
    if isinstance(amount, str):
        said = " / ".join(
            cells[one]
            for one in (Field.CREDIT, Field.DEBIT, Field.AMOUNT, Field.DIRECTION)
            if cells.get(one)
        )
        return Flaw(n, amount, said[:60])
    long = [cell for cell in cells.values() if len(cell) > LONGEST_CELL]
    if long:
        return Flaw(n, "statement.long", long[0][:40])
    balance = cells.get(Field.BALANCE, "")
    return Line(
        n,
        day,
        amount,
        cells.get(Field.PAYER, ""),
        re.sub(r"\s", "", cells.get(Field.PAYER_ACCOUNT, ""))[:60],
        cells.get(Field.RUNNING_NO, "").upper()[:60],
        cells.get(Field.REF, "").upper()[:60],
        cells.get(Field.REMARK, ""),
        cells.get(Field.SUMMARY, ""),
        read_fen(balance) if balance else None,
    )


def _amount(cells: Mapping[Field, str]) -> Fen | str:
    """Give what came in, or left as a negative figure; or the code of the flaw."""
    if Field.CREDIT in cells:
        return _two_columns(cells[Field.CREDIT], cells.get(Field.DEBIT, ""))
    amount = read_fen(cells.get(Field.AMOUNT, ""))
    if amount is None:
        return "statement.bad_amount"
    if not amount:
        return "statement.zero"
    if Field.DIRECTION not in cells:
        return amount
    said = plain(cells[Field.DIRECTION])
    if said not in _IN | _OUT:
        return "statement.bad_direction"
    return Fen(abs(amount) if said in _IN else -abs(amount))


def _two_columns(came: str, went: str) -> Fen | str:
    got, gone = read_fen(came or "0"), read_fen(went or "0")
    if got is None or gone is None:
        return "statement.bad_amount"
    if got and gone:
        return "statement.both_ways"
    return Fen(got - gone) if got or gone else "statement.zero"


_MONEY = re.compile(r"([+-]?)([0-9]{1,12})(?:\.([0-9]{1,2})0*)?")


def read_fen(typed: str) -> Fen | None:
    """Read an amount of yuan without a float; None when it is none.

    >>> read_fen("1,280.5"), read_fen("-￥0.01"), read_fen("12.345")
    (128050, -1, None)
    """
    folded = unicodedata.normalize("NFKC", typed)
    bare = re.sub(r"[\s,¥元]|CNY|RMB", "", folded)
    found = _MONEY.fullmatch(bare)
    if found is None:
        return None
    fen = int(found[2]) * 100 + int((found[3] or "").ljust(2, "0"))
    return Fen(-fen if found[1] == "-" else fen)


_DAY = re.compile(r"(20[0-9]{2})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?(?:[T ].*)?")


def read_day(typed: str) -> date | None:
    """Read a day as banks write it.

    >>> read_day("20261120"), read_day("2026/1/5 09:30"), read_day("2026年13月1日")
    (datetime.date(2026, 11, 20), datetime.date(2026, 1, 5), None)
    """
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _numbered(lines: Sequence[Line]) -> list[Line]:
    """Give lines that the bank did not number a number made of what they say.

    The same day downloaded again gives the same numbers: lines that are alike in
    everything are counted in the order of the file.
    """
    seen: Counter[str] = Counter()
    made = []
    for one in lines:
        if one.running_no:
            made.append(one)
            continue
        said = (one.day, one.amount_fen, one.payer, one.payer_account, one.ref,
                one.remark, one.summary, one.balance_fen)  # fmt: skip
        mark = hashlib.sha256(repr(said).encode()).hexdigest()[:12].upper()
        seen[mark] += 1
        made.append(_with_number(one, f"~{mark}-{seen[mark]}"))
    return made


def _with_number(one: Line, number: str) -> Line:
    return Line(one.n, one.day, one.amount_fen, one.payer, one.payer_account, number,
                one.ref, one.remark, one.summary, one.balance_fen)  # fmt: skip


Key = tuple[str, date, int, str]


def key(one: Line) -> Key:
    """Say what makes a line one and the same, within one account."""
    return one.ref, one.day, one.amount_fen, one.running_no


def _twice(lines: Sequence[Line]) -> list[Flaw]:
    first: dict[Key, int] = {}
    return [
        Flaw(one.n, "statement.twice", str(first[key(one)]))
        for one in lines
        if first.setdefault(key(one), one.n) != one.n
    ]


def gaps(lines: Sequence[Line]) -> tuple[int, ...]:
    """Name the rows at which the balance does not follow from the row before.

    Banks print the oldest or the newest line first: the order that fits better counts.
    """
    told = [one for one in lines if one.balance_fen is not None]
    if len(told) < len(lines) or len(told) < 2:  # noqa: PLR2004 - a pair
        return ()
    down, up = _jumps(told), _jumps(told[::-1])
    return tuple(sorted(down if len(down) <= len(up) else up))


def _jumps(lines: Sequence[Line]) -> list[int]:
    return [
        now.n
        for before, now in pairwise(lines)
        if (before.balance_fen or 0) + now.amount_fen != now.balance_fen
    ]


@dataclass(frozen=True, slots=True)
class Shares:
    """What became of a line's money. Units: fen."""

    amount_fen: int
    proposed_fen: int = 0
    confirmed_fen: int = 0
    returning_fen: int = 0
    returned_fen: int = 0

    @property
    def left_fen(self) -> Fen:
        """Tell what nobody has spoken for."""
        spoken = self.proposed_fen + self.confirmed_fen
        return Fen(self.amount_fen - spoken - self.returning_fen - self.returned_fen)


def line_state(shares: Shares, *, kept: bool) -> LineState:
    """Name the state of a line by what became of its money."""
    if shares.amount_fen < 0:
        return LineState.OUT
    if shares.left_fen > 0:
        return LineState.KEPT if kept else LineState.OPEN
    if shares.proposed_fen:
        return LineState.PROPOSED
    return LineState.RETURNING if shares.returning_fen else LineState.DONE

"""A list of members as a file: which column is what, and what each row says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

MOST_ROWS = 5_000
_HEADS = {
    "name": ("名称", "姓名", "单位名称", "会员名称"),
    "number": (
        "代码",
        "证件号",
        "证件号码",
        "统一社会信用代码",
        "身份证号",
        "代码或证件号",
    ),
    "since": ("开始日期", "入会日期", "起始日期", "生效日期"),
    "until": ("结束日期", "到期日期", "截止日期", "有效期至"),
}


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One row of the file, or what is wrong with it. PII: a name and a number."""

    n: int
    name: str
    number: str
    since: date | None
    until: date | None

    @property
    def whole(self) -> bool:
        """Tell whether nothing is missing."""
        return bool(self.number and self.since and self.until)


def read_members(cells: Sequence[Sequence[str]]) -> tuple[MemberRow, ...] | str:
    """Read the rows under the heads, or say what is wrong with the file.

    >>> read_members([["姓名"], ["张三"]])
    'member.heads'
    """
    for place, row in enumerate(cells[:10]):
        found = _columns(row)
        if len(found) == len(_HEADS):
            rows = [
                _row(place + 2 + n, found, one)
                for n, one in enumerate(cells[place + 1 :])
                if any(cell.strip() for cell in one)
            ]
            return tuple(rows) if len(rows) <= MOST_ROWS else "member.many"
    return "member.heads"


def _columns(row: Sequence[str]) -> dict[str, int]:
    heads = ["".join(cell.split()) for cell in row]
    return {
        name: heads.index(word)
        for name, words in _HEADS.items()
        for word in words
        if word in heads
    }


def _row(n: int, found: dict[str, int], row: Sequence[str]) -> MemberRow:
    said = {
        name: row[place].strip() if place < len(row) else ""
        for name, place in found.items()
    }
    since, until = read_day(said["since"]), read_day(said["until"])
    return MemberRow(n, said["name"], said["number"], since, until)


def read_day(typed: str) -> date | None:
    """Read a day as workbooks and people write it.

    >>> read_day("2026/1/5"), read_day("2026年1月5日"), read_day("20260105 ")
    (datetime.date(2026, 1, 5), datetime.date(2026, 1, 5), datetime.date(2026, 1, 5))
    """
    text = typed.strip().split(" ")[0].split("T")[0]
    for sign in "年月/.":
        text = text.replace(sign, "-")
    for shape in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(text.rstrip("日-"), shape).date()  # noqa: DTZ007 - a legal day
        except ValueError:
            continue
    return None

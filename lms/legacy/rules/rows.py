"""Read an old platform's rows: each with everything that is wrong with it. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from lms.accounts.rules import IdentifierKind, identifier
from lms.commerce.rules.columns import plain
from lms.commerce.rules.statements import read_day
from lms.credentials.rules import read_code, read_number
from lms.legacy.rules.columns import Field, Kind
from lms.people.rules import read_name
from lms.people.rules.numbers import folded, id_number_problem, name_problem
from lms.people.rules.roster import read_specialties
from lms.policy.model import Province, Specialty, Track

MOST_ROWS = 5000
MOST_CREDIT = 12_000
"""One line never brings more than a whole main quota. Units: hundredths of a 学时."""

LONGEST = 120
TEXT, FIGURE, FORMULA = "t", "n", "f"
"""The first letter of a kept cell: what somebody put into it."""

_DIGITS_OF_A_FIGURE = 15


@dataclass(frozen=True, slots=True)
class Record:
    """What one row says, read. What its kind does not have is empty.

    Units: `credit` in hundredths of a 学时; days are legal days, both ends count.
    PII: all of it.
    """

    id_number: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    number: str = ""
    phone: str = field(default="", repr=False)
    province: Province | None = None
    specialties: tuple[Specialty, ...] = ()
    register_no: str = field(default="", repr=False)
    period_from: date | None = None
    period_until: date | None = None
    track: Track | None = None
    credit: int | None = None
    course: str = ""
    earned_on: date | None = None
    year: int | None = None
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row, `n` as the sheet counts, and the codes of all that is wrong with it.

    `known` is one that was taken over before, word for word.
    """

    n: int
    record: Record
    faults: tuple[str, ...] = ()
    known: bool = False

    @property
    def good(self) -> bool:
        """Tell whether nothing is wrong with it."""
        return not self.faults


def with_fault(row: Row, code: str) -> Row:
    """Say one more thing that is wrong with a row, once."""
    return row if code in row.faults else replace(row, faults=(*row.faults, code))


def read(
    cells: Sequence[Sequence[str]],
    head: int,
    kind: Kind,
    columns: Mapping[Field, int],
    today: date,
) -> tuple[Row, ...]:
    """Read every row below the heads; rows without a word are left out."""
    rows = [
        _row(n, line, kind, columns, today)
        for n, line in enumerate(cells[head + 1 :], head + 2)
        if any(cell[1:].strip() for cell in line)
    ]
    return tuple(_twice(rows, kind))


def _row(
    n: int,
    line: Sequence[str],
    kind: Kind,
    columns: Mapping[Field, int],
    today: date,
) -> Row:
    cells = {
        what: line[place] if place < len(line) else TEXT
        for what, place in columns.items()
    }
    faults = [] if FORMULA not in {cell[:1] for cell in cells.values()} else [_FORMULA]
    said = {what: cell[1:].strip() for what, cell in cells.items()}
    number = cells.get(Field.ID_NUMBER, TEXT)
    if number[:1] == FIGURE and len(number) > _DIGITS_OF_A_FIGURE:
        # A spreadsheet keeps 15 digits of a figure: the last three are gone for good.
        faults.append("roster.id_as_figure")
    told: dict[str, Any] = {}
    for what, words in said.items():
        code = _READERS[what](told, words)
        if code:
            faults.append(code)
    record = Record(**told)
    faults += _whole(record, kind, today)
    return Row(n, record, tuple(dict.fromkeys(faults)))


_FORMULA = "roster.formula"
Reader = Callable[[dict[str, object], str], str | None]


def _id_number(told: dict[str, object], words: str) -> str | None:
    told["id_number"] = folded(words)
    return id_number_problem(words)


def _name(told: dict[str, object], words: str) -> str | None:
    told["name"] = read_name(words)
    return name_problem(words)


def _number(told: dict[str, object], words: str) -> str | None:
    told["number"] = old_number(words)
    return "legacy.number" if len(old_number(words)) > MOST_NUMBER else None


def _phone(told: dict[str, object], words: str) -> str | None:
    found = identifier(words) if words else None
    if not words:
        return None
    if found is None or found.kind is not IdentifierKind.PHONE:
        return "roster.phone"
    told["phone"] = found.value
    return None


def _province(told: dict[str, object], words: str) -> str | None:
    told["province"] = province_named(words)
    return "legacy.province" if words and told["province"] is None else None


def _specialties(told: dict[str, object], words: str) -> str | None:
    bare = re.sub(r"[(（].*?[)）]", "", words)
    told["specialties"] = read_specialties(bare)
    return "roster.specialty" if words and not told["specialties"] else None


def _text(name: str) -> Reader:
    def reader(told: dict[str, object], words: str) -> str | None:
        told[name] = words
        return "legacy.long" if len(words) > LONGEST else None

    return reader


def _day(name: str) -> Reader:
    def reader(told: dict[str, object], words: str) -> str | None:
        told[name] = read_day(words)
        return "legacy.day" if words and told[name] is None else None

    return reader


def _track(told: dict[str, object], words: str) -> str | None:
    if "必" in words or words.casefold() == Track.REQUIRED:
        told["track"] = Track.REQUIRED
    elif "选" in words or words.casefold() == Track.ELECTIVE:
        told["track"] = Track.ELECTIVE
    else:
        return "legacy.track"
    return None


_CREDIT = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,2})0*)?(?:学时|课时)?")


def _credit(told: dict[str, object], words: str) -> str | None:
    if not words:
        return None
    found = _CREDIT.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", words)))
    if found is None:
        return "legacy.credit"
    told["credit"] = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))
    return None if 0 < int(f"{told['credit']}") <= MOST_CREDIT else "legacy.credit"


def _year(told: dict[str, object], words: str) -> str | None:
    found = re.fullmatch(r"(20[0-9]{2})(?:年|年度)?", words)
    told["year"] = int(found[1]) if found else None
    return "legacy.year" if words and not found else None


_READERS: Mapping[Field, Reader] = MappingProxyType(
    {
        Field.ID_NUMBER: _id_number,
        Field.NAME: _name,
        Field.NUMBER: _number,
        Field.PHONE: _phone,
        Field.PROVINCE: _province,
        Field.SPECIALTY: _specialties,
        Field.REGISTER_NO: _text("register_no"),
        Field.COURSE: _text("course"),
        Field.PERIOD_FROM: _day("period_from"),
        Field.PERIOD_UNTIL: _day("period_until"),
        Field.EARNED_ON: _day("earned_on"),
        Field.ISSUED_ON: _day("issued_on"),
        Field.TRACK: _track,
        Field.CREDIT: _credit,
        Field.YEAR: _year,
    }
)

MOST_NUMBER = 60


def old_number(typed: str) -> str:
    """Fold an old platform's number: half-width, capitals, nothing blank in it.

    >>> old_number("蒙建教 证字（2023）第 0081号")
    '蒙建教证字(2023)第0081号'
    """
    return plain(typed).upper()


def is_own_number(number: str) -> bool:
    """Tell whether a number is of this house's form: no old platform ever gave it.

    >>> is_own_number("BTJX-JXJY-2026-0000149-7"), is_own_number("蒙建教证字0081号")
    (True, False)
    """
    return read_number(number) is not None or read_code(number) is not None


_OWN_RULES: Mapping[str, Province] = MappingProxyType(
    {
        "内蒙": Province.INNER_MONGOLIA, "贵州": Province.GUIZHOU,
        "重庆": Province.CHONGQING, "四川": Province.SICHUAN,
        "山东": Province.SHANDONG, "北京": Province.BEIJING,
    }
)  # fmt: skip
_OTHERS = (
    "天津 河北 山西 辽宁 吉林 黑龙 上海 江苏 浙江 安徽 福建 江西 河南 湖北 湖南 广东 "
    "广西 海南 云南 西藏 陕西 甘肃 青海 宁夏 新疆 全国"
)


def province_named(words: str) -> Province | None:
    """Say whose rules a province goes by: its own, or the nation's.

    >>> province_named("内蒙古自治区").value, province_named("辽宁省").value
    ('inner_mongolia', 'national')
    """
    first = words.strip()[:2]
    return _OWN_RULES.get(first) or (
        Province.NATIONAL if first in _OTHERS.split() else None
    )


def _whole(record: Record, kind: Kind, today: date) -> Iterator[str]:
    """Look at what several cells say together."""
    since, until = record.period_from, record.period_until
    if since and until and since > until:
        yield "legacy.period"
    if any(one and one > today for one in (record.earned_on, record.issued_on)):
        yield "statement.future_day"
    if record.year is not None and record.year > today.year:
        yield "legacy.year"
    if kind is Kind.HOURS:
        yield from _whole_hours(record)
    if kind is not Kind.PEOPLE and len(record.specialties) != 1:
        yield "legacy.one_specialty"
    if kind is Kind.CERTIFICATES:
        yield from _whole_certificate(record)


def _whole_certificate(record: Record) -> Iterator[str]:
    if record.issued_on is None:
        yield "legacy.day"
    if not record.number:
        yield "legacy.number"
    if is_own_number(record.number):
        yield "legacy.own_number"


def _whole_hours(record: Record) -> Iterator[str]:
    if record.credit is None:
        yield "legacy.credit"
    if not record.course:
        yield "legacy.course"
    if record.earned_on is None and record.year is None:
        yield "legacy.day"
    if record.earned_on and record.year and record.earned_on.year != record.year:
        yield "legacy.year"


def _twice(rows: Sequence[Row], kind: Kind) -> Iterator[Row]:
    numbers = Counter(one.record.number for one in rows if one.record.number)
    people = Counter(one.record.id_number for one in rows if kind is Kind.PEOPLE)
    for row in rows:
        again = numbers[row.record.number] > 1 or people[row.record.id_number] > 1
        yield with_fault(row, "legacy.twice") if again else row

"""A company's list of people: how it is read, and what is wrong with each row. Pure."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from lms.accounts.rules import Identifier, IdentifierKind, identifier
from lms.kernel.grids import EMPTY, Cell, CellKind, Grid
from lms.people.rules.numbers import (
    folded,
    id_number_problem,
    name_problem,
    read_name,
)
from lms.people.rules.specialties import specialties_named
from lms.policy.model import Specialty

MOST_ROWS = 5000
"""So many people one list may name."""

MOST_COLUMNS = 30
HEAD_WITHIN = 10
"""The head of the table stands in one of the first so many rows."""

DRAFT_LIFE = timedelta(hours=24)
ADDRESS_LIFE = timedelta(days=90)
"""An invitation that nobody answered so long is not sent again."""


class Head(StrEnum):
    """What a column holds."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ID_NUMBER = "id_number"
    SPECIALTY = "specialty"


_HEADS: Mapping[str, Head] = MappingProxyType(
    {
        "姓名": Head.NAME, "名字": Head.NAME, "人员姓名": Head.NAME, "NAME": Head.NAME,
        "手机": Head.PHONE, "手机号": Head.PHONE, "手机号码": Head.PHONE,
        "联系电话": Head.PHONE, "电话": Head.PHONE, "PHONE": Head.PHONE,
        "MOBILE": Head.PHONE,
        "邮箱": Head.EMAIL, "电子邮箱": Head.EMAIL, "邮件": Head.EMAIL,
        "EMAIL": Head.EMAIL, "E-MAIL": Head.EMAIL,
        "身份证": Head.ID_NUMBER, "身份证号": Head.ID_NUMBER,
        "身份证号码": Head.ID_NUMBER, "证件号码": Head.ID_NUMBER,
        "公民身份号码": Head.ID_NUMBER, "IDNUMBER": Head.ID_NUMBER,
        "专业": Head.SPECIALTY, "注册专业": Head.SPECIALTY,
        "SPECIALTY": Head.SPECIALTY,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One person as the list has them. `n` is the row as the sheet counts.

    PII: all of it.
    """

    n: int
    name: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)
    id_number: str = field(repr=False)
    specialty: str = field(repr=False)
    faults: tuple[str, ...] = ()

    @property
    def contact(self) -> Identifier | None:
        """Give where the invitation goes: the phone, else the e-mail."""
        return identifier(self.phone or self.email)


@dataclass(frozen=True, slots=True)
class Roster:
    """A list that was read: its people, and heads that mean nothing here."""

    entries: tuple[Entry, ...]
    ignored: tuple[str, ...] = ()


class Unreadable(ValueError):
    """The sheet is no list of people; carries the code of the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_roster(grid: Grid) -> Roster:
    """Read a sheet: find the head, then a person a row; empty rows are left out.

    Raises: Unreadable, with a code.
    """
    at, heads = _head(grid)
    names = [cell.text.strip() for cell in grid[at]]
    ignored = tuple(
        name[:20] for place, name in enumerate(names) if name and place not in heads
    )
    entries = tuple(
        _entry(n, row, heads)
        for n, row in enumerate(grid[at + 1 :], at + 2)
        if any(cell.text.strip() for cell in row)
    )
    if not entries:
        raise Unreadable("roster.empty")
    if len(entries) > MOST_ROWS:
        raise Unreadable("roster.too_many")
    return Roster(entries, ignored)


def _head(grid: Grid) -> tuple[int, dict[int, Head]]:
    for at, row in enumerate(grid[:HEAD_WITHIN]):
        heads = {
            place: head
            for place, cell in enumerate(row)
            if (head := _named(cell.text)) is not None
        }
        found = list(heads.values())
        if len(set(found)) < len(found):
            raise Unreadable("roster.head_twice")
        if Head.NAME in found and {Head.PHONE, Head.EMAIL} & set(found):
            return at, heads
    raise Unreadable("roster.no_head")


def _named(text: str) -> Head | None:
    bare = unicodedata.normalize("NFKC", text).partition("(")[0]
    return _HEADS.get("".join(bare.split()).strip("*").upper())


def _entry(n: int, row: Sequence[Cell], heads: Mapping[int, Head]) -> Entry:
    cells = {
        head: row[place] if place < len(row) else EMPTY for place, head in heads.items()
    }
    faults = []
    if any(cell.kind is CellKind.FORMULA for cell in cells.values()):
        faults.append("roster.formula")
    number = cells.get(Head.ID_NUMBER, EMPTY)
    if number.kind is CellKind.NUMBER:
        # A spreadsheet keeps 15 digits of a figure: the last three are gone for good.
        faults.append("roster.id_as_figure")
    said = {
        head: "" if cell.kind is CellKind.FORMULA else cell.text
        for head, cell in cells.items()
    }
    return Entry(
        n=n,
        name=read_name(said.get(Head.NAME, "")),
        phone=_place(said.get(Head.PHONE, ""), IdentifierKind.PHONE),
        email=_place(said.get(Head.EMAIL, ""), IdentifierKind.EMAIL),
        id_number=folded(said.get(Head.ID_NUMBER, "")),
        specialty=said.get(Head.SPECIALTY, "").strip(),
        faults=tuple(faults),
    )


def _place(typed: str, kind: IdentifierKind) -> str:
    """Fold an address to its one form; what is none stays as it was typed."""
    found = identifier(typed)
    return found.value if found and found.kind is kind else typed.strip()


# -- what is wrong with it -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Checked:
    """A row with everything that is wrong with it; `known` says why it is passed over.

    PII: the entry.
    """

    entry: Entry = field(repr=False)
    problems: tuple[str, ...]
    specialties: tuple[Specialty, ...] = ()
    known: str = ""

    @property
    def good(self) -> bool:
        """Tell whether nothing is wrong with it."""
        return not self.problems


def check_roster(roster: Roster) -> tuple[Checked, ...]:
    """Look at every row, and at what stands twice in the list."""
    twice = _twice(roster.entries)
    return tuple(_checked(entry, twice) for entry in roster.entries)


_Twice = Mapping[str, frozenset[str]]


def _twice(entries: Iterable[Entry]) -> _Twice:
    every = list(entries)
    return {
        "roster.phone_twice": _more(entry.phone for entry in every),
        "roster.email_twice": _more(entry.email for entry in every),
        "roster.id_twice": _more(entry.id_number for entry in every),
    }


def _more(values: Iterable[str]) -> frozenset[str]:
    counts = Counter(value for value in values if value)
    return frozenset(value for value, times in counts.items() if times > 1)


def _checked(entry: Entry, twice: _Twice) -> Checked:
    own = {
        "roster.phone_twice": entry.phone,
        "roster.email_twice": entry.email,
        "roster.id_twice": entry.id_number,
    }
    named = tuple(read_specialties(entry.specialty))
    found = [
        *entry.faults,
        *_of_person(entry),
        *(code for code, value in own.items() if value in twice[code]),
    ]
    if entry.specialty and not named:
        found.append("roster.specialty")
    return Checked(entry, tuple(dict.fromkeys(found)), named)


def _of_person(entry: Entry) -> Iterable[str]:
    if not entry.name:
        yield "roster.no_name"
    elif problem := name_problem(entry.name):
        yield problem
    if not (entry.phone or entry.email):
        yield "roster.no_contact"
    if entry.phone and not _fits(entry.phone, IdentifierKind.PHONE):
        yield "roster.phone"
    if entry.email and not _fits(entry.email, IdentifierKind.EMAIL):
        yield "roster.email"
    wrong = id_number_problem(entry.id_number) if entry.id_number else None
    if wrong and "roster.id_as_figure" not in entry.faults:
        yield wrong


def _fits(typed: str, kind: IdentifierKind) -> bool:
    found = identifier(typed)
    return found is not None and found.kind is kind


_SHORT: Mapping[str, Specialty] = MappingProxyType(
    {
        "建筑": Specialty.BUILDING, "房建": Specialty.BUILDING,
        "公路": Specialty.HIGHWAY, "水利": Specialty.WATER,
        "水利水电": Specialty.WATER, "市政": Specialty.MUNICIPAL,
        "市政公用": Specialty.MUNICIPAL, "矿业": Specialty.MINING,
        "机电": Specialty.MECHANICAL,
    }
)  # fmt: skip


def read_specialties(typed: str) -> tuple[Specialty, ...]:
    """Read specialties as people write them; one that is unknown spoils all.

    >>> [one.value for one in read_specialties("房建、市政公用工程")]
    ['building', 'municipal']
    """
    text = unicodedata.normalize("NFKC", typed)
    for mark in ",;/|":
        text = text.replace(mark, "、")
    words = [word.strip() for word in text.split("、") if word.strip()]
    found = [_specialty(word) for word in words]
    if None in found:
        return ()
    return tuple(dict.fromkeys(one for one in found if one is not None))


def _specialty(word: str) -> Specialty | None:
    short = _SHORT.get(word)
    if short is not None:
        return short
    named = tuple(specialties_named(word))
    return named[0] if len(named) == 1 else None


# -- nudges --------------------------------------------------------------------------

NUDGE_EVERY = timedelta(days=3)
MOST_NUDGED = 500
"""So many one click may remind."""


class NudgeKind(StrEnum):
    """What somebody is reminded of."""

    HOURS = "hours"
    SEAT = "seat"
    PROFILE = "profile"
    INVITATION = "invitation"


@dataclass(frozen=True, slots=True)
class Nudgeable:
    """What decides whether somebody may be reminded now."""

    waiting: bool
    active: bool
    quiet: bool
    last_at: datetime | None


def nudge_objection(known: Nudgeable, kind: NudgeKind, now: datetime) -> str:
    """Say why somebody is not reminded now, or nothing.

    >>> nudge_objection(Nudgeable(False, True, True, None), NudgeKind.HOURS, None)
    'nudge.quiet'
    """
    fits = known.waiting if kind is NudgeKind.INVITATION else known.active
    if not fits:
        return "nudge.not_there"
    if known.quiet:
        return "nudge.quiet"
    if known.last_at is not None and now - known.last_at < NUDGE_EVERY:
        return "nudge.too_soon"
    return ""

"""Read JSON strictly: every flaw with its path, nothing guessed, nothing ignored."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from lms.kernel.clock import legal_day

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?"
)
_HOURS = re.compile(r"(?P<sign>[-+]?)(?P<whole>[0-9]{1,7})([.](?P<part>[0-9]{1,9}))?")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_MOST_NUMBER = 10**9


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong with what was sent, and where."""

    path: str
    code: str


class Doubled(dict[str, Any]):
    """A JSON object; `twice` names the keys that it held more than once."""

    twice: tuple[str, ...] = ()


Reader = Callable[[object, str, list[Flaw]], Any]
"""Reads one value at a path; adds flaws, and then gives None."""


class Field(NamedTuple):
    """How one key of an object is read."""

    read: Reader
    needed: bool = False


def load(body: bytes) -> object:
    """Parse JSON, keeping note of doubled keys.

    Raises: ValueError or RecursionError when it is not JSON.
    """
    return json.loads(
        body.decode("utf-8"), object_pairs_hook=_pairs, parse_constant=_constant
    )


def read_object(
    value: object, path: str, flaws: list[Flaw], fields: Mapping[str, Field]
) -> dict[str, Any]:
    """Read an object key by key; what is absent or null and not needed is left out."""
    if not isinstance(value, dict):
        flaws.append(Flaw(path, "type.wrong"))
        return {}
    flaws.extend(
        Flaw(_join(path, key), "key.twice") for key in getattr(value, "twice", ())
    )
    flaws.extend(
        Flaw(_join(path, key), "key.unknown") for key in value if key not in fields
    )
    found = {}
    for key, field in fields.items():
        if value.get(key) is not None:
            found[key] = field.read(value[key], _join(path, key), flaws)
        elif field.needed:
            flaws.append(Flaw(_join(path, key), "key.missing"))
    return found


def a_list(read: Reader) -> Reader:
    """Read a list, each item by the same reader."""

    def _read(value: object, path: str, flaws: list[Flaw]) -> list[Any] | None:
        if not isinstance(value, list):
            flaws.append(Flaw(path, "type.wrong"))
            return None
        return [
            read(item, f"{path}[{place}]", flaws) for place, item in enumerate(value)
        ]

    return _read


def one_of(words: type[StrEnum]) -> Reader:
    """Read one of a list of codes."""

    def _read(value: object, path: str, flaws: list[Flaw]) -> StrEnum | None:
        if not isinstance(value, str):
            flaws.append(Flaw(path, "type.wrong"))
            return None
        try:
            return words(value)
        except ValueError:
            flaws.append(Flaw(path, "code.unknown"))
            return None

    return _read


def a_date(value: object, path: str, flaws: list[Flaw]) -> date | None:
    """Read a legal day, `2026-11-21`."""
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is not None and _FIRST_YEAR <= day.year <= _LAST_YEAR:
            return day
    flaws.append(Flaw(path, "date.malformed"))
    return None


def a_legal_day(value: object, path: str, flaws: list[Flaw]) -> date | None:
    """Read an instant with its offset, and name its legal day in Shanghai."""
    form = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    naive = isinstance(value, str) and bool(_DATE.fullmatch(value))
    if naive or (form is not None and not form["zone"]):
        flaws.append(Flaw(path, "instant.naive"))
        return None
    try:
        instant = datetime.fromisoformat(str(value)) if form is not None else None
    except ValueError:
        instant = None
    if instant is None or not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
        flaws.append(Flaw(path, "instant.malformed"))
        return None
    return legal_day(instant.astimezone(UTC))


def a_bool(value: object, path: str, flaws: list[Flaw]) -> bool | None:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    flaws.append(Flaw(path, "type.wrong"))
    return None


def a_number(least: int) -> Reader:
    """Read a whole number."""

    def _read(value: object, path: str, flaws: list[Flaw]) -> int | None:
        if isinstance(value, bool) or not isinstance(value, int):
            flaws.append(Flaw(path, "type.wrong"))
            return None
        if not least <= value <= _MOST_NUMBER:
            flaws.append(Flaw(path, "number.out_of_range"))
            return None
        return value

    return _read


def hours(*, zero: bool) -> Reader:
    """Read hours, a decimal string, into hundredths of a 学时."""

    def _read(value: object, path: str, flaws: list[Flaw]) -> int | None:
        if not isinstance(value, str):
            flaws.append(Flaw(path, "type.wrong"))
            return None
        form = _HOURS.fullmatch(value)
        code = _hours_flaw(form, zero=zero)
        if form is None or code is not None:
            flaws.append(Flaw(path, code or "hours.malformed"))
            return None
        return _hundredths(form)

    return _read


def _hours_flaw(form: re.Match[str] | None, *, zero: bool) -> str | None:
    if form is None or form["sign"] == "+":
        return "hours.malformed"
    if len(form["part"] or "") > 2:  # noqa: PLR2004 - hundredths are the smallest
        return "hours.too_precise"
    if form["sign"] or (_hundredths(form) == 0 and not zero):
        return "hours.not_positive"
    return None


def _hundredths(form: re.Match[str]) -> int:
    return int(form["whole"]) * 100 + int((form["part"] or "").ljust(2, "0")[:2])


def _pairs(pairs: list[tuple[str, Any]]) -> Doubled:
    found = Doubled(pairs)
    if len(found) < len(pairs):
        times = Counter(key for key, _value in pairs)
        found.twice = tuple(key for key in found if times[key] > 1)
    return found


def _constant(word: str) -> None:
    raise ValueError(word)


def _join(path: str, key: str) -> str:
    # A key is a stranger's text: enough of it to find it, no more. Half a character,
    # which JSON can spell and UTF-8 cannot, is shown as a question mark.
    shown = key[:60].encode("utf-8", "replace").decode()
    return f"{path}.{shown}" if path else shown

"""Numbers and names: right in themselves, or not and why."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """As the ID number tells it."""

    MALE = "male"
    FEMALE = "female"


# -- ID number -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An ID number that is right in itself, and what it says. PII: all of it."""

    value: str = field(repr=False)
    born_on: date = field(repr=False)
    sex: Sex


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID_FORM = re.compile(r"[0-9]{17}[0-9X]")


def id_number_problem(typed: str) -> str | None:
    """Say what is wrong with an ID number, or nothing.

    Checksum and date only. Lists of regions are left out on purpose: those at hand
    refuse districts that were renumbered, and with them Baotou's older people.

    Source: GB 11643-1999.
    """
    value = folded(typed)
    if not _ID_FORM.fullmatch(value):
        return "id_number.form"
    if id_check(value[:17]) != value[17]:
        return "id_number.checksum"
    return None if _born_on(value) else "id_number.date"


def read_id_number(typed: str) -> IdNumber | None:
    """Read an ID number as people type it, full-width digits and small x included.

    >>> read_id_number(" 15020319900601001x ").sex.value
    'male'
    """
    if id_number_problem(typed) is not None:
        return None
    value = folded(typed)
    born_on = _born_on(value)
    assert born_on is not None  # noqa: S101 - the line above looked
    return IdNumber(value, born_on, Sex.MALE if int(value[16]) % 2 else Sex.FEMALE)


def id_check(first_17: str) -> str:
    """Compute the last character of an ID number.

    >>> id_check("11010519491231002")
    'X'
    """
    total = sum(
        int(digit) * weight for digit, weight in zip(first_17, _ID_WEIGHTS, strict=True)
    )
    return _ID_CHECKS[total % 11]


def _born_on(value: str) -> date | None:
    try:
        return date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return None


def folded(typed: str) -> str:
    """Fold a typed number: half-width, capitals, no spaces or dashes inside.

    >>> folded("９１１５ 0203 ma0n-00000g")
    '91150203MA0N00000G'
    """
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", typed)).upper()


# -- company, registration, qualification ------------------------------------------

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_FORM = re.compile(f"[{_USCC_ALPHABET}]{{18}}")


def uscc_problem(typed: str) -> str | None:
    """Say what is wrong with a unified social credit code, or nothing.

    Source: GB 32100-2015.
    """
    value = folded(typed)
    if not _USCC_FORM.fullmatch(value):
        return "uscc.form"
    total = sum(
        _USCC_ALPHABET.index(letter) * pow(3, place, 31)
        for place, letter in enumerate(value[:17])
    )
    if _USCC_ALPHABET[-total % 31] != value[17]:
        return "uscc.checksum"
    return None


_REGISTRATION_FORM = re.compile(
    r"[\u4e00-\u9fa5][12][0-9]{2}(?:[0-9]{4}|[0-9]{8})[0-9]{5}"
)
_CERTIFICATE_FORM = re.compile(r"[0-9A-Z\u4e00-\u9fa5()〔〕第号]{6,40}")


def registration_number_problem(typed: str) -> str | None:
    """Say what is wrong with a registration number: 13 characters, or 17 since 2023.

    >>> registration_number_problem("粤2442021202125000") is None
    True
    """
    ok = _REGISTRATION_FORM.fullmatch(folded(typed))
    return None if ok else "registration.number"


def certificate_number_problem(typed: str) -> str | None:
    """Say what is wrong with a qualification certificate's number, or nothing."""
    ok = _CERTIFICATE_FORM.fullmatch(folded(typed))
    return None if ok else "qualification.number"


# -- names ----------------------------------------------------------------------

_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･．.●", "·"))
_SHORTEST, _LONGEST = 2, 30
_HAN = ((0x3007, 0x3007), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
        (0x20000, 0x3FFFF))  # fmt: skip


def read_name(typed: str) -> str:
    """Fold a name as typed: no spaces, one kind of middle dot, no other change.

    Characters are left as they are: a rare one may be newer than this Python, and
    normal forms would swap some for look-alikes.

    >>> read_name(" 阿卜杜拉•买买提 ")
    '阿卜杜拉·买买提'
    """
    return re.sub(r"\s", "", typed).translate(_DOTS)


def name_problem(typed: str) -> str | None:
    """Say what is wrong with a name, which must read as on the ID card."""
    name = read_name(typed)
    if not _SHORTEST <= len(name) <= _LONGEST:
        return "name.length"
    parts = name.split("·")
    if not all(part and all(_is_han(letter) for letter in part) for part in parts):
        return "name.letters"
    return None


def _is_han(letter: str) -> bool:
    return any(low <= ord(letter) <= high for low, high in _HAN)

"""Numbers and names: right in themselves, or not and why."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lms.kernel import numbers
from lms.kernel.numbers import folded, id_check, id_number_problem

__all__ = [
    "IdNumber",
    "Sex",
    "certificate_number_problem",
    "folded",
    "id_check",
    "id_number_problem",
    "name_problem",
    "read_id_number",
    "read_name",
    "registration_number_problem",
    "uscc_problem",
]


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


def read_id_number(typed: str) -> IdNumber | None:
    """Read an ID number as people type it, full-width digits and small x included.

    >>> read_id_number(" 15020319900601001x ").sex.value
    'male'
    """
    if id_number_problem(typed) is not None:
        return None
    value = folded(typed)
    born_on = numbers.born_on(value)
    assert born_on is not None  # noqa: S101 - the line above looked
    return IdNumber(value, born_on, Sex.MALE if int(value[16]) % 2 else Sex.FEMALE)


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

"""How somebody who objects is reached. Pure."""

import re
from enum import StrEnum

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15


class Reached(StrEnum):
    """By what somebody can be reached. To a landline nothing is sent."""

    MAIL = "mail"
    MOBILE = "mobile"
    LANDLINE = "landline"


def reached_by(contact: str) -> tuple[Reached, str] | None:
    """Read a contact: by what, and the bare address; None for what is neither.

    >>> reached_by(" 138 0000 1111 "), reached_by("123")
    ((<Reached.MOBILE: 'mobile'>, '13800001111'), None)
    >>> reached_by("0471-1234567")
    (<Reached.LANDLINE: 'landline'>, '04711234567')
    """
    said = contact.strip()
    if _MAIL.fullmatch(said):
        return Reached.MAIL, said
    bare = re.sub(r"[\s()（）+-]", "", said)
    if not bare.isdigit() or not _FEWEST_DIGITS <= len(bare) <= _MOST_DIGITS:
        return None
    mobile = bare.removeprefix("86")
    if _MOBILE.fullmatch(mobile):
        return Reached.MOBILE, mobile
    return Reached.LANDLINE, bare

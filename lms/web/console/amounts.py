"""Amounts as they are typed at the desk."""

import re

from lms.kernel.money import Fen

_AMOUNT = re.compile(r"([0-9]{1,7})(?:\.([0-9]{1,2}))?")


def fen(typed: str) -> Fen:
    """Read an amount of yuan without a float; nothing readable is zero.

    >>> fen("1,280.5")
    128050
    """
    found = _AMOUNT.fullmatch(typed.replace(",", "").strip())
    if found is None:
        return Fen(0)
    return Fen(int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")))

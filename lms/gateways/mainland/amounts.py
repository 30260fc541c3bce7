"""Yuan as these providers write them, to the fen; and how they name trades."""

import re
from uuid import UUID

from lms.kernel.money import Fen

_YUAN = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")


def written(amount: Fen) -> str:
    """Write fen as yuan.

    >>> written(Fen(12805))
    '128.05'
    """
    return f"{amount // 100}.{amount % 100:02d}"


def fen(text: object) -> Fen:
    """Read yuan; what is no amount is none, and fits no order.

    >>> fen("128.5"), fen("0.01"), fen("1,28"), fen("-1.00")
    (12850, 1, 0, 0)
    """
    found = _YUAN.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return Fen(0)
    return Fen(int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")))


def own_id(text: object) -> str:
    """Give the id that a trade's number was made of, or nothing.

    >>> own_id("00000000000000000000000000000001")
    '00000000-0000-0000-0000-000000000001'
    """
    try:
        return str(UUID(hex=str(text)))
    except ValueError:
        return ""

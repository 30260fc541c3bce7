"""What an association offers for less, and how coupons are drawn and read. Pure."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from lms.kernel.ids import check_character

MOST_CODES = 500
"""So many codes one coupon may have."""

MOST_USES = 100_000
LONGEST_CODE = 24
_SHORTEST = 4
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_DRAWN = 9


class DealKind(StrEnum):
    """What a dated rule of an association is about."""

    TIER = "tier"
    MEMBER = "member"
    REFUND = "refund"


class DealState(StrEnum):
    """Where a rule or a coupon stands: it counts while it is active."""

    ASKED = "asked"
    ACTIVE = "active"
    REFUSED = "refused"
    STOPPED = "stopped"


def read_code(typed: str) -> str:
    """Fold a code as it was typed: full width, spaces, dashes and case do not count.

    >>> read_code(" ab-cd２３ ")
    'ABCD23'
    """
    # Full-width letters and figures stand 0xFEE0 above the usual ones.
    wide = "".join(
        chr(ord(one) - 0xFEE0) if "！" <= one <= "～" else one for one in typed
    )
    kept = "".join(one for one in wide.upper() if one not in " -　\t")
    return kept[: LONGEST_CODE + 1]


def code_problem(code: str) -> str:
    """Say what is wrong with a code that somebody chose, or nothing."""
    usual = code.isascii() and code.isalnum()
    return "" if usual and _SHORTEST <= len(code) <= LONGEST_CODE else "coupon.code"


def drawn_code(draw: Callable[[int], Sequence[int]]) -> str:
    """Draw a code that nobody guesses: nine letters and a check letter.

    >>> drawn_code(range)
    '23456789AD'
    """
    body = "".join(_LETTERS[each % len(_LETTERS)] for each in draw(_DRAWN))
    return body + check_character(body)

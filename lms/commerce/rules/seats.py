"""What a company buys: a quote, an order with numbers of seats, and who sits. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from lms.kernel.ids import check_character
from lms.kernel.money import Fen

QUOTE_DAYS = 30
"""Days for which a quote is good, the last one included."""

COMPANY_ORDER_LIFE = timedelta(days=30)
"""A company's transfer goes by its own books: its order waits this long."""

MOST_LINES = 20
MOST_SEATS = 2000
"""So many seats one line may have: more is a second line, and a second thought."""

MOST_FEN = 1_000_000_000
"""Ten million yuan: beyond it somebody typed a nought too many. Units: fen."""

LONGEST_NUMBER = 40


class SeatState(StrEnum):
    """Where one seat stands. `RETURNED`: its money went back, nobody sits there."""

    FREE = "free"
    ASSIGNED = "assigned"
    RETURNED = "returned"


class SeatDeed(StrEnum):
    """What was done with a seat."""

    ASSIGNED = "assigned"
    TAKEN_BACK = "taken_back"
    RETURNED = "returned"
    REOPENED = "reopened"


class QuoteState(StrEnum):
    """Where a quote stands."""

    OPEN = "open"
    ORDERED = "ordered"
    WITHDRAWN = "withdrawn"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class QuoteFacts:
    """What is written down of a quote's fate. A legal day."""

    valid_until: date
    ordered: bool
    withdrawn: bool


def quote_state(facts: QuoteFacts, today: date) -> QuoteState:
    """Say where a quote stands on a day; its last day still counts.

    >>> last = date(2026, 12, 1)
    >>> quote_state(QuoteFacts(last, ordered=False, withdrawn=False), last).value
    'open'
    """
    if facts.ordered:
        return QuoteState.ORDERED
    if facts.withdrawn:
        return QuoteState.WITHDRAWN
    return QuoteState.OVER if today > facts.valid_until else QuoteState.OPEN


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line that a company asks a price for."""

    kind: str
    offer_id: UUID
    seats: int


def wanted_problems(lines: Sequence[Wanted]) -> tuple[str, ...]:
    """List what is wrong with what is asked for, before any price is looked up."""
    offers = [(line.kind, line.offer_id) for line in lines]
    wrong = {
        "quote.empty": not lines,
        "quote.many_lines": len(lines) > MOST_LINES,
        "quote.twice": len(set(offers)) < len(offers),
        "quote.seats": any(not 1 <= line.seats <= MOST_SEATS for line in lines),
    }
    return tuple(code for code, is_so in wrong.items() if is_so)


_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def quote_number(day: str, draw: Sequence[int]) -> str:
    """Compose a quote's number, as an order's but for its first letter.

    >>> quote_number("261121", [0, 1, 2, 3, 4, 5])[:-1]
    'B261121234567'
    """
    body = f"B{day}{''.join(_LETTERS[n % len(_LETTERS)] for n in draw)}"
    return body + check_character(body)


def read_number(typed: str) -> str:
    """Fold the number that a company gives its own purchase order; it may have none.

    >>> read_number("  采购 2026-017 ")
    '采购 2026-017'
    """
    return " ".join(typed.split())


@dataclass(frozen=True, slots=True)
class QuotePaper:
    """What a printed quote says. Units: fen, days as written; `seller` its account too.

    `lines`: title, price of one, seats, price of the line.
    """

    number: str
    seller: str
    buyer: str
    uscc: str
    made_on: date
    valid_until: date
    lines: tuple[tuple[str, Fen, int, Fen], ...]
    total_fen: Fen
    account: tuple[tuple[str, str], ...]
    contact: str


_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def in_capitals(amount: Fen) -> str:
    """Write an amount as Chinese papers do, so that no digit can be changed.

    Source: 《支付结算办法》附一《正确填写票据和结算凭证的基本规定》.

    >>> in_capitals(Fen(12_800_000)), in_capitals(Fen(100_500_06))
    ('人民币壹拾贰万捌仟元整', '人民币壹拾万零伍佰元零陆分')
    """
    whole, rest = divmod(int(amount), 100)
    jiao, fen = divmod(rest, 10)
    said = f"{_integer(whole)}元" if whole else ""
    if not rest:
        return f"人民币{said or '零元'}整"
    if jiao:
        said += f"{_DIGITS[jiao]}角"
    elif whole:
        said += "零"
    return f"人民币{said}{_DIGITS[fen]}分" if fen else f"人民币{said}整"


def _integer(whole: int) -> str:
    said, gap = "", False
    groups = [whole // 10**8, whole // 10**4 % 10**4, whole % 10**4]
    for name, group in zip(reversed(_GROUPS), groups, strict=True):
        if not group:
            gap = bool(said)
            continue
        lead = "零" if said and (gap or group < 1000) else ""  # noqa: PLR2004 - a digit
        said, gap = f"{said}{lead}{_group(group)}{name}", False
    return said


def _group(group: int) -> str:
    said, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            said += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = bool(said) and not digit
    return said


# -- seats -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is to have a seat, and what decides about it.

    `problem` is what the shop says of the person's own purchase of the same thing.
    """

    linked: bool
    percent: int
    problem: str | None


_COMPLETE = 100
_SAID: Mapping[str, str] = MappingProxyType(
    {
        "offer.owned": "seat.owned",
        "offer.ordered": "seat.ordered",
        "offer.withdrawn": "seat.withdrawn",
    }
)


def seat_objection(known: Candidate) -> str:
    """Say why somebody cannot have a seat, or nothing.

    It asks no less than an own purchase does: a whole profile, and a course that the
    person has not got.

    >>> seat_objection(Candidate(linked=True, percent=60, problem=None))
    'seat.incomplete'
    """
    if not known.linked:
        return "seat.not_linked"
    if known.problem is not None:
        return _SAID.get(known.problem, known.problem)
    return "seat.incomplete" if known.percent < _COMPLETE else ""


@dataclass(frozen=True, slots=True)
class SeatCount:
    """How many seats of a line stand how."""

    bought: int
    free: int
    assigned: int
    returned: int


def counted(states: Iterable[SeatState]) -> SeatCount:
    """Count seats by state.

    >>> counted([SeatState.FREE, SeatState.ASSIGNED]).free
    1
    """
    every = list(states)
    return SeatCount(
        len(every),
        every.count(SeatState.FREE),
        every.count(SeatState.ASSIGNED),
        every.count(SeatState.RETURNED),
    )

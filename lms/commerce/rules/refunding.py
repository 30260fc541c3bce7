"""How much of what was paid may go back, line by line, and why not more. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lms.kernel.money import Fen

NOTHING = Fen(0)


class RefundMode(StrEnum):
    """What becomes of the price of what was begun."""

    WHOLE = "whole"
    """Nothing goes back once study has begun."""
    PRORATED = "prorated"
    """What was not studied goes back, until so much has been studied."""


@dataclass(frozen=True, slots=True)
class RefundPolicy:
    """An association's rule. `num`/`den` studied, and nothing goes back any more."""

    mode: RefundMode = RefundMode.WHOLE
    num: int = 2
    den: int = 3
    words: str = ""


USUAL = RefundPolicy()
"""What holds where an association said nothing."""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """What is known of a line of an order. Units: fen, seconds; `free` is seats.

    `returned_fen` and `returned_seats` went back or are on their way. A line of a
    person has no seats of its own: `seats` is 0.
    """

    price_fen: Fen
    returned_fen: Fen = NOTHING
    closed: bool = False
    begun: bool = False
    studied: int = 0
    whole: int = 0
    seats: int = 0
    free: int = 0
    returned_seats: int = 0

    @property
    def left_fen(self) -> Fen:
        """Give what of its price has not gone back."""
        return Fen(max(0, self.price_fen - self.returned_fen))


@dataclass(frozen=True, slots=True)
class Highest:
    """The most that may go back of a line, and what decided. Units: fen."""

    amount_fen: Fen
    reason: str


def highest(policy: RefundPolicy, line: LineFacts, *, certified: bool) -> Highest:
    """Say how much of a line may go back.

    >>> half = LineFacts(Fen(10_000), begun=True, studied=1, whole=2)
    >>> highest(RefundPolicy(RefundMode.PRORATED), half, certified=False)
    Highest(amount_fen=5000, reason='refund.prorated')
    """
    stop = _stopped(line, certified=certified)
    if stop:
        return Highest(Fen(0), stop)
    if line.seats:
        return Highest(of_seats(line, line.free), "refund.seats")
    if not line.begun:
        return Highest(line.left_fen, "refund.unstudied")
    if policy.mode is RefundMode.WHOLE:
        return Highest(Fen(0), "refund.begun")
    return _prorated(policy, line)


def _stopped(line: LineFacts, *, certified: bool) -> str:
    if certified:
        return "refund.certified"
    if not line.left_fen:
        return "refund.line_closed"
    taken = line.seats and not of_seats(line, line.free)
    return "refund.seats_taken" if taken else ""


def _prorated(policy: RefundPolicy, line: LineFacts) -> Highest:
    whole = max(line.whole, 1)
    studied = min(max(line.studied, 0), whole)
    if studied * policy.den >= policy.num * whole:
        return Highest(Fen(0), "refund.limit")
    rest = line.price_fen * (whole - studied) // whole - line.returned_fen
    return Highest(Fen(max(0, rest)), "refund.prorated")


def of_seats(line: LineFacts, seats: int) -> Fen:
    """Say what may go back with so many more seats: with all of them the whole price.

    >>> three = LineFacts(Fen(100), seats=3, free=3)
    >>> of_seats(three, 1), of_seats(three, 3)
    (33, 100)
    """
    worth = line.price_fen * (line.returned_seats + seats) // line.seats
    return Fen(max(0, worth - line.returned_fen))


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants back of a line. Units: fen; seats of a company's line."""

    amount_fen: Fen
    seats: int = 0


def wish_objection(line: LineFacts, wish: Wish, most: Highest, *, beyond: bool) -> str:
    """Say why this is not given back of a line, or nothing.

    `beyond`: a manager asks, who may go beyond the rule, but never beyond what was
    paid, and never after a certificate.
    """
    if wish.amount_fen <= 0 or wish.amount_fen > line.left_fen:
        return "refund.line_amount"
    if line.seats and not 0 <= wish.seats <= line.free:
        return "refund.seats_wrong"
    if most.reason == "refund.certified":
        return most.reason
    allowed = of_seats(line, wish.seats) if line.seats else most.amount_fen
    if wish.amount_fen <= allowed or beyond:
        return ""
    return most.reason if not most.amount_fen else "refund.above_rule"


def together(most: Iterable[Highest]) -> Fen:
    """Add up what may go back of several lines. Units: fen."""
    return Fen(sum(one.amount_fen for one in most))

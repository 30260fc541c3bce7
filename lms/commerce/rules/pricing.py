"""What a cart or a quote costs, and by what each line came to cost less. Pure.

The order is fixed, each step takes from what the one before left:

1. the list price, times the quantity;
2. the member's price, or so many percent less for members;
3. the tier of the number of seats in the whole order, the highest one reached;
4. the coupon, over the lines that it is for.

A percentage is taken of the lines together, rounded down to the fen, and parted among
them by largest remainder: the sum of the lines is the total, and no line falls below
nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lms.commerce.rules.sharing import share
from lms.kernel.money import Fen

_WHOLE = 100
NOTHING = Fen(0)


class CutKind(StrEnum):
    """Why a line costs less than its list price."""

    MEMBER = "member"
    TIER = "tier"
    COUPON = "coupon"


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be priced. `offer` names it, such as "course:<id>". Units: fen."""

    offer: str
    unit_fen: Fen
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class MemberTerms:
    """What members pay: a price of their own, else so many percent less. Units: fen."""

    percent: int = 0
    prices: tuple[tuple[str, Fen], ...] = ()


@dataclass(frozen=True, slots=True)
class Tier:
    """So many seats and more cost so many percent less."""

    seats: int
    percent: int


@dataclass(frozen=True, slots=True)
class CouponTerms:
    """What a coupon takes off: a percentage, or an amount. Units: fen, legal days.

    Without `offers` it is for everything. Below `minimum_fen`, counted over the lines
    that it is for and before it, it takes nothing.
    """

    label: str
    percent: int = 0
    amount_fen: Fen = NOTHING
    minimum_fen: Fen = NOTHING
    offers: frozenset[str] = frozenset()
    from_on: date = date.min
    until_on: date = date.max

    def fits(self, offer: str) -> bool:
        """Tell whether it is for an offer."""
        return not self.offers or offer in self.offers


@dataclass(frozen=True, slots=True)
class Cut:
    """One deduction from a line. Units: fen; `label`: the percentage, or the code."""

    kind: CutKind
    label: str
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class Priced:
    """What a line costs, and how it came to that. Units: fen, whole line."""

    offer: str
    list_fen: Fen
    cuts: tuple[Cut, ...]
    price_fen: Fen


@dataclass(frozen=True, slots=True)
class Terms:
    """All that may make something cheaper for this buyer on a day."""

    day: date
    member: MemberTerms | None = None
    tiers: tuple[Tier, ...] = ()
    coupon: CouponTerms | None = None


@dataclass(slots=True)
class _Line:
    item: Item
    left: int
    cuts: list[Cut] = field(default_factory=list)

    def take(self, kind: CutKind, label: str, amount: int) -> None:
        if amount > 0:
            self.cuts.append(Cut(kind, label, Fen(amount)))
            self.left -= amount


def price(items: Sequence[Item], terms: Terms) -> tuple[Priced, ...]:
    """Price lines, each with what was taken off it.

    >>> line = Item("course:a", Fen(10_000), 10)
    >>> (told,) = price([line], Terms(date(2026, 11, 22), tiers=(Tier(10, 5),)))
    >>> told.price_fen, told.cuts[0].label
    (95000, '5%')
    """
    lines = [_Line(one, one.unit_fen * one.quantity) for one in items]
    _member(lines, terms.member)
    _tier(lines, terms.tiers)
    _coupon(lines, terms.coupon, terms.day)
    return tuple(
        Priced(
            one.item.offer,
            Fen(one.item.unit_fen * one.item.quantity),
            tuple(one.cuts),
            Fen(one.left),
        )
        for one in lines
    )


def total(lines: Iterable[Priced]) -> Fen:
    """Add up what lines cost. Units: fen."""
    return Fen(sum(one.price_fen for one in lines))


def _member(lines: Sequence[_Line], member: MemberTerms | None) -> None:
    if member is None:
        return
    own = dict(member.prices)
    for one in lines:
        theirs = own.get(one.item.offer)
        if theirs is not None:
            one.take(CutKind.MEMBER, "", one.left - theirs * one.item.quantity)
    others = [one for one in lines if one.item.offer not in own]
    _percent(others, CutKind.MEMBER, member.percent)


def _tier(lines: Sequence[_Line], tiers: Iterable[Tier]) -> None:
    seats = sum(one.item.quantity for one in lines)
    reached = [one for one in tiers if one.seats <= seats]
    if reached:
        best = max(reached, key=lambda one: (one.seats, one.percent))
        _percent(lines, CutKind.TIER, best.percent)


def coupon_objection(
    items: Iterable[tuple[str, Fen]], coupon: CouponTerms, day: date
) -> str:
    """Say why a coupon takes nothing off these lines on a day, or nothing.

    >>> ten = CouponTerms("X", percent=10, minimum_fen=Fen(200))
    >>> coupon_objection([("course:a", Fen(100))], ten, date.min)
    'coupon.minimum'
    """
    for_it = [amount for offer, amount in items if coupon.fits(offer)]
    if day < coupon.from_on:
        return "coupon.early"
    if day > coupon.until_on:
        return "coupon.over"
    if not for_it:
        return "coupon.not_for_these"
    return "coupon.minimum" if sum(for_it) < coupon.minimum_fen else ""


def _coupon(lines: Sequence[_Line], coupon: CouponTerms | None, day: date) -> None:
    if coupon is None:
        return
    if coupon_objection(
        [(one.item.offer, Fen(one.left)) for one in lines], coupon, day
    ):
        return
    for_it = [one for one in lines if coupon.fits(one.item.offer)]
    if coupon.percent:
        _percent(for_it, CutKind.COUPON, coupon.percent, coupon.label)
    else:
        _amount(for_it, CutKind.COUPON, coupon.label, coupon.amount_fen)


def _percent(
    lines: Sequence[_Line], kind: CutKind, percent: int, label: str = ""
) -> None:
    whole = sum(one.left for one in lines)
    _amount(lines, kind, label or f"{percent}%", whole * percent // _WHOLE)


def _amount(lines: Sequence[_Line], kind: CutKind, label: str, amount: int) -> None:
    weights = [one.left for one in lines]
    parts = share(max(0, min(amount, sum(weights))), weights)
    for one, part in zip(lines, parts, strict=True):
        one.take(kind, label, part)

"""Prices by one rule: fair, exact, never below nothing, the same for the same."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from lms.commerce.rules.pricing import (
    CouponTerms,
    CutKind,
    Item,
    MemberTerms,
    Terms,
    Tier,
    coupon_objection,
    price,
    total,
)
from lms.kernel.money import Fen

DAY = date(2026, 11, 22)
NAMES = ("course:a", "course:b", "package:c", "course:d")

percents = st.integers(0, 100)
fens = st.integers(0, 10**7).map(Fen)
items = st.lists(
    st.builds(Item, st.sampled_from(NAMES), fens, st.integers(1, 300)),
    min_size=1,
    max_size=8,
)
members = st.none() | st.builds(
    MemberTerms,
    percents,
    st.dictionaries(st.sampled_from(NAMES), fens).map(lambda d: tuple(d.items())),
)
tiers = st.lists(st.builds(Tier, st.integers(2, 400), st.integers(1, 100))).map(tuple)
worth = st.tuples(percents, st.just(0)) | st.tuples(st.just(0), fens)
coupons = st.builds(
    lambda worth, minimum, offers: CouponTerms(
        "SPRING", worth[0], Fen(worth[1]), minimum, frozenset(offers)
    ),
    worth,
    fens,
    st.sets(st.sampled_from(NAMES)),
)
terms = st.builds(Terms, st.just(DAY), members, tiers, st.none() | coupons)


@given(items, terms)
@settings(max_examples=300)
def test_each_line_is_its_list_price_less_what_is_named(
    wanted: list[Item], said: Terms
) -> None:
    told = price(wanted, said)

    for item, line in zip(wanted, told, strict=True):
        assert line.list_fen == item.unit_fen * item.quantity
        assert line.price_fen == line.list_fen - sum(c.amount_fen for c in line.cuts)
        assert line.price_fen >= 0
        assert all(cut.amount_fen > 0 for cut in line.cuts)
    assert total(told) == sum(line.price_fen for line in told)
    assert price(wanted, said) == told


@given(items, members, tiers, coupons)
@settings(max_examples=300)
def test_a_coupon_never_raises_a_line_and_takes_no_more_than_it_says(
    wanted: list[Item],
    member: MemberTerms | None,
    steps: tuple[Tier, ...],
    coupon: CouponTerms,
) -> None:
    without = price(wanted, Terms(DAY, member, steps))
    told = price(wanted, Terms(DAY, member, steps, coupon))

    off = 0
    for before, after in zip(without, told, strict=True):
        assert after.price_fen <= before.price_fen
        off += before.price_fen - after.price_fen
        if not coupon.fits(after.offer):
            assert after == before
    base = sum(one.price_fen for one in without if coupon.fits(one.offer))
    if coupon_objection([(o.offer, o.price_fen) for o in without], coupon, DAY):
        assert off == 0
    elif coupon.percent:
        assert off == base * coupon.percent // 100
    else:
        assert off == min(coupon.amount_fen, base)


@given(st.lists(fens, min_size=2, max_size=8), fens)
def test_an_amount_is_parted_by_what_lines_cost_to_the_fen(
    units: list[Fen], amount: Fen
) -> None:
    wanted = [Item("course:a", unit) for unit in units]
    told = price(wanted, Terms(DAY, coupon=CouponTerms("X", amount_fen=amount)))

    whole = sum(units)
    off = min(amount, whole)
    for unit, line in zip(units, told, strict=True):
        exact = off * unit / whole if whole else 0
        assert abs((unit - line.price_fen) - exact) < 1


def test_the_order_of_the_rules_is_member_then_tier_then_coupon() -> None:
    said = Terms(
        DAY,
        MemberTerms(percent=10, prices=(("course:b", Fen(5_000)),)),
        (Tier(2, 5), Tier(50, 50)),
        CouponTerms("MINUS10", amount_fen=Fen(1_000)),
    )

    a, b = price([Item("course:a", Fen(10_000)), Item("course:b", Fen(8_000))], said)

    assert [(c.kind, c.amount_fen) for c in a.cuts] == [
        (CutKind.MEMBER, 1_000),
        (CutKind.TIER, 450),
        (CutKind.COUPON, 643),
    ]
    assert [(c.kind, c.amount_fen) for c in b.cuts] == [
        (CutKind.MEMBER, 3_000),
        (CutKind.TIER, 250),
        (CutKind.COUPON, 357),
    ]


def test_the_highest_tier_that_is_reached_counts_over_all_lines() -> None:
    steps = (Tier(10, 5), Tier(50, 10))
    few = price([Item("course:a", Fen(100), 9)], Terms(DAY, tiers=steps))
    some = price(
        [Item("course:a", Fen(100), 9), Item("course:b", Fen(100), 1)],
        Terms(DAY, tiers=steps),
    )
    many = price([Item("course:a", Fen(100), 50)], Terms(DAY, tiers=steps))

    assert (total(few), total(some), total(many)) == (900, 950, 4_500)


def test_a_coupon_counts_on_its_first_and_its_last_day() -> None:
    last = DAY + timedelta(days=3)
    coupon = CouponTerms("X", percent=10, from_on=DAY, until_on=last)
    lines = [("course:a", Fen(100))]
    said = {
        day: coupon_objection(lines, coupon, DAY + timedelta(days=day))
        for day in (-1, 0, 3, 4)
    }
    assert said == {-1: "coupon.early", 0: "", 3: "", 4: "coupon.over"}


def test_a_price_of_members_above_the_list_price_takes_nothing() -> None:
    member = MemberTerms(prices=(("course:a", Fen(300)),))
    (line,) = price([Item("course:a", Fen(200))], Terms(DAY, member))
    assert (line.price_fen, line.cuts) == (200, ())

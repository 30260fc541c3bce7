"""Members by a list: from a number on it, or one that comes later, to the price."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.commerce import queries
from lms.commerce.queries import offers, terms
from lms.commerce.rules.offers import DealKind
from lms.commerce.services import members
from lms.commerce.services.bargains import DEALS
from lms.commerce.services.members import MemberFacts
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.people import queries as people_queries
from lms.people.rules import uscc_problem
from tests.commerce.test_coupons import chosen
from tests.make import commerce as shop
from tests.make import offers as make
from tests.make import people


def test_a_person_on_the_list_pays_the_members_price_within_its_days(
    work: Work,
) -> None:
    sold = shop.course(work)
    house, today = sold.association_id, legal_day(work.now)
    me = chosen(work, sold)
    manager = make.hand(work, house)
    make.deal(
        manager, house, DealKind.MEMBER,
        {"offer": f"course:{sold.course_id}", "price_fen": 9_900},
    )  # fmt: skip
    assert queries.cart(work.session, me, today).total_fen == 12_800
    number = people_queries.open_id_number(work.session, me)

    members.keep(manager, house, MemberFacts(number, "", today, today))

    assert queries.cart(work.session, me, today).total_fen == 9_900
    assert queries.cart(work.session, me, today + timedelta(days=1)).total_fen == 12_800
    members.forget(work, me)
    assert queries.cart(work.session, me, today).total_fen == 12_800


def test_who_registers_with_a_number_that_is_on_the_list_is_a_member_from_then_on(
    work: Work,
) -> None:
    house, today = shop.association(work), legal_day(work.now)
    manager, number = make.hand(work, house), people.id_number(serial=813)
    for again in (True, False):
        kept = members.keep(manager, house, MemberFacts(number, "王芳", today, today))
        assert kept is again
    (card,) = offers.members(work.session, house)
    assert (card.name, card.shown) == ("王芳", f"{number[:4]}**********{number[-4:]}")
    assert not terms.is_member(work.session, house, today, person_id=new_id())

    late = people.person(work, id_number=number).person_id

    assert terms.is_member(work.session, house, today, person_id=late)
    other = people.person(work).person_id
    assert not terms.is_member(work.session, house, today, person_id=other)


def test_an_id_number_that_could_be_a_companys_code_is_a_persons(work: Work) -> None:
    house, today = shop.association(work), legal_day(work.now)
    both = next(
        number
        for number in (people.id_number(serial=n) for n in range(900))
        if uscc_problem(number) is None
    )

    members.keep(work, house, MemberFacts(both, "", today, today))

    (card,) = offers.members(work.session, house)
    assert (card.uscc, card.shown[-4:]) == (None, both[-4:])


def test_a_list_refuses_numbers_that_are_none(work: Work) -> None:
    house, today = shop.association(work), legal_day(work.now)
    for number, name, code in (
        ("123", "某公司", "member.number"),
        ("110101199001011230", "", "member.number"),
        ("91110000600037341L", " ", "member.name"),
    ):
        with pytest.raises(Refused, match=code.replace(".", r"\.")):
            members.keep(work, house, MemberFacts(number, name, today, today))


def test_a_stopped_rule_holds_no_more(work: Work) -> None:
    house, today = shop.association(work), legal_day(work.now)
    made = make.deal(
        make.hand(work, house), house, DealKind.TIER, {"seats": 10, "percent": 5}
    )
    assert len(terms.terms_for(work.session, house, today).tiers) == 1
    DEALS.stop(work, house, made)
    assert terms.terms_for(work.session, house, today).tiers == ()
    with pytest.raises(NotFound):
        DEALS.stop(work, shop.association(work), made)

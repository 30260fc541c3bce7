"""What an association decides about itself: by two, from a day on, never backwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from lms.catalogue import queries as catalogue
from lms.catalogue.queries import terms as queries
from lms.catalogue.rules.terms import (
    Decision,
    StudyTerms,
    TermsKind,
    account_problem,
    in_force,
    study_problem,
)
from lms.catalogue.services import terms
from lms.evidence import queries as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, LmsError, NotFound, Refused
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.work import HOUSE, Actor, Work, unit_of_work
from lms.learning.models import Lease
from tests.conftest import START, HandClock, work_at
from tests.make import accounts as make_accounts
from tests.make import catalogue as make
from tests.make import learning
from tests.races import race

TODAY = date(2026, 11, 21)
FAST = StudyTerms(8 * 3600, 150, {"on": 0})
BANK = {"name": "某某协会", "bank": "包头银行", "account": "1500 7"}


def decided(from_on: date, agreed: datetime, mark: int) -> Decision:
    return Decision(TermsKind.STUDY, from_on, {"top_rate": mark}, agreed)


@pytest.mark.parametrize(
    ("days", "mark"),
    [
        pytest.param(0, None, id="nothing is decided yet"),
        pytest.param(1, 1, id="from its day on"),
        pytest.param(4, 1, id="until the next"),
        pytest.param(5, 3, id="of two for one day the later counts"),
    ],
)
def test_the_decision_of_the_day_holds(days: int, mark: int | None) -> None:
    book = [
        decided(TODAY + timedelta(1), START, 1),
        decided(TODAY + timedelta(5), START, 2),
        decided(TODAY + timedelta(5), START + timedelta(hours=1), 3),
        decided(TODAY, START + timedelta(days=30), 4),
    ]
    at = START + timedelta(days=days)

    found = in_force(book, TermsKind.STUDY, at, TODAY + timedelta(days))

    assert (found.terms["top_rate"] if found else None) == mark


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (FAST, ""),
        (StudyTerms(None, 100), ""),
        (StudyTerms(0, 100), "terms.cap"),
        (StudyTerms(25 * 3600, 100), "terms.cap"),
        (StudyTerms(None, 1600), "terms.rate"),
        (StudyTerms(None, 100, {"mean_seconds": 10}), "terms.mean"),
        (StudyTerms(None, 100, {"answer_seconds": 5}), "terms.answer"),
    ],
)
def test_what_may_be_decided_of_study(told: StudyTerms, problem: str) -> None:
    assert study_problem(told) == problem


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({}, ""),
        ({"account": ""}, "terms.account"),
        ({"account": "1500;7"}, "terms.account_number"),
        ({"account": "１５００"}, "terms.account_number"),
        ({"account": "15০০"}, "terms.account_number"),
        ({"bank": "行" * 81}, "terms.account_long"),
        ({"secret": "x"}, "terms.account_long"),
    ],
)
def test_what_may_be_an_account(more: dict[str, str], problem: str) -> None:
    assert account_problem(BANK | more) == problem


def by(work: Work, house: AssociationId) -> Work:
    actor = Actor(
        AccountId(new_id()), PersonId(new_id()), frozenset({"manager"}), house
    )
    return replace(work, actor=actor)


def agreed(work: Work, house: AssociationId, asked: UUID) -> None:
    terms.decide(by(work, house), house, asked, (True, ""))


def test_a_rule_needs_two_and_holds_from_its_day_for_new_leases(
    work: Work, clock: HandClock
) -> None:
    house = make.association(work)
    _course, version = make.course(work, house, credit=100)
    person, mine = learning.enrolled(work, version)
    film = catalogue.version(work.session, version).lessons[0].id
    first = by(work, house)
    asked = terms.ask_study(first, house, FAST, TODAY + timedelta(1), "省里要求")
    with pytest.raises(Refused, match=r"approval\.own"):
        terms.decide(first, house, asked, (True, ""))
    agreed(work, house, asked)

    today = learning.sit(work, person, mine, film)
    clock.pass_days(1)
    morrow = work_at(work, clock)
    learning.sit(morrow, person, mine, film, take_over=True)

    leases = {one.id: one for one in work.session.query(Lease)}
    assert leases.pop(today.lease).top_rate == 100
    (new,) = leases.values()
    assert (new.top_rate, new.daily_cap_seconds) == (150, 8 * 3600)
    card = catalogue.association_at(work.session, house, clock())
    assert card.presence == {"on": 0}
    assert catalogue.association_at(work.session, house, START).presence == {}


def test_nothing_reaches_back(work: Work, clock: HandClock) -> None:
    house = make.association(work)
    first = by(work, house)
    with pytest.raises(Refused, match=r"terms\.backwards"):
        terms.ask_study(first, house, FAST, TODAY - timedelta(1), "昨天起")
    asked = terms.ask_study(first, house, FAST, TODAY, "今天起")
    with pytest.raises(Conflict, match=r"terms\.asked"):
        terms.ask_study(by(work, house), house, FAST, TODAY, "再提一次")
    clock.pass_days(3)
    late = work_at(work, clock)
    agreed(late, house, asked)

    (one,) = queries.book(work.session, house)
    assert one.from_on == legal_day(clock())
    before = clock() - timedelta(days=1)
    assert catalogue.association_at(work.session, house, before).top_rate == 100


def test_a_new_account_is_told_and_old_orders_keep_theirs(
    work: Work, clock: HandClock
) -> None:
    old = {"name": "某某协会", "bank": "旧银行", "account": "1"}
    house = make.association(work, transfer_account=old)
    hears = make_accounts.staff(work, "clerk", association_id=house)
    clock.pass_days(1)
    later = work_at(work, clock)
    asked = terms.ask_account(by(later, house), house, BANK | {"uscc": " "}, "换银行")
    terms.decide(by(later, house), house, asked, (True, ""), [hears])

    made_before = catalogue.association_at(work.session, house, START)
    assert made_before.transfer_account == old
    now = catalogue.association_at(work.session, house, clock())
    assert now.transfer_account == BANK
    assert make_accounts.templates_owed(work) == ["account_moved"]
    kinds = [one.kind for one in evidence.whole(work.session, f"association:{house}")]
    assert kinds[-2:] == ["approval.decided", "terms.account"]


def test_another_house_neither_sees_nor_decides(work: Work) -> None:
    house, other = make.association(work), make.association(work)
    asked = terms.ask_account(by(work, house), house, BANK, "换银行")

    with pytest.raises(NotFound):
        terms.decide(by(work, other), other, asked, (True, ""))
    agreed(work, house, asked)
    assert catalogue.association_at(work.session, other, work.now).seller == {}
    assert queries.book(work.session, other) == ()


def test_of_two_who_agree_at_once_one_is_heard(app: Flask, clock: HandClock) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        house = make.association(work)
        asked = terms.ask_account(by(work, house), house, BANK, "换银行")

    def deed(work: Work) -> Any:
        return terms.decide(by(work, house), house, asked, (True, ""))

    deeds: list[Callable[[Work], object]] = [deed, deed]
    got = race(app, deeds)

    assert sum(isinstance(one, LmsError) for one in got) == 1
    with unit_of_work(HOUSE, clock=clock) as work:
        assert len(queries.book(work.session, house)) == 1

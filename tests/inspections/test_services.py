"""Lots are drawn once, findings are added and never changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from lms.accounts import queries as accounts
from lms.accounts import services as account_services
from lms.accounts.rules import Role
from lms.evidence import queries as evidence
from lms.inspections import queries, services
from lms.inspections.rules import Candidate, Verdict, Why
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work
from tests.conftest import HandClock, work_at
from tests.make import accounts as make

HERE, THERE = AssociationId(new_id()), AssociationId(new_id())
DAY = date(2026, 11, 20)


def pot(n: int, why: Why = Why.LONG_DAY) -> list[Candidate]:
    return [Candidate(new_id(), why) for _ in range(n)]


def drawn(
    work: Work, house: AssociationId = HERE, n: int = 4
) -> tuple[queries.SampleCard, ...]:
    services.draw(work, house, DAY, DAY + timedelta(days=1), pot(n))
    return queries.queue(work.session, [house], decided=False)


def test_a_span_of_days_is_drawn_once(work: Work) -> None:
    until = DAY + timedelta(days=1)
    assert services.draw(work, HERE, DAY, until, pot(10)) == 5
    assert services.draw(work, HERE, DAY, until, pot(10)) == 0
    assert queries.waiting(work.session, [HERE]) == 5


def test_the_book_tells_how_many_fell_and_never_on_whom(work: Work) -> None:
    cards = drawn(work)
    (line,) = evidence.lines(work.session, f"association:{HERE}")
    assert json.loads(line.facts)["taken"] == 2
    assert not any(str(card.person_id) in line.facts for card in cards)


def test_one_sign_of_one_person_is_drawn_but_once_a_month(
    work: Work, clock: HandClock
) -> None:
    (one,) = pot(1)
    for days, fell in ((1, 1), (2, 0), (40, 1)):
        now = work_at(work, clock)
        until = DAY + timedelta(days=days)
        assert services.draw(now, HERE, DAY, until, [one]) == fell
        clock.pass_days(20)


def test_an_empty_day_is_on_the_record_as_drawn(work: Work) -> None:
    assert drawn(work, n=0) == ()
    made = queries.last_draw(work.session, HERE)
    assert made is not None
    assert (made.pot, made.taken) == (0, 0)


def test_a_finding_moves_a_sample_to_those_decided_and_a_later_one_counts(
    work: Work,
) -> None:
    card = drawn(work, n=1)[0]
    actor = make.as_actor(work, make.account(work))
    services.find(actor, [HERE], card.id, Verdict.DOUBTFUL, "间隔过于均匀")
    services.find(actor, [HERE], card.id, Verdict.SOUND, "已核对试卷与照片")

    assert queries.queue(work.session, [HERE], decided=False) == ()
    (now,) = queries.queue(work.session, [HERE], decided=True)
    assert now.verdict is Verdict.SOUND
    assert [one.verdict for one in now.findings] == [Verdict.SOUND, Verdict.DOUBTFUL]
    assert evidence.verify(work.session, f"person:{card.person_id}").lines == 2


@pytest.mark.parametrize("comment", ["", "   ", "好", "长" * 401])
def test_a_finding_says_why(work: Work, comment: str) -> None:
    card = drawn(work)[0]
    actor = make.as_actor(work, make.account(work))
    with pytest.raises(Refused, match=r"sample\.no_comment"):
        services.find(actor, [HERE], card.id, Verdict.SOUND, comment)


def test_a_foreign_sample_and_one_that_never_was_answer_alike(work: Work) -> None:
    foreign = drawn(work, THERE)[0]
    actor = make.as_actor(work, make.account(work))
    for sample_id in (foreign.id, uuid4()):
        with pytest.raises(NotFound, match=r"sample\.unknown"):
            queries.sample(work.session, [HERE], sample_id)
        with pytest.raises(NotFound, match=r"sample\.unknown"):
            services.find(actor, [HERE], sample_id, Verdict.SOUND, "没有问题")
    assert queries.queue(work.session, [HERE], decided=False) == ()
    assert queries.of_person(work.session, [HERE], foreign.person_id) == ()
    assert queries.queue(work.session, [], decided=False) == ()


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE inspection_samples SET why = 'long_day'",
        "DELETE FROM inspection_draws",
        "UPDATE inspection_findings SET verdict = 'sound'",
        "DELETE FROM inspection_findings",
    ],
)
def test_what_was_drawn_and_found_stays(
    begin: Callable[..., Any], work: Work, deed: str
) -> None:
    card = drawn(work)[0]
    actor = make.as_actor(work, make.account(work))
    services.find(actor, [HERE], card.id, Verdict.DOUBTFUL, "答题时间过于一致")
    with pytest.raises(DatabaseError, match="append-only"):
        work.session.execute(text(deed))


def test_an_inspector_is_one_up_to_the_last_day_of_the_grant(
    work: Work,
) -> None:
    account = make.account(work)
    today = legal_day(work.now)
    account_services.grant(
        work, account, Role.INSPECTOR, association_id=HERE, until=today
    )
    account_services.grant(work, account, Role.INSPECTOR, association_id=THERE)

    def held(on: date) -> tuple[AssociationId, ...]:
        return accounts.associations_as(work.session, account, Role.INSPECTOR, on)

    assert set(held(today)) == {HERE, THERE}
    assert held(today + timedelta(days=1)) == (THERE,)
    assert accounts.associations_as(work.session, account, Role.CLERK, today) == ()


def test_a_grant_that_is_given_again_moves_its_last_day(work: Work) -> None:
    account, today = make.account(work), legal_day(work.now)
    for until in (today, today + timedelta(days=9), today + timedelta(days=9)):
        account_services.grant(
            work, account, Role.INSPECTOR, association_id=HERE, until=until
        )
    on = today + timedelta(days=9)
    assert accounts.associations_as(work.session, account, Role.INSPECTOR, on) == (
        HERE,
    )
    lines = evidence.lines(work.session, f"account:{account}")
    granted = [line for line in lines if line.kind == "account.granted"]
    assert [json.loads(line.facts)["until"] for line in granted] == [
        str(on),
        str(today),
    ]


def test_a_session_carries_no_role_whose_last_day_is_over(
    work: Work, clock: HandClock
) -> None:
    account = make.account(work)
    account_services.grant(
        work,
        account,
        Role.INSPECTOR,
        association_id=HERE,
        until=legal_day(work.now) + timedelta(days=1),
    )

    def holds() -> bool:
        now = work_at(work, clock)
        token = account_services.open_session(
            now, account, state="full", user_agent="", ip=""
        )
        card = make.visitor(now, token)
        return card is not None and Role.INSPECTOR in card.roles

    held = []
    for _day in range(3):
        held.append(holds())
        clock.pass_days(1)
    assert held == [True, True, False]

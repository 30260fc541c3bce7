"""An appeal comes to an end: by the association, or by who is appointed to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts.rules import Role
from lms.approvals.rules import Terms, Voice, can_end
from lms.claims import queries, services
from lms.claims.rules import Stage
from lms.claims.services import Answer
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId, PersonId, new_id
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage
from tests.make import accounts as make_accounts
from tests.make import claims as make
from tests.make import credentials as graduates

ONE, TWO, THREE = new_id(), new_id(), new_id()
CLERK, MANAGER = frozenset({"clerk"}), frozenset({"manager"})
REVIEWER = frozenset({"reviewer"})
APPEAL = Terms(needs=2, last_role="manager|reviewer")


def voices(*held: tuple[UUID, frozenset[str]]) -> list[Voice]:
    return [Voice(*one) for one in held]


@pytest.mark.parametrize(
    ("there", "ends"),
    [
        (voices((ONE, CLERK), (TWO, MANAGER)), True),
        (voices((ONE, MANAGER), (TWO, MANAGER)), True),
        (voices((ONE, CLERK), (TWO, REVIEWER)), True),
        (voices((ONE, CLERK), (TWO, CLERK)), False),
        (voices((ONE, CLERK | MANAGER)), False),
        ([], False),
    ],
)
def test_an_appeal_needs_two_persons_of_whom_one_may_say_the_last_word(
    there: list[Voice], ends: bool
) -> None:
    assert can_end(APPEAL, None, [], there) is ends


def test_after_the_first_word_a_single_manager_is_nobody_any_more() -> None:
    there = voices((ONE, MANAGER), (TWO, CLERK))
    assert not can_end(APPEAL, None, [Voice(ONE)], there)
    assert can_end(APPEAL, None, [Voice(TWO)], there)


def test_who_was_barred_or_asks_does_not_count() -> None:
    there = voices((ONE, MANAGER), (TWO, MANAGER), (THREE, CLERK))
    barred = Terms(
        needs=2, last_role="manager", barred=frozenset({ONE}), about=f"person:{TWO}"
    )
    assert not can_end(barred, None, [], there)
    assert can_end(Terms(needs=2, last_role="manager"), ONE, [], there)


@pytest.fixture
def here(work: Work) -> AssociationId:
    return graduates.association(work)


@pytest.fixture
def me(work: Work) -> PersonId:
    return graduates.constructor(work)


@pytest.fixture
def small(work: Work, here: AssociationId) -> dict[str, UUID]:
    """An association with one clerk and one manager."""
    cast = {"clerk": new_id(), "manager": new_id()}
    for role, person in cast.items():
        make.appointed(work, role, here, person)
    return cast


def say(work: Work, role: str, here: AssociationId, person: Any, claim: Any) -> Any:
    return services.decide(
        make.staff(work, role, here, person=person),
        claim,
        Answer(True, "已看过"),
        association_id=here,
        printer=graduates.PLAIN,
    )


def refused(work: Work, me: PersonId, here: AssociationId, by: UUID) -> Any:
    claim = make.asked(work, me, here)
    services.decide(
        make.staff(work, "clerk", here, person=by),
        claim,
        Answer(False, "看不清"),
        association_id=here,
        printer=graduates.PLAIN,
    )
    services.appeal(make.own(work, me), me, claim, "请其他人再看一次")
    return claim


def told(work: Work) -> list[str]:
    return list(work.session.scalars(select(OutboxMessage.template)))


def test_nobody_says_the_yes_after_which_no_last_word_is_possible(
    work: Work, me: PersonId, here: AssociationId, small: dict[str, UUID]
) -> None:
    claim = refused(work, me, here, small["clerk"])

    with pytest.raises(Refused, match=r"claim\.nobody_left"):
        say(work, "manager", here, small["manager"], claim)


def test_the_operators_are_told_of_an_appeal_that_nobody_can_end(
    work: Work, me: PersonId, here: AssociationId, small: dict[str, UUID]
) -> None:
    make_accounts.staff(work, Role.OPERATOR, email="hand@demo.example")
    refused(work, me, here, small["clerk"])

    assert told(work).count("appeal_unstaffed") == 1


def test_a_reviewer_ends_it_together_with_who_is_left(
    app: Flask, work: Work, me: PersonId, here: AssociationId, small: dict[str, UUID]
) -> None:
    claim = refused(work, me, here, small["clerk"])
    reviewer = new_id()
    make.appointed(work, "reviewer", here, reviewer)
    card = queries.owned(work.session, me, claim)
    assert queries.can_end(work.session, card, legal_day(work.now))

    assert say(work, "manager", here, small["manager"], claim).stage is Stage.APPEALED
    with pytest.raises(Refused, match=r"approval\.heard"):
        say(work, "manager", here, small["manager"], claim)
    ended = say(work, "reviewer", here, reviewer, claim)

    assert ended.stage is Stage.GRANTED
    assert [one.role for one in ended.appeal.decisions] == ["manager", "reviewer"]


def test_two_reviewers_end_it_where_all_had_a_part(
    work: Work, me: PersonId, here: AssociationId, small: dict[str, UUID]
) -> None:
    claim = make.asked(work, me, here)
    say(work, "clerk", here, small["clerk"], claim)
    services.decide(
        make.staff(work, "manager", here, person=small["manager"]),
        claim,
        Answer(False, "不符"),
        association_id=here,
        printer=graduates.PLAIN,
    )
    reviewers = (new_id(), new_id())
    for one in reviewers:
        make.appointed(work, "reviewer", here, one)
    services.appeal(make.own(work, me), me, claim, "请其他人再看一次")
    assert "appeal_unstaffed" not in told(work)

    for one in reviewers:
        ended = say(work, "reviewer", here, one, claim)
    assert ended.stage is Stage.GRANTED


def test_one_reviewer_alone_is_not_enough(
    work: Work, me: PersonId, here: AssociationId
) -> None:
    clerk, reviewer = new_id(), new_id()
    make.appointed(work, "clerk", here, clerk)
    make.appointed(work, "reviewer", here, reviewer)
    claim = refused(work, me, here, clerk)

    with pytest.raises(Refused, match=r"claim\.nobody_left"):
        say(work, "reviewer", here, reviewer, claim)


def test_a_reviewer_decides_appeals_and_nothing_else(
    work: Work, me: PersonId, here: AssociationId, small: dict[str, UUID]
) -> None:
    claim = make.asked(work, me, here)
    with pytest.raises(Refused, match=r"approval\.first_role"):
        say(work, "reviewer", here, new_id(), claim)
    say(work, "clerk", here, small["clerk"], claim)
    with pytest.raises(Refused, match=r"approval\.last_role"):
        say(work, "reviewer", here, new_id(), claim)

"""An account that no association knows: no counter recovers it on one clerk's word."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms.accounts import queries as accounts
from lms.accounts.models import CounterSlip
from lms.accounts.rules import CodeVerdict
from lms.evidence import queries as evidence
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.merges import services as merges
from lms.notify.models import OutboxMessage
from lms.people import queries, services
from lms.people.services import Came
from tests.make import people as make
from tests.make.merges import PUT, YES, Pair
from tests.people.test_numbers import templates, used


@pytest.fixture
def pair(work: Work) -> Pair:
    return Pair(work)


@pytest.fixture
def unknown(work: Work, pair: Pair) -> tuple[PersonId, Came]:
    """Somebody who signed up online, filled in a profile, and studied nowhere."""
    number = make.id_number()
    person_id = make.account(work).person_id
    services.begun(work, person_id)
    services.save_identity(work, person_id, "王陌生", number)
    return person_id, Came("王陌生", number, "包头市建筑业协会")


def test_a_clerk_alone_recovers_no_account_that_nobody_knows(
    work: Work, pair: Pair, unknown: tuple[PersonId, Came]
) -> None:
    _person_id, came = unknown

    with pytest.raises(Refused, match=r"slip\.unknown_anywhere"):
        services.recover_at_counter(pair.as_manager(work), came)

    assert work.session.scalar(select(func.count()).select_from(CounterSlip)) == 0


def test_who_holds_it_is_told_before_two_managers_decide(
    work: Work, pair: Pair, unknown: tuple[PersonId, Came]
) -> None:
    person_id, came = unknown

    services.dispute_at_counter(pair.as_manager(work), came)

    account = accounts.account_of(work.session, person_id).id
    (told,) = work.session.scalars(
        select(OutboxMessage.facts).where(
            OutboxMessage.to_account == account,
            OutboxMessage.template == "number_questioned",
        )
    )
    assert came.id_number not in str(told)
    assert queries.open_id_number(work.session, person_id) == came.id_number


def test_two_managers_give_it_to_who_has_lost_every_contact(
    work: Work, pair: Pair, unknown: tuple[PersonId, Came]
) -> None:
    old, came = unknown
    slip = services.dispute_at_counter(pair.as_manager(work), came)
    assert used(work, slip) is CodeVerdict.RIGHT

    asked = merges.propose_merge(pair.as_manager(work), old, slip.person_id, PUT)
    merges.decide(pair.as_manager(work, 1), asked, YES)
    work.session.expire_all()

    assert queries.open_id_number(work.session, slip.person_id) == came.id_number
    assert evidence.verify(work.session, f"person:{slip.person_id}").intact


def test_a_question_that_is_asked_online_is_told_of_too(
    work: Work, pair: Pair, unknown: tuple[PersonId, Came]
) -> None:
    person_id, came = unknown
    said = services.Said("张建国", came.id_number, "从来没有注册过别的账号")

    services.report_number(work, pair.stays, pair.here, said)

    assert "number_questioned" in templates(work, person_id)

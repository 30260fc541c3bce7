"""Two accounts of one person become one: nothing twice, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from lms.accounts import queries as accounts
from lms.accounts import services as account_services
from lms.accounts.models import Learner
from lms.accounts.queries import merging
from lms.accounts.rules import AccountState, Role, identifier, year_bit
from lms.accounts.services import Visit
from lms.catalogue import services as courses
from lms.commerce.models import Order
from lms.credentials import queries as credentials
from lms.credentials import services as certificates
from lms.evidence import queries as evidence
from lms.exams.models import Attempt
from lms.hours import queries as hours
from lms.hours.models import HoursEntry
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from lms.merges import queries, services
from lms.merges.rules import Proposal
from lms.notify.models import OutboxMessage
from lms.people import queries as people
from lms.people import services as people_services
from lms.policy.answering import Matter
from lms.policy.model import Specialty
from lms.threads import queries as thread_queries
from lms.threads import services as threads
from lms.threads.services import Opening
from tests.cuts import power_cut
from tests.make import catalogue as make_courses
from tests.make import credentials as make_certificates
from tests.make import people as make
from tests.make import threads as make_threads
from tests.make.merges import (
    PUT,
    YES,
    Pair,
    acting,
    courses_of,
    learner,
    manager,
    studied,
)
from tests.races import race

EVER: dict[str, Any] = {"since": date(2000, 1, 1), "until": date(2100, 1, 1)}


@pytest.fixture
def pair(work: Work) -> Pair:
    return Pair(work)


def earned(work: Work, person_id: PersonId) -> int:
    return sum(hours.tally(work.session, person_id, **EVER).values())


def booked(work: Work, here: AssociationId) -> int:
    rows = work.session.scalars(
        select(HoursEntry.credit).where(HoursEntry.association_id == here)
    )
    return sum(rows)


def kinds(work: Work, person_id: PersonId) -> set[str]:
    return {x.kind for x in evidence.whole(work.session, f"person:{person_id}")}


def test_a_course_of_one_account_goes_on_under_the_other(
    work: Work, pair: Pair
) -> None:
    _course, version = make_courses.course(work, pair.here)
    studied(work, pair.goes, version, 1)
    before = earned(work, pair.goes)

    pair.merged(work)

    assert before == 100
    assert earned(work, pair.stays) == before
    assert earned(work, pair.goes) == 0
    assert [one.lessons_done for one in courses_of(work, pair.stays)] == [1]


def test_a_course_had_in_both_counts_once(work: Work, pair: Pair) -> None:
    _course, version = make_courses.course(work, pair.here)
    studied(work, pair.goes, version, 2)
    studied(work, pair.stays, version, 1)
    whole = earned(work, pair.goes)

    pair.merged(work)

    assert whole == 200
    assert earned(work, pair.stays) == whole
    assert booked(work, pair.here) == whole
    (kept,) = courses_of(work, pair.stays)
    assert (kept.lessons_done, kept.completed_at is not None) == (2, True)


def test_no_line_of_the_ledger_is_changed(work: Work, pair: Pair) -> None:
    _course, version = make_courses.course(work, pair.here)
    studied(work, pair.goes, version, 1)
    (before,) = work.session.execute(
        select(HoursEntry.seq, HoursEntry.person_id, HoursEntry.credit)
    ).all()

    pair.merged(work)

    after = work.session.execute(
        select(HoursEntry.person_id, HoursEntry.credit).order_by(HoursEntry.seq)
    ).all()
    assert after[0] == (before.person_id, before.credit)
    assert [tuple(row) for row in after[1:]] == [
        (pair.goes, -100),
        (pair.stays, 100),
    ]


def test_two_versions_of_one_course_do_not_both_count(work: Work, pair: Pair) -> None:
    _course, first = make_courses.course(work, pair.here)
    studied(work, pair.goes, first, 1)
    second = courses.new_version(work, pair.here, first)
    courses.submit(work, pair.here, second)
    courses.publish(work, pair.here, second)
    asked = pair.proposed(work)
    studied(work, pair.stays, second, 1)

    with pytest.raises(Refused, match=r"merge\.two_versions"):
        services.decide(pair.as_manager(work, 1), asked, YES)


def test_orders_names_and_keys_go_along(work: Work, pair: Pair) -> None:
    pair.merged(work)

    owners = set(work.session.scalars(select(Order.person_id)))
    assert owners == {pair.stays}
    assert merging.merged_into(work.session, pair.goes) == pair.stays
    assert merging.all_of(work.session, pair.stays) == (pair.stays, pair.goes)
    old = accounts.data_key(work.session, pair.goes)
    assert accounts.data_key(work.session, pair.stays).endswith(old)


def test_what_was_asked_is_read_and_written_on_by_who_stays(
    work: Work, pair: Pair
) -> None:
    begun = make_threads.own(
        work, accounts.account_of(work.session, pair.goes).id, pair.goes
    )
    put = Opening(Matter.STUDY, make_threads.says("学时没有记上。"), "学时")
    asked = threads.begin(begun, pair.here, put)

    pair.merged(work)

    there = accounts.account_of(work.session, pair.stays).id
    mine = make_threads.own(work, there, pair.stays)
    threads.write(mine, asked, make_threads.says("还是没有。"))
    found = thread_queries.owned(work.session, pair.stays, asked)
    assert found.subject == "学时"
    assert [one.body for one in found.words] == ["学时没有记上。", "还是没有。"]


def test_attempts_count_together(work: Work, pair: Pair) -> None:
    make_certificates.passed(work, pair.stays, pair.here, score=40)
    make_certificates.passed(work, pair.goes, pair.here, score=50)

    pair.merged(work)

    rows = work.session.execute(select(Attempt.person_id, Attempt.n, Attempt.score))
    assert {tuple(row) for row in rows} == {(pair.stays, 1, 40), (pair.stays, 2, 50)}


def test_a_certificate_stays_what_it_is_and_is_held_by_who_stays(
    work: Work, pair: Pair
) -> None:
    holder = make_certificates.graduate(work, pair.here, serial=7)
    made = certificates.issue(
        work, holder, Specialty.BUILDING, printer=make_certificates.PLAIN
    )
    make.learner_of(work, holder, pair.here)
    body = credentials.open_file(work.session, made)
    row = "SELECT * FROM certificates"
    before = work.session.execute(text(row)).all()
    pair.goes, today = holder, legal_day(work.now)

    pair.merged(work)

    assert work.session.execute(text(row)).all() == before
    held = credentials.held(work.session, pair.stays, today)
    assert [(card.id, card.person_id) for card in held] == [(made, pair.stays)]
    assert credentials.held(work.session, holder, today) == ()
    assert credentials.open_file(work.session, made) == body
    kept = select(Learner.certified).where(Learner.person_id == pair.stays)
    assert work.session.scalars(kept).all() == [year_bit(today.year)]
    assert people.open_id_number(work.session, pair.stays)


def test_who_went_is_told_where_to_and_comes_in_no_more(work: Work, pair: Pair) -> None:
    gone = accounts.account_of(work.session, pair.goes).id
    known_as = accounts.contact(work.session, gone).email or ""

    pair.merged(work)

    candidate = account_services.admit(work, identifier(known_as), Visit())
    assert account_services.sign_in(work, candidate, Visit()) is None
    there = merging.where_to(work.session, gone)
    assert there is not None
    assert there.person_id == pair.stays
    assert "***@" in there.known_as


def test_both_persons_have_a_line_and_who_stays_a_message(
    work: Work, pair: Pair
) -> None:
    pair.merged(work)

    assert "person.merged" in kinds(work, pair.stays)
    assert "person.merged_into" in kinds(work, pair.goes)
    owed = work.session.scalars(
        select(OutboxMessage.template).where(
            OutboxMessage.to_account == accounts.account_of(work.session, pair.stays).id
        )
    )
    assert "person_merged" in set(owed)


def test_who_closes_the_account_that_stayed_closes_both(work: Work, pair: Pair) -> None:
    pair.merged(work)
    gone = accounts.account_of(work.session, pair.goes).id

    account_services.close_account(
        work, accounts.account_of(work.session, pair.stays).id
    )

    work.session.expire_all()
    assert accounts.contact(work.session, gone).email is None


def test_nobody_merges_alone(work: Work, pair: Pair) -> None:
    asked = pair.proposed(work)

    with pytest.raises(Refused, match=r"approval\.own"):
        services.decide(pair.as_manager(work), asked, YES)


def test_a_yes_is_typed(work: Work, pair: Pair) -> None:
    asked = pair.proposed(work)

    with pytest.raises(Refused, match=r"merge\.not_typed"):
        services.decide(pair.as_manager(work, 1), asked, services.Answer(approved=True))


def test_a_proposal_has_a_reason_and_a_proof(work: Work, pair: Pair) -> None:
    with pytest.raises(Refused) as refused:
        services.propose_merge(
            pair.as_manager(work), pair.goes, pair.stays, Proposal((), "嗯")
        )

    assert refused.value.reasons == ("merge.reason", "merge.no_proof")


def test_another_association_neither_proposes_nor_decides(
    work: Work, pair: Pair
) -> None:
    there = make.association(work)
    foreign = acting(work, manager(work, there), there)
    asked = pair.proposed(work)

    with pytest.raises(NotFound):
        services.propose_merge(foreign, pair.goes, pair.stays, PUT)
    with pytest.raises(NotFound):
        services.decide(foreign, asked, YES)


def test_who_is_known_elsewhere_too_does_not_go(work: Work, pair: Pair) -> None:
    make.learner_of(work, pair.goes)

    with pytest.raises(Refused, match=r"merge\.elsewhere"):
        pair.proposed(work)


def test_two_id_numbers_are_two_persons(work: Work, pair: Pair) -> None:
    for one in (pair.goes, pair.stays):
        people_services.save_identity(work, one, "张建国", make.id_number())

    with pytest.raises(Refused) as refused:
        pair.proposed(work)

    assert refused.value.reasons == ("merge.two_numbers",)


def test_staff_are_not_merged(work: Work, pair: Pair) -> None:
    account_services.grant(
        work,
        accounts.account_of(work.session, pair.stays).id,
        Role.CLERK,
        association_id=pair.here,
    )

    with pytest.raises(Refused, match=r"merge\.staff"):
        pair.proposed(work)


def test_what_is_merged_is_not_merged_again(work: Work, pair: Pair) -> None:
    pair.merged(work)

    with pytest.raises(Conflict):
        pair.proposed(work)


def test_credit_survives_a_second_merge(work: Work, pair: Pair) -> None:
    _course, version = make_courses.course(work, pair.here)
    studied(work, pair.goes, version, 1)
    pair.merged(work)
    third = learner(work, pair.here)
    first, pair.goes, pair.stays = pair.goes, pair.stays, third

    pair.merged(work)

    assert earned(work, third) == 100
    assert booked(work, pair.here) == 100
    assert set(merging.merged_from(work.session, third)) == {first, pair.goes}


@pytest.mark.parametrize(
    "place", ["merge.studied", "merge.moved", "work.before_commit"]
)
def test_a_power_cut_leaves_two_accounts(
    app: Flask, begin: Callable[..., Any], place: str
) -> None:
    with begin() as work:
        pair = Pair(work)
        _course, version = make_courses.course(work, pair.here)
        studied(work, pair.goes, version, 1)
        asked = pair.proposed(work)

    def agree() -> None:
        with begin() as work:
            services.decide(pair.as_manager(work, 1), asked, YES)

    power_cut(place, agree)

    with begin() as work:
        assert earned(work, pair.goes) == 100
        assert merging.merged_into(work.session, pair.goes) is None
        services.decide(pair.as_manager(work, 1), asked, YES)
        assert earned(work, pair.stays) == 100


def test_of_two_managers_at_once_one_decides(
    app: Flask, begin: Callable[..., Any]
) -> None:
    with begin() as work:
        pair = Pair(work)
        pair.managers.append(manager(work, pair.here))
        asked = pair.proposed(work)

    got = race(
        app,
        [
            lambda w: services.decide(pair.as_manager(w, 1), asked, YES),
            lambda w: services.decide(pair.as_manager(w, 2), asked, YES),
        ],
    )

    assert sum(isinstance(one, queries.MergeCard) for one in got) == 1
    assert sum(isinstance(one, Conflict) for one in got) == 1
    with begin() as work:
        gone = accounts.account_of(work.session, pair.goes)
        assert gone.state is AccountState.MERGED

"""A company seats its people: each gets what an own purchase gives, and keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lms.catalogue import services as authoring
from lms.catalogue.models import Lesson
from lms.catalogue.rules import LessonKind
from lms.catalogue.services import PackageFacts
from lms.commerce import queries, services
from lms.commerce.models import Seat, SeatStep
from lms.commerce.queries import SeatLineCard
from lms.commerce.rules import OrderState
from lms.commerce.rules.seats import SeatDeed, SeatState, Wanted
from lms.commerce.services import Assigned, QuoteAsk
from lms.evidence import queries as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import LessonId, new_id
from lms.kernel.money import Fen
from lms.kernel.work import Actor, Work
from lms.learning import queries as learning
from lms.learning import services as studying
from lms.notify.models import OutboxMessage
from lms.people import queries as people_queries
from lms.people import services as people_services
from lms.people.models import Person
from lms.policy.model import Specialty
from tests.conftest import HandClock, work_at
from tests.make import commerce as shop
from tests.make import companies
from tests.make import people as make_people
from tests.make import seats as make
from tests.make.companies import Company
from tests.make.seats import Staff

Begin = Callable[..., Any]


def assign(work: Work, company: Company, line: SeatLineCard, *staff: Staff) -> Assigned:
    return services.assign(
        company.acting(work), company.id, line.line_id, [one.link for one in staff]
    )


def counts(work: Work, company: Company, line: SeatLineCard) -> tuple[int, int, int]:
    work.session.flush()
    count = queries.seat_line(work.session, company.id, line.line_id).count
    return count.free, count.assigned, count.returned


def sitting(work: Work, line: SeatLineCard) -> Seat:
    return work.session.scalars(
        select(Seat).where(
            Seat.line_id == line.line_id, Seat.state == SeatState.ASSIGNED
        )
    ).one()


def courses(work: Work, one: Staff) -> set[object]:
    work.session.flush()
    found = learning.enrolments(work.session, one.made.person_id)
    return {each.version_id for each in found}


def study(work: Work, one: Staff) -> None:
    """Let somebody open the first lesson of their one course."""
    (enrolment,) = learning.enrolments(work.session, one.made.person_id)
    lesson = Lesson(
        id=new_id(),
        version_id=enrolment.version_id,
        position=0,
        title="第一课",
        kind=LessonKind.DOCUMENT,
        credit=100,
        required_seconds=45,
        body_html="<p>正文</p>",
    )
    work.session.add(lesson)
    work.session.flush()
    own = replace(work, actor=Actor(one.made.account_id, one.made.person_id))
    studying.open_lease(own, one.made.person_id, enrolment.id, LessonId(lesson.id))


@pytest.fixture
def company(work: Work) -> Company:
    return companies.proved(work, name="包头第一建筑公司")


def test_paid_lines_give_as_many_seats_and_the_agents_hear_of_it(
    work: Work, company: Company
) -> None:
    house = shop.association(work)
    first, second = shop.course(work, house), shop.course(work, house)
    order_id = make.ordered(work, company, [(first, 3), (second, 2)])
    assert not queries.seat_lines(work.session, company.id)

    make.paid(work, order_id, house)

    lines = queries.seat_lines(work.session, company.id)
    assert [(one.count.bought, one.count.free) for one in lines] == [(3, 3), (2, 2)]
    assert queries.order_of(work.session, house, order_id).state is OrderState.FULFILLED
    told = work.session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == "seats_opened")
    ).one()
    assert (told.to_account, told.facts["seats"]) == (company.agent.account_id, 5)


def test_a_card_pays_for_seats_as_well_and_a_second_message_opens_no_more(
    work: Work, company: Company
) -> None:
    order_id = make.ordered(work, company, [(shop.course(work), 4)])
    plan = services.begin_payment(
        company.acting(work),
        company.agent.person_id,
        order_id,
        "card",
        employer_id=company.id,
    )
    for _ in range(2):
        services.settle(work, shop.seen(work, plan), live=False)

    (line,) = queries.seat_lines(work.session, company.id)
    assert line.count.bought == 4


def test_what_is_free_of_charge_opens_its_seats_at_once(
    work: Work, company: Company
) -> None:
    line = make.bought(work, company, shop.course(work, price_fen=0), 2)

    assert line.count.free == 2


def test_a_seat_gives_what_an_own_purchase_gives(work: Work, company: Company) -> None:
    sold, one = shop.course(work), make.staff(work, company)
    line = make.bought(work, company, sold, 2)

    assert assign(work, company, line, one) == Assigned(1)

    (enrolment,) = learning.enrolments(work.session, one.made.person_id)
    assert enrolment.version_id == sold.version_id
    assert enrolment.specialty is Specialty.BUILDING
    person = work.session.get_one(Person, one.made.person_id)
    assert person.locked_at == work.now
    assert counts(work, company, line) == (1, 1, 0)
    told = work.session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == "seat_assigned")
    ).one()
    assert told.facts["company"] == "包头第一建筑公司"
    assert evidence.verify(work.session, f"order:{line.order_id}").intact


def test_a_package_gives_all_of_its_courses(work: Work, company: Company) -> None:
    house = shop.association(work)
    first, second = shop.course(work, house), shop.course(work, house)
    package = authoring.create_package(
        work,
        house,
        PackageFacts(
            title="120 学时套餐",
            specialty=Specialty.BUILDING,
            price=Fen(20_000),
            courses=(first.course_id, second.course_id),
        ),
    )
    ask = QuoteAsk(company.id, (Wanted("package", package, 1),), new_id())
    quote = services.make_quote(company.acting(work), ask)
    order_id = services.order_quote(company.acting(work), company.id, quote, "")
    make.paid(work, order_id, house)
    (line,) = queries.seat_lines(work.session, company.id)
    one = make.staff(work, company)

    assign(work, company, line, one)

    assert courses(work, one) == {first.version_id, second.version_id}
    services.take_back(company.acting(work), company.id, sitting(work, line).id)
    assert courses(work, one) == set()


def test_who_has_the_course_already_is_refused_and_the_others_are_seated(
    work: Work, company: Company
) -> None:
    sold = shop.course(work)
    owner = make.staff(work, company, name="李四")
    other = make.staff(work, company)
    shop.paid_order(work, owner.made.person_id, sold)
    line = make.bought(work, company, sold, 3)

    done = assign(work, company, line, owner, other)

    assert done == Assigned(1, (("李四", "seat.owned", 100),))
    assert counts(work, company, line) == (2, 1, 0)


def test_who_is_paying_for_it_right_now_is_refused(
    work: Work, company: Company
) -> None:
    sold, one = shop.course(work), make.staff(work, company)
    shop.pending_order(work, one.made.person_id, sold)
    line = make.bought(work, company, sold, 1)

    done = assign(work, company, line, one)

    assert done.passed[0][1] == "seat.ordered"


def test_a_profile_must_be_whole_as_for_an_own_purchase(
    work: Work, company: Company
) -> None:
    made = make_people.account(work, name="王五")
    one = Staff(made, companies.bound(work, company, made))
    line = make.bought(work, company, shop.course(work), 1)

    ((name, code, percent),) = assign(work, company, line, one).passed

    assert (name, code) == ("王五", "seat.incomplete")
    assert percent < 100


def test_nobody_is_seated_where_too_few_seats_are_free(
    work: Work, company: Company
) -> None:
    line = make.bought(work, company, shop.course(work), 1)
    two = [make.staff(work, company) for _ in range(2)]

    with pytest.raises(Refused) as said:
        assign(work, company, line, *two)

    assert (said.value.code, said.value.facts) == (
        "seat.not_enough", {"free": 1, "asked": 2},
    )  # fmt: skip
    assert counts(work, company, line) == (1, 0, 0)


def test_an_unused_seat_goes_back_and_to_another(work: Work, company: Company) -> None:
    sold = shop.course(work)
    first, second = make.staff(work, company), make.staff(work, company)
    line = make.bought(work, company, sold, 1)
    assign(work, company, line, first)
    seat = sitting(work, line)

    services.reassign(company.acting(work), company.id, seat.id, second.link)

    assert (courses(work, first), courses(work, second)) == (set(), {sold.version_id})
    services.take_back(company.acting(work), company.id, seat.id)
    assert courses(work, second) == set()
    assert counts(work, company, line) == (1, 0, 0)
    steps = work.session.scalars(select(SeatStep.deed).order_by(SeatStep.id)).all()
    assert steps == [
        SeatDeed.ASSIGNED, SeatDeed.TAKEN_BACK, SeatDeed.ASSIGNED, SeatDeed.TAKEN_BACK,
    ]  # fmt: skip


def test_a_seat_on_which_somebody_studied_is_theirs(
    work: Work, company: Company
) -> None:
    first, second = make.staff(work, company), make.staff(work, company)
    line = make.bought(work, company, shop.course(work), 1)
    assign(work, company, line, first)
    study(work, first)
    seat, acting = sitting(work, line), company.acting(work)

    with pytest.raises(Refused, match=r"seat\.used"):
        services.take_back(acting, company.id, seat.id)
    with pytest.raises(Refused, match=r"seat\.used"):
        services.reassign(acting, company.id, seat.id, second.link)

    assert (len(courses(work, first)), courses(work, second)) == (1, set())
    assert counts(work, company, line) == (0, 1, 0)


def test_a_seat_stays_where_it_was_when_the_other_cannot_have_it(
    work: Work, company: Company
) -> None:
    sold = shop.course(work)
    first, owner = make.staff(work, company), make.staff(work, company)
    shop.paid_order(work, owner.made.person_id, sold)
    line = make.bought(work, company, sold, 1)
    assign(work, company, line, first)

    with pytest.raises(Refused, match=r"seat\.owned"):
        services.reassign(
            company.acting(work), company.id, sitting(work, line).id, owner.link
        )

    assert courses(work, first) == {sold.version_id}


def test_who_leaves_keeps_course_and_record_and_the_company_sees_no_more(
    work: Work, company: Company, clock: HandClock
) -> None:
    sold, one = shop.course(work), make.staff(work, company)
    line = make.bought(work, company, sold, 1)
    assign(work, company, line, one)
    study(work, one)
    clock.pass_days(1)
    own = replace(
        work_at(work, clock), actor=Actor(one.made.account_id, one.made.person_id)
    )

    people_services.leave(own, one.made.person_id, legal_day(own.now), "合同到期")

    assert courses(work, one) == {sold.version_id}
    assert not people_queries.staff_of(work.session, company.id)
    with pytest.raises(Refused, match=r"seat\.used"):
        services.take_back(company.acting(work), company.id, sitting(work, line).id)


def test_an_unused_seat_of_one_who_left_goes_to_another(
    work: Work, company: Company
) -> None:
    gone, other = make.staff(work, company), make.staff(work, company)
    line = make.bought(work, company, shop.course(work), 1)
    assign(work, company, line, gone)
    day = legal_day(work.now) - timedelta(days=1)
    people_services.dismiss(company.acting(work), company.id, gone.link, day, "离职了")

    services.reassign(
        company.acting(work), company.id, sitting(work, line).id, other.link
    )

    assert (len(courses(work, gone)), len(courses(work, other))) == (0, 1)


def test_what_a_seat_gave_first_another_seat_gives_as_well(
    work: Work, company: Company
) -> None:
    """Two packages share a course: taking one back leaves the other whole."""
    house = shop.association(work)
    one, shared, other = (shop.course(work, house) for _ in range(3))
    lines = []
    for pair in ((one, shared), (shared, other)):
        package = authoring.create_package(
            work, house,
            PackageFacts("套餐", Specialty.BUILDING, Fen(20_000),
                         tuple(each.course_id for each in pair)),
        )  # fmt: skip
        ask = QuoteAsk(company.id, (Wanted("package", package, 1),), new_id())
        quote = services.make_quote(company.acting(work), ask)
        order_id = services.order_quote(company.acting(work), company.id, quote, "")
        make.paid(work, order_id, house)
        lines.append(queries.unused_seats(work.session, order_id)[0])
    sitter = make.staff(work, company)
    for line in lines:
        assign(work, company, line, sitter)

    services.take_back(company.acting(work), company.id, sitting(work, lines[0]).id)

    assert courses(work, sitter) == {shared.version_id, other.version_id}


def test_the_clerk_of_the_association_may_seat_and_free_and_no_other(
    work: Work, company: Company
) -> None:
    sold, one = shop.course(work), make.staff(work, company)
    line = make.bought(work, company, sold, 1)
    here = make.clerk(work, sold.association_id)
    there = make.clerk(work, shop.association(work))

    with pytest.raises(NotFound):
        services.assign(there, company.id, line.line_id, [one.link])
    assert services.assign(here, company.id, line.line_id, [one.link]).count == 1
    seat = sitting(work, line)
    with pytest.raises(NotFound):
        services.take_back(there, company.id, seat.id)
    services.take_back(here, company.id, seat.id)
    assert counts(work, company, line) == (1, 0, 0)


def test_a_free_seat_is_not_taken_back_again(work: Work, company: Company) -> None:
    one = make.staff(work, company)
    line = make.bought(work, company, shop.course(work), 1)
    assign(work, company, line, one)
    seat = sitting(work, line).id
    services.take_back(company.acting(work), company.id, seat)

    with pytest.raises(Conflict, match=r"seat\.not_now"):
        services.take_back(company.acting(work), company.id, seat)

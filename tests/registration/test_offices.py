"""Offices: what they may do from when until when, and who sits there."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from lms.accounts import queries as account_queries
from lms.accounts.queries import offices as seats
from lms.accounts.rules import Role
from lms.approvals.rules import ApprovalState
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId
from lms.kernel.work import Actor, Work
from lms.policy.model import Province
from lms.policy.offices import Task, Topic
from lms.registration.queries import offices as queries
from lms.registration.services import offices as services
from lms.registration.services.offices import Appointment
from tests.make import accounts as make


@pytest.fixture
def directory(work: Work) -> Work:
    services.open_directory(work)
    return work


def as_operator(work: Work, email: str) -> Work:
    account = make.staff(work, Role.OPERATOR, email=email)
    person_id = account_queries.account(work.session, account).person_id
    return replace(work, actor=Actor(account, person_id, frozenset({"operator"})))


def wanted(work: Work, account: AccountId, code: str = "SC-ZX") -> Appointment:
    office = queries.office_coded(work.session, code)
    until = legal_day(work.now) + timedelta(days=365)
    return Appointment(account, Role.TELLER, office.id, until, "川建人〔2026〕3号")


def names(work: Work, province: Province, task: Task, day: date) -> set[str]:
    found = queries.competent(work.session, province, task, day)
    return {one.code for one in found}


def test_guizhous_cities_took_applications_up_to_the_24th_of_july(
    directory: Work,
) -> None:
    def takers(day: date) -> set[str]:
        return names(directory, Province.GUIZHOU, Task.INTAKE, day)

    assert "GZ-ZY" in takers(date(2023, 7, 24))
    assert takers(date(2023, 7, 25)) == set()
    assert takers(date(2023, 7, 31)) == set()
    assert takers(date(2023, 8, 1)) == {"GZ-ZX"}


def test_guizhous_cities_decided_what_they_had_taken_up_to_the_31st(
    directory: Work,
) -> None:
    def deciders(day: date) -> set[str]:
        return names(directory, Province.GUIZHOU, Task.DECIDE, day)

    assert "GZ-GA" in deciders(date(2023, 7, 31))
    assert deciders(date(2023, 8, 1)) == {"GZ-JST"}


def test_guizhous_cities_still_look_at_originals(directory: Work) -> None:
    found = names(directory, Province.GUIZHOU, Task.ON_SITE, date(2026, 11, 21))
    assert len(found) == 10


def test_the_sichuan_centre_takes_and_the_department_decides(directory: Work) -> None:
    day = date(2026, 11, 21)
    centre = queries.office_coded(directory.session, "SC-ZX")
    department = queries.office_coded(directory.session, "SC-JST")

    assert centre.provinces(Task.INTAKE, day) == {Province.SICHUAN}
    assert not centre.provinces(Task.DECIDE, day)
    assert department.provinces(Task.DECIDE, day) == {Province.SICHUAN}
    assert not department.provinces(Task.INTAKE, day)


def test_an_office_has_a_telephone_for_each_topic(directory: Work) -> None:
    office = queries.office_coded(directory.session, "CQ-JW")
    assert office.telephones == {
        Topic.TECHNICAL: "023-63672107",
        Topic.POLICY: "023-63672007",
    }


def test_opening_the_directory_again_changes_nothing(directory: Work) -> None:
    before = queries.offices(directory.session)
    services.open_directory(directory)
    assert queries.offices(directory.session) == before


def test_a_competence_ends_on_the_day_that_is_named(directory: Work) -> None:
    office = queries.office_coded(directory.session, "NM-JST")
    term = next(c for c in office.competences if c.term.task is Task.INTAKE)

    services.end(directory, term.id, date(2026, 12, 31))

    again = queries.office(directory.session, office.id)
    assert again.provinces(Task.INTAKE, date(2026, 12, 31))
    assert not again.provinces(Task.INTAKE, date(2027, 1, 1))
    with pytest.raises(Refused, match=r"office\.ends_before"):
        services.end(directory, term.id, date(2020, 1, 1))


def test_two_operators_seat_somebody_and_one_alone_does_not(directory: Work) -> None:
    first = as_operator(directory, "first@demo.example")
    second = as_operator(directory, "second@demo.example")
    account = make.account(directory, email="new@demo.example")
    seat = wanted(directory, account)

    approval_id = services.ask_appointment(first, seat, "新增窗口")
    assert not seats.seats(directory.session, seat.office_id, seat.until)
    with pytest.raises(Refused, match=r"approval\.own"):
        services.decide_appointment(first, approval_id, True, "我自己同意")

    card = services.decide_appointment(second, approval_id, True, "已核对文件")

    assert card.state is ApprovalState.APPROVED
    (held,) = seats.seats(directory.session, seat.office_id, seat.until)
    assert (held.account_id, held.role) == (account, Role.TELLER)
    after = seat.until + timedelta(days=1)
    assert not seats.seats(directory.session, seat.office_id, after)
    with pytest.raises(Conflict, match=r"approval\.ended"):
        services.decide_appointment(second, approval_id, True, "再来一次")


def test_a_refused_appointment_seats_nobody(directory: Work) -> None:
    first = as_operator(directory, "first@demo.example")
    second = as_operator(directory, "second@demo.example")
    seat = wanted(directory, make.account(directory, email="new@demo.example"))
    approval_id = services.ask_appointment(first, seat, "新增窗口")

    services.decide_appointment(second, approval_id, False, "文件不符")

    assert not seats.seats(directory.session, seat.office_id, seat.until)


def test_the_same_appointment_is_not_asked_twice(directory: Work) -> None:
    first = as_operator(directory, "first@demo.example")
    seat = wanted(directory, make.account(directory, email="new@demo.example"))
    services.ask_appointment(first, seat, "新增窗口")

    with pytest.raises(Refused, match=r"office\.asked"):
        services.ask_appointment(first, seat, "新增窗口")


def test_nobody_sits_at_two_desks(directory: Work) -> None:
    account = make.account(directory, email="new@demo.example")
    services.appoint(directory, wanted(directory, account))

    with pytest.raises(Refused, match=r"office\.two_desks"):
        services.appoint(directory, wanted(directory, account, "SC-JST"))


@pytest.mark.parametrize("role", [Role.CLERK, Role.INSPECTOR, Role.OPERATOR])
def test_whoever_has_another_office_sits_at_no_desk(
    directory: Work, role: Role
) -> None:
    account = make.staff(directory, role, email="busy@demo.example")

    with pytest.raises(Refused, match=r"office\.other_staff"):
        services.appoint(directory, wanted(directory, account))


def test_an_appointment_needs_a_document_a_role_and_an_end(directory: Work) -> None:
    seat = wanted(directory, make.account(directory, email="new@demo.example"))

    for wrong, code in (
        (replace(seat, document=" "), "office.no_document"),
        (replace(seat, role=Role.MANAGER), "office.no_role"),
        (replace(seat, until=date(2020, 1, 1)), "office.bad_end"),
        (replace(seat, until=date(2099, 1, 1)), "office.bad_end"),
    ):
        with pytest.raises(Refused, match=code):
            services.appoint(directory, wrong)


def test_a_dismissal_takes_the_seat_at_once(directory: Work) -> None:
    account = make.account(directory, email="new@demo.example")
    seat = wanted(directory, account)
    services.appoint(directory, seat)

    services.dismiss(directory, seat.office_id, account, Role.TELLER)

    assert not seats.seats_of(directory.session, account, legal_day(directory.now))


def test_nobody_takes_applications_once_the_operator_ended_every_intake(
    directory: Work,
) -> None:
    office = queries.office_coded(directory.session, "NM-JST")
    term = next(c for c in office.competences if c.term.task is Task.INTAKE)
    place, last = Province.INNER_MONGOLIA, date(2026, 12, 31)
    services.end(directory, term.id, last)

    assert queries.takes_in(directory.session, place, last)
    assert not queries.takes_in(directory.session, place, date(2027, 1, 1))
    assert queries.takes_in(directory.session, Province.BEIJING, last)


def test_an_office_that_is_nowhere_is_not_found(directory: Work) -> None:
    with pytest.raises(NotFound):
        queries.office(directory.session, uuid4())

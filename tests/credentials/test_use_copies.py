"""Use copies and the public register: what goes with a registration certificate."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lms.credentials import queries, services
from lms.credentials.models import UseCopy
from lms.credentials.rules import Verdict
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import EmployerId, PersonId, UseCopyId, new_id
from lms.kernel.work import Work
from lms.people import services as leaving
from lms.policy.model import Specialty
from tests.make import credentials as make_people
from tests.make import registrations as make

TODAY = date(2026, 11, 21)
MUNICIPAL = make.term(Specialty.MUNICIPAL, until=date(2027, 2, 10))


@pytest.fixture
def person(work: Work) -> PersonId:
    return make_people.constructor(work, extra=Specialty.MUNICIPAL, born="19850704")


def worth(work: Work, code: str, on: date = TODAY) -> Verdict:
    return queries.check_code(work.session, code, on).verdict


# -- the public register ----------------------------------------------------------


def test_the_register_finds_whole_names_numbers_and_companies_alone(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person)
    held = queries.registered(work.session, person)
    assert held is not None

    def found(asked: str) -> tuple[str, ...]:
        page = queries.public_register(work.session, asked, TODAY)
        return tuple(row.name for row in page.rows)

    assert found("张建国") == ("张建国",)
    assert found(held.facts.registration_no) == ("张*",)
    assert found("内蒙古示例建设集团有限责任公司") == ("张*",)
    for part in ("张", "建国", "内蒙古", "%", "", "蒙215"):
        assert found(part) == ()


def test_the_register_leaves_out_who_is_cancelled_but_a_number_tells_it(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person)
    held = queries.registered(work.session, person)
    assert held is not None
    services.void_registration(work, person, "registration.cancelled")

    number = held.facts.registration_no
    assert queries.public_register(work.session, "张建国", TODAY).rows == ()
    (row,) = queries.public_register(work.session, number, TODAY).rows
    assert row.verdict is Verdict.VOIDED


# -- use copies -------------------------------------------------------------------


def employer_of(work: Work, person_id: PersonId) -> EmployerId:
    return make.bound(work, person_id)


def ask(work: Work, person_id: PersonId, **more: Any) -> UseCopyId:
    employer = more.pop("employer_id", None) or employer_of(work, person_id)
    return services.ask_use_copy(
        work, services.CopyAsk(person_id, employer, "某工程投标", **more)
    )


def test_no_company_uses_a_certificate_before_its_bearer_agrees(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person)
    copy_id = ask(work, person)
    employer = employer_of(work, person)

    with pytest.raises(NotFound):
        queries.use_copy_file(work.session, employer, copy_id, TODAY)
    services.confirm_use_copy(work, person, copy_id, printer=make.PLAIN)

    data = queries.use_copy_file(work.session, employer, copy_id, TODAY)
    told = queries.check_file(work.session, data, TODAY)
    assert isinstance(told, queries.RegistrationChecked)
    assert told.verdict is Verdict.VALID
    assert told.copy is not None
    assert told.copy.purpose == "某工程投标"


def test_85_a_copy_ends_with_the_first_specialty(work: Work, person: PersonId) -> None:
    make.granted(work, person, make.term(), MUNICIPAL)

    copy_id = make.lent(work, person)

    card = queries.use_copy(work.session, person, copy_id)
    assert (card.valid_from, card.valid_until) == (TODAY, date(2027, 2, 10))


def test_85_a_copy_ends_on_the_65th_birthday(work: Work) -> None:
    person = make_people.constructor(work, born="19610315")
    later = replace(work, now=datetime(2026, 1, 10, 2, tzinfo=UTC))
    make.granted(later, person, make.term(since=date(2025, 1, 1)))

    copy_id = make.lent(later, person)

    card = queries.use_copy(work.session, person, copy_id)
    assert card.valid_until == date(2026, 3, 15)


def test_85_a_new_copy_voids_the_old(work: Work, person: PersonId) -> None:
    make.granted(work, person)
    first = make.lent(work, person)
    token = work.session.get_one(UseCopy, first).token
    assert token is not None
    assert worth(work, token) is Verdict.VALID

    make.lent(work, person, purpose="另一工程投标")

    assert worth(work, token) is Verdict.VOIDED


def test_a_new_certificate_voids_what_was_lent_of_the_old(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person)
    copy_id = make.lent(work, person)
    make.granted(work, person, make.term(), MUNICIPAL)

    assert not queries.use_copy(work.session, person, copy_id).live(TODAY)


def test_a_copy_that_is_over_or_taken_back_says_so(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person)
    copy_id = make.lent(work, person, days=10)
    token = work.session.get_one(UseCopy, copy_id).token
    assert token is not None

    assert worth(work, token, date(2026, 11, 30)) is Verdict.VALID
    assert worth(work, token, date(2026, 12, 1)) is Verdict.EXPIRED
    services.withdraw_use_copy(work, person, copy_id)
    assert worth(work, token) is Verdict.VOIDED


def test_only_ones_own_company_asks_and_only_once(work: Work, person: PersonId) -> None:
    make.granted(work, person)

    with pytest.raises(NotFound):
        ask(work, person, employer_id=EmployerId(new_id()))
    assert ask(work, person) == ask(work, person)
    with pytest.raises(Refused, match=r"use_copy\.days"):
        ask(work, person, days=181)


def part(work: Work, person_id: PersonId) -> None:
    """Leave the company today."""
    leaving.leave(work, person_id, TODAY, "劳动合同到期")


def test_a_company_opens_no_copy_of_who_has_left(work: Work, person: PersonId) -> None:
    make.granted(work, person)
    copy_id, employer = make.lent(work, person), employer_of(work, person)
    assert queries.use_copy_file(work.session, employer, copy_id, TODAY)

    part(work, person)

    with pytest.raises(Refused, match=r"use_copy\.left"):
        queries.use_copy_file(work.session, employer, copy_id, TODAY)


def test_a_scan_says_from_which_day_the_bearer_is_gone(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person)
    copy_id, employer = make.lent(work, person), employer_of(work, person)
    token = work.session.get_one(UseCopy, copy_id).token
    file = queries.use_copy_file(work.session, employer, copy_id, TODAY)
    part(work, person)

    def told(on: date) -> tuple[Verdict, date | None]:
        assert token is not None
        by_code = queries.check_code(work.session, token, on)
        assert isinstance(by_code, queries.RegistrationChecked)
        by_file = queries.check_file(work.session, file, on)
        assert by_file == by_code
        return by_code.verdict, by_code.left_on

    assert told(TODAY) == (Verdict.VALID, TODAY)
    assert told(date(2026, 11, 22)) == (Verdict.VOIDED, TODAY)
    # Who comes back is asked anew.
    make.bound(replace(work, now=work.now + timedelta(days=2)), person)
    assert told(date(2026, 11, 23)) == (Verdict.VOIDED, TODAY)


def test_what_was_left_before_a_copy_does_not_end_it(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person)
    make.bound(work, person)
    part(work, person)
    later = replace(work, now=work.now + timedelta(hours=1))
    copy_id = make.lent(later, person)
    token = later.session.get_one(UseCopy, copy_id).token
    assert token is not None
    assert worth(later, token, date(2026, 11, 22)) is Verdict.VALID


def test_nothing_is_lent_of_a_certificate_that_is_not_there_or_not_good(
    work: Work, person: PersonId
) -> None:
    with pytest.raises(Refused, match=r"use_copy\.no_certificate"):
        ask(work, person)
    make.granted(work, person, make.term(since=date(2023, 11, 1), until=TODAY))
    over = replace(work, now=work.now + timedelta(days=1))
    with pytest.raises(Refused, match=r"use_copy\.not_valid"):
        ask(over, person)


def test_nobody_agrees_to_a_copy_for_a_company_that_was_left(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person)
    copy_id = ask(work, person)

    part(work, person)

    with pytest.raises(Refused, match=r"use_copy\.left"):
        services.confirm_use_copy(work, person, copy_id, printer=make.PLAIN)


def test_an_answer_is_given_once_and_by_its_person(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person)
    copy_id = ask(work, person)

    with pytest.raises(NotFound):
        services.refuse_use_copy(work, PersonId(new_id()), copy_id)
    services.refuse_use_copy(work, person, copy_id)
    with pytest.raises(Refused):
        services.confirm_use_copy(work, person, copy_id, printer=make.PLAIN)

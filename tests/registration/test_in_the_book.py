"""What a person types is never printed: the book goes before it, or an office does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import update

from lms.credentials.queries import registered
from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.people import queries as people_queries
from lms.people import services as people
from lms.people.models import RegisteredSpecialtyRow, Registration
from lms.people.rules import RegistrationFacts, SpecialtyPeriod
from lms.policy.flow import Case, Party, Path, StepName
from lms.policy.model import Application, Province, Specialty
from tests.make import people as make_people
from tests.registration.walk import (
    NAME,
    Cast,
    Way,
    as_,
    begin,
    cast,
    in_book,
    step,
    walk,
)

HERE = Province.CHONGQING
EXCHANGE = Way(
    HERE,
    Application.LOST_REISSUE,
    Path.PAPER_EXCHANGE,
    frozenset({Case.PAPER_HELD}),
)
NEVER = date(2029, 12, 31)
TYPED = RegistrationFacts(
    "渝2502019202000777",
    HERE,
    (SpecialtyPeriod(Specialty.BUILDING, date(2027, 1, 1), NEVER, is_main=True),),
)


def test_a_typed_registration_alone_is_no_certificate(work: Work) -> None:
    who = cast(work, province=HERE)
    card = begin(work, who, EXCHANGE)
    with pytest.raises(Refused, match=r"application\.not_in_book"):
        step(work, who, card)
    assert registered(work.session, who.person.person_id) is None


def test_the_window_that_sees_the_paper_certificate_may_exchange_it(
    work: Work,
) -> None:
    who = cast(work, province=HERE)
    at_window = replace(EXCHANGE, starter=Party.TELLER)
    assert walk(work, who, at_window) == [StepName.FILL, StepName.CERTIFICATE]
    assert registered(work.session, who.person.person_id) is not None


def test_a_company_renames_itself_only_on_certificates_in_the_book(work: Work) -> None:
    who = cast(work, province=Province.SICHUAN)
    way = Way(
        Province.SICHUAN,
        Application.CHANGE,
        Path.ENTERPRISE_NAME,
        starter=Party.EMPLOYER,
        facts={"employer_name": NAME},
    )
    with pytest.raises(Refused, match=r"application\.not_in_book"):
        step(work, who, begin(work, who, way))


def test_number_and_days_come_from_the_book_and_not_from_the_record(
    work: Work,
) -> None:
    who = cast(work, province=HERE)
    person_id = who.person.person_id
    in_book(work, who)
    before = registered(work.session, person_id)
    work.session.execute(
        update(RegisteredSpecialtyRow)
        .where(RegisteredSpecialtyRow.person_id == person_id)
        .values(valid_until=NEVER)
    )
    work.session.get_one(Registration, person_id).number = TYPED.number
    walk(work, who, EXCHANGE)
    after = registered(work.session, person_id)
    assert before is not None
    assert after is not None
    assert after.version == before.version + 1
    assert after.facts.registration_no == before.facts.registration_no
    assert after.facts.terms == before.facts.terms
    assert people.periods_of(work, person_id)[0].valid_until == date(2027, 2, 28)


def cancelled(work: Work, who: Cast) -> None:
    walk(work, who, Way(HERE, Application.CANCELLATION))


@pytest.mark.parametrize("then", ["granted", "cancelled", "cancelled, never in book"])
def test_what_the_authority_has_written_nobody_types_again(
    work: Work, then: str
) -> None:
    who = cast(work, province=HERE)
    if then != "cancelled, never in book":
        in_book(work, who)
    if then != "granted":
        cancelled(work, who)
    me = as_(work, who.person)
    with pytest.raises(Refused, match=r"registration\.granted"):
        people.save_registration(me, who.person.person_id, TYPED)
    there = people_queries.completeness(work.session, who.person.person_id)
    assert ("registration" in there.missing) is (then != "granted")


def test_no_association_corrects_what_the_authority_has_written(work: Work) -> None:
    who = cast(work, province=HERE)
    person_id = who.person.person_id
    association = make_people.association(work)
    asked = people.Asked(TYPED, "换证")
    me = as_(work, who.person)
    open_one = people.ask_correction(me, person_id, association, asked)
    in_book(work, who)
    other = as_(work, who.approver)
    with pytest.raises(Refused, match=r"registration\.granted"):
        people.decide_correction(
            other, open_one, approved=True, comment="同意", association_id=association
        )
    people.decide_correction(
        other, open_one, approved=False, comment="请到窗口", association_id=association
    )
    with pytest.raises(Refused, match=r"registration\.granted"):
        people.ask_correction(me, person_id, association, asked)


def test_before_any_grant_a_person_writes_from_the_paper(work: Work) -> None:
    who = cast(work, province=HERE)
    people.save_registration(as_(work, who.person), who.person.person_id, TYPED)
    held = people_queries.registration(work.session, who.person.person_id)
    assert held.number == TYPED.number

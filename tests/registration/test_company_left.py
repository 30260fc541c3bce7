"""One company at a time: whoever left it takes no application through it."""

from __future__ import annotations

import pytest

from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.people import queries as people_queries
from lms.people import services as people
from lms.people.rules import EmployerFacts
from lms.policy.flow import StepName
from lms.policy.model import Application, Province
from lms.registration.queries.dossier_forms import particulars
from lms.registration.rules.dossier_forms import application
from tests.registration.walk import (
    NAME,
    OTHER_USCC,
    USCC,
    Way,
    as_,
    begin,
    cast,
    in_book,
    moved_on,
    step,
    studied,
)

HERE = Province.SICHUAN
CHANGE = Way(HERE, Application.CHANGE)


def test_a_draft_is_not_handed_to_a_company_that_was_left(work: Work) -> None:
    who = studied(work, HERE)
    card = begin(work, who, Way(HERE, Application.RENEWAL))
    moved_on(work, who)
    assert card.step.name is StepName.FILL
    with pytest.raises(Refused, match=r"application\.employer_left"):
        step(work, who, card)


def test_a_change_to_the_company_of_the_certificate_is_none(work: Work) -> None:
    who = cast(work, province=HERE)
    in_book(work, who)
    with pytest.raises(Refused, match=r"application\.same_employer"):
        begin(work, who, CHANGE)


def test_the_form_of_a_change_names_both_companies(work: Work) -> None:
    who = cast(work, province=HERE)
    in_book(work, who, employer="四川原来的建筑公司")
    sheet = application(particulars(work.session, begin(work, who, CHANGE)))
    said = [pair for table in sheet.tables for row in table.rows for pair in row]
    assert ("新聘用企业", NAME) in said
    assert ("原聘用企业", "四川原来的建筑公司") in said


def test_the_company_that_both_agreed_on_is_the_one_of_the_profile(work: Work) -> None:
    who = cast(work, province=HERE)
    person_id = who.person.person_id
    stated = people_queries.employer(work.session, person_id)
    assert stated is not None
    assert stated.name == NAME
    with pytest.raises(Refused, match=r"employer\.bound"):
        people.save_employer(
            as_(work, who.person), person_id, EmployerFacts(OTHER_USCC, "别的建筑公司")
        )


def test_who_writes_the_same_company_writes_it_by_its_own_name(work: Work) -> None:
    who = cast(work, province=HERE)
    person_id = who.person.person_id
    typed = EmployerFacts(USCC, "名字写错的建筑公司")
    people.save_employer(as_(work, who.person), person_id, typed)
    people.leave(as_(work, who.person), person_id, legal_day(work.now), "合同到期")
    stated = people_queries.employer(work.session, person_id)
    assert stated is not None
    assert stated.name == NAME


def test_who_joined_a_company_need_not_write_it_again(work: Work) -> None:
    who = cast(work, province=HERE)
    moved_on(work, who)
    person_id = who.person.person_id
    stated = people_queries.employer(work.session, person_id)
    assert stated is not None
    assert stated.uscc == OTHER_USCC
    missing = people_queries.completeness(work.session, person_id).missing
    assert "employer" not in missing

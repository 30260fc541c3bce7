"""Who may be seated at all: the company's own people, by their own word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lms.commerce.services import Assigned
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.learning import queries as learning
from lms.people import services as people_services
from tests.commerce.test_seats import assign, company
from tests.make import commerce as shop
from tests.make import companies
from tests.make import people as make_people
from tests.make import seats as make
from tests.make.companies import Company
from tests.make.seats import Staff

__all__ = ["company"]


def test_strangers_and_those_who_left_cannot_be_seated(
    work: Work, company: Company
) -> None:
    other = companies.proved(work)
    foreign, left = make.staff(work, other), make.staff(work, company)
    line = make.bought(work, company, shop.course(work), 2)
    day = legal_day(work.now) - timedelta(days=1)
    people_services.dismiss(company.acting(work), company.id, left.link, day, "离职了")

    assert assign(work, company, line, foreign, left) == Assigned(0)
    with pytest.raises(NotFound):
        assign(work, other, line, foreign)


def test_a_person_is_nobodys_before_their_word(work: Work, company: Company) -> None:
    made = make_people.person(work)
    link = companies.invited(work, company, made)
    line = make.bought(work, company, shop.course(work), 1)

    assert assign(work, company, line, Staff(made, link)) == Assigned(0)
    assert not learning.enrolments(work.session, PersonId(made.person_id))

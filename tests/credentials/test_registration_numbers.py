"""Whose registration number it is: the book says, and nobody else."""

from __future__ import annotations

from datetime import date

import pytest

from lms.credentials import queries
from lms.credentials.rules import Verdict
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.policy.model import Province, Specialty
from tests.make import credentials as make_people
from tests.make import registrations as make

TODAY = date(2026, 11, 21)


@pytest.fixture
def person(work: Work) -> PersonId:
    return make_people.constructor(work, extra=Specialty.MUNICIPAL, born="19850704")


@pytest.mark.parametrize(
    "typed", ["蒙2152015202100777", "渝2152015202100777", "渝215152100777"]
)
def test_a_number_that_the_book_has_for_another_is_not_issued(
    work: Work, person: PersonId, typed: str
) -> None:
    make.granted(work, person, number="蒙2152015202100777")
    thief = make_people.constructor(work, serial=2)

    with pytest.raises(Refused, match=r"registration\.number_taken"):
        make.granted(work, thief, number=typed, province=Province.CHONGQING)

    held = queries.public_register(work.session, "蒙2152015202100777", TODAY)
    assert [row.verdict for row in held.rows] == [Verdict.VALID]


def test_a_new_serial_skips_a_number_that_is_in_the_book(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person, number="蒙2152015202600001")
    new = make_people.constructor(work, serial=2)

    make.granted(work, new)

    held = queries.registered(work.session, new)
    assert held is not None
    assert held.facts.registration_no == "蒙2152015202600002"


def test_the_book_keeps_a_persons_number_whatever_is_said_later(
    work: Work, person: PersonId
) -> None:
    make.granted(work, person, number="蒙2152015202100777")
    make.granted(work, person, number="蒙2152015202100888")

    held = queries.registered(work.session, person)
    assert held is not None
    assert held.facts.registration_no == "蒙2152015202100777"

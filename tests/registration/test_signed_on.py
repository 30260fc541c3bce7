"""签名日期 on a certificate: the day on which its holder signed, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from lms.credentials import queries
from lms.credentials import services as credentials
from lms.credentials.rules import PrintedRegistration
from lms.kernel.ids import PersonId
from lms.kernel.work import Actor, Work
from lms.people import services as people
from lms.people.rules import PictureFacts, Section
from lms.people.services import Asked
from lms.policy.flow import Party, StepName
from lms.policy.model import Application, Province, Specialty
from lms.registration import services as desk
from lms.registration.rules.states import Act
from lms.registration.services import Doing
from tests.make import catalogue as make_catalogue
from tests.make import credentials as make_people
from tests.make import registrations as make
from tests.people.test_services import staff
from tests.registration.walk import PRESS, Way, as_, at, begin, step, studied

SIGNED = date(2026, 11, 21)
"""The day on which these people filled in their profile, and signed."""
MUNICIPAL = make.term(Specialty.MUNICIPAL, until=date(2027, 2, 10))


def shown(work: Work, person_id: PersonId) -> PrintedRegistration:
    held = queries.registered(work.session, person_id)
    assert held is not None
    return held.facts


def later(work: Work, days: int) -> Work:
    return at(work, work.now + timedelta(days=days))


def test_a_grant_prints_the_day_of_the_signature_and_not_of_the_decision(
    work: Work,
) -> None:
    who = studied(work, Province.SICHUAN)
    card = begin(work, who, Way(Province.SICHUAN, Application.RENEWAL))
    while card.step.name is not StepName.DECIDE:
        card = step(work, who, card)
    deciding = Doing(card.id, Act.GRANT, Party.APPROVER, None, "同意")
    desk.act(as_(later(work, 9), who.approver), deciding, printer=PRESS)

    facts = shown(work, who.person.person_id)
    assert facts.signed_on == SIGNED
    assert facts.issued_on == SIGNED + timedelta(days=9)


def test_a_signature_that_was_put_right_is_of_the_day_on_which_it_was_given(
    work: Work,
) -> None:
    made = make_people.constructor(work, born="19850704")
    house = make_catalogue.association(work, two_person=False)
    owner = replace(later(work, 2), actor=Actor(None, made))
    change = PictureFacts(Section.SIGNATURE)
    asked = Asked(change, "原来的签名看不清", picture=b"\x89PNG another")
    one = people.ask_correction(owner, made, house, asked)

    people.decide_correction(staff(later(work, 7)), one, True, "", association_id=house)
    make.granted(later(work, 12), made)

    assert shown(work, made).signed_on == SIGNED + timedelta(days=2)


def test_what_is_printed_again_carries_the_day_of_the_signature_that_it_shows(
    work: Work,
) -> None:
    made = make_people.constructor(work, extra=Specialty.MUNICIPAL, born="19850704")
    make.granted(work, made, make.term(), MUNICIPAL)
    again = later(work, 30)
    people.save_signature(again, made, b"\x89PNG another")

    credentials.keep_only(
        later(work, 33), made, [Specialty.BUILDING], printer=make.PLAIN
    )

    facts = shown(work, made)
    assert [term.specialty for term in facts.terms] == [Specialty.BUILDING]
    assert facts.signed_on == SIGNED + timedelta(days=30)


def test_the_same_signature_printed_again_keeps_its_day(work: Work) -> None:
    made = make_people.constructor(work, born="19850704")
    make.granted(work, made)

    again = make.facts(made, source="again")
    credentials.issue_registration(later(work, 40), again, printer=make.PLAIN)

    assert shown(work, made).signed_on == SIGNED


def test_a_signature_taken_in_after_the_day_of_issue_has_no_day(work: Work) -> None:
    made = make_people.constructor(work, born="19850704")
    asked = replace(make.facts(made), issued_on=SIGNED - timedelta(days=400))

    credentials.issue_registration(work, asked, printer=make.PLAIN)

    facts = shown(work, made)
    assert facts.signed
    assert facts.signed_on is None


def test_what_was_issued_stays_as_it_was(work: Work) -> None:
    made = make_people.constructor(work, born="19850704")
    first = make.granted(work, made)
    before = queries.open_registration_file(work.session, first)

    people.save_signature(later(work, 5), made, b"\x89PNG another")
    make.granted(later(work, 6), made)

    assert queries.open_registration_file(work.session, first) == before

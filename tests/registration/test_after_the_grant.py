"""What stands after the last step: dates, certificates, companies, and who was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.credentials.queries import registered, registration_versions
from lms.credentials.rules import RegistrationState
from lms.kernel.db import db
from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage
from lms.notify.queries import wording
from lms.people import queries as people_queries
from lms.people import services as people
from lms.people.rules import QualificationFacts, SpecialtyPeriod
from lms.policy.flow import Case, Need, Party, Path, StepName
from lms.policy.model import Application, Province, Specialty
from lms.registration import services as desk
from lms.registration.queries import applications
from lms.registration.rules.states import Act, Status
from lms.registration.services import Doing
from tests.make import credentials as make_credentials
from tests.registration.ground import learn
from tests.registration.walk import (
    NAME,
    NOTHING_TO_ADD,
    PRESS,
    Cast,
    Way,
    as_,
    at,
    begin,
    cast,
    last,
    moved_on,
    step,
    walk,
)


def studied(work: Work, province: Province) -> Cast:
    """Everyone, and a constructor whose study is whole."""
    who = cast(work, province=province)
    learn(work, who.person.person_id)
    make_credentials.certified(work, who.person.person_id)
    return who


def periods(work: Work, who: Cast) -> dict[Specialty, SpecialtyPeriod]:
    held = people.periods_of(work, who.person.person_id)
    return {each.specialty: each for each in held}


def changed(work: Work, who: Cast, province: Province) -> None:
    """Let somebody hold a certificate of this house, by a change."""
    walk(work, who, Way(province, Application.CHANGE))


def test_sichuan_a_renewal_supersedes_the_certificate_held(work: Work) -> None:
    who = studied(work, Province.SICHUAN)
    changed(work, who, Province.SICHUAN)
    old = registered(work.session, who.person.person_id)
    assert old is not None
    walk(work, who, Way(Province.SICHUAN, Application.RENEWAL))
    new, before = registration_versions(work.session, who.person.person_id)
    assert (before.id, before.state) == (old.id, RegistrationState.SUPERSEDED)
    assert new.state is RegistrationState.VALID
    assert new.facts.registration_no == old.facts.registration_no
    assert new.facts.terms[0].valid_until == date(2029, 11, 20)


@pytest.mark.parametrize("province", [Province.SICHUAN, Province.CHONGQING])
def test_a_cancellation_that_the_unit_confirms_voids_the_certificate_at_once(
    work: Work, province: Province
) -> None:
    who = studied(work, province)
    changed(work, who, province)
    assert registered(work.session, who.person.person_id) is not None
    card = begin(work, who, Way(province, Application.CANCELLATION))
    card = step(work, who, card)
    assert registered(work.session, who.person.person_id) is not None
    card = step(work, who, card)
    assert card.status is Status.GRANTED
    assert registered(work.session, who.person.person_id) is None
    assert periods(work, who) == {}


def test_a_change_names_the_new_company_and_keeps_the_dates(work: Work) -> None:
    who = studied(work, Province.SICHUAN)
    before = periods(work, who)
    changed(work, who, Province.SICHUAN)
    card = registered(work.session, who.person.person_id)
    assert card is not None
    assert card.facts.employer == NAME
    assert periods(work, who) == before


def test_sichuan_within_a_year_of_a_change_there_is_no_other(work: Work) -> None:
    who = studied(work, Province.SICHUAN)
    changed(work, who, Province.SICHUAN)
    who = moved_on(work, who)
    card = step(work, who, begin(work, who, Way(Province.SICHUAN, Application.CHANGE)))
    with pytest.raises(Refused) as refused:
        step(work, who, card)
    assert refused.value.code == "application.not_eligible"
    assert refused.value.reasons == ("change.within_a_year",)


@pytest.mark.parametrize("province", [Province.SICHUAN, Province.INNER_MONGOLIA])
def test_an_added_specialty_has_dates_of_its_own(
    work: Work, province: Province
) -> None:
    who = studied(work, province)
    paper = QualificationFacts(Specialty.HIGHWAY, "150203202500099", date(2025, 3, 1))
    people.save_qualification(work, who.person.person_id, paper)
    before = periods(work, who)[Specialty.BUILDING]
    way = Way(province, Application.ADD_SPECIALTY, specialties=(Specialty.HIGHWAY,))
    walk(work, who, way)
    held = periods(work, who)
    assert held[Specialty.BUILDING] == before
    assert held[Specialty.HIGHWAY].valid_from == date(2026, 11, 21)
    assert not held[Specialty.HIGHWAY].is_main


def test_chongqing_one_whom_no_camera_knows_is_looked_at_at_the_counter(
    work: Work,
) -> None:
    who = studied(work, Province.CHONGQING)
    card = begin(work, who, Way(Province.CHONGQING, Application.CANCELLATION))
    person = as_(work, who.person)
    desk.commit_to(person, card.id, Party.PERSON, "张建国", None)
    doing = Doing(card.id, Act.PASS, Party.PERSON, None)
    with pytest.raises(Refused, match="not_ready"):
        desk.act(person, doing, printer=PRESS)
    shown = Doing(card.id, Act.PROVE, Party.TELLER, None, facts={"method": "in_person"})
    desk.prove(as_(work, who.teller), shown, Need.IDENTITY)
    assert desk.act(person, doing, printer=PRESS).step.name is StepName.EMPLOYER


def test_what_was_proved_and_signed_is_asked_for_again_after_a_return(
    work: Work,
) -> None:
    who = studied(work, Province.CHONGQING)
    way = Way(Province.CHONGQING, Application.RENEWAL)
    card = step(work, who, begin(work, who, way))
    back = Doing(card.id, Act.RETURN, Party.EMPLOYER, None, "合同附件不清楚")
    card = desk.act(as_(work, who.agent), back, printer=PRESS)
    assert card.step.name is StepName.FILL
    assert card.met == frozenset()
    doing = Doing(card.id, Act.PASS, Party.PERSON, None)
    with pytest.raises(Refused) as refused:
        desk.act(as_(work, who.person), doing, printer=PRESS)
    assert {"need.identity", "need.person_commitment"} <= set(refused.value.reasons)


def test_guizhou_what_is_not_proved_on_site_is_not_accepted(work: Work) -> None:
    who = studied(work, Province.GUIZHOU)
    way = Way(
        Province.GUIZHOU,
        Application.RENEWAL,
        cases=frozenset({Case.INSURANCE_MISMATCH}),
        starter=Party.EMPLOYER,
    )
    card = step(work, who, begin(work, who, way))
    assert card.step.name is StepName.ON_SITE
    no = Doing(card.id, Act.DECLINE, Party.TELLER, None, "未提供原件，不属于六类情形")
    card = desk.act(as_(work, who.teller), no, printer=PRESS)
    assert card.status is Status.NOT_ACCEPTED
    assert card.closed_at is not None


def test_the_one_who_waits_is_told_of_each_step_in_both_languages(work: Work) -> None:
    who = studied(work, Province.SICHUAN)
    walk(work, who, Way(Province.SICHUAN, Application.RENEWAL))
    owed = work.session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.template == "application_moved",
            OutboxMessage.to_account == who.person.account_id,
        )
        .order_by(OutboxMessage.id)
    ).all()
    assert len(owed) >= 5
    for letter in owed:
        for locale in ("zh", "en"):
            said = wording(letter.template, dict(letter.facts), locale)
            assert said.subject.strip()
            assert str(letter.facts["number"]) in said.text
    ends = [dict(letter.facts)["status"] for letter in owed]
    assert ends.count("granted") == 1


def test_a_promise_moves_with_the_days_that_were_left(work: Work) -> None:
    who = studied(work, Province.CHONGQING)
    card = begin(work, who, Way(Province.CHONGQING, Application.RENEWAL))
    while card.step.name is not StepName.REVIEW:
        card = step(work, who, card)
    due = card.due_on
    assert due is not None
    told = Doing(card.id, Act.SUPPLEMENT, Party.TELLER, None, "合同缺页")
    desk.act(as_(work, who.teller), told, printer=PRESS)
    later = at(work, datetime(2026, 11, 28, 2, 0, tzinfo=UTC))
    answered = replace(NOTHING_TO_ADD, application_id=card.id)
    card = desk.act(as_(later, who.person), answered, printer=PRESS)
    assert card.due_on is not None
    assert card.due_on >= due + timedelta(days=7)


def test_personal_information_of_one_not_granted_stays_as_it_was(work: Work) -> None:
    who = studied(work, Province.SICHUAN)
    way = Way(Province.SICHUAN, Application.CHANGE, Path.PERSONAL_INFORMATION)
    card = step(work, who, begin(work, who, way))
    gone = Doing(card.id, Act.WITHDRAW, Party.PERSON, None)
    desk.act(as_(work, who.person), gone, printer=PRESS)
    assert people_queries.name(work.session, who.person.person_id) == "张建国"
    assert last(work, who.person.person_id).status is Status.WITHDRAWN
    assert applications.open_of_person(db.session(), who.person.person_id) is None

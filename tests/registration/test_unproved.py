"""A registration that nobody but its holder states becomes no certificate anywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lms.credentials.queries import registered
from lms.kernel.errors import Conflict, Refused
from lms.kernel.work import Work
from lms.people import queries as people_queries
from lms.people import services as people
from lms.people.models import Registration
from lms.people.rules import RegistrationFacts, SpecialtyPeriod
from lms.policy.flow import Case, Need, Party, Path, StepName
from lms.policy.model import Application, Province, Specialty
from lms.registration import services as desk
from lms.registration.models import ApplicationEvent
from lms.registration.queries.applications import ApplicationCard, application
from lms.registration.queries.provenance import Origin, Source, provenance
from lms.registration.rules.states import Act
from lms.registration.services import Doing, comparing
from tests.make import people as make_people
from tests.registration.walk import (
    OVER,
    PRESS,
    Cast,
    Way,
    as_,
    begin,
    cast,
    compare,
    found_in,
    in_book,
    step,
    studied,
    walk,
)

S = StepName
NM, SC, CQ = Province.INNER_MONGOLIA, Province.SICHUAN, Province.CHONGQING
LOST = frozenset({Case.CERTIFICATE_LOST})
PAPER = frozenset({Case.PAPER_HELD})
WAYS = {
    "lost": Way(NM, Application.LOST_REISSUE, cases=LOST),
    "renewed": Way(SC, Application.RENEWAL),
    "changed": Way(SC, Application.CHANGE),
    "exchanged": Way(CQ, Application.LOST_REISSUE, Path.PAPER_EXCHANGE, PAPER),
}


def to_the_desk(work: Work, who: Cast, way: Way) -> ApplicationCard:
    """Go as far as the applicants can; what the house does at once may end it."""
    card = begin(work, who, way)
    while card.closed_at is None and card.step.by not in {Party.TELLER, Party.APPROVER}:
        card = step(work, who, card)
    return card


def blind(work: Work, who: Cast, card: ApplicationCard) -> ApplicationCard:
    """Pass a step of the desk, and look at nothing."""
    there = replace(work, actor=who.actor(card.step.by, card.step.name))
    act = Act.GRANT if card.step.name is S.DECIDE else Act.PASS
    doing = Doing(card.id, act, card.step.by, None, "同意")
    return desk.act(there, doing, printer=PRESS)


def blindly(work: Work, who: Cast, way: Way) -> None:
    card = to_the_desk(work, who, way)
    while card.closed_at is None:
        card = blind(work, who, card)


@pytest.mark.parametrize("name", sorted(WAYS))
def test_no_way_prints_what_only_the_person_says(work: Work, name: str) -> None:
    way = WAYS[name]
    who = studied(work, way.province)
    with pytest.raises(Refused) as no:
        blindly(work, who, way)
    said = no.value.reasons or (no.value.code,)
    assert set(said) <= {"application.not_in_book", f"need.{Need.REGISTRATION}"}
    assert registered(work.session, who.person.person_id) is None


def test_what_is_whole_is_accepted_before_it_is_compared(work: Work) -> None:
    who = studied(work, SC)
    card = blind(work, who, to_the_desk(work, who, WAYS["renewed"]))
    assert card.step.name is S.REVIEW


def test_an_office_that_compared_may_grant(work: Work) -> None:
    who = studied(work, SC)
    assert S.DECIDE in walk(work, who, WAYS["renewed"])
    known = provenance(work.session, who.person.person_id)
    assert known is not None
    assert known.origin is Origin.BOOK


def test_a_comparison_holds_for_the_days_that_were_compared_alone(work: Work) -> None:
    who = studied(work, SC)
    person_id = who.person.person_id
    card = to_the_desk(work, who, WAYS["renewed"])
    compare(as_(work, who.teller), card, Party.TELLER)
    known = provenance(work.session, person_id)
    assert known is not None
    assert known.origin is Origin.OFFICE
    longer = SpecialtyPeriod(
        Specialty.BUILDING, date(2024, 3, 1), date(2029, 2, 28), is_main=True
    )
    row_of(work, person_id, known.number, longer)
    later = provenance(work.session, person_id)
    assert later is not None
    assert later.origin is Origin.TYPED


def row_of(work: Work, person_id: object, number: str, period: SpecialtyPeriod) -> None:
    people.write_granted(work, person_id, number, SC, (period,))  # type: ignore[arg-type]  # an id


def test_a_number_or_days_that_differ_from_the_source_are_not_confirmed(
    work: Work,
) -> None:
    who = studied(work, SC)
    card = to_the_desk(work, who, WAYS["renewed"])
    known = provenance(work.session, who.person.person_id)
    assert known is not None
    there = as_(work, who.teller)
    right = found_in(Source.PAPER, known, card.version)
    later = {one: date(2027, 3, 1) for one in right.ends}
    for wrong in (
        replace(right, number="川2512019202000999"),
        replace(right, days=False),
        replace(right, ends=later),
        replace(right, ends={}),
        replace(right, ends={**right.ends, Specialty.HIGHWAY: date(2027, 3, 1)}),
    ):
        with pytest.raises(Refused, match=r"registration\.differs"):
            comparing.compare(there, card.id, Party.TELLER, wrong)
    with pytest.raises(Conflict):
        comparing.compare(there, card.id, Party.TELLER, replace(right, seen=1))
    comparing.compare(there, card.id, Party.TELLER, right)
    note = application(work.session, card.id)
    assert note.version == card.version + 1
    facts = work.session.query(ApplicationEvent).filter_by(n=note.version).one().facts
    assert facts["how"] == "paper"


def test_anothers_number_is_refused_when_it_is_typed(work: Work) -> None:
    first, second = cast(work, province=SC), another(work)
    in_book(work, first)
    taken = people_queries.registration(work.session, first.person.person_id)
    days = SpecialtyPeriod(
        Specialty.BUILDING, date(2024, 3, 1), date(2027, 2, 28), is_main=True
    )
    facts = RegistrationFacts(taken.number, SC, (days,))
    with pytest.raises(Refused, match=r"registration\.number_taken"):
        comparing.save_registration(as_(work, second), second.person_id, facts)


def test_a_number_that_an_office_found_anothers_is_nobody_elses(work: Work) -> None:
    first = studied(work, SC)
    compare(
        as_(work, first.teller), to_the_desk(work, first, WAYS["renewed"]), Party.TELLER
    )
    second = another(work)
    known = provenance(work.session, second.person_id)
    assert known is not None
    assert known.anothers
    assert known.origin is Origin.TYPED
    days = SpecialtyPeriod(
        Specialty.BUILDING, date(2024, 3, 1), date(2027, 2, 28), is_main=True
    )
    with pytest.raises(Refused, match=r"registration\.number_taken"):
        comparing.save_registration(
            as_(work, second),
            second.person_id,
            RegistrationFacts(known.number, SC, (days,)),
        )
    mine = provenance(work.session, first.person.person_id)
    assert mine is not None
    assert mine.proved


def test_what_one_province_compared_is_not_proved_in_another(work: Work) -> None:
    who = studied(work, SC)
    person_id = who.person.person_id
    card = to_the_desk(work, who, WAYS["renewed"])
    compare(as_(work, who.teller), card, Party.TELLER)
    known = provenance(work.session, person_id)
    assert known is not None
    assert known.proved
    work.session.get_one(Registration, person_id).province = CQ
    moved = provenance(work.session, person_id)
    assert moved is not None
    assert moved.origin is Origin.TYPED


def another(work: Work) -> make_people.Made:
    return make_people.person(work, province=SC, id_number="150203198507040044")


def test_who_begins_anew_is_given_a_number_and_keeps_no_typed_one(work: Work) -> None:
    who = cast(work, province=SC, **OVER)
    person_id = who.person.person_id
    typed = people_queries.registration(work.session, person_id).number
    walk_blind(work, who)
    card = registered(work.session, person_id)
    assert card is not None
    assert card.facts.registration_no != typed


def walk_blind(work: Work, who: Cast) -> None:
    card = to_the_desk(work, who, Way(SC, Application.RE_REGISTRATION))
    while card.closed_at is None:
        by_desk = card.step.by in {Party.TELLER, Party.APPROVER}
        card = blind(work, who, card) if by_desk else step(work, who, card)

"""How an application must not end, and who has no say in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.work import HOUSE, Work
from lms.people import services as people
from lms.policy.flow import Case, Party, Path, StepName
from lms.policy.model import Application, Province
from lms.registration import services as desk
from lms.registration.queries import applications
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.states import Act, Status
from lms.registration.services import Doing
from lms.registration.services.book import locked
from tests.registration.walk import (
    NOTHING_TO_ADD,
    PRESS,
    Cast,
    Way,
    as_,
    at,
    begin,
    cast,
    step,
    studied,
)

PNG = b"\x89PNG likeness"


def to(work: Work, who: Cast, name: StepName, province: Province) -> ApplicationCard:
    """A renewal that has come to a step."""
    card = begin(work, who, Way(province, Application.RENEWAL))
    while card.step.name is not name:
        card = step(work, who, card)
    return card


def does(
    work: Work, who: Cast, card: ApplicationCard, act: Act, by: Party
) -> ApplicationCard:
    there = replace(work, actor=who.actor(by, card.step.name))
    doing = Doing(card.id, act, by, None, "缺页")
    if act is Act.ANSWER:
        doing = replace(NOTHING_TO_ADD, application_id=card.id, by=by)
    return desk.act(there, doing, printer=PRESS)


def leaves(work: Work, who: Cast) -> None:
    person = who.person.person_id
    people.leave(as_(work, who.person), person, legal_day(work.now), "合同到期")


def test_what_was_accepted_is_not_ended_by_a_teller_alone(work: Work) -> None:
    who = studied(work, Province.SICHUAN)
    card = to(work, who, StepName.REVIEW, Province.SICHUAN)
    does(work, who, card, Act.SUPPLEMENT, Party.TELLER)
    for days in (0, 40):
        later = at(work, work.now + timedelta(days=days))
        with pytest.raises(Refused, match=r"application\.accepted"):
            does(later, who, card, Act.DECLINE, Party.TELLER)


def test_beijings_district_does_not_turn_away_what_was_accepted(work: Work) -> None:
    who = studied(work, Province.BEIJING)
    card = begin(work, who, Way(Province.BEIJING, Application.CHANGE))
    while card.step.name is not StepName.PRELIMINARY:
        card = step(work, who, card)
    with pytest.raises(Refused, match=r"application\.accepted"):
        does(work, who, card, Act.DECLINE, Party.TELLER)


def test_who_was_asked_for_more_has_days_to_answer(work: Work) -> None:
    who = studied(work, Province.SICHUAN)
    card = to(work, who, StepName.ACCEPT, Province.SICHUAN)
    does(work, who, card, Act.SUPPLEMENT, Party.TELLER)
    soon = at(work, work.now + timedelta(days=2))
    with pytest.raises(Refused, match=r"application\.still_waiting"):
        does(soon, who, card, Act.DECLINE, Party.TELLER)
    late = at(work, work.now + timedelta(days=12))
    card = does(late, who, card, Act.DECLINE, Party.TELLER)
    assert card.status is Status.NOT_ACCEPTED


def test_an_accepted_one_that_nobody_answers_is_decided_on_what_is_there(
    work: Work,
) -> None:
    who = studied(work, Province.SICHUAN)
    card = to(work, who, StepName.REVIEW, Province.SICHUAN)
    does(work, who, card, Act.SUPPLEMENT, Party.TELLER)
    soon = at(work, work.now + timedelta(days=2))
    with pytest.raises(Refused, match=r"application\.still_waiting"):
        does(soon, who, card, Act.RESUME, Party.TELLER)
    late = at(work, work.now + timedelta(days=12))
    with pytest.raises(Refused, match=r"application\.not_yours"):
        does(late, who, card, Act.RESUME, Party.PERSON)

    card = does(late, who, card, Act.RESUME, Party.TELLER)

    assert card.status is Status.OPEN
    assert card.due_on is not None or card.due_not_before is not None
    card = does(late, who, card, Act.PASS, Party.TELLER)
    while card.step.name is not StepName.DECIDE:
        card = step(late, who, card)
    card = does(late, who, card, Act.REFUSE, Party.APPROVER)
    assert card.status is Status.REFUSED


def test_a_desk_does_not_resume_what_it_has_not_accepted(work: Work) -> None:
    who = studied(work, Province.SICHUAN)
    card = to(work, who, StepName.ACCEPT, Province.SICHUAN)
    does(work, who, card, Act.SUPPLEMENT, Party.TELLER)
    late = at(work, work.now + timedelta(days=12))
    with pytest.raises(Refused, match=r"application\.not_accepted"):
        does(late, who, card, Act.RESUME, Party.TELLER)


@pytest.mark.parametrize(
    "way",
    [
        Way(Province.GUIZHOU, Application.CANCELLATION, Path.FORCED),
        Way(Province.SICHUAN, Application.RENEWAL),
    ],
    ids=lambda way: way.path,
)
def test_the_other_side_does_not_answer_for_who_began_it(work: Work, way: Way) -> None:
    who = studied(work, way.province)
    card = begin(work, who, way)
    while card.step.name is not StepName.ACCEPT:
        card = step(work, who, card)
    does(work, who, card, Act.SUPPLEMENT, Party.TELLER)
    with pytest.raises(Refused, match=r"application\.not_yours"):
        does(work, who, card, Act.ANSWER, Party.EMPLOYER)
    card = does(work, who, card, Act.ANSWER, Party.PERSON)
    assert card.status is Status.OPEN


def test_a_company_does_not_see_into_what_is_begun_against_it(work: Work) -> None:
    who = cast(work, province=Province.GUIZHOU)
    way = Way(Province.GUIZHOU, Application.CANCELLATION, Path.FORCED)
    card = begin(work, who, way)
    assert not applications.open_to_employer(card)
    gone = Doing(card.id, Act.WITHDRAW, Party.PERSON, None)
    desk.act(as_(work, who.person), gone, printer=PRESS)
    own = begin(
        work,
        who,
        replace(
            way,
            path=Path.ABNORMAL,
            starter=Party.EMPLOYER,
            cases=frozenset({Case.NO_PROOF}),
        ),
    )
    assert applications.open_to_employer(own)


@pytest.mark.parametrize("name", [StepName.EMPLOYER, StepName.DECIDE])
def test_nothing_is_granted_with_a_company_that_was_left(
    work: Work, name: StepName
) -> None:
    who = studied(work, Province.SICHUAN)
    card = to(work, who, name, Province.SICHUAN)
    leaves(work, who)
    with pytest.raises(Refused, match=r"application\.employer_left"):
        step(work, who, card)


def test_a_cancellation_is_for_who_has_left(work: Work) -> None:
    who = cast(work, province=Province.SICHUAN)
    card = begin(work, who, Way(Province.SICHUAN, Application.CANCELLATION))
    card = step(work, who, card)
    leaves(work, who)
    assert step(work, who, card).status is Status.GRANTED


def test_a_supplement_that_nobody_answers_ends_by_itself(work: Work) -> None:
    who = studied(work, Province.BEIJING)
    card = begin(work, who, Way(Province.BEIJING, Application.CHANGE))
    filed = at(work, work.now + timedelta(days=20))
    while card.step.name is not StepName.ACCEPT:
        card = step(filed, who, card)
    does(filed, who, card, Act.SUPPLEMENT, Party.TELLER)
    for days, status in ((100, Status.SUPPLEMENT), (111, Status.LAPSED)):
        then = replace(at(work, work.now + timedelta(days=days)), actor=HOUSE)
        desk.look_at(then, card.id, printer=PRESS)
        desk.look_at(then, card.id, printer=PRESS)
        found = applications.application(work.session, card.id)
        assert found.status is status


def test_what_is_sent_back_is_a_draft_without_a_promise(work: Work) -> None:
    who = studied(work, Province.SICHUAN)
    card = to(work, who, StepName.EMPLOYER, Province.SICHUAN)
    row = locked(work, card.id, None)
    row.due_on = row.due_not_before = datetime(2026, 11, 25, tzinfo=UTC).date()
    card = does(work, who, card, Act.RETURN, Party.EMPLOYER)
    assert (card.due_on, card.due_not_before) == (None, None)


def test_the_signature_that_was_accepted_is_not_swapped(work: Work) -> None:
    who = studied(work, Province.SICHUAN)
    person = who.person.person_id
    card = to(work, who, StepName.ACCEPT, Province.SICHUAN)
    people.save_signature(as_(work, who.person), person, PNG)
    card = step(work, who, card)
    with pytest.raises(Refused, match=r"profile\.frozen"):
        people.save_signature(as_(work, who.person), person, PNG)
    does(work, who, card, Act.SUPPLEMENT, Party.TELLER)
    people.save_signature(as_(work, who.person), person, PNG)
    does(work, who, card, Act.ANSWER, Party.PERSON)
    with pytest.raises(Refused, match=r"profile\.frozen"):
        people.save_signature(as_(work, who.person), person, PNG)
    does(work, who, card, Act.WITHDRAW, Party.PERSON)
    people.save_signature(as_(work, who.person), person, PNG)

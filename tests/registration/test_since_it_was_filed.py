"""What happens while an application waits is seen when it is granted, or taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from lms.credentials import services as credentials
from lms.credentials.queries import registered
from lms.credentials.rules import RegistrationFacts as Printed
from lms.credentials.rules import Term
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.people import queries as people_queries
from lms.people import services as people
from lms.people.rules import QualificationFacts, SpecialtyPeriod
from lms.people.services.papers import write_qualification
from lms.people.services.persons import begun
from lms.policy.flow import Party, StepName
from lms.policy.model import Application, BarCause, Province, Specialty
from lms.registration import services as desk
from lms.registration.models import BarRow
from lms.registration.queries.applications import ApplicationCard
from lms.registration.queries.eligibility import deregistered_on
from lms.registration.queries.letters import letters
from lms.registration.queries.standings import ended
from lms.registration.rules.audits import Ground
from lms.registration.rules.letters import LetterKind
from lms.registration.rules.standings import EndCause
from lms.registration.rules.states import Act, Status
from lms.registration.services import Doing, revoking
from tests.registration.ground import messages
from tests.registration.test_audits import case, decided, drawn, granted, proposed
from tests.registration.test_revoking import ready, revoke
from tests.registration.walk import (
    NAME,
    OVER,
    PRESS,
    Cast,
    Way,
    as_,
    begin,
    in_book,
    last,
    step,
    studied,
    walk,
)

SC, CQ = Province.SICHUAN, Province.CHONGQING
RENEWAL = Way(SC, Application.RENEWAL)
MORE = Way(SC, Application.ADD_SPECIALTY, specialties=(Specialty.HIGHWAY,))
LATER = (
    SpecialtyPeriod(
        Specialty.BUILDING, date(2026, 11, 21), date(2029, 11, 20), is_main=True
    ),
)


def to_the_decision(work: Work, who: Cast, way: Way) -> ApplicationCard:
    card = begin(work, who, way)
    while card.step.name is not StepName.DECIDE:
        card = step(work, who, card)
    return card


def two(work: Work) -> Cast:
    """Somebody in the book, who has passed in a second specialty."""
    who = studied(work, SC)
    in_book(work, who)
    qualified(work, who)
    return who


def qualified(work: Work, who: Cast) -> None:
    paper = QualificationFacts(Specialty.HIGHWAY, "150203201899999", date(2025, 10, 1))
    write_qualification(work, begun(work, who.person.person_id), paper)


def barred(work: Work, person_id: PersonId, cause: BarCause) -> None:
    bar = BarRow(
        id=new_id(), person_id=person_id, cause=cause,
        decided_on=legal_day(work.now), document="某省决定", noted_at=work.now,
    )  # fmt: skip
    work.session.add(bar)
    work.session.flush()


@pytest.mark.parametrize("cause", list(BarCause))
def test_nobody_is_granted_what_they_were_barred_from_meanwhile(
    work: Work, cause: BarCause
) -> None:
    who = two(work)
    card = to_the_decision(work, who, RENEWAL)
    barred(work, who.person.person_id, cause)
    with pytest.raises(Refused, match=r"application\.not_eligible") as no:
        step(work, who, card)
    assert no.value.reasons == (f"bar.{cause}",)
    assert last(work, who.person.person_id).status is Status.OPEN


def test_a_renewal_is_not_granted_on_study_that_was_withdrawn(work: Work) -> None:
    who, certificate_id = ready(work)
    card = to_the_decision(work, who, RENEWAL)
    revoke(work, certificate_id)
    revoking.settle(work, who.person.person_id)

    with pytest.raises(Refused, match=r"application\.not_eligible") as no:
        step(work, who, card)
    assert set(no.value.reasons) == {"certificate.revoked", "hours.short"}
    refused = Doing(card.id, Act.REFUSE, Party.APPROVER, None, "合格证已撤销")
    done = desk.act(as_(work, who.approver), refused, printer=PRESS)
    assert done.status is Status.REFUSED


@pytest.mark.parametrize("what", ["barred", "left"])
def test_nor_does_a_public_notice_after_the_decision_carry_it_on(
    work: Work, what: str
) -> None:
    here = Province.BEIJING
    ends = date(2027, 1, 15)
    who = studied(work, here, valid_from=date(2024, 1, 16), valid_until=ends)
    in_book(work, who)
    card = begin(work, who, Way(here, Application.RENEWAL))
    while card.step.name is not StepName.NOTICE:
        card = step(work, who, card)
    person_id = who.person.person_id
    if what == "barred":
        barred(work, person_id, BarCause.FRAUD)
    else:
        day = legal_day(work.now)
        people.leave(as_(work, who.person), person_id, day, "合同到期")
    with pytest.raises(Refused, match=r"application\.(not_eligible|employer_left)"):
        step(work, who, card)
    refused = Doing(card.id, Act.REFUSE, Party.APPROVER, None, "不再符合条件")
    done = desk.act(as_(work, who.approver), refused, printer=PRESS)
    assert done.status is Status.REFUSED


def test_who_is_barred_may_still_cancel(work: Work) -> None:
    who = two(work)
    barred(work, who.person.person_id, BarCause.FRAUD)
    walk(work, who, Way(SC, Application.CANCELLATION))
    assert registered(work.session, who.person.person_id) is None


def test_no_specialty_is_added_to_a_registration_that_was_revoked_meanwhile(
    work: Work,
) -> None:
    who = two(work)
    person_id = who.person.person_id
    card = to_the_decision(work, who, MORE)
    people.write_granted(work, person_id, "", SC, ())
    credentials.void_registration(work, person_id, "audit:1", revoked=True)
    with pytest.raises(Refused, match=r"application\.not_registered"):
        step(work, who, card)
    assert registered(work.session, person_id) is None


def test_no_specialty_is_added_to_a_registration_that_has_run_out(work: Work) -> None:
    who = studied(work, SC, **OVER)
    qualified(work, who)
    with pytest.raises(Refused, match=r"application\.not_registered"):
        begin(work, who, MORE)


def elsewhere(work: Work, person_id: PersonId) -> str:
    """Let another province register somebody anew."""
    credentials.void_registration(work, person_id, "registration.cancelled")
    facts = Printed(
        person_id=person_id,
        province=CQ,
        terms=(Term(Specialty.BUILDING, date(2026, 11, 21), date(2029, 11, 20)),),
        employer=NAME,
        source="test:elsewhere",
        reason="application.re_registration",
        qualified_year=2018,
    )
    credentials.issue_registration(work, facts, printer=PRESS)
    card = registered(work.session, person_id)
    assert card is not None
    people.write_granted(work, person_id, card.facts.registration_no, CQ, LATER)
    return card.facts.registration_no


def revocation(work: Work, application_id: UUID) -> str:
    (made,) = (
        one.letter
        for one in letters(work.session, application_id)
        if one.kind is LetterKind.REVOCATION
    )
    return "".join(made.paragraphs)


def test_one_province_revokes_nothing_that_another_has_granted(work: Work) -> None:
    who = granted(work)
    person_id = who.person.person_id
    one = proposed(work, who)
    number = elsewhere(work, person_id)
    decided(work, who.approver, one, revoke=Ground.OTHER)
    card = registered(work.session, person_id)
    assert card is not None
    assert card.facts.registration_no == number
    assert people_queries.registration(work.session, person_id).province is CQ
    assert "不受本决定影响" in revocation(work, one.application_id)


def test_what_was_begun_anew_since_is_not_revoked_with_the_old(work: Work) -> None:
    who = granted(work)
    person_id = who.person.person_id
    one = proposed(work, who)
    later = replace(work, now=work.now.replace(hour=5))
    walk(later, who, Way(SC, Application.CANCELLATION))
    walk(later, who, Way(SC, Application.RE_REGISTRATION))
    decided(work, who.approver, case(work, one), revoke=Ground.OTHER)
    assert registered(work.session, person_id) is not None


def test_with_an_added_specialty_the_main_one_is_not_revoked(work: Work) -> None:
    who = two(work)
    person_id = who.person.person_id
    walk(work, who, MORE)
    one = proposed(work, who)
    decided(work, who.approver, one, revoke=Ground.OTHER)
    held = people_queries.registration(work.session, person_id).specialties
    assert [each.code for each in held] == [Specialty.BUILDING]
    card = registered(work.session, person_id)
    assert card is not None
    assert [term.specialty for term in card.facts.terms] == [Specialty.BUILDING]
    assert "其余专业的注册有效" in revocation(work, one.application_id)
    assert messages("audit_revoked") == 2


def test_the_house_remembers_the_day_on_which_it_revoked(work: Work) -> None:
    who = granted(work)
    person_id = who.person.person_id
    one = proposed(work, who)
    decided(work, who.approver, one, revoke=Ground.OTHER)
    over = [each for each in ended(work.session, person_id)
            if each.cause is EndCause.REVOKED]  # fmt: skip
    assert len(over) == 1
    assert deregistered_on(work.session, person_id) == over[0].ended_on


def test_a_draw_of_what_has_ended_still_asks(work: Work) -> None:
    who = granted(work)
    walk(work, who, Way(SC, Application.CANCELLATION))
    assert drawn(work, who).is_open

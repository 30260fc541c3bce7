"""The ways of Sichuan, Chongqing and Guizhou, walked from beginning to end."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from lms.credentials.queries import registered
from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.policy.flow import Case, Need, Party, Path, StepName
from lms.policy.model import Application, Province
from lms.registration import services as desk
from lms.registration.rules.states import Act, Status
from lms.registration.services import Doing
from tests.make import dossier as make_dossier
from tests.registration.walk import (
    NAME,
    OVER,
    PRESS,
    Way,
    as_,
    at,
    begin,
    cast,
    ends_on,
    in_book,
    last,
    step,
    studied,
    walk,
)

LONG_AGO = datetime(2022, 9, 1, 2, 0, tzinfo=UTC)
PAPER = frozenset({Case.PAPER_HELD})
S = StepName


def test_sichuan_renewal_runs_from_the_applicant_to_the_generated_certificate(
    work: Work,
) -> None:
    who = studied(work, Province.SICHUAN)
    walked = walk(work, who, Way(Province.SICHUAN, Application.RENEWAL))
    assert walked == [
        S.FILL,
        S.EMPLOYER,
        S.ACCEPT,
        S.REVIEW,
        S.DECIDE,
        S.CERTIFICATE,
    ]
    card = registered(work.session, who.person.person_id)
    assert card is not None
    assert ends_on(work, who.person.person_id) == date(2029, 11, 20)


def test_sichuan_re_registration_is_announced(work: Work) -> None:
    who = cast(work, province=Province.SICHUAN, **OVER)
    way = Way(Province.SICHUAN, Application.RE_REGISTRATION)
    assert S.ANNOUNCE in walk(work, who, way)


def test_sichuan_enterprise_name_is_settled_against_the_register(work: Work) -> None:
    who = cast(work, province=Province.SICHUAN)
    way = Way(
        Province.SICHUAN,
        Application.CHANGE,
        Path.ENTERPRISE_NAME,
        starter=Party.EMPLOYER,
        facts={"employer_name": NAME},
    )
    in_book(work, who)
    assert walk(work, who, way) == [S.FILL, S.COMPARE, S.CERTIFICATE]


def test_sichuan_enterprise_name_that_the_register_does_not_know_goes_back(
    work: Work,
) -> None:
    who = cast(work, province=Province.SICHUAN)
    way = Way(
        Province.SICHUAN,
        Application.CHANGE,
        Path.ENTERPRISE_NAME,
        starter=Party.EMPLOYER,
        facts={"employer_name": "别的公司"},
    )
    card = step(work, who, begin(work, who, way))
    assert card.step.name is S.FILL
    assert card.status is Status.OPEN


def test_sichuan_cancellation_is_settled_by_the_units_consent(work: Work) -> None:
    who = cast(work, province=Province.SICHUAN)
    way = Way(Province.SICHUAN, Application.CANCELLATION)
    assert walk(work, who, way) == [S.FILL, S.EMPLOYER]
    assert last(work, who.person.person_id).status is Status.GRANTED


def test_sichuan_paper_holders_get_a_new_certificate(work: Work) -> None:
    who = cast(work, province=Province.SICHUAN)
    way = Way(Province.SICHUAN, Application.LOST_REISSUE, cases=PAPER)
    before = ends_on(work, who.person.person_id)
    assert walk(work, who, way)[-1] is S.CERTIFICATE
    assert ends_on(work, who.person.person_id) == before


def test_chongqing_asks_who_it_is_and_accepts_after_the_comparison(work: Work) -> None:
    who = studied(work, Province.CHONGQING)
    card = begin(work, who, Way(Province.CHONGQING, Application.RENEWAL))
    person = as_(work, who.person)
    make_dossier.fill(person, card.id)
    desk.commit_to(person, card.id, Party.PERSON, "张建国", None)
    doing = Doing(card.id, Act.PASS, Party.PERSON, None)
    with pytest.raises(Refused) as refused:
        desk.act(person, doing, printer=PRESS)
    assert "need.identity" in str(refused.value.reasons)
    desk.prove(person, Doing(card.id, Act.PROVE, Party.PERSON, None), Need.IDENTITY)
    card = desk.act(person, doing, printer=PRESS)
    card = step(work, who, card)
    assert card.step.name is S.ACCEPT
    assert card.due_on == date(2026, 11, 24)
    card = step(at(work, datetime(2026, 11, 24, 2, 0, tzinfo=UTC)), who, card)
    assert card.due_on == date(2026, 12, 8)


def test_chongqing_cancellation_is_complete_when_the_employer_confirms(
    work: Work,
) -> None:
    who = cast(work, province=Province.CHONGQING)
    way = Way(Province.CHONGQING, Application.CANCELLATION)
    assert walk(work, who, way) == [S.FILL, S.EMPLOYER]


def test_chongqing_claims_an_electronic_certificate_for_a_paper_one(
    work: Work,
) -> None:
    who = cast(work, province=Province.CHONGQING)
    in_book(work, who)
    before = ends_on(work, who.person.person_id)
    way = Way(Province.CHONGQING, Application.LOST_REISSUE, Path.PAPER_EXCHANGE, PAPER)
    assert walk(work, who, way) == [S.FILL, S.CERTIFICATE]
    assert registered(work.session, who.person.person_id) is not None
    assert ends_on(work, who.person.person_id) == before


@pytest.mark.parametrize("mismatch", [False, True])
def test_guizhou_the_employer_files_and_the_person_confirms_by_a_scan(
    work: Work, mismatch: bool
) -> None:
    who = studied(work, Province.GUIZHOU)
    cases = frozenset({Case.INSURANCE_MISMATCH}) if mismatch else frozenset[Case]()
    way = Way(
        Province.GUIZHOU, Application.RENEWAL, cases=cases, starter=Party.EMPLOYER
    )
    walked = walk(work, who, way)
    on_site = [S.ON_SITE] if mismatch else []
    assert walked == [
        S.FILL,
        S.COMPARE,
        *on_site,
        S.CONFIRM,
        S.ACCEPT,
        S.REVIEW,
        S.DECIDE,
        S.ANNOUNCE,
        S.CERTIFICATE,
    ]


def test_guizhou_knows_no_change_of_employer(work: Work) -> None:
    who = cast(work, province=Province.GUIZHOU)
    with pytest.raises(Refused, match="no_such_way"):
        begin(work, who, Way(Province.GUIZHOU, Application.CHANGE))


def test_guizhou_cancellation_is_complete_when_the_person_confirms(work: Work) -> None:
    who = cast(work, province=Province.GUIZHOU)
    way = Way(Province.GUIZHOU, Application.CANCELLATION, starter=Party.EMPLOYER)
    assert walk(work, who, way) == [S.FILL, S.CONFIRM]


@pytest.mark.parametrize("starter", [Party.PERSON, Party.EMPLOYER])
def test_guizhou_the_other_side_forces_a_cancellation(
    work: Work, starter: Party
) -> None:
    who = cast(work, province=Province.GUIZHOU)
    way = Way(Province.GUIZHOU, Application.CANCELLATION, Path.FORCED, starter=starter)
    assert walk(work, who, way) == [S.FILL, S.ACCEPT, S.DECIDE]


def test_guizhou_without_proof_the_person_is_listed_as_abnormal(work: Work) -> None:
    who = cast(work, province=Province.GUIZHOU)
    way = Way(
        Province.GUIZHOU,
        Application.CANCELLATION,
        Path.ABNORMAL,
        frozenset({Case.NO_PROOF}),
        Party.EMPLOYER,
    )
    before = ends_on(work, who.person.person_id)
    assert walk(work, who, way) == [S.FILL, S.ACCEPT, S.DECIDE, S.ANNOUNCE]
    assert ends_on(work, who.person.person_id) == before


def test_sichuan_gives_no_new_paper_to_who_holds_none(work: Work) -> None:
    who = cast(work, province=Province.SICHUAN)
    with pytest.raises(Refused, match="case_needed"):
        begin(work, who, Way(Province.SICHUAN, Application.LOST_REISSUE))


def test_guizhou_takes_nothing_between_its_two_systems(work: Work) -> None:
    who = cast(work, province=Province.GUIZHOU)
    then = at(work, datetime(2023, 7, 25, 2, 0, tzinfo=UTC))
    with pytest.raises(Refused, match="closed_days"):
        begin(then, who, Way(Province.GUIZHOU, Application.CANCELLATION))

"""The six documents' ways, each walked from beginning to end."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from lms.credentials import services as credentials
from lms.credentials.queries import practice, registered
from lms.credentials.rules import PracticeAct, PracticeItem
from lms.credentials.services import PracticeEvent
from lms.kernel.errors import Refused
from lms.kernel.work import Work
from lms.policy.flow import Case, MaterialKind, Need, Party, Path, StepName
from lms.policy.model import Application, Province
from lms.registration import services as desk
from lms.registration.queries import applications
from lms.registration.rules.states import Act, Status
from lms.registration.services import Doing
from tests.make import credentials as make_credentials
from tests.make import dossier as make_dossier
from tests.registration.ground import learn
from tests.registration.walk import (
    NAME,
    PRESS,
    Cast,
    Way,
    as_,
    at,
    begin,
    cast,
    ends_on,
    last,
    step,
    walk,
)

LONG_AGO = datetime(2022, 9, 1, 2, 0, tzinfo=UTC)
PAPER = frozenset({Case.PAPER_HELD})
S = StepName


def studied(work: Work, province: Province, **over: Any) -> Cast:
    """Everyone, and a constructor whose study is whole."""
    who = cast(work, province=province, **over)
    learn(work, who.person.person_id)
    make_credentials.certified(work, who.person.person_id)
    return who


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
    who = studied(work, Province.SICHUAN)
    way = Way(
        Province.SICHUAN,
        Application.RE_REGISTRATION,
        facts={"deregistered_on": "2026-01-05"},
    )
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


def test_jinan_renews_with_papers_and_publishes_the_result(work: Work) -> None:
    who = studied(work, Province.SHANDONG)
    walked = walk(work, who, Way(Province.SHANDONG, Application.RENEWAL))
    assert walked[-3:] == [S.DECIDE, S.ANNOUNCE, S.CERTIFICATE]


def test_jinan_changes_of_ones_facts_are_looked_at_before_and_in_person(
    work: Work,
) -> None:
    who = cast(work, province=Province.SHANDONG)
    way = Way(
        Province.SHANDONG,
        Application.CHANGE,
        Path.PERSONAL_INFORMATION,
        frozenset({Case.REGISTERED}),
    )
    card = begin(work, who, way)
    person = as_(work, who.person)
    make_dossier.fill(person, card.id)
    desk.commit_to(person, card.id, Party.PERSON, "张建国", None)
    doing = Doing(card.id, Act.PASS, Party.PERSON, None)
    card = desk.act(person, doing, printer=PRESS)
    assert card.step.name is S.PRELIMINARY
    card = step(work, who, card)
    assert card.step.name is S.IN_PERSON
    same = as_(work, who.teller)
    again = Doing(card.id, Act.PASS, Party.TELLER, None)
    with pytest.raises(Refused, match="second_person"):
        desk.act(same, again, printer=PRESS)
    card = step(work, who, card)
    assert card.status is Status.GRANTED


@pytest.mark.parametrize("path", [Path.ORDINARY, Path.SEAL_LOST, Path.DAMAGED])
def test_jinan_issues_again_what_was_lost(work: Work, path: Path) -> None:
    who = cast(work, province=Province.SHANDONG)
    way = Way(Province.SHANDONG, Application.LOST_REISSUE, path)
    assert S.DECIDE in walk(work, who, way)


def seals(work: Work, who: Cast) -> list[PracticeAct]:
    lines = practice(work.session, who.person.person_id, PracticeItem.SEAL)
    return [line.act for line in lines]


def sealed(work: Work, who: Cast) -> None:
    """Give the holder a certificate of this house, and a seal."""
    paper = Way(Province.SHANDONG, Application.LOST_REISSUE, Path.DAMAGED)
    walk(work, who, paper)
    made = PracticeEvent(PracticeItem.SEAL, PracticeAct.MADE, date(2026, 11, 1))
    credentials.record_practice(work, who.person.person_id, made)


def test_jinan_makes_a_lost_seal_again_and_leaves_the_certificate(work: Work) -> None:
    who = cast(work, province=Province.SHANDONG)
    sealed(work, who)
    before = registered(work.session, who.person.person_id)
    walk(work, who, Way(Province.SHANDONG, Application.LOST_REISSUE, Path.SEAL_LOST))
    assert seals(work, who) == [PracticeAct.MADE, PracticeAct.LOST, PracticeAct.MADE]
    assert registered(work.session, who.person.person_id) == before


def test_a_cancellation_voids_the_seal(work: Work) -> None:
    who = cast(work, province=Province.SHANDONG)
    sealed(work, who)
    walk(work, who, Way(Province.SHANDONG, Application.CANCELLATION))
    assert seals(work, who) == [PracticeAct.VOIDED, PracticeAct.MADE]
    assert registered(work.session, who.person.person_id) is None


def test_jinan_takes_an_application_in_at_the_counter(work: Work) -> None:
    who = cast(work, province=Province.SHANDONG)
    way = Way(Province.SHANDONG, Application.CANCELLATION, starter=Party.TELLER)
    card = begin(work, who, way)
    assert card.started_by is Party.TELLER
    teller = as_(work, who.teller)
    make_dossier.fill(teller, card.id, Party.TELLER)
    paper = Doing(card.id, Act.PROVE, Party.TELLER, None, facts={"how": "on_paper"})
    desk.prove(teller, paper, Need.PERSON_COMMITMENT)
    doing = Doing(card.id, Act.PASS, Party.TELLER, None)
    assert desk.act(teller, doing, printer=PRESS).step.name is S.EMPLOYER


def test_inner_mongolia_renews_on_two_commitments(work: Work) -> None:
    who = studied(work, Province.INNER_MONGOLIA)
    walk(work, who, Way(Province.INNER_MONGOLIA, Application.RENEWAL))
    card = last(work, who.person.person_id)
    said = applications.commitments(work.session, card.id)
    assert [each.party for each in said] == [Party.PERSON, Party.EMPLOYER]
    assert all("书面承诺" in each.words for each in said)
    assert MaterialKind.STUDY not in {m.kind for m in card.flow.materials}


def test_inner_mongolia_supplies_a_signature_through_the_employer(work: Work) -> None:
    then = at(work, LONG_AGO)
    who = cast(
        then,
        province=Province.INNER_MONGOLIA,
        valid_from=date(2021, 3, 1),
        valid_until=date(2024, 2, 29),
    )
    way = Way(
        Province.INNER_MONGOLIA,
        Application.LOST_REISSUE,
        Path.SIGNATURE_SUPPLEMENT,
        starter=Party.EMPLOYER,
    )
    assert walk(then, who, way) == [S.FILL, S.CONFIRM, S.CERTIFICATE]
    with pytest.raises(Refused, match="no_such_way"):
        begin(work, who, way)


def test_inner_mongolia_renewed_once_what_had_run_out(work: Work) -> None:
    then = at(work, LONG_AGO)
    who = cast(
        then,
        province=Province.INNER_MONGOLIA,
        valid_from=date(2019, 6, 1),
        valid_until=date(2022, 5, 31),
    )
    earned = datetime(2021, 5, 1, tzinfo=UTC)
    learn(then, who.person.person_id, at=earned)
    make_credentials.certified(then, who.person.person_id)
    late = Way(Province.INNER_MONGOLIA, Application.RENEWAL)
    way = Way(
        Province.INNER_MONGOLIA,
        Application.RENEWAL,
        Path.ONE_OFF,
        frozenset({Case.EXPIRED}),
    )
    card = step(then, who, begin(then, who, late))
    with pytest.raises(Refused) as refused:
        step(then, who, card)
    assert "window.expired" in refused.value.reasons
    person = as_(then, who.person)
    withdrawn = Doing(card.id, Act.WITHDRAW, Party.PERSON, None)
    desk.act(person, withdrawn, printer=PRESS)
    assert walk(then, who, way)[-1] is S.CERTIFICATE
    assert ends_on(then, who.person.person_id) == date(2025, 8, 31)


def test_inner_mongolia_cancels_within_ten_working_days(work: Work) -> None:
    who = cast(work, province=Province.INNER_MONGOLIA)
    card = begin(work, who, Way(Province.INNER_MONGOLIA, Application.CANCELLATION))
    card = step(work, who, step(work, who, card))
    assert card.step.name is S.ACCEPT
    card = step(work, who, card)
    assert card.due_on == date(2026, 12, 4)


@pytest.mark.parametrize("starter", [Party.PERSON, Party.EMPLOYER])
def test_inner_mongolia_cancels_in_writing_with_a_notice_and_no_limit(
    work: Work, starter: Party
) -> None:
    who = cast(work, province=Province.INNER_MONGOLIA)
    way = Way(
        Province.INNER_MONGOLIA,
        Application.CANCELLATION,
        Path.WRITTEN,
        frozenset({Case.DISMISSED}),
        starter,
    )
    card = begin(work, who, way)
    due = []
    while card.closed_at is None:
        card = step(work, who, card)
        due.append(card.due_on)
    assert due == [None] * 5


def test_beijing_takes_effect_with_the_announcement(work: Work) -> None:
    who = studied(work, Province.BEIJING)
    walked = walk(work, who, Way(Province.BEIJING, Application.CHANGE))
    assert walked.index(S.NOTICE) < walked.index(S.ANNOUNCE) < len(walked) - 1


@pytest.mark.parametrize(
    ("application", "open_"),
    [
        (Application.CHANGE, False),
        (Application.ADD_SPECIALTY, False),
        (Application.CANCELLATION, True),
    ],
)
def test_beijing_takes_only_cancellation_in_the_last_thirty_days(
    work: Work, application: Application, open_: bool
) -> None:
    who = cast(work, province=Province.BEIJING, valid_until=date(2026, 12, 20))
    way = Way(Province.BEIJING, application)
    if open_:
        assert begin(work, who, way).step.name is S.FILL
        return
    with pytest.raises(Refused, match="shut_near_end"):
        begin(work, who, way)


def test_sichuan_gives_no_new_paper_to_who_holds_none(work: Work) -> None:
    who = cast(work, province=Province.SICHUAN)
    with pytest.raises(Refused, match="case_needed"):
        begin(work, who, Way(Province.SICHUAN, Application.LOST_REISSUE))


def test_guizhou_takes_nothing_between_its_two_systems(work: Work) -> None:
    who = cast(work, province=Province.GUIZHOU)
    then = at(work, datetime(2023, 7, 25, 2, 0, tzinfo=UTC))
    with pytest.raises(Refused, match="closed_days"):
        begin(then, who, Way(Province.GUIZHOU, Application.CANCELLATION))

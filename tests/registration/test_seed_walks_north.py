"""The ways of Jinan, Inner Mongolia and Beijing, walked from beginning to end."""

from __future__ import annotations

from datetime import UTC, date, datetime

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
    PRESS,
    Cast,
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


def test_jinan_asks_a_renamed_unit_for_its_own_papers(work: Work) -> None:
    who = cast(work, province=Province.SHANDONG)
    way = Way(Province.SHANDONG, Application.CHANGE, Path.ENTERPRISE_NAME)
    card = step(work, who, begin(work, who, way))
    agent = as_(work, who.agent)
    desk.commit_to(agent, card.id, Party.EMPLOYER, "王经办", None)
    doing = Doing(card.id, Act.PASS, Party.EMPLOYER, None)
    with pytest.raises(Refused) as refused:
        desk.act(agent, doing, printer=PRESS)
    assert "dossier.missing" in str(refused.value.reasons)
    assert step(work, who, card).step.name is S.ACCEPT


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
    in_book(then, who)
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

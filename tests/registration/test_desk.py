"""What an office does with an application, and who may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import HOUSE, Actor, Work, unit_of_work
from lms.people import queries as people
from lms.policy.flow import Need, Party, StepName
from lms.policy.model import Application, Province, Specialty
from lms.registration import services as core
from lms.registration.queries import applications, letters, offices
from lms.registration.queries import desk as desks
from lms.registration.queries.applications import ApplicationCard
from lms.registration.queries.desk import Desk
from lms.registration.rules.desk import Bucket
from lms.registration.rules.letters import LetterKind
from lms.registration.rules.states import Act, FlagKind, Status
from lms.registration.services import desk as services
from lms.registration.services import offices as halls
from lms.registration.services.desk import Deed
from tests.conftest import HandClock
from tests.make import credentials as make_credentials
from tests.races import tried
from tests.registration.ground import learn
from tests.registration.walk import (
    OVER,
    PRESS,
    Cast,
    Way,
    begin,
    cast,
    in_book,
    step,
)


def hall(work: Work, code: str, role: str) -> Desk:
    """An office as a teller or an approver sits in it."""
    halls.open_directory(work)
    found = offices.office_coded(work.session, code)
    return desks.desk_of(work.session, found.id, [role], legal_day(work.now))


def arrived(
    work: Work,
    province: Province = Province.SICHUAN,
    kind: Application = Application.RENEWAL,
    **over: object,
) -> tuple[Cast, ApplicationCard]:
    """An application that has reached the desk."""
    again = kind is Application.RE_REGISTRATION
    who = cast(work, province=province, **(OVER if again else {}))
    learn(work, who.person.person_id)
    make_credentials.certified(work, who.person.person_id)
    if not again:
        in_book(work, who)
    card = begin(work, who, Way(province, kind))
    while card.step.name is not StepName.ACCEPT:
        card = step(work, who, card)
    return who, card


def sits(work: Work, made: object) -> Work:
    person: PersonId = made.person_id  # type: ignore[attr-defined]  # any maker's person
    account = made.account_id  # type: ignore[attr-defined]  # any maker's person
    return replace(work, actor=Actor(account, person))


def do(
    work: Work,
    place: Desk,
    card: ApplicationCard,
    what: Act,
    *more: str,
    reason: str = "",
) -> ApplicationCard:
    deed = Deed(what, card.version, reason, tuple(more))
    return services.do(work, place, card.id, deed, printer=PRESS)


def papers(work: Work, card: ApplicationCard) -> list[LetterKind]:
    return [one.kind for one in letters.letters(work.session, card.id)]


def test_the_centre_accepts_reviews_and_the_department_grants(work: Work) -> None:
    who, card = arrived(work)
    centre = hall(work, "SC-ZX", "teller")
    department = hall(work, "SC-JST", "approver")
    teller, approver = sits(work, who.teller), sits(work, who.approver)

    card = do(teller, centre, card, Act.PASS)
    card = do(teller, centre, card, Act.PASS)
    with pytest.raises(Refused, match=r"desk\.not_here"):
        do(teller, centre, card, Act.PASS)
    card = do(approver, department, card, Act.GRANT)

    assert card.status is Status.GRANTED
    assert papers(work, card) == [LetterKind.ACCEPTANCE, LetterKind.GRANT]


def test_the_acceptance_names_the_promised_day_and_the_office(work: Work) -> None:
    who, card = arrived(work)
    centre = hall(work, "SC-ZX", "teller")

    card = do(sits(work, who.teller), centre, card, Act.PASS)

    (paper,) = letters.letters(work.session, card.id)
    assert card.due_on is not None
    day = f"{card.due_on.year}年{card.due_on.month}月{card.due_on.day}日"
    assert day in "".join(paper.letter.paragraphs)
    assert paper.letter.signed == "四川省建设岗位培训与执业资格注册中心"


def test_another_provinces_office_finds_nothing(work: Work) -> None:
    who, card = arrived(work)
    elsewhere = hall(work, "NM-JST", "teller")

    for one in (card.id, uuid4()):
        with pytest.raises(NotFound, match=r"application\.unknown"):
            desks.opened(work.session, elsewhere, one)
    with pytest.raises(NotFound, match=r"application\.unknown"):
        do(sits(work, who.teller), elsewhere, card, Act.PASS)
    assert not desks.queue(work.session, elsewhere)


def test_a_draft_is_on_nobodys_desk(work: Work) -> None:
    who = cast(work, province=Province.SICHUAN)
    card = begin(work, who, Way(Province.SICHUAN, Application.CANCELLATION))
    centre = hall(work, "SC-ZX", "teller")

    with pytest.raises(NotFound):
        desks.opened(work.session, centre, card.id)


def test_two_clerks_at_once_one_acts_and_the_other_is_told(work: Work) -> None:
    who, card = arrived(work)
    centre = hall(work, "SC-ZX", "teller")
    do(sits(work, who.teller), centre, card, Act.PASS)

    with pytest.raises(Conflict, match=r"application\.moved_on"):
        do(sits(work, who.second), centre, card, Act.DECLINE, reason="材料不符")

    assert papers(work, card) == [LetterKind.ACCEPTANCE]


def test_nobody_handles_their_own_application(work: Work) -> None:
    who, card = arrived(work)
    centre = hall(work, "SC-ZX", "teller")

    with pytest.raises(Refused, match=r"desk\.own"):
        do(sits(work, who.person), centre, card, Act.PASS)


def test_whoever_accepted_does_not_decide(work: Work) -> None:
    who, card = arrived(work, Province.INNER_MONGOLIA)
    both = hall(work, "NM-JST", "teller")
    deciding = hall(work, "NM-JST", "approver")
    teller = sits(work, who.teller)
    card = do(teller, both, card, Act.PASS)
    card = do(teller, both, card, Act.PASS)

    with pytest.raises(Refused, match=r"application\.second_person"):
        do(teller, deciding, card, Act.GRANT)


def test_deficiencies_are_told_once_in_one_list_and_the_clock_stops(
    work: Work,
) -> None:
    who, card = arrived(work)
    centre = hall(work, "SC-ZX", "teller")
    teller = sits(work, who.teller)
    with pytest.raises(Refused, match=r"desk\.no_items"):
        do(teller, centre, card, Act.SUPPLEMENT, reason="材料不齐")

    card = do(teller, centre, card, Act.SUPPLEMENT, "合同不足一年", "缺身份证反面")

    assert card.status is Status.SUPPLEMENT
    (paper,) = letters.letters(work.session, card.id)
    assert paper.letter.items == ("合同不足一年", "缺身份证反面")
    (line,) = desks.queue(work.session, centre)
    assert line.bucket is Bucket.WAITING
    assert line.left == card.left


def test_a_refusal_to_accept_gives_reason_and_appeal(work: Work) -> None:
    who, card = arrived(work)
    centre = hall(work, "SC-ZX", "teller")
    teller = sits(work, who.teller)
    with pytest.raises(Refused, match=r"application\.reason_missing"):
        do(teller, centre, card, Act.DECLINE)

    card = do(teller, centre, card, Act.DECLINE, reason="不属于本省受理范围")

    assert card.status is Status.NOT_ACCEPTED
    (paper,) = letters.letters(work.session, card.id)
    told = "".join((*paper.letter.paragraphs, *paper.letter.after))
    assert "不属于本省受理范围" in told
    assert "四川省人民政府申请行政复议" in told
    assert "行政诉讼" in told


def test_an_extension_is_ten_working_days_with_notice_and_once(work: Work) -> None:
    who, card = arrived(work, Province.INNER_MONGOLIA)
    place, deciding = (hall(work, "NM-JST", one) for one in ("teller", "approver"))
    for _ in range(2):
        card = do(sits(work, who.teller), place, card, Act.PASS)
    before, approver = card.due_on, sits(work, who.approver)

    card = do(approver, deciding, card, Act.EXTEND, reason="需外省核实")

    assert before == date(2026, 12, 18)
    # The tenth working day lies past the published calendar: it is not guessed.
    assert card.due_on is None
    assert card.due_not_before == date(2027, 1, 1)
    (*_, paper) = letters.letters(work.session, card.id)
    assert "不早于此日" in "".join(paper.letter.paragraphs)
    assert papers(work, card)[-1] is LetterKind.EXTENSION
    with pytest.raises(Refused, match=r"application\.no_extension"):
        do(approver, deciding, card, Act.EXTEND, reason="再延")


def test_a_look_is_on_the_persons_record_and_ends_with_the_application(
    work: Work,
) -> None:
    who, card = arrived(work)
    centre = hall(work, "SC-ZX", "teller")
    teller = sits(work, who.teller)

    services.look(teller, centre, card.id)

    looks = people.looks(work.session, who.person.person_id)
    assert any(card.number in one.reason for one in looks)
    do(teller, centre, card, Act.DECLINE, reason="不属于本省受理范围")
    with pytest.raises(Refused, match=r"application\.ended"):
        services.look(teller, centre, card.id)


def test_a_flag_is_settled_by_a_person_and_does_nothing_by_itself(work: Work) -> None:
    who, card = arrived(work)
    centre = hall(work, "SC-ZX", "teller")
    late = replace(work, now=work.now + timedelta(days=20))
    core.look_at(late, card.id, printer=PRESS)
    flags = applications.flags(work.session, [card.id], open_only=True)
    deemed = next(f for f in flags if f.kind is FlagKind.DEEMED_ACCEPTANCE)
    assert applications.application(work.session, card.id).accepted_on is None

    later = replace(sits(late, who.teller))
    place = replace(centre, today=legal_day(later.now))
    card = services.settle_flag(
        later, place, deemed.id, "确认视为受理", upheld=True, printer=PRESS
    )

    assert card.accepted_on is not None
    assert papers(work, card) == [LetterKind.ACCEPTANCE]


def test_a_teller_notes_an_identity_that_was_shown_at_the_counter(work: Work) -> None:
    who = cast(work, province=Province.CHONGQING)
    learn(work, who.person.person_id)
    asked = core.Asked(
        who.person.person_id,
        Province.CHONGQING,
        Application.RENEWAL,
        specialties=(Specialty.BUILDING,),
        employer_id=who.employer_id,
    )
    place = hall(work, "CQ-JW", "teller")
    teller = sits(work, who.teller)
    one = core.open_application(teller, asked, Party.TELLER)

    card = services.note_proof(
        teller, place, one, Need.IDENTITY, seen=1, reason="身份证原件，本人到场"
    )

    assert Need.IDENTITY.value in card.met
    (event,) = [
        e for e in applications.history(work.session, one) if e.act is Act.PROVE
    ]
    assert event.office_id == place.office.id


def test_of_two_clerks_in_the_same_instant_exactly_one_acts(
    app: Flask, clock: HandClock
) -> None:
    with unit_of_work(HOUSE, clock=clock) as work:
        who, card = arrived(work)
        centre = hall(work, "SC-ZX", "teller")
    deed = Deed(Act.PASS, card.version)

    def accept() -> str:
        actor = Actor(who.teller.account_id, who.teller.person_id)
        with unit_of_work(actor, clock=clock) as mine:
            services.do(mine, centre, card.id, deed, printer=PRESS)
        return "done"

    got = tried(app, [accept] * 4)

    assert got.count("done") == 1
    assert [type(one) for one in got if one != "done"] == [Conflict] * 3
    assert papers_of(card.id) == [LetterKind.ACCEPTANCE]


def papers_of(application_id: UUID) -> list[LetterKind]:
    db.session.rollback()
    return [one.kind for one in letters.letters(db.session(), application_id)]

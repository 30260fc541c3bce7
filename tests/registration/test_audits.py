"""What was granted is checked: drawn, asked for, found, and revoked by two."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from lms.credentials.queries import registered
from lms.evidence import queries as book
from lms.kernel.clock import legal_day, start_of
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.people import queries as people_queries
from lms.people import services as people
from lms.people.models import Look
from lms.people.queries import Shelf
from lms.people.rules import ArchiveKind, Period, Side
from lms.people.services import Kept
from lms.people.services.persons import begun
from lms.policy.model import Application, BarCause, Province
from lms.registration.models import ApplicationRow, AuditCase, BarRow
from lms.registration.queries import audits as queries
from lms.registration.queries import offices
from lms.registration.queries.audits import CaseCard
from lms.registration.rules.audits import AuditState, Finding, Ground, how_many
from lms.registration.rules.states import Status
from lms.registration.services import audits
from lms.registration.services import offices as halls
from lms.registration.services.audits import Answer, Draw, Giver
from tests.make import people as make_people
from tests.registration.ground import messages
from tests.registration.walk import PRESS, Cast, Way, as_, studied, walk

HERE = Province.SICHUAN
PERIOD = Period(date(2026, 11, 21), date(2029, 11, 20))


def granted(work: Work) -> Cast:
    """Somebody whose renewal was granted."""
    who = studied(work, HERE)
    walk(work, who, Way(HERE, Application.RENEWAL))
    return who


def more(work: Work, count: int) -> None:
    """Add grants of other people, as rows."""
    model = work.session.scalars(select(ApplicationRow)).first()
    assert model is not None
    columns = [one.key for one in ApplicationRow.__table__.columns]
    facts = {name: getattr(model, name) for name in columns}
    for n in range(count):
        made = make_people.account(work, name=f"某人{n}")
        begun(work, made.person_id)
        own = {"id": new_id(), "number": f"T-{n}", "person_id": made.person_id}
        work.session.add(ApplicationRow(**(facts | own | {"employer_id": None})))
    work.session.flush()


def wanted(work: Work, share: int = 100, days: int = 10) -> Draw:
    today = legal_day(work.now)
    due = today + timedelta(days=days)
    return Draw(HERE, new_id(), today - timedelta(days=89), today, share, due)


def drawn(work: Work, who: Cast) -> CaseCard:
    audits.draw(as_(work, who.second), wanted(work))
    return queries.of_person(work.session, who.person.person_id)[0]


def case(work: Work, one: CaseCard) -> CaseCard:
    return queries.case(work.session, [HERE], one.id)


def keep(work: Work, shelf: Shelf) -> UUID:
    body = str(shelf).encode()
    sent = hashlib.sha256(body).digest()
    kept = Kept(ArchiveKind.PENSION, "养老保险缴费证明", "application/pdf", body, sent)
    return people.keep_file(work, shelf, PERIOD, kept)


def give(work: Work, one: CaseCard, side: Side, owner: UUID) -> int:
    """Hand over what is kept of the period, and say that there is no more."""
    giver = Giver(side, owner)
    return audits.hand_over(work, one.id, giver, PERIOD, "网络学习，没有录音录像")


def link(work: Work, who: Cast) -> UUID:
    """The bond of the person with the company."""
    return people_queries.links_of(work.session, who.employer_id)[0].id


def own_shelf(who: Cast) -> Shelf:
    return Shelf(Side.PERSON, who.person.person_id)


def proposed(work: Work, who: Cast) -> CaseCard:
    one = drawn(work, who)
    late = replace(as_(work, who.teller), now=work.now + timedelta(days=11))
    audits.find(late, one.id, Finding.REVOKE, "证明是伪造的")
    return case(work, one)


def decided(
    work: Work, made: make_people.Made, one: CaseCard, *, revoke: Ground | None
) -> None:
    """Let somebody of the department decide, once the person could be heard."""
    halls.open_directory(work)
    here = offices.office_coded(work.session, "SC-JST").id
    due = case(work, one).due_on
    then = replace(as_(work, made), now=start_of(due + timedelta(days=1)))
    said = Answer(here, "情况属实，予以办理", revoke)
    audits.decide(then, one.id, said, printer=PRESS)


def holds(work: Work, who: Cast) -> bool:
    return f"person:{who.person.person_id}" in book.held(work.session)


def test_a_share_of_the_grants_is_drawn_and_none_twice_while_it_is_open(
    work: Work,
) -> None:
    who = granted(work)
    more(work, 9)
    first, taken = audits.draw(as_(work, who.approver), wanted(work, 30))
    assert taken == how_many(10, 30) == 3
    _second, rest = audits.draw(as_(work, who.approver), wanted(work))
    assert rest == 7
    with pytest.raises(Refused, match=r"audit\.nothing_granted"):
        audits.draw(as_(work, who.approver), wanted(work))
    cases = work.session.scalars(select(AuditCase.application_id)).all()
    assert len(set(cases)) == len(cases) == 10
    (line,) = book.lines(work.session, f"audit:{first}")
    assert len(json.loads(line.facts)["taken"]) == 3


def test_chance_and_nobody_chooses_which(work: Work) -> None:
    who = granted(work)
    more(work, 19)
    seen = set()
    for _time in range(12):
        with work.session.begin_nested() as back:
            one, _taken = audits.draw(as_(work, who.approver), wanted(work, 5))
            drew = select(AuditCase.application_id).where(AuditCase.draw_id == one)
            seen.add(work.session.scalar(drew))
            back.rollback()
    assert len(seen) > 1


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"due_on": date(2026, 11, 25)}, "audit.too_soon"),
        ({"until": date(2026, 11, 22)}, "audit.future"),
        ({"until": date(2026, 8, 1), "since": date(2026, 8, 2)}, "audit.span"),
        ({"share": 0}, "audit.share"),
        ({"share": 101}, "audit.share"),
    ],
)
def test_a_draw_that_makes_no_sense_says_why(
    work: Work, over: dict[str, date | int], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        audits.draw(work, replace(wanted(work), **over))  # type: ignore[arg-type]  # facts of several types
    assert refused.value.reasons == (code,)


def test_both_are_asked_and_the_papers_stay_until_the_check_ends(work: Work) -> None:
    who = granted(work)
    kept = keep(as_(work, who.person), own_shelf(who))
    one = drawn(work, who)
    assert messages("audit_asked") == 2
    with pytest.raises(Refused, match=r"archive\.held"):
        people.drop_file(as_(work, who.person), own_shelf(who), kept)
    give(as_(work, who.person), one, Side.PERSON, who.person.person_id)
    shelf = Shelf(Side.EMPLOYER, who.person.person_id, who.employer_id, link(work, who))
    keep(as_(work, who.agent), shelf)
    give(as_(work, who.agent), one, Side.EMPLOYER, who.employer_id)
    audits.find(as_(work, who.teller), one.id, Finding.SOUND, "材料齐全真实")
    assert not holds(work, who)
    assert messages("audit_sound") == 2
    people.drop_file(as_(work, who.person), own_shelf(who), kept)


def test_each_side_hands_over_its_own_and_nobody_anothers(work: Work) -> None:
    who = granted(work)
    one = drawn(work, who)
    mine = as_(work, who.person)
    with pytest.raises(Refused, match=r"archive\.empty"):
        give(mine, one, Side.PERSON, who.person.person_id)
    kept = keep(mine, own_shelf(who))
    for side, owner in (
        (Side.PERSON, who.agent.person_id),
        (Side.EMPLOYER, new_id()),
        (Side.EMPLOYER, who.person.person_id),
    ):
        with pytest.raises(NotFound, match=r"audit\.unknown"):
            give(mine, one, side, owner)
    assert give(mine, one, Side.PERSON, who.person.person_id) == 1
    links = people_queries.links_of(work.session, who.employer_id)
    shelf = Shelf(Side.EMPLOYER, who.person.person_id, who.employer_id, links[0].id)
    theirs = keep(as_(work, who.agent), shelf)
    give(as_(work, who.agent), one, Side.EMPLOYER, who.employer_id)
    card = case(work, one)
    assert [each.id for each in queries.handed(work.session, card, Side.PERSON)] == [
        kept
    ]
    assert [one for one, _sum in card.employer_handed] == [str(theirs)]


def test_only_what_was_handed_over_is_opened_and_the_look_is_noted(work: Work) -> None:
    who = granted(work)
    mine = as_(work, who.person)
    kept = keep(mine, own_shelf(who))
    one = drawn(work, who)
    teller = as_(work, who.teller)
    with pytest.raises(NotFound, match=r"archive\.unknown"):
        audits.look(teller, case(work, one), kept)
    give(mine, one, Side.PERSON, who.person.person_id)
    assert audits.look(teller, case(work, one), kept).card.id == kept
    look = work.session.scalars(select(Look).order_by(Look.seq.desc())).first()
    assert look is not None
    assert (look.account_id, look.what) == (who.teller.account_id, "archive")
    assert one.number in look.reason


def test_another_provinces_check_does_not_exist(work: Work) -> None:
    one = drawn(work, granted(work))
    with pytest.raises(NotFound, match=r"audit\.unknown"):
        queries.case(work.session, [Province.BEIJING], one.id)


def test_what_is_to_be_mended_is_asked_for_again_by_a_day(work: Work) -> None:
    who = granted(work)
    mine = as_(work, who.person)
    keep(mine, own_shelf(who))
    one = drawn(work, who)
    give(mine, one, Side.PERSON, who.person.person_id)
    teller, day = as_(work, who.teller), legal_day(work.now)
    for due in (None, day + timedelta(days=4)):
        with pytest.raises(Refused, match=r"audit\.too_soon"):
            audits.find(teller, one.id, Finding.TO_MEND, "缺到岗履职证明", due)
    due = day + timedelta(days=15)
    audits.find(teller, one.id, Finding.TO_MEND, "缺到岗履职证明", due)
    card = case(work, one)
    assert (card.state, card.due_on) == (AuditState.TO_MEND, due)
    assert card.asked_again(Side.PERSON)
    assert not card.late(due)
    assert card.late(due + timedelta(days=1))
    assert holds(work, who)
    assert messages("audit_asked") == 4
    later = replace(mine, now=work.now + timedelta(days=1))
    give(later, one, Side.PERSON, who.person.person_id)
    assert not case(work, one).asked_again(Side.PERSON)


def test_nothing_is_found_without_words_nor_about_oneself(work: Work) -> None:
    who = granted(work)
    one = drawn(work, who)
    with pytest.raises(Refused, match=r"audit\.no_words"):
        audits.find(as_(work, who.teller), one.id, Finding.SOUND, "  好 ")
    with pytest.raises(Refused, match=r"desk\.own"):
        audits.find(as_(work, who.person), one.id, Finding.SOUND, "材料齐全真实")


def test_nothing_handed_over_is_not_sound_while_it_may_still_come(work: Work) -> None:
    who = granted(work)
    one = drawn(work, who)
    keep(as_(work, who.person), own_shelf(who))
    give(as_(work, who.person), one, Side.PERSON, who.person.person_id)
    words = "在柜台看过全部原件，资料齐全真实"
    for day in (0, 10):
        on = replace(as_(work, who.teller), now=work.now + timedelta(days=day))
        with pytest.raises(Refused, match=r"audit\.sound_early"):
            audits.find(on, one.id, Finding.SOUND, words)
    assert case(work, one).state is AuditState.ASKED
    assert holds(work, who)


def test_after_the_last_day_what_was_seen_elsewhere_is_said_in_words(
    work: Work,
) -> None:
    who = granted(work)
    one = drawn(work, who)
    late = replace(as_(work, who.teller), now=work.now + timedelta(days=11))
    with pytest.raises(Refused, match=r"audit\.sound_unseen"):
        audits.find(late, one.id, Finding.SOUND, "资料齐全真实")
    audits.find(late, one.id, Finding.SOUND, "在柜台看过全部原件，资料齐全真实")
    assert case(work, one).state is AuditState.SOUND


def test_who_proposed_to_revoke_does_not_decide(work: Work) -> None:
    who = granted(work)
    one = proposed(work, who)
    with pytest.raises(Refused, match="second_person"):
        decided(work, who.teller, one, revoke=Ground.FRAUD)
    assert case(work, one).state is AuditState.PROPOSED
    with pytest.raises(Refused, match=r"audit\.not_now"):
        audits.find(as_(work, who.second), one.id, Finding.SOUND, "材料齐全真实")


def test_a_revocation_ends_all_of_it_at_once_and_tells_both(work: Work) -> None:
    who = granted(work)
    person_id = who.person.person_id
    assert registered(work.session, person_id) is not None
    one = proposed(work, who)
    decided(work, who.approver, one, revoke=Ground.FRAUD)
    assert case(work, one).state is AuditState.REVOKED
    assert registered(work.session, person_id) is None
    with pytest.raises(NotFound):
        people_queries.registration(work.session, person_id)
    (bar,) = work.session.scalars(select(BarRow).where(BarRow.person_id == person_id))
    assert bar.cause is BarCause.FRAUD
    assert messages("audit_revoked") == 2
    assert not holds(work, who)
    with pytest.raises(Refused, match=r"audit\.not_now"):
        decided(work, who.approver, one, revoke=Ground.FRAUD)
    with pytest.raises(Refused, match=r"audit\.nothing_granted"):
        drawn(work, who)


def test_what_is_not_revoked_stands_and_is_let_go(work: Work) -> None:
    who = granted(work)
    one = proposed(work, who)
    decided(work, who.approver, one, revoke=None)
    assert case(work, one).state is AuditState.SOUND
    assert registered(work.session, who.person.person_id) is not None
    assert messages("audit_sound") == 2
    assert not holds(work, who)
    row = work.session.get_one(ApplicationRow, one.application_id)
    assert row.status is Status.GRANTED


@pytest.mark.parametrize(
    ("days", "share"), [(1, 5), (6, 5), (7, 51), (89, 100), (7, 5)]
)
def test_nobody_draws_so_narrowly_that_they_choose_whom(
    work: Work, days: int, share: int
) -> None:
    who = granted(work)
    today = legal_day(work.now)
    since = today - timedelta(days=days - 1)
    if (days, share) != (7, 5):
        more(work, 19)
    asked = replace(wanted(work, share), since=since)
    with pytest.raises(Refused, match=r"audit\.narrow"):
        audits.draw(as_(work, who.approver), asked)


def test_an_office_draws_among_the_companies_of_its_area(work: Work) -> None:
    who = granted(work)
    asked = wanted(work)
    with pytest.raises(Refused, match=r"audit\.nothing_granted"):
        audits.draw(as_(work, who.approver), replace(asked, region="3701"))
    assert audits.draw(as_(work, who.approver), replace(asked, region="1502"))[1] == 1


def test_nobody_proposes_to_revoke_while_papers_may_still_come(work: Work) -> None:
    who = granted(work)
    one = drawn(work, who)
    teller, mine = as_(work, who.teller), as_(work, who.person)
    with pytest.raises(Refused, match=r"audit\.early"):
        audits.find(teller, one.id, Finding.REVOKE, "证明是伪造的")
    keep(mine, own_shelf(who))
    give(mine, one, Side.PERSON, who.person.person_id)
    with pytest.raises(Refused, match=r"audit\.early"):
        audits.find(teller, one.id, Finding.REVOKE, "证明是伪造的")
    links = people_queries.links_of(work.session, who.employer_id)
    shelf = Shelf(Side.EMPLOYER, who.person.person_id, who.employer_id, links[0].id)
    keep(as_(work, who.agent), shelf)
    give(as_(work, who.agent), one, Side.EMPLOYER, who.employer_id)
    audits.find(teller, one.id, Finding.REVOKE, "证明是伪造的")
    assert case(work, one).state is AuditState.PROPOSED


def test_who_drew_does_not_decide(work: Work) -> None:
    who = granted(work)
    one = proposed(work, who)
    with pytest.raises(Refused, match="second_person"):
        decided(work, who.second, one, revoke=Ground.FRAUD)
    assert case(work, one).state is AuditState.PROPOSED

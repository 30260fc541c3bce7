"""What is handed over of which period, what is said to be missing, and being heard."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text

from lms.kernel.errors import NotFound, Refused
from lms.kernel.work import Work
from lms.people import queries as people_queries
from lms.people import services as people
from lms.people.queries import Shelf
from lms.people.rules import ArchiveKind, Period, Side
from lms.people.services import Kept
from lms.registration.models import AuditDelivery
from lms.registration.queries import audit_papers as papers
from lms.registration.queries import periods
from lms.registration.queries.audits import CaseCard
from lms.registration.rules.audits import (
    LONGEST_STATEMENT,
    MOST_ATTACHED,
    AuditState,
    Finding,
)
from lms.registration.services import audits
from lms.registration.services.audits import Giver
from tests.registration.test_audits import case, drawn, granted, own_shelf, proposed
from tests.registration.walk import Cast, as_

OLD = Period(date(2024, 3, 1), date(2027, 2, 28))
NEW = Period(date(2026, 11, 21), date(2029, 11, 20))
NO_SOUND = "全部网络学习，没有录音录像"


def paper(kind: ArchiveKind, body: str = "") -> Kept:
    raw = f"{kind} {body}".encode()
    sent = hashlib.sha256(raw).digest()
    return Kept(kind, f"资料 {kind.value}", "application/pdf", raw, sent)


def put(work: Work, shelf: Shelf, period: Period, *kinds: ArchiveKind) -> list[UUID]:
    return [
        people.keep_file(work, shelf, period, paper(kind, period.key)) for kind in kinds
    ]


def mine(who: Cast) -> Giver:
    return Giver(Side.PERSON, who.person.person_id)


def theirs(who: Cast) -> Giver:
    return Giver(Side.EMPLOYER, who.employer_id)


def link(work: Work, who: Cast) -> UUID:
    return people_queries.links_of(work.session, who.employer_id)[0].id


def given(work: Work, one: CaseCard) -> list[papers.DeliveryCard]:
    return list(papers.deliveries(work.session, case(work, one)))


def test_a_renewal_is_checked_by_the_papers_of_the_period_before(work: Work) -> None:
    who = granted(work)
    one = drawn(work, who)
    known = papers.periods(work.session, one, Side.PERSON)
    assert known == (NEW, OLD)
    assert papers.wanted(work.session, one, known) == OLD
    assert periods.periods(work.session, who.person.person_id) == (NEW, OLD)


def test_of_several_periods_the_chosen_one_alone_is_handed_over(work: Work) -> None:
    who = granted(work)
    me = as_(work, who.person)
    (old,) = put(me, own_shelf(who), OLD, ArchiveKind.PENSION)
    (new,) = put(me, own_shelf(who), NEW, ArchiveKind.PENSION)
    one = drawn(work, who)

    assert audits.hand_over(me, one.id, mine(who), OLD, NO_SOUND) == 1
    assert [name for name, _sum in case(work, one).person_handed] == [str(old)]
    with pytest.raises(NotFound, match=r"archive\.unknown"):
        audits.look(as_(work, who.approver), case(work, one), new)

    audits.hand_over(me, one.id, mine(who), NEW, NO_SOUND)
    listed = [name for name, _sum in case(work, one).person_handed]
    assert listed == [str(old), str(new)]
    assert [each.period for each in given(work, one)] == [OLD, NEW]


def test_what_is_missing_is_named_and_the_reason_is_owed(work: Work) -> None:
    who = granted(work)
    me = as_(work, who.person)
    put(me, own_shelf(who), OLD, ArchiveKind.PENSION, ArchiveKind.TRAINING)
    one = drawn(work, who)
    for why in ("", "  无 ", "长" * 401):
        with pytest.raises(Refused, match=r"audit\.why_missing") as no:
            audits.hand_over(me, one.id, mine(who), OLD, why)
        assert no.value.reasons == ("audio", "video", "duty")
    assert not case(work, one).person_handed

    audits.hand_over(me, one.id, mine(who), OLD, f" {NO_SOUND} ")
    (last,) = given(work, one)
    assert [each.value for each in last.missing] == ["audio", "video", "duty"]
    assert last.words == NO_SOUND


def test_what_is_whole_needs_no_reason_and_keeps_none(work: Work) -> None:
    who = granted(work)
    me = as_(work, who.person)
    kinds = [one for one in ArchiveKind if one.value in {"pension", "duty"}]
    put(me, own_shelf(who), OLD, *kinds)
    for kind in (ArchiveKind.AUDIO, ArchiveKind.VIDEO):
        sound = replace(paper(kind), media="video/mp4")
        people.keep_file(me, own_shelf(who), OLD, sound)
    one = drawn(work, who)
    # The certificate of training is this house's own: nobody uploads it.
    stock = papers.stock(work.session, one, Side.PERSON, OLD)
    assert (stock.issued, stock.missing) == (True, ())
    audits.hand_over(me, one.id, mine(who), OLD, "多余的理由")
    (last,) = given(work, one)
    assert (last.missing, last.words) == ((), "")


def test_words_lie_sealed_and_the_book_is_never_changed(work: Work) -> None:
    who = granted(work)
    me = as_(work, who.person)
    put(me, own_shelf(who), OLD, ArchiveKind.PENSION)
    one = drawn(work, who)
    audits.hand_over(me, one.id, mine(who), OLD, NO_SOUND)
    row = work.session.scalars(select(AuditDelivery)).one()
    assert row.words is not None
    assert "网络".encode() not in row.words
    change = text("UPDATE audit_deliveries SET missing = '[]'")
    with pytest.raises(Exception, match="append-only"), work.session.begin_nested():
        work.session.execute(change)


def test_both_are_heard_in_words_and_papers_until_it_is_decided(work: Work) -> None:
    who = granted(work)
    one = proposed(work, who)
    me, company = as_(work, who.person), as_(work, who.agent)
    said = [
        paper(ArchiveKind.STATEMENT, "考勤表"),
        paper(ArchiveKind.STATEMENT, "证言"),
    ]
    audits.speak(me, one.id, mine(who), "我每天都在工地。", said)
    audits.speak(company, one.id, theirs(who), "单位证明属实。")

    first, second = given(work, one)
    assert (first.side, len(first.files), first.period) == (Side.PERSON, 2, None)
    assert (second.side, second.words) == (Side.EMPLOYER, "单位证明属实。")
    approver = as_(work, who.approver)
    for file_id in first.files:
        opened = audits.look(approver, case(work, one), UUID(file_id))
        assert opened.card.kind is ArchiveKind.STATEMENT
    # Who has only spoken has handed no papers over.
    assert case(work, one).person_handed_at is None


def test_a_company_is_heard_about_one_who_has_left(work: Work) -> None:
    who = granted(work)
    one = proposed(work, who)
    company = as_(work, who.agent)
    day = date(2026, 11, 21)
    people.dismiss(company, who.employer_id, link(work, who), day, "合同到期")
    audits.speak(
        company,
        one.id,
        theirs(who),
        "在职期间情况属实。",
        [paper(ArchiveKind.STATEMENT)],
    )
    (last,) = given(work, one)
    assert len(last.files) == 1


@pytest.mark.parametrize(
    ("words", "papers_sent", "code"),
    [
        ("短", 0, r"audit\.statement"),
        ("长" * (LONGEST_STATEMENT + 1), 0, r"audit\.statement"),
        ("请看附件。", MOST_ATTACHED + 1, r"audit\.many_attached"),
    ],
)
def test_a_statement_has_words_and_bounds(
    work: Work, words: str, papers_sent: int, code: str
) -> None:
    who = granted(work)
    one = proposed(work, who)
    sent = [paper(ArchiveKind.STATEMENT, str(n)) for n in range(papers_sent)]
    with pytest.raises(Refused, match=code):
        audits.speak(as_(work, who.person), one.id, mine(who), words, sent)


def test_nothing_else_slips_in_with_a_statement(work: Work) -> None:
    who = granted(work)
    one = proposed(work, who)
    with pytest.raises(Refused, match=r"archive\.invalid"):
        audits.speak(
            as_(work, who.person), one.id, mine(who), "请看附件。",
            [paper(ArchiveKind.DUTY)],
        )  # fmt: skip


def test_nobody_speaks_or_hands_over_for_another_or_after_the_end(work: Work) -> None:
    who = granted(work)
    put(as_(work, who.person), own_shelf(who), OLD, ArchiveKind.PENSION)
    one = drawn(work, who)
    stranger = Giver(Side.PERSON, who.agent.person_id)
    with pytest.raises(NotFound, match=r"audit\.unknown"):
        audits.speak(as_(work, who.agent), one.id, stranger, "我来说明。")
    late = replace(as_(work, who.teller), now=work.now + timedelta(days=40))
    audits.find(late, one.id, Finding.SOUND, "在柜台看过全部原件，材料齐全真实")
    with pytest.raises(Refused, match=r"audit\.not_now"):
        audits.speak(as_(work, who.person), one.id, mine(who), "我来说明。")
    with pytest.raises(Refused, match=r"audit\.not_now"):
        audits.hand_over(as_(work, who.person), one.id, mine(who), OLD, NO_SOUND)


def test_what_ended_well_is_opened_by_no_desk_any_more(work: Work) -> None:
    who = granted(work)
    me = as_(work, who.person)
    (kept,) = put(me, own_shelf(who), OLD, ArchiveKind.PENSION)
    one = drawn(work, who)
    audits.hand_over(me, one.id, mine(who), OLD, NO_SOUND)
    audits.look(as_(work, who.teller), case(work, one), kept)
    late = replace(as_(work, who.teller), now=work.now + timedelta(days=40))
    audits.find(late, one.id, Finding.SOUND, "在柜台看过全部原件，材料齐全真实")
    with pytest.raises(Refused, match=r"audit\.not_now"):
        audits.look(as_(work, who.teller), case(work, one), kept)


def test_nobody_opens_the_papers_of_their_own_check(work: Work) -> None:
    who = granted(work)
    company = as_(work, who.agent)
    shelf = Shelf(Side.EMPLOYER, who.person.person_id, who.employer_id, link(work, who))
    (kept,) = put(company, shelf, OLD, ArchiveKind.DUTY)
    one = drawn(work, who)
    audits.hand_over(company, one.id, theirs(who), OLD, NO_SOUND)
    with pytest.raises(Refused, match=r"desk\.own"):
        audits.look(as_(work, who.person), case(work, one), kept)


def test_the_words_go_with_the_key_of_who_is_forgotten(work: Work) -> None:
    who = granted(work)
    one = proposed(work, who)
    audits.speak(as_(work, who.person), one.id, mine(who), "我每天都在工地。")
    late = replace(as_(work, who.approver), now=work.now + timedelta(days=40))
    stands = audits.Answer(one.office_id, "证据不足，不予撤销")
    audits.decide(late, one.id, stands, printer=None)  # type: ignore[arg-type]  # nothing is printed
    people.erase(work, who.person.person_id)
    (last,) = given(work, one)
    assert last.words == ""
    assert case(work, one).state is AuditState.SOUND


def test_who_acts_for_the_company_finds_and_opens_nothing_of_its_people(
    work: Work,
) -> None:
    who = granted(work)
    me, agent = as_(work, who.person), as_(work, who.agent)
    (kept,) = put(me, own_shelf(who), OLD, ArchiveKind.PENSION)
    one = drawn(work, who)
    audits.hand_over(me, one.id, mine(who), OLD, NO_SOUND)
    with pytest.raises(Refused, match=r"desk\.own_company"):
        audits.look(agent, case(work, one), kept)
    with pytest.raises(Refused, match=r"desk\.own_company"):
        audits.find(agent, one.id, Finding.SOUND, "材料齐全真实")

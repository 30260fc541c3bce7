"""A supplement brings something new, or says in writing why it cannot."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.kernel.db import db
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.notify import queries as notify
from lms.notify.models import OutboxMessage
from lms.people import queries as people_queries
from lms.people import services as people
from lms.people.rules import PaperKind
from lms.policy.flow import MaterialKind, Party, Path, StepName
from lms.policy.model import Application, Province
from lms.policy.workdays import Due
from lms.registration import services as desk
from lms.registration.queries import applications, letters
from lms.registration.queries import dossier as queries
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.dossier import Given
from lms.registration.rules.letters import LetterKind, Matter, letter
from lms.registration.rules.states import Act, Status
from lms.registration.rules.supplements import Held, digest
from lms.registration.services import Doing
from lms.registration.services import dossier as dossiers
from lms.registration.services.answering import UNCHANGED
from lms.registration.services.desk import Deed, do
from tests.make import credentials as make_credentials
from tests.make import dossier as make_dossier
from tests.races import race
from tests.registration.ground import learn
from tests.registration.test_desk import arrived, hall
from tests.registration.walk import (
    NOTHING_TO_ADD,
    PRESS,
    Cast,
    Way,
    as_,
    begin,
    cast,
    step,
    studied,
)

CONTRACT = MaterialKind.CONTRACT
PAPER = make_dossier.ready(CONTRACT, given=make_dossier.WHOLE)
BETTER = replace(PAPER, body=b"%PDF-1.4 all pages", sent_sha256=b"\2" * 32)
PNG = b"\x89PNG another signature"


def told(work: Work) -> tuple[Cast, ApplicationCard]:
    """A renewal of which the desk asked for one more page."""
    who, card = arrived(work)
    asking = Doing(card.id, Act.SUPPLEMENT, Party.TELLER, None, "合同缺第二页")
    return who, desk.act(as_(work, who.teller), asking, printer=PRESS)


def hand_in(work: Work, who: Cast, card: ApplicationCard, ready: Any = PAPER) -> None:
    dossiers.hand_in(as_(work, who.person), card.id, ready, Party.PERSON)


def answer(
    work: Work, who: Cast, card: ApplicationCard, reason: str = "已补", **facts: bool
) -> ApplicationCard:
    doing = Doing(card.id, Act.ANSWER, Party.PERSON, None, reason, facts=facts)
    return desk.act(as_(work, who.person), doing, printer=PRESS)


def last(work: Work, card: ApplicationCard) -> applications.EventCard:
    return applications.history(work.session, card.id)[-1]


def test_who_brings_nothing_is_refused_until_they_say_why(work: Work) -> None:
    who, card = told(work)

    with pytest.raises(Refused, match=r"application\.unchanged$"):
        answer(work, who, card)
    with pytest.raises(Refused, match=r"application\.unchanged_words"):
        answer(work, who, card, "没有", **{UNCHANGED: True})
    done = desk.act(
        as_(work, who.person),
        replace(NOTHING_TO_ADD, application_id=card.id),
        printer=PRESS,
    )

    assert done.status is Status.OPEN
    assert last(work, card).facts == {UNCHANGED: True}
    assert last(work, card).reason == NOTHING_TO_ADD.reason


def test_the_same_file_again_is_nothing(work: Work) -> None:
    who, card = arrived(work)
    held = make_dossier.ready(CONTRACT, given=_held(work, card, CONTRACT))
    asking = Doing(card.id, Act.SUPPLEMENT, Party.TELLER, None, "合同缺第二页")
    card = desk.act(as_(work, who.teller), asking, printer=PRESS)

    hand_in(work, who, card, held)
    with pytest.raises(Refused, match=r"application\.unchanged$"):
        answer(work, who, card, "已经重新上传了合同")
    hand_in(work, who, card, BETTER)

    assert answer(work, who, card).status is Status.OPEN
    assert UNCHANGED not in last(work, card).facts


def _held(work: Work, card: ApplicationCard, kind: MaterialKind) -> Given:
    found = queries.history(work.session, card.id, card.person_id)
    return queries.current(found)[kind].given


def test_what_was_changed_and_changed_back_is_nothing(work: Work) -> None:
    who, card = arrived(work)
    held = make_dossier.ready(CONTRACT, given=_held(work, card, CONTRACT))
    asking = Doing(card.id, Act.SUPPLEMENT, Party.TELLER, None, "合同缺第二页")
    card = desk.act(as_(work, who.teller), asking, printer=PRESS)
    hand_in(work, who, card, BETTER)
    hand_in(work, who, card, held)

    with pytest.raises(Refused, match=r"application\.unchanged$"):
        answer(work, who, card)


def test_the_same_paper_of_which_something_else_is_said_is_new(work: Work) -> None:
    who, card = told(work)
    later = replace(_held(work, card, CONTRACT), contract_until=date(2039, 1, 1))
    hand_in(work, who, card, make_dossier.ready(CONTRACT, given=later))

    assert answer(work, who, card).status is Status.OPEN


def test_a_new_signature_is_new_and_the_same_one_is_not(work: Work) -> None:
    who, card = told(work)
    person = PersonId(who.person.person_id)
    old = people_queries.picture(work.session, person, PaperKind.SIGNATURE)

    people.save_signature(as_(work, who.person), person, old)
    with pytest.raises(Refused, match=r"application\.unchanged$"):
        answer(work, who, card)
    people.save_signature(as_(work, who.person), person, PNG)

    assert answer(work, who, card).status is Status.OPEN


def test_whoever_ticks_the_box_and_brings_something_is_believed_by_the_paper(
    work: Work,
) -> None:
    who, card = told(work)
    hand_in(work, who, card, BETTER)

    answer(work, who, card, "已补第二页", **{UNCHANGED: True})

    assert UNCHANGED not in last(work, card).facts


# -- the digest ----------------------------------------------------------------------

kinds = st.sampled_from(list(MaterialKind))
papers = st.dictionaries(kinds, st.binary(min_size=1, max_size=4), max_size=6)


def held(found: dict[MaterialKind, bytes]) -> list[Held]:
    return [Held(f"id-{kind}", kind, sent, {}) for kind, sent in found.items()]


@given(papers)
def test_the_order_of_papers_makes_no_difference(
    found: dict[MaterialKind, bytes],
) -> None:
    listed = held(found)
    assert digest(listed, []) == digest(listed[::-1], [])


@given(papers, kinds, st.binary(min_size=5, max_size=6))
def test_one_other_paper_makes_all_the_difference(
    found: dict[MaterialKind, bytes], kind: MaterialKind, sent: bytes
) -> None:
    assert digest(held(found), []) != digest(held({**found, kind: sent}), [])


def test_a_file_merged_again_is_as_new_as_what_it_was_merged_from() -> None:
    form = Held("a", MaterialKind.FORM, b"form", {})
    newer = Held("b", MaterialKind.FORM, b"newer", {})

    def bundle(of: Held, sent: bytes) -> Held:
        return Held("z", MaterialKind.BUNDLE, sent, {"made_of": [of.id]}, (of.id,))

    before = digest([form, bundle(form, b"once")], [])
    assert digest([form, bundle(form, b"again")], []) == before
    assert digest([newer, bundle(newer, b"again")], []) != before


# -- what is said --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        (StepName.ACCEPT, "本机关可以作出不予受理的决定"),
        (StepName.REVIEW, "本机关按现有材料继续审查，依法作出决定"),
    ],
)
def test_the_paper_and_the_message_name_the_last_day(
    work: Work, at: StepName, ends: str
) -> None:
    who, card = arrived(work)
    if at is StepName.REVIEW:
        card = step(work, who, card)
    deed = Deed(Act.SUPPLEMENT, card.version, items=("合同缺第二页",))
    do(
        as_(work, who.teller),
        hall(work, "SC-ZX", "teller"),
        card.id,
        deed,
        printer=PRESS,
    )

    found = letters.letters(work.session, card.id)
    (paper,) = [one for one in found if one.kind is LetterKind.DEFICIENCY]
    written = "".join(paper.letter.after)
    assert "补正的最后一日为2026年11月27日（含当日）" in written
    assert "确实无法补正的，在提交时书面说明理由" in written
    assert ends in written
    assert messages(work)[-1]["answer_by"] == "2026-11-27"


def messages(work: Work) -> list[dict[str, Any]]:
    wanted = (
        select(OutboxMessage.facts)
        .where(OutboxMessage.template == "application_moved")
        .order_by(OutboxMessage.seq)
    )
    return [dict(each) for each in work.session.scalars(wanted)]


@pytest.mark.parametrize(
    ("locale", "words"), [("zh", "最后一日是 2026-11-27"), ("en", "by 2026-11-27")]
)
def test_who_has_to_answer_is_told_at_once_and_until_when(
    work: Work, locale: str, words: str
) -> None:
    told(work)

    facts = messages(work)[-1]
    body = notify.wording("application_moved", facts, locale).text
    assert words in body
    assert "承诺办结" not in body


def test_what_a_company_sends_back_is_told_as_sent_back(work: Work) -> None:
    who = studied(work, Province.SICHUAN)
    card = step(work, who, begin(work, who, Way(Province.SICHUAN, Application.RENEWAL)))
    back = Doing(card.id, Act.RETURN, Party.EMPLOYER, None, "专业选错了")
    desk.act(as_(work, who.agent), back, printer=PRESS)

    body = notify.wording("application_moved", messages(work)[-1], "zh").text
    assert "被退回，请看原因" in body


MATTER = Matter(
    number="5103202611210000000X",
    name="张建国",
    employer="",
    application=Application.RENEWAL,
    path=Path.ORDINARY,
    specialties=(),
    filed_on=date(2027, 12, 29),
    due_on=None,
    office="四川省建设岗位培训与执业资格注册中心",
    on=date(2027, 12, 30),
    appeal_to="四川省人民政府",
)


def test_past_the_calendar_the_paper_says_what_the_day_hangs_on() -> None:
    due = Due(None, date(2028, 1, 4))
    written = letter(LetterKind.DEFICIENCY, replace(MATTER, answer=due), "", ("一",))

    assert "2028年1月4日（2028年放假安排公布后按工作日确定，不早于此日）" in "".join(
        written.after
    )


# -- two at once ---------------------------------------------------------------------


@pytest.fixture
def world(begin: Callable[..., Any]) -> tuple[Cast, ApplicationCard]:
    with begin() as work:
        who = cast(work, province=Province.SICHUAN)
        learn(work, who.person.person_id)
        make_credentials.certified(work, who.person.person_id)
        card = _renewal(work, who)
    db.session.remove()
    return who, card


def _renewal(work: Work, who: Cast) -> ApplicationCard:
    card = begin(work, who, Way(Province.SICHUAN, Application.RENEWAL))
    while card.step.name is not StepName.ACCEPT:
        card = step(work, who, card)
    asking = Doing(card.id, Act.SUPPLEMENT, Party.TELLER, None, "合同缺第二页")
    return desk.act(as_(work, who.teller), asking, printer=PRESS)


def test_a_paper_that_is_on_its_way_in_is_waited_for(
    app: Flask,
    begin: Callable[..., Any],
    world: tuple[Cast, ApplicationCard],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    who, card = world
    nothing = replace(NOTHING_TO_ADD, application_id=card.id)
    half_in, answered = threading.Event(), threading.Event()
    write = dossiers._write

    def slowly(*told: Any) -> Any:
        half_in.set()
        answered.wait(timeout=1)
        return write(*told)

    monkeypatch.setattr(dossiers, "_write", slowly)

    def says_nothing(work: Work) -> None:
        half_in.wait(timeout=30)
        desk.act(as_(work, who.person), nothing, printer=PRESS)
        answered.set()

    got = race(app, [says_nothing, lambda work: hand_in(work, who, card, BETTER)])

    assert [each for each in got if isinstance(each, Exception)] == []
    with begin() as work:
        papers = queries.history(work.session, card.id, card.person_id)
        assert BETTER.sent_sha256 in {one.sent_sha256 for one in papers}
        # The book says nothing of a lack that was none.
        assert UNCHANGED not in last(work, card).facts

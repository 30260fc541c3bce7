"""A matter from its first word to its last, and who may say what in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from lms.evidence.models import EvidenceLine
from lms.kernel.errors import Conflict, Forbidden, NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.notify.models import OutboxMessage
from lms.notify.rules import Channel
from lms.policy.answering import Matter
from lms.reports import subject
from lms.threads import queries, services
from lms.threads.rules import MOST_OPEN, MOST_UNHEARD, Ending, Side, State
from lms.threads.services import Opening
from tests.conftest import HandClock, work_at
from tests.make import companies, people
from tests.make import threads as make
from tests.make.threads import Desk, answers, asks, says

Begin = Callable[..., Any]


@pytest.fixture
def bureau(work: Work) -> Desk:
    return make.desk(work)


def kinds(work: Work, thread_id: UUID) -> list[str]:
    work.session.flush()
    lines = work.session.scalars(
        select(EvidenceLine)
        .where(EvidenceLine.kind.startswith("thread."))
        .order_by(EvidenceLine.seq)
    )
    mine = str(thread_id)
    return [one.kind for one in lines if json.loads(one.facts).get("thread") == mine]


def card(work: Work, bureau: Desk, thread_id: UUID) -> queries.ThreadCard:
    return queries.at_desk(work.session, bureau.here, thread_id)


def test_a_matter_is_answered_answered_again_and_ended(
    work: Work, bureau: Desk, clock: HandClock
) -> None:
    asked = asks(work, bureau)
    # Three working days after Saturday, the 21st of November.
    assert card(work, bureau, asked).due_on == date(2026, 11, 25)

    answers(work, bureau, asked, bureau.clerk, seen=1)
    found = card(work, bureau, asked)
    assert (found.state, found.unseen, found.taken_by) == (
        State.ANSWERED, True, bureau.clerk,
    )  # fmt: skip
    clock.pass_days(7)
    later = work_at(work, clock)
    services.write(bureau.asker(later), asked, says("还是没有。"))
    found = card(later, bureau, asked)
    assert (found.state, found.unseen) == (State.OPEN, False)
    assert found.due_on == date(2026, 12, 2)

    services.end(bureau.asker(later), asked)
    services.end(bureau.asker(later), asked)

    assert card(later, bureau, asked).ending is Ending.BY_ASKER
    assert kinds(later, asked) == [
        "thread.opened", "thread.taken", "thread.answered", "thread.written",
        "thread.closed",
    ]  # fmt: skip


def test_each_answer_is_mailed_once_and_holds_no_word_of_it(
    work: Work, bureau: Desk
) -> None:
    asked = asks(work, bureau)
    reply = services.Reply(says("您的学时已经记上"), 1)

    for _twice in range(2):
        services.answer(bureau.as_(work, bureau.clerk), bureau.here, asked, reply)

    (letter,) = work.session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == "thread_answered")
    )
    assert letter.channel is Channel.MAIL
    assert letter.association_id == bureau.here
    assert "学时" not in json.dumps(letter.facts, ensure_ascii=False)


def test_a_form_that_comes_twice_is_one_matter_and_one_word(
    work: Work, bureau: Desk
) -> None:
    put = Opening(Matter.EXAM, says(), "进不了考试")
    first = services.begin(bureau.asker(work), bureau.here, put)
    assert services.begin(bureau.asker(work), bureau.here, put) == first
    more = says("补充一句")
    for _twice in range(2):
        services.write(bureau.asker(work), first, more)

    assert card(work, bureau, first).last_n == 2


def test_a_flood_is_refused_by_matters_and_by_words(work: Work, bureau: Desk) -> None:
    one = asks(work, bureau)
    for _more in range(MOST_OPEN - 1):
        asks(work, bureau)
    with pytest.raises(Refused, match=r"thread\.too_many"):
        asks(work, bureau)
    for _more in range(MOST_UNHEARD - 1):
        services.write(bureau.asker(work), one, says())
    with pytest.raises(Refused, match=r"thread\.wait"):
        services.write(bureau.asker(work), one, says())

    answers(work, bureau, one, bureau.clerk, seen=MOST_UNHEARD)

    services.write(bureau.asker(work), one, says())


def test_a_refusal_is_passed_on_once_to_somebody_who_had_no_part(
    work: Work, bureau: Desk
) -> None:
    asked = asks(work, bureau, Matter.COMPLAINT)
    answers(work, bureau, asked, bureau.clerk, seen=1, ending=Ending.REFUSED)
    services.pass_on(bureau.asker(work), asked, says("我不同意"))

    found = card(work, bureau, asked)
    assert (found.state, found.taken_by, found.passed_on_n) == (State.OPEN, None, 3)
    with pytest.raises(Refused, match=r"thread\.before"):
        services.take(bureau.as_(work, bureau.clerk), bureau.here, asked)
    with pytest.raises(Refused, match=r"thread\.before"):
        answers(work, bureau, asked, bureau.clerk, seen=3)
    with pytest.raises(Refused, match=r"thread\.before"):
        services.hand(
            bureau.as_(work, bureau.manager), bureau.here, asked, bureau.clerk
        )
    answers(work, bureau, asked, bureau.second, seen=3, ending=Ending.REFUSED)

    with pytest.raises(Refused, match=r"thread\.not_passed_on"):
        services.pass_on(bureau.asker(work), asked, says("还是不同意"))


def test_what_is_late_may_be_passed_on_and_who_sat_on_it_is_out(
    work: Work, bureau: Desk, clock: HandClock
) -> None:
    asked = asks(work, bureau)
    services.take(bureau.as_(work, bureau.clerk), bureau.here, asked)
    with pytest.raises(Refused, match=r"thread\.not_passed_on"):
        services.pass_on(bureau.asker(work), asked, says("太慢"))
    clock.pass_days(5)
    later = work_at(work, clock)
    services.pass_on(bureau.asker(later), asked, says("超过期限没有答复"))

    with pytest.raises(Refused, match=r"thread\.before"):
        services.take(bureau.as_(later, bureau.clerk), bureau.here, asked)
    services.take(bureau.as_(later, bureau.second), bureau.here, asked)


def test_a_colleagues_matter_is_theirs_until_it_is_handed_on(
    work: Work, bureau: Desk
) -> None:
    asked = asks(work, bureau)
    services.take(bureau.as_(work, bureau.clerk), bureau.here, asked)
    services.take(bureau.as_(work, bureau.clerk), bureau.here, asked)
    with pytest.raises(Conflict, match=r"thread\.taken"):
        answers(work, bureau, asked, bureau.second, seen=1)
    with pytest.raises(Conflict, match=r"thread\.taken"):
        services.hand(
            bureau.as_(work, bureau.second), bureau.here, asked, bureau.second
        )

    services.hand(bureau.as_(work, bureau.manager), bureau.here, asked, bureau.second)

    answers(work, bureau, asked, bureau.second, seen=1)
    with pytest.raises(NotFound, match=r"thread\.colleague"):
        services.hand(
            bureau.as_(work, bureau.second),
            bureau.here,
            asked,
            bureau.learner.account_id,
        )


def test_nothing_more_is_done_with_what_is_closed(work: Work, bureau: Desk) -> None:
    asked = asks(work, bureau)
    services.end(bureau.asker(work), asked)
    clerk = bureau.as_(work, bureau.clerk)
    deeds: list[Callable[[], object]] = [
        lambda: services.take(clerk, bureau.here, asked),
        lambda: services.hand(clerk, bureau.here, asked, bureau.second),
        lambda: answers(work, bureau, asked, bureau.clerk, seen=1),
        lambda: services.write(bureau.asker(work), asked, says()),
    ]
    for deed in deeds:
        with pytest.raises(Refused, match=r"thread\.closed"):
            deed()


def test_an_answer_to_words_that_were_not_seen_is_held_back(
    work: Work, bureau: Desk
) -> None:
    asked = asks(work, bureau)
    services.write(bureau.asker(work), asked, says("刚刚又看了一下，已经好了。"))

    with pytest.raises(Conflict, match=r"thread\.moved"):
        answers(work, bureau, asked, bureau.clerk, seen=1)


def test_a_member_of_staff_never_answers_what_they_asked(
    work: Work, bureau: Desk
) -> None:
    clerk = bureau.as_(work, bureau.clerk)
    put = Opening(Matter.OTHER, says(), "我自己的问题")
    asked = services.begin(clerk, bureau.here, put)

    with pytest.raises(Refused, match=r"thread\.own"):
        answers(work, bureau, asked, bureau.clerk, seen=1)
    with pytest.raises(Refused, match=r"thread\.own"):
        services.note(clerk, bureau.here, asked, says("记一笔"))


def test_notes_are_read_by_the_staff_alone(
    work: Work, bureau: Desk, clock: HandClock
) -> None:
    asked = asks(work, bureau)
    services.note(bureau.as_(work, bureau.clerk), bureau.here, asked, says("打过电话"))

    mine = queries.owned(work.session, bureau.learner.person_id, asked)
    assert [one.side for one in mine.said] == [Side.ASKER]
    files = subject.everything(
        work.session,
        bureau.learner.account_id,
        bureau.learner.person_id,
        date(2026, 11, 21),
    )
    told = json.loads(files["data.json"])
    assert told["questions"][0]["subject"] == "学时没有记上"
    assert "打过电话" not in files["data.json"].decode()


def test_what_is_anothers_is_not_there(work: Work, bureau: Desk) -> None:
    asked = asks(work, bureau)
    stranger = people.account(work)
    other = make.own(work, stranger.account_id, stranger.person_id)
    there = people.association(work)
    deeds: list[Callable[[], object]] = [
        lambda: queries.owned(work.session, stranger.person_id, asked),
        lambda: services.write(other, asked, says()),
        lambda: services.end(other, asked),
        lambda: services.say_helped(other, asked, helped=True),
        lambda: services.pass_on(other, asked, says()),
        lambda: services.see(other, asked),
        lambda: queries.at_desk(work.session, there, asked),
        lambda: services.take(bureau.as_(work, bureau.clerk), there, asked),
        lambda: services.note(bureau.as_(work, bureau.clerk), there, asked, says()),
        lambda: services.look(
            bureau.as_(work, bureau.clerk), there, asked, new_id(), "看看"
        ),
    ]
    for deed in deeds:
        with pytest.raises(NotFound, match=r"thread\.unknown"):
            deed()


def test_a_companys_matter_is_its_agents_while_they_act_for_it(
    work: Work, bureau: Desk
) -> None:
    firm = companies.proved(work)
    own = make.own(work, firm.agent.account_id, firm.agent.person_id)
    agent = replace(own, actor=replace(own.actor, employer_id=firm.id))
    put = Opening(Matter.ORDER, says(), "要开发票", for_company=True)
    asked = services.begin(agent, bureau.here, put)
    colleague = bureau.asker(work)
    ours = replace(colleague, actor=replace(colleague.actor, employer_id=firm.id))

    services.write(ours, asked, says("补充税号"))

    (card_,) = queries.mine(work.session, bureau.learner.person_id, firm.id)
    assert card_.id == asked
    assert queries.mine(work.session, firm.agent.person_id) == ()
    with pytest.raises(NotFound, match=r"thread\.unknown"):
        services.write(own, asked, says("已经离开单位"))


def test_without_a_company_nobody_asks_for_one(work: Work, bureau: Desk) -> None:
    put = Opening(Matter.ORDER, says(), "要开发票", for_company=True)

    with pytest.raises(Forbidden, match=r"thread\.no_company"):
        services.begin(bureau.asker(work), bureau.here, put)


def test_a_yes_ends_it_and_a_no_lets_it_be_passed_on(work: Work, bureau: Desk) -> None:
    asked = asks(work, bureau)
    with pytest.raises(Refused, match=r"thread\.unanswered"):
        services.say_helped(bureau.asker(work), asked, helped=True)
    answers(work, bureau, asked, bureau.clerk, seen=1, ending=Ending.SOLVED)
    services.say_helped(bureau.asker(work), asked, helped=False)

    services.pass_on(bureau.asker(work), asked, says("没有解决"))

    answers(work, bureau, asked, bureau.second, seen=3)
    services.say_helped(bureau.asker(work), asked, helped=True)
    assert card(work, bureau, asked).state is State.CLOSED

"""What is promised, what the desk sees, two at once, and how long it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.accounts import services as accounts
from lms.claims.ports import Paper
from lms.jobs import retention
from lms.jobs import threads as job
from lms.kernel.clock import legal_day
from lms.kernel.db import db
from lms.kernel.errors import Conflict, LmsError, NotFound, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.policy.answering import Matter
from lms.reports import overdue
from lms.reports import threads as reports
from lms.reports.threads import Asked, Pile
from lms.threads import queries, services
from lms.threads.models import Thread, ThreadMessage
from lms.threads.rules import State
from lms.threads.services import Opening, Said
from lms.threads.services.settings import Wanted
from tests import races
from tests.conftest import HandClock, work_at
from tests.make import companies, people
from tests.make import threads as make
from tests.make.companies import Company
from tests.make.threads import Desk, answers, asks, says

Begin = Callable[..., Any]


@pytest.fixture
def bureau(work: Work) -> Desk:
    return make.desk(work)


def card(work: Work, bureau: Desk, thread_id: UUID) -> queries.ThreadCard:
    return queries.at_desk(work.session, bureau.here, thread_id)


def test_a_new_limit_holds_from_its_day_for_what_comes_then(
    work: Work, bureau: Desk, clock: HandClock
) -> None:
    manager = bureau.as_(work, bureau.manager)
    before = asks(work, bureau)
    services.set_limit(manager, bureau.here, Matter.STUDY, 1, date(2026, 11, 23))
    services.set_limit(manager, bureau.here, Matter.STUDY, 1, date(2026, 11, 23))
    with pytest.raises(Conflict, match=r"thread\.limit_there"):
        services.set_limit(manager, bureau.here, Matter.STUDY, 2, date(2026, 11, 23))
    with pytest.raises(Refused, match=r"thread\.limit_past"):
        services.set_limit(manager, bureau.here, Matter.STUDY, 2, date(2026, 11, 20))
    with pytest.raises(Refused, match=r"thread\.limit_days"):
        services.set_limit(manager, bureau.here, Matter.STUDY, 16, date(2026, 12, 1))
    clock.pass_days(2)
    after = asks(work_at(work, clock), bureau)

    assert card(work, bureau, before).due_on == date(2026, 11, 25)
    assert card(work, bureau, after).due_on == date(2026, 11, 24)


def test_past_the_calendar_no_firm_day_is_promised(
    work: Work, bureau: Desk, clock: HandClock
) -> None:
    clock.pass_days(45)
    asked = asks(work_at(work, clock), bureau)

    found = card(work, bureau, asked)
    assert not found.due_firm
    assert found.due_on == date(2027, 1, 8)


def test_the_queue_begins_with_what_is_promised_first_and_goes_on_in_pages(
    work: Work, bureau: Desk, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = asks(work, bureau, Matter.PRIVACY)
    quick = asks(work, bureau, Matter.STUDY)
    third = asks(work, bureau, Matter.COMPLAINT)
    monkeypatch.setattr(reports, "PAGE", 2)
    asked = Asked(Pile.WAITING, bureau.clerk)
    first = reports.queue(work.session, bureau.here, asked)
    rest = reports.queue(work.session, bureau.here, asked, first.after or "")

    assert [one.card.id for one in (*first.rows, *rest.rows)] == [quick, third, slow]
    assert (len(first.rows), rest.after) == (2, None)
    assert first.rows[0].name_masked == "张*"
    junk = reports.queue(work.session, bureau.here, asked, "x y")
    assert junk.rows == first.rows
    services.take(bureau.as_(work, bureau.clerk), bureau.here, slow)
    counts = reports.counts(work.session, bureau.here, bureau.clerk, date(2026, 12, 1))
    assert (counts.waiting, counts.free, counts.mine, counts.late) == (3, 2, 1, 1)


def test_what_is_late_stands_among_what_is_overdue(
    work: Work, bureau: Desk, clock: HandClock
) -> None:
    asks(work, bureau)
    assert not overdue.overdue(
        work.session, bureau.here, legal_day(clock()), money=True
    )
    clock.pass_days(6)

    (late,) = overdue.overdue(work.session, bureau.here, legal_day(clock()), money=True)

    assert (late.what, late.count, late.days, late.limit, late.over) == (
        "threads", 1, 5, 3, 2,
    )  # fmt: skip
    assert late.workdays


def test_what_is_said_beforehand_leaves_the_answer_owed_by_its_day(
    work: Work, bureau: Desk, clock: HandClock
) -> None:
    thread = asks(work, bureau)
    before = card(work, bureau, thread)
    clerk = bureau.as_(work, bureau.clerk)

    reply = services.Reply(says("已收到，正在核实。"), 1)
    services.reply_meanwhile(clerk, bureau.here, thread, reply)

    after = card(work, bureau, thread)
    assert (after.state, after.due_on) == (State.OPEN, before.due_on)
    assert after.unseen
    assert [word.interim for word in after.words] == [False, True]
    clock.pass_days(6)
    (late,) = overdue.overdue(work.session, bureau.here, legal_day(clock()), money=True)
    assert late.count == 1
    answers(work, bureau, thread, bureau.clerk, seen=2)
    again = services.Reply(says("再等等。"), 3)
    with pytest.raises(Refused, match=r"thread\.not_waiting"):
        services.reply_meanwhile(clerk, bureau.here, thread, again)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("", "您好"),
        Wanted("好", "{不认识}"),
        Wanted("好", "x" * 2001),
        Wanted("题" * 41, "您好"),
    ],
)
def test_a_template_that_does_not_fit_is_not_kept(
    work: Work, bureau: Desk, wanted: Wanted
) -> None:
    with pytest.raises(Refused):
        services.save_template(bureau.as_(work, bureau.clerk), bureau.here, wanted)


def test_templates_are_the_associations_own(work: Work, bureau: Desk) -> None:
    clerk = bureau.as_(work, bureau.clerk)
    made = services.save_template(clerk, bureau.here, Wanted("收到", "{称呼}，已收到"))
    there = people.association(work)

    with pytest.raises(NotFound, match=r"thread\.template_unknown"):
        queries.template(work.session, there, made)
    with pytest.raises(NotFound, match=r"thread\.template_unknown"):
        services.save_template(clerk, there, Wanted("收到", "好的"), made)
    with pytest.raises(NotFound, match=r"thread\.template_unknown"):
        services.drop_template(clerk, there, made)
    services.drop_template(clerk, bureau.here, made)
    assert queries.templates(work.session, bureau.here) == ()


def settled(begin: Begin) -> tuple[Desk, UUID]:
    with begin() as work:
        bureau = make.desk(work)
        return bureau, asks(work, bureau)


def test_of_two_colleagues_at_once_one_has_it(app: Flask, begin: Begin) -> None:
    bureau, asked = settled(begin)

    def taking(who: Any) -> Callable[[Work], object]:
        return lambda work: services.take(bureau.as_(work, who), bureau.here, asked)

    got = races.race(app, [taking(bureau.clerk), taking(bureau.second)])

    assert sorted(getattr(one, "code", "") for one in got) == ["", "thread.taken"]


def test_of_two_answers_at_once_one_goes_out(app: Flask, begin: Begin) -> None:
    bureau, asked = settled(begin)

    def answering(who: Any) -> Callable[[Work], object]:
        return lambda work: answers(work, bureau, asked, who, seen=1)

    got = races.race(app, [answering(bureau.clerk), answering(bureau.second)])

    assert sum(isinstance(one, LmsError) for one in got) == 1
    assert count(ThreadMessage) == 2


def test_a_double_click_in_one_moment_opens_one_matter(
    app: Flask, begin: Begin
) -> None:
    with begin() as work:
        bureau = make.desk(work)
    put = Opening(Matter.EXAM, says(), "进不了考试")

    def deed(work: Work) -> object:
        return services.begin(bureau.asker(work), bureau.here, put)

    got = races.race(app, [deed, deed, deed])

    assert len(set(got)) == 1
    assert count(Thread) == 1


def count(table: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_what_nobody_speaks_in_is_closed_and_goes_after_three_years(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    bureau, asked = settled(begin)
    with begin() as work:
        answers(work, bureau, asked, bureau.clerk, seen=1)
    clock.pass_days(15)
    job.run(clock, {})
    assert state(asked) is State.ANSWERED
    clock.pass_days(1)
    job.run(clock, {})
    assert state(asked) is State.CLOSED
    clock.pass_days(3 * 365)
    retention.run(clock, app.extensions["lms.ports"])
    assert count(Thread) == 1
    clock.pass_days(3)

    retention.run(clock, app.extensions["lms.ports"])

    assert (count(Thread), count(ThreadMessage)) == (0, 0)


def state(thread_id: UUID) -> State:
    db.session.rollback()
    return db.session.get_one(Thread, thread_id).state


def test_who_is_forgotten_never_asked(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    bureau, _asked = settled(begin)
    with begin() as work:
        accounts.close_account(work, bureau.learner.account_id)

    retention.run(clock, app.extensions["lms.ports"])

    assert (count(Thread), count(ThreadMessage)) == (0, 0)


def test_nothing_that_was_written_lies_open(work: Work, bureau: Desk) -> None:
    asked = asks(work, bureau)
    answers(work, bureau, asked, bureau.clerk, seen=1)
    work.session.flush()

    for table in ("threads", "thread_messages", "evidence_lines"):
        rows = work.session.connection().exec_driver_sql(f"SELECT * FROM {table}")
        told = repr(rows.all())
        assert "学时" not in told
        assert "学时".encode().hex() not in told


def asked_by_a_company(work: Work, bureau: Desk, *, old: bool) -> tuple[UUID, Company]:
    """A company's matter with a paper; `old`: sealed as before with its asker's key."""
    firm = companies.proved(work)
    own = make.own(work, firm.agent.account_id, firm.agent.person_id)
    agent = replace(own, actor=replace(own.actor, employer_id=firm.id))
    paper = Paper("image/jpeg", b"\xff\xd8 a receipt", b"")
    said = Said(new_id(), "学时已付款，请开发票。", [paper])
    asked = services.begin(
        agent, bureau.here, Opening(Matter.ORDER, said, "要开发票", for_company=not old)
    )
    if old:
        work.session.get_one(Thread, asked).employer_id = firm.id
    return asked, firm


@pytest.mark.parametrize("old", [False, True])
def test_a_companys_matter_stays_when_who_opened_it_is_forgotten(
    app: Flask, begin: Begin, clock: HandClock, *, old: bool
) -> None:
    with begin() as work:
        bureau = make.desk(work)
        asked, firm = asked_by_a_company(work, bureau, old=old)
        own = make.own(work, firm.agent.account_id, firm.agent.person_id)
        services.begin(own, bureau.here, Opening(Matter.STUDY, says(), "我自己的事"))
    answer_it(begin, bureau, asked)
    with begin() as work:
        accounts.close_account(work, firm.agent.account_id)

    retention.run(clock, app.extensions["lms.ports"])

    with begin() as work:
        colleague = bureau.learner.person_id
        card = queries.owned(work.session, colleague, asked, firm.id)
        assert card.subject == "要开发票"
        assert card.words[0].body == "学时已付款，请开发票。"
        (file,) = card.words[0].files
        _media, body = queries.open_file(work.session, card, file.id)
        assert body == b"\xff\xd8 a receipt"
    assert count(Thread) == 1


def answer_it(begin: Begin, bureau: Desk, asked: UUID) -> None:
    with begin() as work:
        answers(work, bureau, asked, bureau.clerk, seen=1)

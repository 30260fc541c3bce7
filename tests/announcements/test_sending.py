"""An announcement reaches each of its audience once, whoever sends it and is killed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.accounts import queries as account_queries
from lms.announcements import queries, services
from lms.announcements.models import Announcement, Receipt
from lms.announcements.rules import Audience, State, Wanted, waking
from lms.evidence.models import EvidenceLine
from lms.jobs import announcing, messages
from lms.kernel.db import db
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AccountId, AssociationId, PersonId
from lms.kernel.work import Actor
from lms.notify import leaving
from lms.notify.models import OutboxMessage
from lms.notify.rules import Channel, Lane, MessageState, Wish
from lms.reports import audiences
from tests.conftest import HandClock
from tests.make import accounts as account_make
from tests.make import people as make
from tests.races import failures, race, tried

Begin = Callable[..., Any]
NEWS = Wanted("国庆放假安排", "10 月 1 日起放假。\n\n10 月 8 日恢复。", Audience.ALL)


def wanted(**more: Any) -> Wanted:
    values = {name: getattr(NEWS, name) for name in NEWS.__dataclass_fields__}
    return Wanted(**(values | more))


def learners(begin: Begin, count: int) -> tuple[AssociationId, list[make.Made]]:
    with begin() as work:
        here = make.association(work)
        made = [make.account(work) for _ in range(count)]
        for one in made:
            make.learner_of(work, one.person_id, here)
    return here, made


def put(begin: Begin, here: AssociationId | None, **more: Any) -> UUID:
    """Write an announcement and send it, counting as the desk does."""
    with begin() as work:
        made = services.draft(work, here, wanted(**more))
        card = queries.card(work.session, here, made)
        counted = audiences.count(work.session, card, date(2026, 11, 21)).people
        services.submit(work, here, made, counted)
    return made


def told(announcement_id: UUID) -> set[UUID]:
    db.session.rollback()
    return set(
        db.session.scalars(
            select(Receipt.account_id).where(Receipt.announcement_id == announcement_id)
        )
    )


def owed(template: str = "announcement") -> list[OutboxMessage]:
    db.session.rollback()
    chosen = select(OutboxMessage).where(OutboxMessage.template == template)
    return list(db.session.scalars(chosen))


def row(announcement_id: UUID) -> Announcement:
    db.session.rollback()
    found = db.session.get(Announcement, announcement_id, populate_existing=True)
    assert found is not None
    return found


def run(clock: HandClock) -> None:
    announcing.run(clock, {})


def test_every_learner_of_the_association_has_it_once_and_nobody_else(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    here, made = learners(begin, 3)
    learners(begin, 1)
    sent = put(begin, here, mail=True)

    run(clock)
    run(clock)

    assert told(sent) == {one.account_id for one in made}
    assert len(owed()) == 3
    done = row(sent)
    assert (done.state, done.reached, done.mailed) == (State.SENT, 3, 3)


def test_it_goes_chunk_by_chunk_and_counts_right(
    app: Flask, begin: Begin, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "CHUNK", 2)
    here, made = learners(begin, 5)
    sent = put(begin, here)

    chunks = []
    while count := announcing.deliver(clock, sent):
        chunks.append(count)

    assert chunks == [2, 2, 1]
    assert len(told(sent)) == row(sent).reached == len(made)


def test_a_chunk_that_dies_is_delivered_anew_and_nobody_twice(
    app: Flask, begin: Begin, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "CHUNK", 2)
    here, made = learners(begin, 5)
    sent = put(begin, here, mail=True)
    announcing.deliver(clock, sent)

    def die(_name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(services, "fail_point", die)
    with pytest.raises(KeyboardInterrupt):
        announcing.deliver(clock, sent)
    assert (len(told(sent)), row(sent).reached, len(owed())) == (2, 2, 2)
    monkeypatch.undo()
    run(clock)

    assert told(sent) == {one.account_id for one in made}
    assert sorted(one.to_account for one in owed() if one.to_account) == sorted(
        one.account_id for one in made
    )


def test_two_processes_send_at_once_and_each_has_it_once(
    app: Flask, begin: Begin, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "CHUNK", 3)
    here, made = learners(begin, 20)
    sent = put(begin, here, mail=True)

    got = tried(app, [lambda: run(clock)] * 4)

    assert not failures(got)
    assert told(sent) == {one.account_id for one in made}
    assert (row(sent).reached, row(sent).mailed, len(owed())) == (20, 20, 20)


def test_without_the_cursor_the_key_alone_keeps_it_from_going_twice(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    here, made = learners(begin, 4)
    sent = put(begin, here, mail=True)
    run(clock)
    with begin() as work:
        again = work.session.get(Announcement, sent)
        again.state, again.cursor = State.SENDING, None

    run(clock)

    assert (row(sent).reached, len(owed())) == (4, len(made))


def test_it_waits_for_its_hour_and_stops_after_its_last_day(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    here, _made = learners(begin, 2)
    later = put(begin, here, from_at=clock() + timedelta(hours=2))
    short = put(
        begin, here, from_at=clock() + timedelta(hours=1), until=date(2026, 11, 21)
    )

    run(clock)
    assert (told(later), row(later).state) == (set(), State.SET)
    clock.pass_days(1)
    run(clock)

    assert len(told(later)) == 2
    assert (told(short), row(short).state) == (set(), State.SENT)


def test_who_does_not_want_mail_has_the_notice_alone(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    here, made = learners(begin, 2)
    with begin() as work:
        leaving.leave(work, made[0].account_id, Wish.ANNOUNCEMENT, Channel.MAIL)
    sent = put(begin, here, mail=True)

    run(clock)

    assert len(told(sent)) == 2
    assert [one.to_account for one in owed()] == [made[1].account_id]
    assert row(sent).mailed == 1


def test_a_text_at_night_waits_for_the_morning_and_never_holds_up_a_code(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    with begin() as work:
        here = make.association(work)
        phone = account_make.account(work, email=None, phone=account_make.PHONE)
        card = account_queries.account(work.session, phone)
        make.learner_of(work, card.person_id, here)
    clock.pass_seconds(12 * 3600)
    put(begin, here, sms=True)

    run(clock)

    [text] = owed("announcement_sms")
    assert text.lane == Lane.BULK
    assert text.next_try_at == waking(clock())
    assert text.next_try_at > clock()


def test_what_was_taken_back_goes_to_nobody_who_has_it_not(
    app: Flask, begin: Begin, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "CHUNK", 2)
    here, _made = learners(begin, 5)
    sent = put(begin, here, mail=True)
    announcing.deliver(clock, sent)
    with begin() as work:
        services.take_back(work, here, sent)

    run(clock)
    messages.run(clock, app.extensions["lms.ports"], Lane.BULK)

    assert (len(told(sent)), row(sent).state) == (2, State.TAKEN_BACK)
    assert {one.state for one in owed()} == {MessageState.UNWANTED}
    with pytest.raises(Conflict), begin() as work:
        services.take_back(work, here, sent)


def test_another_association_can_neither_see_nor_touch_it(
    app: Flask, begin: Begin
) -> None:
    here, _made = learners(begin, 1)
    there, _others = learners(begin, 1)
    with begin() as work:
        made = services.draft(work, here, NEWS)
    for deed in (
        lambda work: services.change(work, there, made, NEWS),
        lambda work: services.submit(work, there, made, 1),
        lambda work: services.take_back(work, None, made),
    ):
        with pytest.raises(NotFound), begin() as work:
            deed(work)


# -- a second person --------------------------------------------------------------


def desk(begin: Begin, here: AssociationId, email: str) -> Actor:
    with begin() as work:
        account = account_make.staff(work, association_id=here, email=email)
        card = account_queries.account(work.session, account)
    return Actor(
        AccountId(account), PersonId(card.person_id), frozenset({"clerk"}), here
    )


def test_mail_to_many_waits_for_a_second_person(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    here, _made = learners(begin, 1)
    one, two = (desk(begin, here, f"{n}@demo.example") for n in ("a", "b"))
    with begin(one) as work:
        made = services.draft(work, here, wanted(mail=True))
        assert services.submit(work, here, made, 201) is State.WAITING
    asked = row(made).approval_id

    run(clock)
    assert told(made) == set()
    with pytest.raises(Refused, match="own"), begin(one) as work:
        services.decide(work, here, made, approved=True, comment="", asked=asked)
    with begin(two) as work:
        services.decide(work, here, made, approved=True, comment="", asked=asked)
    run(clock)

    assert len(told(made)) == 1


def test_a_no_needs_a_reason_and_makes_it_a_draft_again(
    app: Flask, begin: Begin
) -> None:
    here, _made = learners(begin, 1)
    one, two = (desk(begin, here, f"{n}@demo.example") for n in ("a", "b"))
    with begin(one) as work:
        made = services.draft(work, here, wanted(sms=True))
        services.submit(work, here, made, 300)
    asked = row(made).approval_id
    with pytest.raises(Refused, match="no_comment"), begin(two) as work:
        services.decide(work, here, made, approved=False, comment=" ", asked=asked)
    with begin(two) as work:
        services.decide(work, here, made, approved=False, comment="写错", asked=asked)
    assert row(made).state is State.DRAFT
    with begin(one) as work:
        services.change(work, here, made, wanted(title="改过"))
        assert services.submit(work, here, made, 200) is State.SET


def test_one_person_may_tell_everybody_in_the_house(app: Flask, begin: Begin) -> None:
    here, _made = learners(begin, 1)
    with begin() as work:
        made = services.draft(work, here, NEWS)
        assert services.submit(work, here, made, 100_000) is State.SET


def test_two_who_send_at_once_send_it_once(
    app: Flask, begin: Begin, clock: HandClock
) -> None:
    here, _made = learners(begin, 1)
    with begin() as work:
        made = services.draft(work, here, NEWS)

    got = race(app, [lambda work: services.submit(work, here, made, 1)] * 4)

    assert [type(one) for one in failures(got)] == [Conflict] * 3
    notes = select(func.count()).where(EvidenceLine.kind == "announcement.submitted")
    assert db.session.scalar(notes) == 1


def few_alone(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Let one person's word reach so few that a test has them."""
    for room in ("rules", "services"):
        monkeypatch.setattr(f"lms.announcements.{room}.ALONE_UP_TO", most)


def test_many_small_letters_in_a_day_are_one_large_one(
    app: Flask, begin: Begin, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_alone(monkeypatch, 5)
    here, _made = learners(begin, 3)
    elsewhere, _others = learners(begin, 3)

    assert row(put(begin, here, mail=True)).state is State.SET
    run(clock)
    assert row(put(begin, here, mail=True)).state is State.WAITING
    assert row(put(begin, here)).state is State.SET, "the page alone rings nowhere"
    assert row(put(begin, elsewhere, mail=True)).state is State.SET
    clock.pass_seconds(24 * 3600 + 1)
    assert row(put(begin, here, mail=True)).state is State.SET


def test_an_audience_that_grew_after_one_persons_word_is_told_in_the_page(
    app: Flask, begin: Begin, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_alone(monkeypatch, 2)
    here, _made = learners(begin, 2)
    sent = put(begin, here, mail=True, from_at=clock() + timedelta(days=1))
    with begin() as work:
        for _ in range(3):
            make.learner_of(work, make.account(work).person_id, here)
    clock.pass_seconds(24 * 3600 + 1)
    run(clock)

    assert len(told(sent)) == 5
    assert len(owed()) == 2

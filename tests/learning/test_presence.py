"""Presence checks on a real database: nothing is earned while one waits."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from lms.kernel.errors import NotFound
from lms.kernel.ids import LessonId
from lms.kernel.work import Work
from lms.learning import queries
from lms.learning import services as learning
from lms.learning.models import Lease, PresenceCheck
from lms.learning.rules import State
from lms.learning.rules.presence import CheckKind, Missed, Outcome
from tests.conftest import HandClock, work_at
from tests.learning.pupil import MOST_APART, Pupil
from tests.make import learning as make


@pytest.fixture
def me(work: Work, clock: HandClock) -> Pupil:
    return Pupil(work, clock)


def due(me: Pupil) -> datetime:
    found = me.lease.check_at
    assert found is not None
    return found


def test_the_first_check_comes_between_five_and_nineteen_minutes(me: Pupil) -> None:
    wait = due(me) - me.clock()

    assert timedelta(minutes=5) <= wait <= timedelta(minutes=19)


def test_the_times_are_drawn_anew_for_everybody(work: Work, clock: HandClock) -> None:
    drawn = {due(Pupil(work, clock)) for _ in range(12)}

    assert len(drawn) > 6


def test_time_before_the_check_counts_and_the_waiting_does_not(me: Pupil) -> None:
    me.until_asked()
    before = me.credited
    assert me.told["reason"] == "check"
    assert me.told["earned"] == 30

    waited = [me.beat(15) for _ in range(3)]

    assert [(one["earned"], one["reason"]) for one in waited] == [(0, "check")] * 3
    assert me.credited == before


def test_after_a_right_answer_only_what_follows_counts(me: Pupil) -> None:
    check = me.until_asked()
    before = me.credited
    me.clock.pass_seconds(50)

    assert me.answer(check).right

    me.beat(10)
    assert me.credited == before + 10
    assert me.kinds() == ["presence.passed"]
    assert timedelta(minutes=4) < due(me) - me.clock() <= timedelta(minutes=19)


def test_a_wrong_answer_may_be_tried_again_within_the_minute(me: Pupil) -> None:
    check = me.until_asked()

    wrong = me.answer(check, 1, code="abc")
    right = me.answer(check, 2)

    assert (wrong.right, wrong.missed, right.right) == (False, False, True)
    (card,) = queries.checks(me.work.session, me.person)
    assert (card.tries, card.outcome) == (1, Outcome.PASSED)


def test_a_try_that_is_sent_again_is_judged_once(me: Pupil) -> None:
    check = me.until_asked()

    for _ in range(20):
        me.answer(check, 1, code="000")

    assert queries.checks(me.work.session, me.person)[0].tries == 1
    assert me.answer(check, 2).right
    assert me.answer(check, 2).right
    assert me.answer(check, 1, code="000").right
    assert me.kinds() == ["presence.passed"]


def test_guessing_ends_the_check(me: Pupil) -> None:
    check = me.until_asked()

    cards = [me.answer(check, n, code="x") for n in range(1, 6)]

    assert [card.missed for card in cards] == [False] * 4 + [True]
    assert cards[-1].check is not None
    assert cards[-1].check["id"] != check["id"]
    first = queries.checks(me.work.session, me.person)[1]
    assert first.why is Missed.WRONG


def test_who_does_not_answer_is_asked_once_more_and_then_the_lease_ends(
    me: Pupil,
) -> None:
    first = me.until_asked()
    before = me.credited

    told = [me.beat(15) for _ in range(5)]

    again = told[-1]["check"]
    assert again["id"] != first["id"]
    assert (again["missed"], again["left"]) == (1, 60)
    for _ in range(4):
        assert me.beat(15)["earned"] == 0
    ended = me.beat(15)
    assert ended["code"] == "lease.unanswered"
    assert me.lease.ended_why == "unanswered"
    assert me.lease.checks_missed == 2
    assert me.credited == before
    assert me.kinds() == ["presence.missed"] * 2
    assert me.beat(15)["code"] == "lease.unanswered"


def test_who_comes_back_is_asked_before_anything_is_earned(me: Pupil) -> None:
    me.until_asked()
    for _ in range(11):
        me.beat(15)
    before = me.credited

    check = me.sit()

    assert check is not None
    assert me.beat(30)["earned"] == 0
    assert me.answer(check).right
    me.beat(20)
    assert me.credited == before + 20


def test_opening_the_page_again_neither_escapes_nor_puts_off_a_check(
    me: Pupil,
) -> None:
    asked = me.until_asked()
    before = me.credited
    me.clock.pass_seconds(10)

    again = me.sit()

    assert again is not None
    assert (again["id"], again["left"]) == (asked["id"], 50)
    assert me.beat(30)["earned"] == 0
    assert me.credited == before


def test_a_page_that_is_opened_anew_every_four_minutes_is_asked_all_the_same(
    me: Pupil,
) -> None:
    for _ in range(8):
        if me.told.get("check"):
            break
        for _ in range(8):
            if me.beat().get("check"):
                break
        else:
            me.sit()

    assert me.told.get("check")
    assert me.credited <= MOST_APART + 30


def test_a_script_with_nobody_there_earns_one_interval_at_most(me: Pupil) -> None:
    """It plays in real time the whole night, and opens the page again each time."""
    for _ in range(1200):
        if me.beat(30).get("code"):
            me.sit()

    assert me.credited <= MOST_APART + 30
    assert "presence.passed" not in me.kinds()


def test_after_a_passed_check_a_script_earns_one_interval_at_most(me: Pupil) -> None:
    assert me.answer(me.until_asked()).right
    proved = me.credited

    for _ in range(240):
        if me.beat(30).get("code"):
            me.sit()

    assert proved < me.credited <= proved + MOST_APART + 30


def test_a_check_waits_for_whoever_earns(me: Pupil) -> None:
    me.beat(30)
    me.clock.now = due(me)

    me.clock.pass_seconds(1)
    me.work = work_at(me.work, me.clock)
    me.work.session.execute(
        update(Lease).values(last_beat_at=me.clock() - timedelta(seconds=30))
    )
    paused = make.send(me.work, me.seat, me.seat.beat(me.at, me.at, State.PAUSED)).told

    assert paused.get("check") is None
    assert me.beat(30)["check"]


def test_a_line_that_was_lost_is_no_miss_but_once(me: Pupil) -> None:
    check = me.until_asked()
    before = me.credited

    told = me.beat(100)

    assert told["check"]["id"] == check["id"]
    assert told["check"]["left"] == 60
    assert told["earned"] == 0
    assert me.beat(100)["check"]["id"] != check["id"]
    assert me.credited == before


def test_an_answer_that_was_held_up_by_the_line_counts(me: Pupil) -> None:
    check = me.until_asked()
    before = me.credited
    me.clock.pass_seconds(120)

    assert me.answer(check).right

    me.beat(20)
    assert me.credited == before + 20


def test_an_answer_that_comes_late_from_a_page_that_was_heard_does_not_count(
    me: Pupil,
) -> None:
    check = me.until_asked()
    for _ in range(4):
        me.beat(15)
    me.clock.pass_seconds(10)

    card = me.answer(check)

    assert (card.right, card.missed) == (False, True)
    assert card.check is not None
    assert me.answer(card.check).right


def test_a_retried_beat_hears_of_the_check_as_it_stands_now(me: Pupil) -> None:
    check = None
    while check is None:
        me.clock.pass_seconds(30)
        me.work = work_at(me.work, me.clock)
        last = me.seat.beat(me.at, me.at + 30)
        told = make.send(me.work, me.seat, last).told
        me.at, check = told["position"], told.get("check")
    assert check
    me.clock.pass_seconds(20)
    me.work = work_at(me.work, me.clock)

    again = learning.record_beat(me.work, me.person, last).told

    assert again["check"] == check | {"left": 40}
    assert again["nonce"] == told["nonce"]


def test_the_question_is_about_what_was_seen(work: Work, clock: HandClock) -> None:
    me = Pupil(work, clock, at=40)

    check = me.until_asked()

    assert check["kind"] == CheckKind.QUESTION
    assert check["options"] == ["3", "5", "7", "9"]
    assert not me.answer(check, 1, chosen=frozenset({"0"})).right
    assert me.answer(check, 2, chosen=frozenset({"1"})).right
    assert me.until_asked()["kind"] == CheckKind.CODE


def test_what_lies_ahead_is_not_asked(work: Work, clock: HandClock) -> None:
    me = Pupil(work, clock, at=5000)

    assert me.until_asked()["kind"] == CheckKind.CODE


def test_a_silent_page_leaves_a_missed_check(me: Pupil) -> None:
    me.until_asked()
    me.clock.pass_seconds(200)
    me.work = work_at(me.work, me.clock)

    assert learning.close_silent(me.work) == 1

    (card,) = queries.checks(me.work.session, me.person)
    assert (card.outcome, card.why) == (Outcome.MISSED, Missed.SILENT)
    assert me.lease.checks_missed == 1
    assert me.sit() is not None


def test_a_check_that_a_closed_page_left_is_missed_in_the_end(me: Pupil) -> None:
    me.until_asked()
    me.work = work_at(me.work, me.clock)
    make.send(me.work, me.seat, me.seat.beat(me.at, me.at, State.LEFT))
    assert learning.expire_checks(me.work) == 0

    me.clock.pass_seconds(300)
    me.work = work_at(me.work, me.clock)

    assert learning.expire_checks(me.work) == 1
    assert me.kinds() == ["presence.missed"]


def test_anothers_check_is_not_there(me: Pupil, work: Work, clock: HandClock) -> None:
    check = me.until_asked()
    other = Pupil(me.work, clock)

    reply = learning.Reply(me.seat.lease, UUID(check["id"]), 1, code=check["code"])
    with pytest.raises(NotFound, match=r"check\.unknown"):
        learning.answer_check(other.work, other.person, reply)
    reply = learning.Reply(other.seat.lease, UUID(check["id"]), 1, code=check["code"])
    with pytest.raises(NotFound, match=r"check\.unknown"):
        learning.answer_check(other.work, other.person, reply)


def test_an_association_may_take_back_what_was_not_proved(
    work: Work, clock: HandClock
) -> None:
    me = Pupil(work, clock, presence={"drop_unproved": 1})
    assert me.answer(me.until_asked()).right
    proved = me.credited
    me.until_asked()
    assert me.credited > proved

    while not me.beat(15).get("code"):
        pass

    assert me.credited == proved


def test_an_association_may_ask_nobody(work: Work, clock: HandClock) -> None:
    me = Pupil(work, clock, presence={"on": 0})

    for _ in range(60):
        assert me.beat().get("check") is None

    assert me.credited == 1800


def test_a_clock_that_is_set_moves_the_check_with_it(me: Pupil) -> None:
    lesson = LessonId(me.lesson)
    ask_ = learning.Ask(take_over=True, tick=me.clock.tick())
    me.seat.card = learning.open_lease(me.work, me.person, me.mine, lesson, ask_)
    me.seat.seq, me.seat.nonce = 0, ""
    wait = due(me) - me.clock()
    me.clock.step(7200)
    me.clock.pass_seconds(30)
    me.work = work_at(me.work, me.clock)

    told = learning.record_beat(
        me.work, me.person, me.seat.beat(0, 30), tick=me.clock.tick()
    ).told

    assert (told["earned"], told.get("check")) == (30, None)
    assert due(me) - me.clock() == wait - timedelta(seconds=30)


def test_one_check_waits_at_a_time(me: Pupil) -> None:
    me.until_asked()
    me.sit()
    me.beat(10)

    waiting = me.work.session.scalars(
        select(PresenceCheck).where(PresenceCheck.outcome.is_(None))
    ).all()

    assert len(waiting) == 1

"""When a check comes, and when it counts as missed."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.learning.rules.presence import (
    GRACE_SECONDS,
    MOST_TRIES,
    UNHEARD_SECONDS,
    Candidate,
    Presence,
    Turn,
    Waiting,
    just_seen,
    presence_of,
    span_between,
    turn,
)

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_what_an_association_leaves_open_is_as_usual() -> None:
    assert presence_of({}) == Presence()
    mine = presence_of({"mean_seconds": 900, "camera": 0, "of_another_day": 1})
    assert (mine.mean_seconds, mine.camera, mine.misses) == (900, False, 2)


def test_twelve_minutes_in_the_mean_and_never_closer_than_five() -> None:
    assert span_between(Presence(), pace=2700, target_seconds=8100) == (300, 1140)


@pytest.mark.parametrize("target", [0, 45, 59])
def test_a_lesson_shorter_than_a_minute_is_never_interrupted(target: int) -> None:
    assert span_between(Presence(), pace=45, target_seconds=target) is None


@pytest.mark.parametrize("target", [60, 90, 225])
def test_a_short_lesson_of_a_demonstration_is_interrupted_about_once(
    target: int,
) -> None:
    span = span_between(Presence(), pace=45, target_seconds=target)

    assert span is not None
    least, most = span
    assert 0 < least < most
    assert (least + most) / 2 >= target * 0.6


def test_a_fast_pace_does_not_put_checks_off() -> None:
    slow = span_between(Presence(), pace=5400, target_seconds=8100)
    assert slow == span_between(Presence(), pace=2700, target_seconds=8100)


def test_nobody_is_asked_where_the_association_has_turned_it_off() -> None:
    assert span_between(Presence(on=False), pace=2700, target_seconds=2700) is None


WAITING = Waiting(after(60), excused=False)


@pytest.mark.parametrize(
    ("check", "now", "heard", "found"),
    [
        (WAITING, 0, 0, Turn.WAIT),
        (WAITING, 60 + GRACE_SECONDS, 50, Turn.WAIT),
        (WAITING, 61 + GRACE_SECONDS, 50, Turn.MISS),
        (WAITING, 90, 90 - UNHEARD_SECONDS, Turn.MISS),
        (WAITING, 90, 89 - UNHEARD_SECONDS, Turn.EXCUSE),
        (Waiting(after(60), excused=True), 150, 0, Turn.MISS),
        (Waiting(after(60), excused=False, tries=MOST_TRIES), 5, 0, Turn.MISS),
    ],
)
def test_a_check_is_missed_by_whoever_was_there_and_did_not_answer(
    check: Waiting, now: int, heard: int, found: Turn
) -> None:
    assert turn(check, after(now), after(heard)) is found


def test_a_question_is_about_what_was_watched_and_not_asked_before() -> None:
    questions = [
        Candidate("seen", 20),
        Candidate("asked", 25),
        Candidate("ahead", 90),
        Candidate("of the whole", None),
    ]

    assert just_seen(questions, ((0, 30), (40, 60)), {"asked"}) == ["seen"]

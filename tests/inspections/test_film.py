"""Stretches of a lease, and whether its beats are the sealed ones."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

from lms.inspections.rules.film import (
    START,
    Beat,
    Shown,
    Stretch,
    read_beats,
    stretches,
    summed,
    whole,
)

NOON = datetime(2026, 11, 20, 4, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def beat(
    seq: int, seconds: float, earned: int, state: str = "playing", moved: int = 30
) -> Beat:
    return Beat(seq, at(seconds), state, moved, earned, f"beat {seq}")


def shown(found: tuple[Stretch, ...]) -> list[tuple[str, float, float]]:
    def place(when: datetime) -> float:
        return (when - NOON).total_seconds()

    return [(str(one.shown), place(one.since), place(one.until)) for one in found]


def test_beats_that_earn_are_one_stretch_of_credited_time() -> None:
    found = stretches(NOON, [beat(1, 30, 30), beat(2, 60, 30)], [])
    assert shown(found) == [("credited", 0, 60)]
    assert found[0].earned == 60


def test_each_reason_for_earning_nothing_is_shown_as_itself() -> None:
    found = stretches(
        NOON,
        [
            beat(1, 30, 30),
            beat(2, 60, 0, "paused"),
            beat(3, 90, 0, "hidden"),
            beat(4, 120, 0),
            beat(5, 150, 0),
        ],
        [(at(125), at(149))],
    )
    assert shown(found) == [
        ("credited", 0, 30),
        ("paused", 30, 60),
        ("hidden", 60, 90),
        ("refused", 90, 120),
        ("check", 120, 150),
    ]


def test_what_a_late_beat_could_not_earn_is_shown_as_lost() -> None:
    found = stretches(NOON, [beat(1, 170, 60, moved=170)], [])
    assert shown(found) == [("lost", 0, 110), ("credited", 110, 170)]


def test_the_rest_of_a_full_lesson_is_not_called_lost() -> None:
    found = stretches(NOON, [beat(1, 30, 30), beat(2, 60, 12)], [])
    assert shown(found) == [("credited", 0, 42), ("full", 42, 60)]


def test_time_that_a_check_took_is_not_called_lost() -> None:
    found = stretches(NOON, [beat(1, 45, 30)], [(at(2), at(17))])
    assert shown(found) == [("check", 0, 15), ("credited", 15, 45)]


def test_a_pause_within_a_beat_is_not_called_seen_before() -> None:
    found = stretches(NOON, [beat(1, 30, 30), beat(2, 60, 12, moved=12)], [])
    assert shown(found) == [("credited", 0, 42), ("still", 42, 60)]


def test_a_pause_and_a_part_seen_before_are_told_apart_in_one_beat() -> None:
    found = stretches(NOON, [beat(1, 30, 10, moved=20)], [])
    assert shown(found) == [("credited", 0, 10), ("still", 10, 20), ("full", 20, 30)]


def test_a_check_is_shown_as_long_as_it_waited_and_the_rest_as_what_it_was() -> None:
    found = stretches(NOON, [beat(1, 45, 20, moved=20)], [(at(0), at(8))])
    assert shown(found) == [("check", 0, 8), ("credited", 8, 28), ("still", 28, 45)]


def test_a_film_that_stood_still_is_not_called_refused() -> None:
    found = stretches(NOON, [beat(1, 30, 0, moved=0), beat(2, 60, 0, moved=30)], [])
    assert shown(found) == [("still", 0, 30), ("refused", 30, 60)]


def test_a_beat_that_came_twice_counts_once_and_order_does_not_matter() -> None:
    lines = [
        json.dumps(["lease", seq, f"2026-11-20T04:00:{seq:02d}.000000Z", 0, 1, "x", 1])
        for seq in (2, 1, 2)
    ]
    assert [one.seq for one in read_beats(lines)["lease"]] == [1, 2]


def test_beats_are_whole_only_if_every_one_is_there_unchanged() -> None:
    beats = [beat(n, n * 30, 30) for n in (1, 2, 3)]
    sealed = START
    for one in beats:
        sealed = hashlib.sha256(sealed + one.text.encode()).digest()
    assert whole(beats, sealed)
    assert not whole(beats[:2], sealed)
    assert not whole([beats[1], beats[0], beats[2]], sealed)
    assert not whole([], sealed)
    assert whole([], START)


def test_without_beats_only_the_sum_is_drawn() -> None:
    assert shown(summed(NOON, at(300), 225)) == [("sum", 0, 225), ("lost", 225, 300)]
    assert shown(summed(NOON, at(226), 225)) == [("sum", 0, 225)]
    assert [one.shown for one in summed(NOON, at(60), 0)] == [Shown.LOST]

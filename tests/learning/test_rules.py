"""What a beat is worth: the table, the properties, and both sides simulated."""

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.learning.rules import (
    CARRY_SECONDS,
    LONGEST_CREDIT_SECONDS,
    Claim,
    Measure,
    Moment,
    Progress,
    Reason,
    State,
    beat_interval,
    coverage_needed,
    is_complete,
    judge_beat,
    measure_of,
    merge,
    total,
)

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
FILM = Measure(film_seconds=1000, target_seconds=1000)
FRESH = Progress()
SEEN_300 = Progress(((0, 300),), 300, 300, 300)


def at(seconds: float, *, day_left: int | None = None) -> Moment:
    return Moment(START + timedelta(seconds=seconds), START, day_left)


@pytest.mark.parametrize(
    ("progress", "claim", "seconds", "earned", "reason"),
    [
        pytest.param(FRESH, Claim(0, 30), 30, 30, None, id="honest play"),
        pytest.param(FRESH, Claim(0, 30), 29.4, 29, None, id="a fast line"),
        pytest.param(FRESH, Claim(0, 20), 20, 20, None, id="ticks of 20 earn 20"),
        pytest.param(
            FRESH, Claim(0, 60), 20, 0, Reason.TOO_FAST, id="60 claimed after 20"
        ),
        pytest.param(FRESH, Claim(0, 32), 30, 30, None, id="two seconds are clipped"),
        pytest.param(
            FRESH, Claim(0, 33), 30, 0, Reason.TOO_FAST, id="three seconds have jumped"
        ),
        pytest.param(
            FRESH, Claim(0, 480), 30, 0, Reason.TOO_FAST, id="sixteen times as fast"
        ),
        pytest.param(
            FRESH, Claim(970, 1000), 30, 0, Reason.JUMPED, id="a jump to the end"
        ),
        pytest.param(
            SEEN_300, Claim(303, 333), 30, 0, Reason.JUMPED, id="beyond the furthest"
        ),
        pytest.param(SEEN_300, Claim(302, 330), 30, 30, None, id="at the furthest"),
        pytest.param(
            FRESH, Claim(30, 0), 30, 0, Reason.JUMPED, id="a film that runs backwards"
        ),
        pytest.param(
            FRESH, Claim(-30, 0), 30, 0, Reason.JUMPED, id="before the beginning"
        ),
        pytest.param(
            SEEN_300, Claim(100, 130), 30, 0, Reason.SEEN, id="a replay earns nothing"
        ),
        pytest.param(
            SEEN_300, Claim(290, 320), 30, 20, None, id="only what is new earns"
        ),
        pytest.param(FRESH, Claim(0, 30), 170, 30, None, id="a pause earns the film"),
        pytest.param(
            FRESH, Claim(0, 170), 170, 60, None, id="a silence earns a minute"
        ),
        pytest.param(
            FRESH, Claim(0, 30, State.PAUSED), 30, 0, Reason.PAUSED, id="paused"
        ),
        pytest.param(
            FRESH, Claim(0, 30, State.HIDDEN), 30, 0, Reason.HIDDEN, id="hidden"
        ),
        pytest.param(FRESH, Claim(0, 30, State.LEFT), 30, 30, None, id="left"),
        pytest.param(
            FRESH, Claim(0, 30), -3600, 0, Reason.CLOCK_STEP, id="the clock went back"
        ),
        pytest.param(FRESH, Claim(0, 0), 30, 0, None, id="a stalled film"),
    ],
)
def test_a_beat(
    progress: Progress,
    claim: Claim,
    seconds: float,
    earned: int,
    reason: Reason | None,
) -> None:
    verdict = judge_beat(progress, claim, at(seconds), FILM)

    assert (verdict.earned, verdict.reason) == (earned, reason)
    assert verdict.progress.credited_seconds == progress.credited_seconds + earned


def test_a_jump_leaves_all_as_it_was_and_says_where_to_go_back() -> None:
    verdict = judge_beat(SEEN_300, Claim(100, 1000), at(30), FILM)

    assert verdict.progress == SEEN_300
    assert verdict.seek


def test_a_long_gap_sends_the_film_back_to_what_was_credited() -> None:
    verdict = judge_beat(FRESH, Claim(0, 100), at(100), FILM)

    assert verdict.earned == LONGEST_CREDIT_SECONDS
    assert verdict.progress.position == LONGEST_CREDIT_SECONDS
    assert verdict.seek


def test_never_more_than_the_lesson() -> None:
    short = Measure(film_seconds=1000, target_seconds=310)

    verdict = judge_beat(SEEN_300, Claim(300, 330), at(30), short)

    assert verdict.earned == 10
    assert verdict.progress.furthest == 330


def test_never_more_than_the_day() -> None:
    verdict = judge_beat(FRESH, Claim(0, 30), at(30, day_left=12), FILM)
    assert verdict.earned == 12
    assert verdict.progress.position == 12

    full = judge_beat(FRESH, Claim(0, 30), at(30, day_left=0), FILM)
    assert (full.earned, full.reason) == (0, Reason.DAY_FULL)


def test_double_speed_covers_the_film_but_earns_the_clock() -> None:
    double = Measure(film_seconds=1000, target_seconds=1000, top_rate=200)

    verdict = judge_beat(FRESH, Claim(0, 60), at(30), double)

    assert verdict.earned == 30
    assert total(verdict.progress.watched) == 60


def test_after_a_whole_film_at_double_speed_seeing_it_again_fills_the_time() -> None:
    double = Measure(film_seconds=1000, target_seconds=1000, top_rate=200)
    seen = Progress(((0, 1000),), 500, 1000, 1000)

    verdict = judge_beat(seen, Claim(0, 60), at(30), double)

    assert verdict.earned == 30


def test_the_mark_moves_by_what_was_earned_and_carries_little() -> None:
    late = judge_beat(FRESH, Claim(0, 30), at(35), FILM)
    assert late.mark == START + timedelta(seconds=30)

    idle = judge_beat(FRESH, Claim(0, 30), at(170), FILM)
    assert idle.mark == START + timedelta(seconds=170 - CARRY_SECONDS)


@pytest.mark.parametrize(
    ("credited", "watched", "questions", "done"),
    [
        pytest.param(1000, 1000, 0, True, id="time, film and questions"),
        pytest.param(999, 1000, 0, False, id="a second missing"),
        pytest.param(1000, 949, 0, False, id="film missing"),
        pytest.param(1000, 950, 0, True, id="film enough"),
        pytest.param(1000, 1000, 1, False, id="a question open"),
    ],
)
def test_complete(credited: int, watched: int, questions: int, done: bool) -> None:
    progress = Progress(((0, watched),), credited, watched, watched)

    assert is_complete(progress, FILM, questions_open=questions) is done


def test_a_document_is_a_film_as_long_as_its_dwell() -> None:
    assert measure_of(required_seconds=90, film_seconds=None) == Measure(90, 90)


def test_a_film_longer_than_required_must_be_seen_nearly_whole() -> None:
    measure = measure_of(required_seconds=45, film_seconds=100)

    assert measure.target_seconds == coverage_needed(100) == 95


def test_short_lessons_beat_often_enough_to_finish() -> None:
    assert [beat_interval(s) for s in (2700, 180, 45, 1)] == [30, 30, 8, 5]


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=30),
)
def test_merged_intervals_are_the_set_of_their_seconds(
    stretches: list[tuple[int, int]],
) -> None:
    spans: tuple[tuple[int, int], ...] = ()
    seconds: set[int] = set()
    for low, high in stretches:
        spans = merge(spans, (low, high))
        seconds |= set(range(low, high))

    assert total(spans) == len(seconds)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(spans))


STATES = st.sampled_from(list(State))
STORY = st.lists(
    st.tuples(
        st.integers(-10, 1200), st.integers(-10, 1200), st.integers(-20, 400), STATES
    ),
    max_size=60,
)


@settings(max_examples=300)
@given(STORY, st.sampled_from([100, 200]))
def test_no_story_beats_the_clock_or_the_film(
    story: list[tuple[int, int, int, State]], rate: int
) -> None:
    measure = Measure(1000, 1000, rate)
    progress, mark, now = FRESH, START, START
    latest = START
    for start, end, gap, state in story:
        now += timedelta(seconds=gap)
        latest = max(latest, now)
        verdict = judge_beat(
            progress, Claim(start, end, state), Moment(now, mark), measure
        )
        assert 0 <= verdict.earned <= LONGEST_CREDIT_SECONDS
        assert verdict.mark >= mark
        progress, mark = verdict.progress, verdict.mark
        assert mark <= latest

    assert progress.credited_seconds <= 1000
    assert progress.credited_seconds <= (latest - START).total_seconds()
    assert total(progress.watched) <= 1000
    assert total(progress.watched) <= (latest - START).total_seconds() * rate / 100
    assert progress.furthest == max((high for _, high in progress.watched), default=0)


class HonestPlayer:
    """The player of the page, on a line that loses requests and answers."""

    def __init__(self, film: int, *, loss: float, outage: int, seed: int) -> None:
        self.dice = random.Random(seed)
        self.measure = Measure(film, film)
        self.loss, self.outage = loss, outage
        self.progress, self.mark = FRESH, START
        self.real = 0.0
        self.playhead = 0.0
        self.known = 0
        self.unheard = 0.0

    def play(self) -> float:
        """Watch to the end; give the share of real time that was credited."""
        due = 30.0
        while not is_complete(self.progress, self.measure, questions_open=0):
            self._pass(due)
            heard = self._beat()
            due = max(5.0, 30 - self.playhead + self.known) if heard else self._wait()
        return self.progress.credited_seconds / self.real

    def _pass(self, seconds: float) -> None:
        self.real += seconds
        self.unheard += seconds
        # A minute without an answer: the page stops the film, and the clock runs on.
        room = max(0.0, 58.0 - (self.unheard - seconds))
        moved = min(seconds, room, self.measure.film_seconds - self.playhead)
        self.playhead += max(0.0, moved)

    def _wait(self) -> float:
        self.tries += 1
        return 0.5 if self.tries < 10 else 8.0

    tries = 0

    def _down(self) -> bool:
        return self.outage > 0 and self.real % 900 > 900 - self.outage

    def _beat(self) -> bool:
        claim = Claim(self.known, int(self.playhead))
        if self._down() or self.dice.random() < self.loss:
            self._pass(3)
            return False
        transit = self.dice.expovariate(1 / 0.6)
        now = START + timedelta(seconds=self.real + min(transit, 10))
        if not self.pending_answer:
            verdict = judge_beat(
                self.progress, claim, Moment(now, self.mark), self.measure
            )
            self.progress, self.mark = verdict.progress, verdict.mark
            self.seek = verdict.seek
            self.pending_answer = True
        if self.dice.random() < self.loss:
            self._pass(3)
            return False
        self.pending_answer, self.unheard, self.tries = False, 0.0, 0
        self.known = self.progress.position
        if self.seek:
            self.playhead = float(self.known)
        return True

    pending_answer = False
    seek = False


@pytest.mark.parametrize(
    ("loss", "outage", "least"),
    [
        pytest.param(0.0, 0, 0.99, id="a good line"),
        pytest.param(0.2, 0, 0.99, id="a fifth lost"),
        pytest.param(0.0, 30, 0.98, id="half a minute out each quarter hour"),
        pytest.param(0.2, 30, 0.97, id="both"),
        pytest.param(0.0, 60, 0.95, id="a minute out each quarter hour"),
    ],
)
def test_an_honest_person_keeps_the_time_on_a_bad_line(
    loss: float, outage: int, least: float
) -> None:
    shares = [
        HonestPlayer(5400, loss=loss, outage=outage, seed=seed).play()
        for seed in range(40)
    ]

    assert min(shares) >= least, (min(shares), sum(shares) / len(shares))

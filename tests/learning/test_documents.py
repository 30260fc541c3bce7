"""Pages are read one after the other, by the clock: whatever a page claims."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lms.catalogue.models import CourseVersion, Document, Lesson
from lms.catalogue.rules import LessonKind
from lms.catalogue.rules.documents import DocumentState, page_at, page_starts
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.learning import queries
from lms.learning.rules import Reason, State
from tests.conftest import HandClock, work_at
from tests.learning.ground import course
from tests.make import learning as make

PAGES, SECONDS = 30, 900
EACH = SECONDS // PAGES


class Reader:
    """One page of a browser that may claim any page at any time."""

    def __init__(self, work: Work, clock: HandClock) -> None:
        self.work, self.clock = work, clock
        version, (self.lesson,) = course(work, SECONDS, kind=LessonKind.DOCUMENT)
        _with_pages(work, self.lesson)
        self.person, self.mine = make.enrolled(work, version)
        self.seat = make.sit(work, self.person, self.mine, self.lesson)
        self.starts = page_starts(PAGES, SECONDS)

    def claim(
        self, since: int, until: int, passed: float, state: State = State.PLAYING
    ) -> dict[str, object]:
        self.clock.pass_seconds(passed)
        self.work = work_at(self.work, self.clock)
        beat = self.seat.beat(since, until, state)
        return make.send(self.work, self.seat, beat).told

    def page(self, n: int, passed: float) -> dict[str, object]:
        """Claim that page n was read to its end."""
        return self.claim(self.starts[n - 1], self.starts[n - 1] + EACH, passed)

    @property
    def credited(self) -> int:
        return queries.progress(self.work.session, self.mine)[
            self.lesson
        ].credited_seconds

    @property
    def done(self) -> bool:
        found = queries.progress(self.work.session, self.mine)[self.lesson]
        return found.completed_at is not None


def _with_pages(work: Work, lesson_id: object) -> None:
    lesson = work.session.get_one(Lesson, lesson_id)
    document = Document(
        id=new_id(),
        association_id=work.session.get_one(
            CourseVersion, lesson.version_id
        ).association_id,
        made_at=work.now,
        touched_at=work.now,
        name="a.pdf",
        size=1,
        sha256="0" * 64,
        state=DocumentState.READY,
        pages=PAGES,
        source_key="a.pdf",
    )
    work.session.add(document)
    work.session.flush()
    lesson.document_id = document.id
    work.session.flush()


@pytest.fixture
def reader(work: Work, clock: HandClock) -> Reader:
    return Reader(work, clock)


def test_page_by_page_earns_every_second_and_finishes(reader: Reader) -> None:
    for n in range(1, PAGES + 1):
        assert reader.page(n, EACH)["earned"] == EACH
    assert (reader.credited, reader.done) == (SECONDS, True)


def test_who_flips_through_all_pages_at_once_earns_nothing(reader: Reader) -> None:
    for n in range(1, PAGES + 1):
        told = reader.page(n, 0.1)
        assert told["earned"] == 0
    assert reader.claim(0, SECONDS, 0)["reason"] == Reason.TOO_FAST
    assert reader.claim(0, 0, 5, State.LEFT)["credited"] == 0
    assert not reader.done


def test_a_page_far_ahead_earns_nothing_however_long_it_lies_open(
    reader: Reader,
) -> None:
    for _minute in range(10):
        told = reader.page(PAGES, EACH)
        assert (told["earned"], told["reason"]) == (0, Reason.JUMPED)
        assert told["seek"] is True
    assert told["position"] == 0


def test_a_page_counts_no_longer_than_its_seconds(reader: Reader) -> None:
    reader.page(1, EACH)
    for _time in range(10):
        assert reader.claim(EACH, EACH, 60)["earned"] == 0, "the page stays open"
        assert reader.page(1, EACH)["reason"] == Reason.SEEN, "and is read again"
    told = reader.claim(0, 0, 1, State.LEFT)
    assert told["credited"] == EACH


def test_a_page_that_was_left_early_keeps_the_next_one_shut(reader: Reader) -> None:
    reader.claim(0, EACH // 2, EACH / 2)
    told = reader.page(2, EACH)
    assert (told["earned"], told["reason"]) == (0, Reason.JUMPED)
    assert told["furthest"] == EACH // 2


def test_a_page_in_a_hidden_tab_earns_nothing(reader: Reader) -> None:
    assert reader.claim(0, EACH, EACH, State.HIDDEN)["reason"] == Reason.HIDDEN
    assert reader.claim(0, EACH, EACH, State.PAUSED)["reason"] == Reason.PAUSED


@given(pages=some.integers(1, 200), more=some.integers(0, 10_000))
def test_pages_share_the_seconds_alike_and_lose_none(pages: int, more: int) -> None:
    seconds = 3 * pages + more
    starts = page_starts(pages, seconds)
    lengths = [b - a for a, b in zip(starts, (*starts[1:], seconds), strict=True)]

    assert sum(lengths) == seconds
    assert max(lengths) - min(lengths) <= 1
    assert min(lengths) >= 3
    for n, start in enumerate(starts, 1):
        assert page_at(start, pages, seconds) == n

"""Enrolment, leases and beats on a real database."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from lms.catalogue.models import Association
from lms.catalogue.rules import LessonKind
from lms.evidence import queries as evidence
from lms.hours import queries as hours
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work
from lms.learning import queries
from lms.learning import services as learning
from lms.learning.models import Lease, StudyHead
from lms.learning.rules import State
from lms.policy.model import Specialty, Track
from tests.conftest import HandClock, work_at
from tests.learning.ground import course
from tests.make import learning as make

BUILDING = (Specialty.BUILDING, Track.REQUIRED)


def credit(work: Work, person_id: PersonId) -> dict[tuple[Specialty, Track], int]:
    since, until = date(2026, 1, 1), date(2030, 1, 1)
    return dict(hours.tally(work.session, person_id, since=since, until=until))


def watch(work: Work, clock: HandClock, seat: make.Sitting, seconds: int) -> Work:
    """Play honestly from where the film stands, a beat every half minute."""
    at = seat.card.position
    for to in [*range(at + 30, at + seconds, 30), at + seconds]:
        clock.pass_seconds(to - at)
        work = work_at(work, clock)
        make.send(work, seat, seat.beat(at, to))
        at = to
    return work


def test_one_enrolment_for_one_source_and_one_version(work: Work) -> None:
    version, _ = course(work, 60)
    me, first = make.enrolled(work, version)

    again = learning.enrol(work, me, version, source="order-line:9")

    assert again == first
    assert len(queries.enrolments(work.session, me)) == 1


def test_a_common_course_counts_where_the_person_chooses(
    work: Work, clock: HandClock
) -> None:
    version, (lesson, *_) = course(work, 60, 60, specialty=None)
    me, mine = make.enrolled(work, version)
    with pytest.raises(Refused, match=r"enrolment\.no_specialty"):
        make.sit(work, me, mine, lesson)

    learning.assign_specialty(work, me, mine, Specialty.WATER)
    watch(work, clock, make.sit(work, me, mine, lesson), 60)

    assert credit(work, me) == {(Specialty.WATER, Track.REQUIRED): 100}
    with pytest.raises(Refused, match=r"enrolment\.already_credited"):
        learning.assign_specialty(work, me, mine, Specialty.MINING)


def test_a_course_of_a_specialty_counts_there(work: Work) -> None:
    version, _ = course(work, 60)
    me, mine = make.enrolled(work, version)

    with pytest.raises(Refused, match=r"enrolment\.specialty_fixed"):
        learning.assign_specialty(work, me, mine, Specialty.WATER)


def test_a_finished_lesson_posts_its_credit_once(work: Work, clock: HandClock) -> None:
    version, (lesson,) = course(work, 100, credit=200)
    me, mine = make.enrolled(work, version)
    seat = make.sit(work, me, mine, lesson)

    work = watch(work, clock, seat, 99)
    assert credit(work, me) == {}

    clock.pass_seconds(10)
    make.send(work_at(work, clock), seat, seat.beat(99, 100))

    assert credit(work, me) == {BUILDING: 200}
    kinds = [line.kind for line in evidence.lines(work.session, f"person:{me}")]
    assert kinds == [
        "study.segment",
        "hours.posted",
        "lesson.completed",
        "enrolment.made",
    ]
    assert evidence.verify(work.session, f"person:{me}").intact
    (card,) = queries.enrolments(work.session, me)
    assert card.completed_at is not None


def test_a_finished_lesson_opens_no_lease(work: Work, clock: HandClock) -> None:
    version, (lesson,) = course(work, 30)
    me, mine = make.enrolled(work, version)
    watch(work, clock, make.sit(work, me, mine, lesson), 30)

    again = make.sit(work, me, mine, lesson)

    assert again.card.done
    assert again.card.lease is None


def test_the_same_beat_a_thousand_times_earns_once(
    work: Work, clock: HandClock
) -> None:
    version, (lesson,) = course(work, 1000)
    me, mine = make.enrolled(work, version)
    seat = make.sit(work, me, mine, lesson)
    clock.pass_seconds(30)
    work = work_at(work, clock)
    beat = seat.beat(0, 30)

    answers = set()
    for _ in range(1000):
        clock.pass_seconds(1)
        answers.add(learning.record_beat(work_at(work, clock), me, beat).body)

    assert len(answers) == 1
    assert queries.progress(work.session, mine)[lesson].credited_seconds == 30


def test_a_document_is_read_by_the_clock(work: Work, clock: HandClock) -> None:
    version, (lesson,) = course(work, 90, kind=LessonKind.DOCUMENT)
    me, mine = make.enrolled(work, version)

    watch(work, clock, make.sit(work, me, mine, lesson), 90)

    assert credit(work, me) == {BUILDING: 100}


def test_a_second_device_is_told_and_may_take_over(
    work: Work, clock: HandClock
) -> None:
    version, (one, two) = course(work, 1000, 1000)
    me, mine = make.enrolled(work, version)
    first = make.sit(work, me, mine, one)
    with pytest.raises(Conflict, match=r"lease\.taken"):
        make.sit(work, me, mine, two)

    second = make.sit(work, me, mine, two, take_over=True)

    clock.pass_seconds(30)
    work = work_at(work, clock)
    told = make.send(work, first, first.beat(0, 30))
    assert not told.in_step
    assert told.told["code"] == "lease.taken_over"
    make.send(work, second, second.beat(0, 30))
    done = queries.progress(work.session, mine)
    assert (done[one].credited_seconds, done[two].credited_seconds) == (0, 30)


def test_a_page_opens_its_own_lease_again_without_asking(work: Work) -> None:
    version, (lesson,) = course(work, 1000)
    me, mine = make.enrolled(work, version)
    seat = make.sit(work, me, mine, lesson)

    card = learning.open_lease(work, me, mine, lesson, learning.Ask(mine=seat.lease))

    assert card.lease not in {None, seat.lease}


def test_a_switch_of_devices_never_earns_one_second_twice(
    work: Work, clock: HandClock
) -> None:
    version, lessons = course(work, 1000, 1000)
    me, mine = make.enrolled(work, version)
    for turn in range(20):
        seat = make.sit(work, me, mine, lessons[turn % 2], take_over=True)
        clock.pass_seconds(7)
        at = seat.card.position
        make.send(work_at(work, clock), seat, seat.beat(at, at + 9))
        work = work_at(work, clock)

    total = sum(
        study.credited_seconds
        for study in queries.progress(work.session, mine).values()
    )
    assert total <= 140


def test_three_minutes_of_silence_end_a_lease_and_earn_nothing(
    work: Work, clock: HandClock
) -> None:
    version, (lesson,) = course(work, 1000)
    me, mine = make.enrolled(work, version)
    seat = make.sit(work, me, mine, lesson)
    clock.pass_seconds(181)
    work = work_at(work, clock)

    told = make.send(work, seat, seat.beat(0, 60))

    assert told.told["code"] == "lease.silent"
    again = make.sit(work, me, mine, lesson)
    assert again.card.credited == 0
    clock.pass_seconds(30)
    make.send(work_at(work, clock), again, again.beat(0, 30))
    assert queries.progress(work.session, mine)[lesson].credited_seconds == 30


@pytest.mark.parametrize(
    ("seq", "nonce"), [(0, None), (2, None), (7, None), (1, "guessed")]
)
def test_a_beat_out_of_step_earns_nothing_and_is_told_where_it_stands(
    work: Work, clock: HandClock, seq: int, nonce: str | None
) -> None:
    version, (lesson,) = course(work, 1000)
    me, mine = make.enrolled(work, version)
    seat = make.sit(work, me, mine, lesson)
    clock.pass_seconds(30)
    good = seat.beat(0, 30)
    bad = type(good)(good.lease, seq, nonce or good.nonce, good.claim)

    told = learning.record_beat(work_at(work, clock), me, bad)

    assert not told.in_step
    assert (told.told["code"], told.told["seq"]) == ("lease.out_of_step", 0)
    assert queries.progress(work.session, mine)[lesson].credited_seconds == 0


@pytest.mark.parametrize(("rate", "heard"), [(150, (30, 45)), (100, (0, 0))])
def test_a_film_runs_as_fast_as_the_association_says_and_earns_by_the_clock(
    work: Work, clock: HandClock, rate: int, heard: tuple[int, int]
) -> None:
    version, lessons = course(work, 600)
    work.session.execute(update(Association).values(top_rate=rate))
    person, mine = make.enrolled(work, version)
    seat = make.sit(work, person, mine, lessons[0])
    clock.pass_seconds(30)
    work = work_at(work, clock)

    told = make.send(work, seat, seat.beat(0, 45)).told

    assert told["credited"] <= 30
    assert (told["credited"], told["furthest"]) == heard


def test_what_is_anothers_is_not_there(work: Work, clock: HandClock) -> None:
    version, (lesson,) = course(work, 1000)
    me, mine = make.enrolled(work, version)
    seat = make.sit(work, me, mine, lesson)
    other = PersonId(new_id())

    with pytest.raises(NotFound, match=r"lease\.unknown"):
        learning.record_beat(work, other, seat.beat(0, 30))
    with pytest.raises(NotFound, match=r"enrolment\.unknown"):
        make.sit(work, other, mine, lesson)
    with pytest.raises(NotFound, match=r"enrolment\.unknown"):
        queries.enrolment(work.session, other, mine)
    _, (foreign,) = course(work, 10)
    with pytest.raises(NotFound, match=r"lesson\.unknown"):
        make.sit(work, me, mine, foreign)


def test_leaving_counts_the_last_stretch_and_frees_the_place(
    work: Work, clock: HandClock
) -> None:
    version, (one, two) = course(work, 1000, 1000)
    me, mine = make.enrolled(work, version)
    seat = make.sit(work, me, mine, one)
    clock.pass_seconds(12)
    work = work_at(work, clock)

    make.send(work, seat, seat.beat(0, 12, State.LEFT))

    assert make.sit(work, me, mine, two).card.lease
    resume = queries.progress(work.session, mine)[one]
    assert (resume.position, resume.credited_seconds) == (12, 12)


def test_dead_leases_are_closed_with_their_segment(
    work: Work, clock: HandClock
) -> None:
    version, (lesson,) = course(work, 1000)
    me, mine = make.enrolled(work, version)
    work = watch(work, clock, make.sit(work, me, mine, lesson), 60)
    assert learning.close_silent(work) == 0

    clock.pass_seconds(181)
    work = work_at(work, clock)

    assert learning.close_silent(work) == 1
    assert learning.close_silent(work) == 0
    open_ones = select(func.count()).select_from(Lease).where(Lease.ended_at.is_(None))
    assert work.session.scalar(open_ones) == 0
    segment = evidence.lines(work.session, f"person:{me}")[0]
    assert segment.kind == "study.segment"
    assert '"seconds":60' in segment.facts


def test_a_clock_that_steps_back_gives_nothing_and_takes_nothing(
    work: Work, clock: HandClock
) -> None:
    version, (lesson,) = course(work, 1000)
    me, mine = make.enrolled(work, version)
    seat = make.sit(work, me, mine, lesson)
    work = watch(work, clock, seat, 60)
    clock.now -= timedelta(hours=1)
    work = work_at(work, clock)

    told = make.send(work, seat, seat.beat(60, 90)).told

    assert (told["earned"], told["reason"]) == (0, "clock_step")
    assert told["credited"] == 60
    mark = work.session.scalar(select(StudyHead.credited_until))
    assert mark is not None
    assert mark > work.now


def test_the_person_resumes_at_the_second_where_the_film_stopped(
    work: Work, clock: HandClock
) -> None:
    version, (one, two) = course(work, 30, 1000)
    me, mine = make.enrolled(work, version)
    fresh = queries.resume(work.session, me)
    assert fresh is not None
    assert (fresh.lesson_id, fresh.fresh) == (one, True)

    work = watch(work, clock, make.sit(work, me, mine, two), 77)
    stopped = queries.resume(work.session, me)

    assert stopped is not None
    assert (stopped.lesson_id, stopped.position) == (two, 77)

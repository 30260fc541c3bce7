"""On a bad line a page asks for its lease in copies: all hear of one lease."""

from __future__ import annotations

import pytest

from lms.kernel.errors import Conflict
from lms.kernel.ids import EnrolmentId, LessonId, PersonId, new_id
from lms.kernel.work import Work
from lms.learning import services as learning
from lms.learning.services.leases import LeaseCard
from tests.conftest import HandClock, work_at
from tests.learning.ground import course
from tests.make import learning as make

Place = tuple[PersonId, EnrolmentId, LessonId, LessonId]


@pytest.fixture
def place(work: Work) -> Place:
    version, (first, second) = course(work, 300, 300)
    me, mine = make.enrolled(work, version)
    return me, mine, first, second


def _ask(work: Work, place: Place, ask: learning.Ask, *, lesson: int = 2) -> LeaseCard:
    me, mine = place[:2]
    return learning.open_lease(work, me, mine, place[lesson], ask)  # type: ignore[arg-type]  # a place is four ids


def test_a_copy_of_an_asking_hears_of_the_same_lease(work: Work, place: Place) -> None:
    ask = learning.Ask(once=new_id())

    first, copy = _ask(work, place, ask), _ask(work, place, ask)

    assert first.lease == copy.lease
    assert (first.nonce, first.seq) == (copy.nonce, copy.seq)


def test_another_asking_still_finds_the_lease_taken(work: Work, place: Place) -> None:
    _ask(work, place, learning.Ask(once=new_id()))

    with pytest.raises(Conflict) as taken:
        _ask(work, place, learning.Ask(once=new_id()))
    assert taken.value.code == "lease.taken"


def test_a_late_copy_does_not_disturb_who_has_begun(
    work: Work, clock: HandClock, place: Place
) -> None:
    me, mine, lesson, _ = place
    ask = learning.Ask(once=new_id())
    seat = make.Sitting(me, mine, lesson, _ask(work, place, ask))
    clock.pass_seconds(10)
    make.send(work_at(work, clock), seat, seat.beat(0, 10))

    late = _ask(work_at(work, clock), place, ask)

    assert (late.lease, late.seq, late.nonce) == (seat.lease, 1, seat.nonce)


def test_a_name_used_again_for_another_lesson_opens_another_lease(
    work: Work, place: Place
) -> None:
    once = new_id()
    first = _ask(work, place, learning.Ask(once=once))
    again = learning.Ask(once=once, take_over=True)

    second = _ask(work, place, again, lesson=3)

    assert second.lease != first.lease
    assert second.lease is not None


def test_another_person_by_the_same_name_has_another_lease(work: Work) -> None:
    version, (lesson,) = course(work, 300)
    ask = learning.Ask(once=new_id())

    leases = set()
    for _ in range(2):
        me, mine = make.enrolled(work, version)
        leases.add(learning.open_lease(work, me, mine, lesson, ask).lease)

    assert len(leases) == 2

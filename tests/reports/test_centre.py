"""What the learning centre puts first: one step, and nothing that calls beside it."""

from __future__ import annotations

from datetime import date

import pytest

from lms.kernel.credit import Credit
from lms.kernel.ids import EnrolmentId, LessonId, new_id
from lms.policy.model import Specialty, Track
from lms.reports.centre import Centre, Resume, Todo
from lms.reports.learning import SpecialtyRings, TrackRing

DAY = date(2026, 11, 22)
LEFT = Resume(
    EnrolmentId(new_id()), LessonId(new_id()), "第1课", "新技术", 0, 0, 0, fresh=True
)
TEST = Todo("exam", specialty=Specialty.BUILDING)


def rings(specialty: Specialty, done: int) -> SpecialtyRings:
    ring = TrackRing(Track.REQUIRED, Credit(done), Credit(6000))
    return SpecialtyRings(
        specialty, True, "蒙215", DAY, DAY, None, DAY, 99, (ring,)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("todos", "done", "lead", "onward"),
    [
        pytest.param((TEST,), (6000,), "exam", False, id="only the test calls"),
        pytest.param(
            (Todo("certificate"),), (6000,), "certificate", False, id="the certificate"
        ),
        pytest.param(
            (TEST,), (6000, 100), "exam", True, id="another specialty owes hours"
        ),
        pytest.param((), (100,), None, True, id="the lesson is the next step"),
        pytest.param((), (6000,), None, True, id="who has all may go on studying"),
    ],
)
def test_the_lesson_stands_beside_the_next_step_only_while_hours_are_owed(
    todos: tuple[Todo, ...], done: tuple[int, ...], lead: str | None, onward: bool
) -> None:
    both = (Specialty.BUILDING, Specialty.MUNICIPAL)
    drawn = tuple(rings(one, each) for one, each in zip(both, done, strict=False))
    centre = Centre(LEFT, drawn, (), todos, ())

    assert (centre.lead.kind if centre.lead else None) == lead
    assert (centre.onward is LEFT) is onward

"""Somebody who studied, as an inspector meets them, and the inspector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import Any

from lms.accounts import services as accounts
from lms.accounts.rules import Role
from lms.catalogue import queries as catalogue
from lms.kernel.ids import AccountId, AssociationId, PersonId
from lms.kernel.work import HOUSE, Work, unit_of_work
from lms.learning.rules import State
from lms.learning.services import Device
from tests.conftest import HandClock
from tests.learning.ground import course
from tests.make import accounts as make_accounts
from tests.make import learning as make
from tests.make import people as make_people

PLAY = State.PLAYING
PHONE = Device("微信 · Android", "203.0.113.0/24")


@dataclass
class Pupil:
    """A person enrolled in one lesson of an association."""

    clock: HandClock
    person: make_people.Made
    association_id: AssociationId
    enrolment_id: Any
    lesson_id: Any
    lines: list[str] = field(default_factory=list)
    began: datetime | None = None

    def study(
        self,
        beats: int,
        *,
        jitter_ms: int = 0,
        states: Callable[[int], State] = lambda _n: PLAY,
        device: Device = PHONE,
    ) -> None:
        """Beat every 30 seconds; a jitter lets each come later by chance."""
        dice = Random(7)
        with unit_of_work(HOUSE, clock=self.clock) as work:
            seat = make.sit(
                work,
                self.person.person_id,
                self.enrolment_id,
                self.lesson_id,
                take_over=True,
                device=device,
            )
        self.began, position = self.clock(), 0
        for n in range(beats):
            self.clock.pass_seconds(30 + dice.randint(0, jitter_ms) / 1000)
            state = states(n)
            to = position + (30 if state is PLAY else 0)
            with unit_of_work(HOUSE, clock=self.clock) as work:
                answer = make.send(work, seat, seat.beat(position, to, state))
            position = to
            if answer.line:
                self.lines.append(answer.line)


def pupil(
    clock: HandClock, *, seconds: int = 7200, name: str = "张建国", **over: Any
) -> Pupil:
    """Somebody with a whole profile, enrolled with an association of their own."""
    with unit_of_work(HOUSE, clock=clock) as work:
        made = make_people.person(work, name=name)
        version, (lesson,) = course(work, seconds, **over)
        _, mine = make.enrolled(work, version, person_id=made.person_id)
        card = catalogue.version(work.session, version)
    return Pupil(clock, made, card.association_id, mine, lesson)


def classmate(one: Pupil, *, name: str = "李秀英") -> Pupil:
    """Somebody else in the same lesson."""
    with unit_of_work(HOUSE, clock=one.clock) as work:
        made = make_people.person(work, name=name)
        lesson = catalogue.lesson(work.session, one.lesson_id)
        _, mine = make.enrolled(work, lesson.version_id, person_id=made.person_id)
    return Pupil(one.clock, made, one.association_id, mine, one.lesson_id)


def inspector(
    work: Work, *scope: AssociationId, until: date | None = None
) -> AccountId:
    """An inspector of some associations."""
    made = make_accounts.staff(work, Role.INSPECTOR, email="jc@demo.example")
    for one in scope:
        accounts.grant(work, made, Role.INSPECTOR, association_id=one, until=until)
    return made


def ids(*pupils: Pupil) -> set[PersonId]:
    """Name persons."""
    return {one.person.person_id for one in pupils}

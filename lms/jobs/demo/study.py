"""A student of the demonstration, who studies by leases and beats like everybody."""

import json
import random
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any
from uuid import UUID

from lms.catalogue import queries as catalogue
from lms.jobs.demo.people import Made
from lms.kernel.clock import SHANGHAI, start_of
from lms.kernel.ids import EnrolmentId, LessonId
from lms.kernel.work import Work
from lms.learning import queries as learning
from lms.learning import services
from lms.learning.ports import BeatBook
from lms.learning.rules import Claim, State
from lms.policy.model import Track

_PAUSE = timedelta(minutes=3)
_MOMENT = timedelta(seconds=9)
_EVENING = timedelta(hours=14)
_LESSONS_A_DAY = 8
_OPENS, _CLOSES = 9, 21
_DISTRACTED = 0.03
_BROWSERS = ("Chrome · Windows", "微信 · Android", "Safari · iPhone")


def by_day(when: datetime) -> datetime:
    """Move what would fall into the night to the next morning, nine o'clock there."""
    here = when.astimezone(SHANGHAI)
    if _OPENS <= here.hour < _CLOSES:
        return when
    day = here.date() + timedelta(days=here.hour >= _CLOSES)
    return start_of(day) + timedelta(hours=_OPENS, minutes=here.minute)


class Manner(StrEnum):
    """How somebody studies: as people do, or as a script that sleeps in between."""

    HUMAN = "human"
    SCRIPT = "script"


class Student:
    """One person at a desk, with a clock of the past."""

    def __init__(
        self,
        work: Work,
        made: Made,
        begun: datetime,
        manner: Manner = Manner.HUMAN,
        *,
        seed: int = 0,
    ) -> None:
        self._work = work
        self._made = made
        self._now = begun
        self._manner = manner
        self._dice = random.Random(seed)  # noqa: S311 - a play
        self._device = services.Device(
            self._dice.choice(
                ("Chrome · Windows", "微信 · Android", "Safari · iPhone")
            ),
            f"198.51.{self._dice.randrange(100, 140)}.0/24",
        )
        self._beats: list[tuple[datetime, str]] = []
        self._unseen = ""

    def study_all(self, *, leave: int = 0) -> datetime:
        """Study every lesson bought, but leave out the last so many required films."""
        todo = [
            (enrolment.id, line.id, line.kind.value, version.track)
            for enrolment in learning.enrolments(
                self._work.session, self._made.person_id
            )
            for version in [catalogue.version(self._work.session, enrolment.version_id)]
            for line in version.lessons
        ]
        left = [
            lesson
            for _enrolment, lesson, kind, track in todo
            if kind == "film" and track is Track.REQUIRED
        ][-leave or len(todo) :]
        for place, (enrolment, lesson, _kind, _track) in enumerate(todo):
            if lesson in left:
                continue
            if place % _LESSONS_A_DAY == _LESSONS_A_DAY - 1:
                self._now += _EVENING
            self._now = by_day(self._now)
            self._study(enrolment, lesson)
        return self._now

    def _at(self) -> Work:
        return replace(self._work, now=self._now, actor=self._made.actor)

    def _study(self, enrolment_id: EnrolmentId, lesson_id: LessonId) -> None:
        person_id = self._made.person_id
        lesson = catalogue.lesson(self._work.session, lesson_id)
        for question in lesson.questions:
            asked = services.Asked(enrolment_id, lesson_id, str(question.id))
            services.answer_question(self._at(), person_id, asked, question.key)
        ask = services.Ask(device=self._device)
        lease = services.open_lease(self._at(), person_id, enrolment_id, lesson_id, ask)
        nonce, position = lease.nonce, 0
        for seq in range(1, 1000):
            state = self._passes(lease.interval)
            ahead = position
            if state is State.PLAYING:
                ahead = min(position + lease.interval, lesson.required_seconds)
            claim = Claim(position, ahead, state)
            beat = services.Beat(_lease_id(lease.lease), seq, nonce, claim)
            answer = services.record_beat(self._at(), person_id, beat)
            if answer.line:
                self._beats.append((self._now, answer.line))
            told = json.loads(answer.body)
            nonce, position = told["nonce"], told["position"]
            if told["done"]:
                break
            if told["reason"] == "check" and self._sees(told["check"]):
                self._answer(_lease_id(lease.lease), told["check"])
        self._now += _PAUSE

    def _passes(self, interval: int) -> State:
        """Let a beat's time pass, and say what the person did in it."""
        self._now += timedelta(seconds=interval)
        if self._manner is Manner.SCRIPT:
            return State.PLAYING
        self._now += timedelta(milliseconds=self._dice.randrange(40, 900))
        if self._dice.random() > _DISTRACTED:
            return State.PLAYING
        self._now += timedelta(seconds=self._dice.randrange(5, 40))
        return self._dice.choice((State.PAUSED, State.HIDDEN))

    def _sees(self, check: dict[str, Any]) -> bool:
        """Let a person miss a check now and then, never two in a row."""
        if check["id"] == self._unseen:
            return False
        human = self._manner is Manner.HUMAN and not self._unseen
        missed = human and self._dice.random() < _DISTRACTED
        self._unseen = check["id"] if missed else ""
        return not missed

    def lay(self, book: BeatBook) -> None:
        """Put the beats into their book, each under its own hour."""
        for _hour, some in groupby(self._beats, key=lambda one: f"{one[0]:%Y%m%d%H}"):
            beats = list(some)
            book.lay(beats[0][0], [line for _at, line in beats])

    def _answer(self, lease_id: UUID, check: dict[str, Any]) -> None:
        """Show that somebody is there, after a moment."""
        self._now += _MOMENT
        if self._manner is Manner.HUMAN:
            self._now += timedelta(seconds=self._dice.randrange(30))
        reply = services.Reply(lease_id, UUID(check["id"]), 1, code=check["code"])
        services.answer_check(self._at(), self._made.person_id, reply)


def _lease_id(lease: UUID | None) -> UUID:
    if lease is None:
        raise RuntimeError("the lesson was finished before")
    return lease

"""A student of the demonstration, who studies by leases and beats like everybody."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lms.catalogue import queries as catalogue
from lms.jobs.demo.people import Made
from lms.kernel.ids import EnrolmentId, LessonId
from lms.kernel.work import Work
from lms.learning import queries as learning
from lms.learning import services
from lms.learning.rules import Claim
from lms.policy.model import Track

_PAUSE = timedelta(minutes=3)
_MOMENT = timedelta(seconds=9)
_EVENING = timedelta(hours=14)
_LESSONS_A_DAY = 8


class Student:
    """One person at a desk, with a clock of the past."""

    def __init__(self, work: Work, made: Made, begun: datetime) -> None:
        self._work = work
        self._made = made
        self._now = begun

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
        lease = services.open_lease(self._at(), person_id, enrolment_id, lesson_id)
        nonce, position = lease.nonce, 0
        for seq in range(1, 1000):
            self._now += timedelta(seconds=lease.interval)
            ahead = min(position + lease.interval, lesson.required_seconds)
            claim = Claim(position, ahead)
            beat = services.Beat(_lease_id(lease.lease), seq, nonce, claim)
            told = json.loads(services.record_beat(self._at(), person_id, beat).body)
            nonce, position = told["nonce"], ahead
            if told["done"]:
                break
            if told["reason"] == "check":
                self._answer(_lease_id(lease.lease), told["check"])
        self._now += _PAUSE

    def _answer(self, lease_id: UUID, check: dict[str, Any]) -> None:
        """Show that somebody is there, after a moment."""
        self._now += _MOMENT
        reply = services.Reply(lease_id, UUID(check["id"]), 1, code=check["code"])
        services.answer_check(self._at(), self._made.person_id, reply)


def _lease_id(lease: UUID | None) -> UUID:
    if lease is None:
        raise RuntimeError("the lesson was finished before")
    return lease

"""One learner at one page, who knows only what the page is told."""

from typing import Any
from uuid import UUID

from lms.evidence import queries as evidence
from lms.kernel.ids import EnrolmentId, PersonId
from lms.kernel.work import Work
from lms.learning import queries
from lms.learning import services as learning
from lms.learning.models import Lease
from lms.learning.services.replies import ReplyCard
from tests.conftest import HandClock, work_at
from tests.learning.ground import ask, course
from tests.make import learning as make

LONG = 40_000
MOST_APART = 1140
"""The longest time between two checks. Units: seconds."""


class Pupil:
    """One page of one person, that knows only what it is told."""

    def __init__(self, work: Work, clock: HandClock, **asked: Any) -> None:
        self.work, self.clock = work, clock
        version, (self.lesson,) = course(work, LONG, presence=asked.pop("presence", {}))
        if "at" in asked:
            self.question = ask(work, self.lesson, key=(1,), at=asked["at"])
        self.person: PersonId
        self.mine: EnrolmentId
        self.person, self.mine = make.enrolled(work, version)
        self.told: dict[str, Any] = {}
        self.at = 0
        self.sit()

    def sit(self) -> dict[str, Any] | None:
        """Open the page, or open it again."""
        self.work = work_at(self.work, self.clock)
        self.seat = make.sit(
            self.work, self.person, self.mine, self.lesson, take_over=True
        )
        self.at = self.seat.card.position
        self.told = {"check": self.seat.card.check}
        return self.seat.card.check

    def beat(self, seconds: int = 30) -> dict[str, Any]:
        self.clock.pass_seconds(seconds)
        self.work = work_at(self.work, self.clock)
        answer = make.send(
            self.work, self.seat, self.seat.beat(self.at, self.at + seconds)
        )
        self.told = answer.told
        self.at = self.told["position"]
        return self.told

    def until_asked(self) -> dict[str, Any]:
        """Watch honestly until the server asks."""
        for _ in range(MOST_APART // 30 + 1):
            if check := self.beat().get("check"):
                assert isinstance(check, dict)
                return check
        raise AssertionError("nobody asked")

    def answer(self, check: dict[str, Any], n: int = 1, **said: Any) -> ReplyCard:
        self.work = work_at(self.work, self.clock)
        said = said or {"code": check["code"]}
        reply = learning.Reply(self.seat.lease, UUID(check["id"]), n, **said)
        return learning.answer_check(self.work, self.person, reply)

    @property
    def credited(self) -> int:
        return queries.progress(self.work.session, self.mine)[
            self.lesson
        ].credited_seconds

    @property
    def lease(self) -> Lease:
        return self.work.session.get_one(Lease, self.seat.lease, populate_existing=True)

    def kinds(self) -> list[str]:
        lines = evidence.lines(self.work.session, f"person:{self.person}")
        return [one.kind for one in lines if one.kind.startswith("presence")]

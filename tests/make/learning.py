"""People at study, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from lms.kernel.ids import EnrolmentId, LessonId, PersonId, VersionId, new_id
from lms.kernel.work import Work
from lms.learning import services as learning
from lms.learning.rules import Claim, State
from lms.learning.services.beats import Answer, Beat
from lms.learning.services.leases import LeaseCard
from lms.policy.model import Specialty

NOWHERE = learning.Device()


@dataclass
class Sitting:
    """One device of one person in one lesson."""

    person_id: PersonId
    enrolment_id: EnrolmentId
    lesson_id: LessonId
    card: LeaseCard
    seq: int = 0
    nonce: str = ""

    @property
    def lease(self) -> UUID:
        assert self.card.lease is not None
        return self.card.lease

    def beat(
        self, media_from: int, media_to: int, state: State = State.PLAYING
    ) -> Beat:
        """The next beat of this device."""
        return Beat(
            self.lease,
            self.seq + 1,
            self.nonce or self.card.nonce,
            Claim(media_from, media_to, state),
        )


def enrolled(
    work: Work,
    version_id: VersionId,
    *,
    person_id: PersonId | None = None,
    specialty: Specialty | None = None,
) -> tuple[PersonId, EnrolmentId]:
    """A person with the right to study a version."""
    person = person_id or PersonId(new_id())
    source = f"test:{new_id()}"
    return person, learning.enrol(
        work, person, version_id, source=source, specialty=specialty
    )


def sit(
    work: Work,
    person_id: PersonId,
    enrolment_id: EnrolmentId,
    lesson_id: LessonId,
    *,
    take_over: bool = False,
    device: learning.Device = NOWHERE,
) -> Sitting:
    """Sit down at a lesson."""
    ask = learning.Ask(take_over=take_over, device=device)
    card = learning.open_lease(work, person_id, enrolment_id, lesson_id, ask)
    return Sitting(person_id, enrolment_id, lesson_id, card)


def send(work: Work, sitting: Sitting, beat: Beat) -> Answer:
    """Send a beat, and remember the answer as a page would."""
    answer = learning.record_beat(work, sitting.person_id, beat)
    told = answer.told
    if answer.in_step:
        sitting.seq, sitting.nonce = told["seq"], told["nonce"]
    return answer

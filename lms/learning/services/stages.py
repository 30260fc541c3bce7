"""How far a learner has come at an association, for the association's lists."""

from sqlalchemy import select

from lms.accounts import services as accounts
from lms.accounts.rules import Stage
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work
from lms.learning.models import Enrolment


def restage(work: Work, person_id: PersonId, association_id: AssociationId) -> None:
    """Count a learner's courses anew: none, some of them open, or all studied."""
    done = [
        at is not None
        for at in work.session.scalars(
            select(Enrolment.completed_at).where(
                Enrolment.person_id == person_id,
                Enrolment.association_id == association_id,
                Enrolment.closed_at.is_(None),
            )
        )
    ]
    stage = Stage.NONE if not done else Stage.DONE if all(done) else Stage.OPEN
    accounts.set_stage(work, person_id, association_id, stage)

"""Whom an association knows, and how far each has come."""

from sqlalchemy import update

from lms.accounts.models import Learner
from lms.accounts.rules import Stage
from lms.kernel.db import inserting
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work


def know_learner(
    work: Work, person_id: PersonId, association_id: AssociationId
) -> None:
    """Write down that an association knows a person now; again changes nothing."""
    work.session.execute(
        inserting(work.session, Learner)
        .values(
            association_id=association_id,
            person_id=person_id,
            since=work.now,
            stage=Stage.NONE,
        )
        .on_conflict_do_nothing()
    )


def set_stage(
    work: Work, person_id: PersonId, association_id: AssociationId, stage: Stage
) -> None:
    """Write down how far a learner has come."""
    work.session.execute(
        update(Learner)
        .where(
            Learner.association_id == association_id,
            Learner.person_id == person_id,
            Learner.stage != stage,
        )
        .values(stage=stage)
        .execution_options(synchronize_session=False)
    )

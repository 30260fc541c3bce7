"""Whom an association knows, how far each has come, and whose certificates stand."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select, update

from lms.accounts.models import Learner
from lms.accounts.rules import Stage, year_bit
from lms.kernel.db import inserting
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.work import Work


def know_learner(
    work: Work, person_id: PersonId, association_id: AssociationId
) -> None:
    """Write down that an association knows a person now; again changes nothing."""
    _know(work, association_id, [person_id])


def _know(work: Work, association_id: AssociationId, persons: Collection[UUID]) -> None:
    work.session.execute(
        inserting(work.session, Learner)
        .values(
            [
                {
                    "association_id": association_id,
                    "person_id": one,
                    "since": work.now,
                    "stage": Stage.NONE,
                    "certified": 0,
                }
                for one in sorted(persons)
            ]
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


def hold_learners(
    work: Work, association_id: AssociationId, persons: Collection[UUID]
) -> None:
    """Lock learners' rows, before what is kept of them is counted anew.

    Whom the association did not know yet it knows from now on.
    """
    _know(work, association_id, persons)
    work.session.execute(
        select(Learner.person_id)
        .where(Learner.association_id == association_id, Learner.person_id.in_(persons))
        .order_by(Learner.person_id)
        .with_for_update()
    ).all()


def set_certified(
    work: Work, association_id: AssociationId, years: Mapping[UUID, Collection[int]]
) -> None:
    """Write down of which years each learner's certificates from here stand."""
    alike: dict[int, list[UUID]] = defaultdict(list)
    for person_id, theirs in years.items():
        alike[sum(map(year_bit, set(theirs)))].append(person_id)
    for certified, persons in alike.items():
        work.session.execute(
            update(Learner)
            .where(
                Learner.association_id == association_id,
                Learner.person_id.in_(persons),
                Learner.certified != certified,
            )
            .values(certified=certified)
            .execution_options(synchronize_session=False)
        )

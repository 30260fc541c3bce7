"""Makers: two accounts that may be one person's, and the managers who decide."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.accounts import queries as account_queries
from lms.accounts import services as account_services
from lms.accounts.rules import Role
from lms.catalogue import queries as catalogue
from lms.kernel.ids import (
    AccountId,
    ApprovalId,
    AssociationId,
    EnrolmentId,
    PersonId,
    VersionId,
    new_id,
)
from lms.kernel.work import Actor, Work
from lms.learning.models import Enrolment, Study
from lms.learning.services.finish import finish
from lms.merges import services
from lms.merges.rules import TYPED, Proof, Proposal, Sign
from lms.people import services as people
from tests.make import accounts
from tests.make import catalogue as make_courses
from tests.make import people as make

PUT = Proposal((Proof.ID_CARD,), "本人带身份证到场，承认两个账号都是自己的")
YES = services.Answer(approved=True, typed=TYPED[0])


class Pair:
    """One association, two managers, and two accounts of one person."""

    def __init__(self, work: Work) -> None:
        self.here: AssociationId = make_courses.association(work)
        self.managers = [manager(work, self.here) for _each in range(2)]
        self.stays = learner(work, self.here)
        self.goes = learner(work, self.here)
        for one in (self.stays, self.goes):
            make.learner_of(work, one, self.here)

    def as_manager(self, work: Work, which: int = 0) -> Work:
        return acting(work, self.managers[which], self.here)

    def proposed(self, work: Work) -> ApprovalId:
        mine = self.as_manager(work)
        return services.propose_merge(mine, self.goes, self.stays, PUT)

    def merged(self, work: Work) -> None:
        services.decide(self.as_manager(work, 1), self.proposed(work), YES)
        work.session.expire_all()


def twins(work: Work, here: AssociationId) -> dict[str, UUID]:
    """Two learners whom the night found alike."""
    found: dict[str, UUID] = {
        "person_id": learner(work, here),
        "stays_id": learner(work, here),
    }
    alike(work, here, *found.values())
    return found


def alike(work: Work, here: AssociationId, one: UUID, other: UUID) -> None:
    """Let the night find two persons alike."""
    first, second = sorted((PersonId(one), PersonId(other)))
    services.keep_pairs(work, {(here, first, second): Sign.NAME})


def manager(work: Work, here: AssociationId) -> AccountId:
    return accounts.staff(
        work, Role.MANAGER, association_id=here, email=f"{new_id().hex}@demo.example"
    )


def acting(work: Work, account_id: AccountId, here: AssociationId) -> Work:
    person_id = account_queries.account(work.session, account_id).person_id
    roles = frozenset({"manager"})
    return replace(work, actor=Actor(account_id, person_id, roles, here))


def learner(work: Work, here: AssociationId, **told: Any) -> PersonId:
    """A learner with an account and a profile that was only begun."""
    made = make.account(work, **told)
    people.begun(work, made.person_id)
    account_services.know_learner(work, made.person_id, here)
    return made.person_id


def studied(
    work: Work, person_id: PersonId, version_id: VersionId, lessons: int
) -> EnrolmentId:
    """Let somebody complete the first lessons of a course."""
    from tests.make import learning  # noqa: PLC0415 - it makes people too

    _person, enrolment_id = learning.enrolled(work, version_id, person_id=person_id)
    version = catalogue.version(work.session, version_id)
    for lesson in version.lessons[:lessons]:
        study = Study(
            id=new_id(),
            enrolment_id=enrolment_id,
            lesson_id=lesson.id,
            begun_at=work.now,
            last_at=work.now,
        )
        work.session.add(study)
        work.session.flush()
        finish(work, person_id, study.id)
    return enrolment_id


def courses_of(work: Work, person_id: PersonId) -> list[Enrolment]:
    """The open courses of a person."""
    found = select(Enrolment).where(
        Enrolment.person_id == person_id, Enrolment.closed_at.is_(None)
    )
    return list(work.session.scalars(found))

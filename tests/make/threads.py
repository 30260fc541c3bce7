"""A desk with three persons, a learner, and what the learner asks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from lms.accounts import queries as accounts
from lms.accounts.rules import Role
from lms.kernel.ids import AccountId, AssociationId, PersonId, new_id
from lms.kernel.work import Actor, Work
from lms.policy.answering import Matter
from lms.threads import services
from lms.threads.rules import Ending
from lms.threads.services import Opening, Reply, Said
from tests.make import accounts as account_make
from tests.make import people


@dataclass(frozen=True)
class Desk:
    """An association, two clerks and a manager, and a learner, by account."""

    here: AssociationId
    clerk: AccountId
    second: AccountId
    manager: AccountId
    learner: people.Made

    def as_(self, work: Work, account_id: AccountId) -> Work:
        """Let somebody of the desk act."""
        person = accounts.account(work.session, account_id).person_id
        role = "manager" if account_id == self.manager else "clerk"
        actor = Actor(account_id, person, frozenset({role}), self.here)
        return replace(work, actor=actor)

    def asker(self, work: Work) -> Work:
        """Let the learner act."""
        return own(work, self.learner.account_id, self.learner.person_id)


def own(work: Work, account_id: AccountId, person_id: PersonId) -> Work:
    return replace(work, actor=Actor(account_id, person_id, frozenset({"learner"})))


def desk(work: Work) -> Desk:
    here = people.association(work)
    learner = people.account(work)
    clerk, second, manager = (
        account_make.staff(work, role, association_id=here, email=f"{n}@demo.example")
        for n, role in enumerate((Role.CLERK, Role.CLERK, Role.MANAGER))
    )
    return Desk(here, clerk, second, manager, learner)


def says(body: str = "学时没有记上，请核实。") -> Said:
    return Said(new_id(), body)


def asks(work: Work, house: Desk, matter: Matter = Matter.STUDY) -> UUID:
    put = Opening(matter, says(), "学时没有记上")
    return services.begin(house.asker(work), house.here, put)


def answers(
    work: Work,
    house: Desk,
    thread_id: UUID,
    by: AccountId,
    *,
    seen: int,
    ending: Ending | None = None,
) -> None:
    reply = Reply(says("已核实，学时已经记上。"), seen, ending)
    deed = services.answer if ending is None else services.close
    deed(house.as_(work, by), house.here, thread_id, reply)

"""The inspector's pages, and what all of them ask first."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask import Blueprint

from lms.accounts import queries as accounts
from lms.accounts.rules import Role
from lms.kernel.errors import Forbidden
from lms.kernel.ids import AccountId, AssociationId, PersonId
from lms.kernel.work import Work
from lms.reports import inspection as reports
from lms.web import desk

bp = Blueprint("inspect", __name__, url_prefix="/inspect")

Scope = tuple[AssociationId, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A person whom an inspector may see. `at` is None while the record is shut.

    `scope` are the associations by which they may.
    """

    person_id: PersonId
    scope: Scope
    at: datetime | None


def me() -> AccountId:
    """Name the inspector's account.

    Raises: Forbidden for nobody.
    """
    visitor = desk.visitor()
    if visitor is None:
        raise Forbidden("staff.no_association")
    return AccountId(visitor.account_id)


def scope() -> Scope:
    """Name the associations assigned to the inspector today; perhaps none."""
    return accounts.associations_as(desk.reading(), me(), Role.INSPECTOR, desk.today())


def person(person_id: UUID) -> Opened:
    """Find a person within the inspector's associations, open or shut.

    Raises: NotFound, for a person of other associations as well.
    """
    session = desk.reading()
    here = reports.belongs(session, scope(), person_id)
    at = reports.opened_at(session, me(), person_id, desk.now())
    return Opened(PersonId(person_id), here, at)


def acting(work: Work, here: Scope) -> Work:
    """Act for the association by which the inspector sees what this is about."""
    return replace(work, actor=replace(work.actor, association_id=here[0]))

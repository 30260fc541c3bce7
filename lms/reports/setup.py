"""What a new association still lacks before its first learner can study and pay."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.queries import staffing
from lms.accounts.rules import Role
from lms.catalogue import queries as catalogue
from lms.catalogue.models import CourseVersion
from lms.catalogue.queries import faces
from lms.catalogue.rules import VersionState
from lms.credentials.queries import designs
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId
from lms.signing import queries as signing
from lms.signing import rules as signers


class Step(StrEnum):
    """What must be there, in the order in which it is done."""

    FACE = "face"
    CONTACT = "contact"
    STAFF = "staff"
    BANK = "bank"
    KEYS = "keys"
    DESIGN = "design"
    COURSE = "course"


@dataclass(frozen=True, slots=True)
class Progress:
    """What is there and what is missing. `managers` and `clerks` are counted."""

    done: frozenset[Step]
    managers: int
    clerks: int

    @property
    def left(self) -> tuple[Step, ...]:
        """Name what is missing, in order."""
        return tuple(step for step in Step if step not in self.done)


def progress(
    session: Session, association_id: AssociationId, now: datetime, today: date
) -> Progress:
    """Look at everything that an association needs to begin."""
    house = catalogue.association_at(session, association_id, now)
    own = faces.face(session, association_id)
    roles = (Role.CLERK, Role.MANAGER)
    people = staffing.acting_for(session, association_id, roles, today).values()
    managers = sum("manager" in held for held in people)
    clerks = sum("clerk" in held for held in people)
    needed = {
        Step.FACE: own is not None and own.face.shown,
        Step.CONTACT: bool(house.contact or house.seller.get("phone"))
        and own is not None
        and bool(own.face.topics),
        # No one alone: two managers, and a clerk beside them.
        Step.STAFF: managers > 1 and clerks > 0,
        Step.BANK: bool(house.transfer_account.get("account")),
        Step.KEYS: _keys(session, association_id, now),
        Step.DESIGN: bool(designs.design_history(session, association_id)),
        Step.COURSE: _published(session, association_id),
    }
    done = frozenset(step for step, there in needed.items() if there)
    return Progress(done, managers, clerks)


def _keys(session: Session, association_id: AssociationId, now: datetime) -> bool:
    try:
        signing.ring(session, signers.association(association_id), now)
    except Refused:
        return False
    return True


def _published(session: Session, association_id: AssociationId) -> bool:
    found = session.scalar(
        select(func.count())
        .select_from(CourseVersion)
        .where(
            CourseVersion.association_id == association_id,
            CourseVersion.state == VersionState.PUBLISHED,
        )
    )
    return bool(found)

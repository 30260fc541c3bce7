"""What an authority wrote of a person is not a house's to move."""

from sqlalchemy import Table as SqlTable
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms.credentials.services import merging as certificates
from lms.kernel.db import Table
from lms.kernel.ids import PersonId
from lms.kernel.moving import move
from lms.kernel.work import Work
from lms.registration.models import (
    ApplicationRow,
    AuditCase,
    BarRow,
    CertificateUse,
    CreditRecord,
    EndedSpecialty,
    RevocationEffect,
    StandingRow,
    StudyProof,
)

_WRITTEN: tuple[type[Table], ...] = (
    StandingRow,
    BarRow,
    CreditRecord,
    EndedSpecialty,
    RevocationEffect,
    CertificateUse,
    AuditCase,
)
"""Books of the authority, and what hangs on them."""


def contradictions(
    session: Session, goes: PersonId, stays: PersonId
) -> tuple[str, ...]:
    """Name what of registrations hinders two accounts from becoming one.

    What the authority wrote stays with whom it was written of: that account must be
    the one that stays, and of two such accounts none can go.
    """
    found = []
    if _written(session, goes):
        both = _written(session, stays)
        found.append("merge.two_registered" if both else "merge.registered_goes")
    under_way = running(session, goes, stays).keys()
    if under_way == {goes, stays}:
        found.append("merge.two_applications")
    elif goes in under_way:
        found.append("merge.application_goes")
    return tuple(found)


def running(session: Session, *persons: PersonId) -> dict[PersonId, tuple[str, ...]]:
    """Name the applications under way; who has none is absent.

    Shape: their numbers by person.
    """
    rows = session.execute(
        select(ApplicationRow.person_id, ApplicationRow.number)
        .where(
            ApplicationRow.person_id.in_(persons), ApplicationRow.closed_at.is_(None)
        )
        .order_by(ApplicationRow.opened_at)
    )
    found: dict[PersonId, tuple[str, ...]] = {}
    for row in rows:
        who = PersonId(row.person_id)
        found[who] = (*found.get(who, ()), row.number)
    return found


def take_over(work: Work, goes: PersonId, stays: PersonId) -> int:
    """Move ended applications, and proofs of study that nothing was built on."""
    move(work, StudyProof, goes, stays, once=("number", "specialty"))
    return move(work, ApplicationRow, goes, stays)


def _written(session: Session, person_id: PersonId) -> bool:
    here = any(_has(session, table, person_id) for table in _WRITTEN)
    return here or certificates.registered(session, person_id)


def _has(session: Session, table: type[Table], person_id: PersonId) -> bool:
    found = table.__table__
    assert isinstance(found, SqlTable)  # noqa: S101 - every model of the house has one
    return bool(session.scalar(select(exists().where(found.c.person_id == person_id))))

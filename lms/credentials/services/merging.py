"""Certificates under two accounts of one person become one person's.

What was issued never changes: the row of a certificate says to whom it was issued, its
standing says whose it is now.
"""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms.credentials.models import (
    CertificateGrant,
    CertificateShare,
    CertificateStanding,
    PaperCopy,
    PracticeRecord,
    PrintQueue,
    RegistrationCertificate,
    SealingQueue,
    UseCopy,
)
from lms.credentials.rules import State
from lms.credentials.services.years import recount
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId, PersonId
from lms.kernel.moving import move
from lms.kernel.work import Work


def take_over(work: Work, goes: PersonId, stays: PersonId) -> int:
    """Give who stays the certificates of the other, and what hangs on them.

    Raises: Refused where both hold a valid one for the same specialty and period.
    """
    if rival(work.session, goes, stays):
        raise Refused("merge.two_certificates")
    for table in (CertificateGrant, CertificateShare, PaperCopy):
        move(work, table, goes, stays)
    move(work, PrintQueue, goes, stays, once=("specialty", "period_from"))
    move(work, SealingQueue, goes, stays, once=("specialty",))
    return move(work, CertificateStanding, goes, stays)


def recount_all(work: Work, person_id: PersonId, at: list[AssociationId]) -> None:
    """Count anew of which years somebody's certificates from associations stand."""
    for association_id in at:
        recount(work, association_id, [person_id])


def rival(session: Session, goes: PersonId, stays: PersonId) -> bool:
    """Tell whether both hold a valid certificate for one specialty and period."""
    mine, theirs = CertificateStanding, CertificateStanding.__table__.alias("theirs")
    both = (
        select(mine.certificate_id)
        .join(
            theirs,
            (theirs.c.specialty == mine.specialty)
            & (theirs.c.period_from == mine.period_from),
        )
        .where(
            mine.person_id == goes,
            theirs.c.person_id == stays,
            mine.state == State.VALID,
            theirs.c.state == State.VALID,
        )
    )
    return session.scalar(both.limit(1)) is not None


def registered(session: Session, person_id: PersonId) -> bool:
    """Tell whether a person ever had a registration certificate, or what hangs on one.

    Those are the authority's, and are nobody's to move.
    """
    return any(
        session.scalar(select(exists().where(table.person_id == person_id)))
        for table in (RegistrationCertificate, PracticeRecord, UseCopy)
    )

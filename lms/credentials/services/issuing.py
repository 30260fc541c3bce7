"""Issue a certificate: number, facts and file in one transaction, or nothing."""

from uuid import UUID

from sqlalchemy import select

from lms.credentials import queries
from lms.credentials.models import PrintQueue
from lms.credentials.ports import Printer
from lms.credentials.queries.standing import valid_one
from lms.credentials.rules import REVOKED_BEFORE
from lms.credentials.services.book import Entry, locked_counter, put
from lms.kernel.clock import legal_day
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId, CertificateId, PersonId, new_id
from lms.kernel.work import Work
from lms.policy.model import Specialty


def issue(
    work: Work,
    person_id: PersonId,
    specialty: Specialty,
    *,
    printer: Printer,
    association_id: AssociationId | None = None,
    approvals: tuple[UUID, ...] = (),
) -> CertificateId:
    """Issue the certificate of one specialty, or say all that is missing.

    Asking again gives the certificate that is there: the counter's row is held before
    the last look, so of many askers one issues. Where one was revoked, only
    `approvals` of two persons give another.

    Raises: Refused with every reason, or `certificate.needs_hand` with the characters
        that no font draws; NotFound (registration); Conflict.
    """
    on = legal_day(work.now)
    standing = queries.standing(work.session, person_id, specialty, on, association_id)
    if standing.certificate is not None:
        return standing.certificate.id
    issuer = standing.association_id
    waived = {REVOKED_BEFORE} if approvals else set()
    missing = tuple(code for code in standing.missing if code not in waived)
    if issuer is None or missing:
        raise Refused("certificate.not_ready", reasons=missing)
    counter = locked_counter(work, issuer, on.year)
    there = valid_one(work.session, person_id, specialty, standing.period_from, on)
    if there is not None:
        return there.id
    certificate_id = put(work, printer, counter, Entry(person_id, issuer, standing))
    _solve(work, person_id, specialty)
    return certificate_id


def wait_for_hand(
    work: Work, person_id: PersonId, specialty: Specialty, characters: str
) -> None:
    """Lay a certificate that cannot be printed by itself on the association's desk.

    Asking twice is asking once. It takes a work of its own: the attempt to issue was
    refused, and left nothing behind.
    """
    standing = queries.standing(work.session, person_id, specialty, legal_day(work.now))
    if standing.association_id is None or standing.in_print_queue:
        return
    work.session.add(
        PrintQueue(
            id=new_id(),
            person_id=person_id,
            association_id=standing.association_id,
            specialty=specialty,
            period_from=standing.period_from,
            characters=characters[:80],
            asked_at=work.now,
            solved_at=None,
        )
    )


def _solve(work: Work, person_id: PersonId, specialty: Specialty) -> None:
    for row in work.session.scalars(
        select(PrintQueue).where(
            PrintQueue.person_id == person_id,
            PrintQueue.specialty == specialty,
            PrintQueue.solved_at.is_(None),
        )
    ):
        row.solved_at = work.now

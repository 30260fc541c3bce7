"""After issue: a certificate is replaced or withdrawn, never changed.

Two persons decide; who calls these services has their approvals in hand.
"""

from uuid import UUID

from sqlalchemy import select

from lms.credentials import queries
from lms.credentials.models import Certificate, CertificateStanding
from lms.credentials.ports import Printer
from lms.credentials.rules import State
from lms.credentials.services.book import (
    last_number,
    locked_counter,
    put,
    state_line,
)
from lms.credentials.services.gathering import Entry, gather
from lms.credentials.services.proofs import Proofs
from lms.credentials.services.years import recount
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import LmsError, NotFound, Refused
from lms.kernel.ids import AssociationId, CertificateId, PersonId
from lms.kernel.work import Work


def revoke(
    work: Work, certificate_id: UUID, *, reason: str, approvals: tuple[UUID, ...]
) -> None:
    """Withdraw a certificate. Its number answers REVOKED for ever.

    Raises: NotFound; Refused without approvals, or when it is not valid any more.
    """
    row = _valid(work, certificate_id, approvals)
    _move(work, row, State.REVOKED, reason, approvals)
    issuer = work.session.get_one(Certificate, certificate_id).association_id
    recount(work, AssociationId(issuer), [row.person_id])


def supersede(
    work: Work,
    certificate_id: UUID,
    *,
    printer: Printer,
    reason: str,
    approvals: tuple[UUID, ...],
) -> CertificateId:
    """Replace a certificate by one with today's facts; the old says which.

    Raises: NotFound; Refused without approvals, when it is not valid any more, or
        when the conditions are no longer met.
    """
    row = _valid(work, certificate_id, approvals)
    old = work.session.get_one(Certificate, certificate_id)
    on = legal_day(work.now)
    issuer = AssociationId(old.association_id)
    # To whom it was issued stays in the book; two accounts may have become one since.
    person_id = PersonId(row.person_id)
    standing = queries.standing(work.session, person_id, old.specialty, on, issuer)
    if not standing.ready:
        raise Refused("certificate.not_ready", reasons=standing.missing)
    entry = Entry(person_id, issuer, standing, old.id)
    (new,) = gather(work.session, work.now, [entry], printer)
    if isinstance(new, LmsError):
        raise new
    proofs = Proofs(printer, issuer, work.session, work.now)
    proofs.prepare([new], last_number(work.session, issuer, on.year) + 1)
    counter = locked_counter(work, issuer, on.year)
    _move(work, row, State.SUPERSEDED, reason, approvals)
    (made,) = put(work, counter, proofs, [new])
    row.superseded_by = made
    return made


def _valid(
    work: Work, certificate_id: UUID, approvals: tuple[UUID, ...]
) -> CertificateStanding:
    row = work.session.scalar(
        select(CertificateStanding)
        .where(CertificateStanding.certificate_id == certificate_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("certificate.unknown")
    if not approvals:
        raise Refused("certificate.needs_approval")
    if row.state is not State.VALID:
        raise Refused("certificate.not_valid")
    return row


def _move(
    work: Work,
    row: CertificateStanding,
    state: State,
    reason: str,
    approvals: tuple[UUID, ...],
) -> None:
    row.state = state
    row.changed_at = work.now
    work.session.add(state_line(work, row.certificate_id, state, reason, approvals))
    for stream in (f"certificate:{row.certificate_id}", f"person:{row.person_id}"):
        evidence.note(
            work,
            stream,
            f"certificate.{state.value}",
            body={"reason": reason},
            certificate=row.certificate_id,
            approvals=[str(one) for one in approvals],
        )

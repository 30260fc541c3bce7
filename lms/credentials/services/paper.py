"""Certificates on paper: which are to be printed again, and which were."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from lms.credentials.models import Certificate, CertificateStanding, PaperCopy
from lms.credentials.rules.batches import PaperWhy
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.work import Work


def ask_paper(
    work: Work, association_id: AssociationId, number: str, why: PaperWhy
) -> UUID:
    """Put a certificate on the list of what is to be printed; twice is once.

    The paper is a print of the file that was issued: nothing is issued anew.

    Raises: NotFound.
    """
    row = work.session.execute(
        select(Certificate.id, CertificateStanding.person_id)
        .join(CertificateStanding, CertificateStanding.certificate_id == Certificate.id)
        .where(
            Certificate.number == number, Certificate.association_id == association_id
        )
    ).first()
    if row is None:
        raise NotFound("certificate.unknown")
    there = work.session.scalar(
        select(PaperCopy.id).where(
            PaperCopy.certificate_id == row.id, PaperCopy.printed_at.is_(None)
        )
    )
    if there is not None:
        return there
    made = PaperCopy(
        id=new_id(),
        certificate_id=row.id,
        person_id=row.person_id,
        association_id=association_id,
        why=why,
        asked_by=work.actor.account_id,
        asked_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    _note(work, made, "certificate.paper_asked")
    return made.id


def mark_printed(
    work: Work, association_id: AssociationId, copies: Sequence[UUID]
) -> int:
    """Note that some were printed; say how many. What is printed already stays so.

    Raises: NotFound when one of them is not of this desk.
    """
    rows = work.session.scalars(
        select(PaperCopy)
        .where(PaperCopy.id.in_(copies), PaperCopy.association_id == association_id)
        .order_by(PaperCopy.id)
        .with_for_update()
    ).all()
    if len(rows) < len(set(copies)):
        raise NotFound("paper.unknown")
    new = [row for row in rows if row.printed_at is None]
    for row in new:
        row.printed_at, row.printed_by = work.now, work.actor.account_id
        _note(work, row, "certificate.paper_printed")
    return len(new)


def _note(work: Work, row: PaperCopy, kind: str) -> None:
    evidence.note(
        work,
        f"certificate:{row.certificate_id}",
        kind,
        certificate=row.certificate_id,
        why=row.why,
    )

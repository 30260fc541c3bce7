"""What a revoked certificate means for the desk: drawn at once, once, never lost.

The book of certificates is the queue: what is revoked there and has no effect written
here is still owed. It is drawn every minute, and before anybody acts for the person.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import services as accounts
from lms.accounts.queries.keys import accounts_in_use
from lms.credentials.queries import study
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.db import inserting
from lms.kernel.ids import PersonId
from lms.kernel.work import Work, fail_point
from lms.notify import services as notify
from lms.policy.model import Application
from lms.registration.models import (
    ApplicationRow,
    CertificateUse,
    CreditRecord,
    RevocationEffect,
)
from lms.registration.rules.states import FlagKind, Status
from lms.registration.services.flags import raise_flag
from lms.registration.services.night import assess_all


def owed(session: Session) -> tuple[study.Revoked, ...]:
    """List the revocations whose consequences are not drawn yet, the first first."""
    every = study.revoked(session)
    drawn = set(session.scalars(select(RevocationEffect.certificate_id)))
    return tuple(each for each in every if each.certificate_id not in drawn)


def settle(work: Work, person_id: PersonId) -> int:
    """Draw what is owed of one person's revocations; say how many there were."""
    every = study.revoked(work.session, [person_id])
    return sum(draw(work, each) for each in every)


def draw(work: Work, revoked: study.Revoked) -> bool:
    """Draw the consequences of one revocation; tell whether they were still owed.

    Renewals under way are flagged, those granted on it are reported to the authority
    by a flag that stays open; the record of bad credit is written, and the person is
    told where the reason stands and how to appeal.

    Source: 建设部令第153号 第三十四条; rule 87 of the house.
    """
    accounts.lock_person(work, revoked.person_id)
    known = select(RevocationEffect.certificate_id).where(
        RevocationEffect.certificate_id == revoked.certificate_id
    )
    if work.session.scalar(known) is not None:
        return False
    pending = _flag_pending(work, revoked)
    granted = _report_granted(work, revoked)
    work.session.add(
        RevocationEffect(
            certificate_id=revoked.certificate_id,
            person_id=revoked.person_id,
            pending=pending,
            granted=granted,
            at=work.now,
        )
    )
    _record(work, revoked)
    assess_all(work, [revoked.person_id])
    _tell(work, revoked, pending, granted)
    fail_point("revocation.drawn")
    return True


def _flag_pending(work: Work, revoked: study.Revoked) -> int:
    rows = work.session.scalars(
        select(ApplicationRow)
        .where(
            ApplicationRow.person_id == revoked.person_id,
            ApplicationRow.application == Application.RENEWAL,
            ApplicationRow.closed_at.is_(None),
        )
        .with_for_update()
    )
    return sum(_flag(work, row, revoked) for row in rows)


def _report_granted(work: Work, revoked: study.Revoked) -> int:
    """Flag what was granted on the certificate: the authority decides what follows."""
    rows = work.session.scalars(
        select(ApplicationRow)
        .join(CertificateUse, CertificateUse.application_id == ApplicationRow.id)
        .where(
            CertificateUse.certificate_id == revoked.certificate_id,
            ApplicationRow.status == Status.GRANTED,
        )
        .with_for_update(of=ApplicationRow)
    )
    return sum(_flag(work, row, revoked) for row in rows)


def _flag(work: Work, row: ApplicationRow, revoked: study.Revoked) -> bool:
    if revoked.specialty.value not in row.specialties:
        return False
    return raise_flag(
        work,
        row,
        FlagKind.CERTIFICATE_REVOKED,
        subject=str(revoked.certificate_id),
        facts={
            "certificate": revoked.number,
            "specialty": revoked.specialty.value,
            "granted": row.status is Status.GRANTED,
        },
    )


def _record(work: Work, revoked: study.Revoked) -> None:
    work.session.execute(
        inserting(work.session, CreditRecord)
        .values(
            person_id=revoked.person_id,
            certificate_id=revoked.certificate_id,
            cause="certificate_revoked",
            recorded_on=legal_day(work.now),
            recorded_at=work.now,
        )
        .on_conflict_do_nothing()
    )
    evidence.note(
        work,
        f"person:{revoked.person_id}",
        "credit.recorded",
        cause="certificate_revoked",
        certificate=str(revoked.certificate_id),
    )


def _tell(work: Work, revoked: study.Revoked, pending: int, granted: int) -> None:
    account = accounts_in_use(work.session, [revoked.person_id]).get(revoked.person_id)
    if account is None:
        return
    notify.message(
        work,
        account[0],
        "certificate_withdrawn",
        dedupe=f"withdrawn:{revoked.certificate_id}",
        number=revoked.number,
        specialty=revoked.specialty.value,
        pending=pending,
        granted=granted,
    )


def reported(session: Session, person_id: UUID) -> bool:
    """Tell whether a record of bad credit stands against a person."""
    found = session.scalar(
        select(CreditRecord.seq).where(CreditRecord.person_id == person_id).limit(1)
    )
    return found is not None

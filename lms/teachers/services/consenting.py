"""Write down that a teacher may be named, and that they may no more."""

import hashlib
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import new_id
from lms.kernel.work import Work
from lms.teachers.models import TeacherConsent
from lms.teachers.queries import place
from lms.teachers.rules import How, Scan
from lms.teachers.services.rows import key, locked, note


def give_consent(
    work: Work,
    association_id: UUID,
    teacher_id: UUID,
    said: tuple[date, How],
    scan: Scan | None = None,
) -> UUID:
    """Write down since when, and how, a teacher lets themselves be named.

    Raises: NotFound; Refused for a day to come; Conflict while one holds.
    """
    row = locked(work, association_id, teacher_id)
    given_on, how = said
    if given_on > legal_day(work.now):
        raise Refused("teacher.consent_day")
    made = new_id()
    consent = TeacherConsent(
        id=made,
        teacher_id=row.id,
        given_on=given_on,
        how=how,
        noted_by=work.actor.account_id,
        noted_at=work.now,
    )
    if scan is not None:
        where = place("body", made, "teacher_consents")
        consent.media, consent.sha256 = scan.media, hashlib.sha256(scan.body).digest()
        consent.body = pii.seal(key(row), scan.body, where)
    work.session.add(consent)
    try:
        work.session.flush()
    except IntegrityError as clash:
        raise Conflict("teacher.consent_there") from clash
    note(work, row, "consented", consent=made, given_on=given_on, how=how.value)
    return made


def withdraw_consent(work: Work, association_id: UUID, teacher_id: UUID) -> None:
    """Write down that a teacher is not to be named any more. It holds at once.

    Raises: NotFound; Conflict where no consent holds.
    """
    row = locked(work, association_id, teacher_id)
    consent = work.session.scalar(
        select(TeacherConsent)
        .where(
            TeacherConsent.teacher_id == row.id, TeacherConsent.withdrawn_at.is_(None)
        )
        .with_for_update()
    )
    if consent is None:
        raise Conflict("teacher.no_consent")
    consent.withdrawn_at = work.now
    note(work, row, "consent_withdrawn", consent=consent.id)

"""A certificate of study is spent by a grant: once, for one period, for good."""

from datetime import date

from sqlalchemy import select

from lms.credentials.queries import study
from lms.credentials.rules import State
from lms.evidence import services as evidence
from lms.kernel.db import inserting
from lms.kernel.errors import Refused
from lms.kernel.ids import PersonId
from lms.kernel.work import Work
from lms.people.queries import RegistrationCard, many
from lms.people.rules import SpecialtyPeriod
from lms.policy.certificates import consumed
from lms.policy.model import Application, Specialty
from lms.registration.models import ApplicationRow, CertificateUse
from lms.registration.rules.standings import EndCause
from lms.registration.services.lapsing import write_ended

_CAUSES = {
    Application.RENEWAL: EndCause.RENEWED,
    Application.CANCELLATION: EndCause.CANCELLED,
}


def settle_grant(work: Work, row: ApplicationRow) -> None:
    """Before a grant is written: spend the certificates, keep what was.

    From the day of the grant on, study belongs to the new period alone; the old one
    stays written with its days and can be renewed on no second time.

    Raises: Refused when a certificate was used for another period already.
    """
    cause = _CAUSES.get(row.application)
    person_id = PersonId(row.person_id)
    card = many.registrations(work.session, [person_id]).get(person_id)
    if cause is None or card is None:
        return
    named = {Specialty(each) for each in row.specialties}
    periods = [
        SpecialtyPeriod(e.code, e.valid_from, e.valid_until, is_main=e.is_main)
        for e in card.specialties
        if e.code in named
    ]
    if row.application is Application.RENEWAL:
        _spend(work, row, card)
    write_ended(work, person_id, card, periods, cause)


def _spend(work: Work, row: ApplicationRow, card: RegistrationCard) -> None:
    person_id = PersonId(row.person_id)
    for each in study.of_persons(work.session, [person_id]).get(person_id, ()):
        held = card.of(each.specialty)
        if (
            held is None
            or each.state is not State.VALID
            or each.specialty.value not in row.specialties
            or each.period_until != held.valid_until
        ):
            continue
        made = work.session.execute(
            inserting(work.session, CertificateUse)
            .values(
                certificate_id=each.id,
                application_id=row.id,
                person_id=person_id,
                specialty=each.specialty,
                used_until=held.valid_until,
                used_at=work.now,
            )
            .on_conflict_do_nothing()
            .returning(CertificateUse.certificate_id)
        )
        if made.first() is None:
            _same_period(work, each.id, held.valid_until)
            continue
        evidence.note(
            work,
            f"certificate:{each.id}",
            "certificate.used",
            application=str(row.id),
            until=held.valid_until.isoformat(),
        )


def _same_period(work: Work, certificate_id: object, ends_on: date) -> None:
    """Two grants at once: the second waited, and finds what the first has spent."""
    used = work.session.scalar(
        select(CertificateUse.used_until).where(
            CertificateUse.certificate_id == certificate_id
        )
    )
    if consumed(used, ends_on):
        raise Refused("certificate.consumed")

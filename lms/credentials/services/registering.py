"""Issue registration certificates, replace them, and declare them void.

Who calls has decided: an authority's grant, a lapse by law, a cancellation. Number,
facts, file, state and evidence come in one transaction, or nothing does.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from lms.credentials import queries
from lms.credentials.ports import RegistrationPrinter
from lms.credentials.rules import (
    Likeness,
    RegistrationFacts,
    RegistrationState,
    kept,
    lacking,
)
from lms.credentials.services.copies import void_copies
from lms.credentials.services.register_book import (
    Draft,
    issued_before,
    law_of,
    likeness,
    move,
    standing_of,
    write,
)
from lms.credentials.services.register_numbers import lock_province, number_for
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId, RegistrationCertificateId
from lms.kernel.work import Work, fail_point
from lms.policy.licences import Licence
from lms.policy.model import Specialty


def issue_registration(
    work: Work, facts: RegistrationFacts, *, printer: RegistrationPrinter
) -> RegistrationCertificateId:
    """Issue a registration certificate; the one before it is superseded.

    Asking again with the same `source` gives the certificate that is there. All
    issuers of a province wait for each other, so its serials have no gap.

    Raises: Refused with every reason, or `registration_certificate.needs_hand` with
        the characters that no font draws; Conflict when two provinces issue at once.
    """
    law, on = law_of(facts.province), facts.issued_on or legal_day(work.now)
    lock_province(work, facts.province, on.year)
    there = issued_before(work, facts.source)
    if there is not None:
        return there
    shown = likeness(work, facts.person_id)
    _ready(law, facts, shown, on)
    draft = Draft(facts, law, number_for(work, law, facts, on), on, shown)
    row = standing_of(work, facts.person_id)
    if row is not None:
        move(work, row, RegistrationState.SUPERSEDED, facts.reason, on)
        void_copies(work, facts.person_id)
        work.session.flush()
    made = write(work, printer, draft, row.certificate_id if row else None)
    if row is not None:
        row.superseded_by = made
    fail_point("credentials.registered")
    return made


def _ready(law: Licence, facts: RegistrationFacts, shown: Likeness, on: date) -> None:
    missing = lacking(law, facts, shown, on)
    if missing:
        raise Refused("registration_certificate.not_ready", reasons=missing)


def void_registration(
    work: Work,
    person_id: PersonId,
    reason: str,
    at: date | None = None,
    *,
    revoked: bool = False,
) -> RegistrationCertificateId | None:
    """Declare a person's certificate void from a legal day on (default: today).

    `revoked` for a registration got by fraud (撤销); else it is cancelled (注销). Who
    has no valid certificate loses none: the answer is None.
    """
    row = standing_of(work, person_id)
    if row is None:
        return None
    state = RegistrationState.REVOKED if revoked else RegistrationState.VOIDED
    move(work, row, state, reason, at or legal_day(work.now), tell=True)
    void_copies(work, person_id)
    work.session.flush()
    return RegistrationCertificateId(row.certificate_id)


def keep_only(
    work: Work,
    person_id: PersonId,
    specialties: Collection[Specialty],
    *,
    printer: RegistrationPrinter,
    reason: str = "registration.specialty_dropped",
    source: str | None = None,
) -> RegistrationCertificateId | None:
    """Leave these specialties on a person's certificate: a new one, or none.

    What stays keeps its own days. When all stays, the certificate stays too; when
    nothing does, it is void and the answer is None.

    Raises: NotFound without a valid certificate; Refused.
    """
    row = standing_of(work, person_id)
    card = queries.registered(work.session, person_id)
    if row is None or card is None:
        raise NotFound("certificate.unknown")
    terms = kept(card.facts.terms, specialties)
    if terms == card.facts.terms:
        return card.id
    if not terms:
        void_registration(work, person_id, reason)
        return None
    facts = _again(card, reason, source)
    return issue_registration(work, replace(facts, terms=terms), printer=printer)


def _again(
    card: queries.RegistrationCertificateCard, reason: str, source: str | None
) -> RegistrationFacts:
    """Ask for a certificate like one that is there."""
    return RegistrationFacts(
        person_id=card.person_id,
        province=card.facts.province,
        terms=card.facts.terms,
        employer=card.facts.employer,
        source=source or f"after:{card.id}",
        reason=reason,
        registration_no=card.facts.registration_no,
    )

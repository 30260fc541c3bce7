"""Where a person stands before a certificate: page and command ask the same."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.credentials.models import Certificate, CertificateStanding, PrintQueue
from lms.credentials.queries.held import CertificateCard, card, chosen
from lms.credentials.rules import Evidence, Need, State, needs
from lms.exams import queries as exams
from lms.hours import queries as hours
from lms.kernel.clock import legal_day
from lms.kernel.credit import Credit
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, PersonId
from lms.people import queries as people
from lms.people.queries import RegisteredSpecialty, RegistrationCard
from lms.people.rules import PhotoState
from lms.policy.library import rules_for
from lms.policy.model import Quota, Specialty, Track


@dataclass(frozen=True, slots=True)
class Standing:
    """One specialty's way to its certificate; `score` is of the passed test.

    `association_id` is whose hours were counted: the one with most of them.
    """

    specialty: Specialty
    is_main: bool
    period_from: date
    period_until: date
    association_id: AssociationId | None
    association: str | None
    needs: tuple[Need, ...]
    required: Credit
    elective: Credit
    score: int | None
    passed_on: date | None
    certificate: CertificateCard | None
    in_print_queue: bool

    @property
    def ready(self) -> bool:
        """Tell whether nothing is missing."""
        return self.association_id is not None and all(n.met for n in self.needs)

    @property
    def missing(self) -> tuple[str, ...]:
        """List the codes of what is missing."""
        return tuple(n.code for n in self.needs if not n.met)


def standings(session: Session, person_id: PersonId, on: date) -> tuple[Standing, ...]:
    """Say for each registered specialty how far its certificate is.

    Nobody's registration yet: nothing to say.
    """
    try:
        registered = people.registration(session, person_id)
    except NotFound:
        return ()
    return tuple(
        _standing(session, person_id, registered, specialty, on)
        for specialty in registered.specialties
    )


def standing(
    session: Session,
    person_id: PersonId,
    specialty: Specialty,
    on: date,
    association_id: AssociationId | None = None,
) -> Standing:
    """Say how far the certificate of one specialty is.

    Raises: NotFound without a registration in it.
    """
    registered = people.registration(session, person_id)
    place = registered.of(specialty)
    if place is None:
        raise NotFound("registration.unknown")
    return _standing(session, person_id, registered, place, on, association_id)


def _standing(
    session: Session,
    person_id: PersonId,
    registered: RegistrationCard,
    place: RegisteredSpecialty,
    on: date,
    association_id: AssociationId | None = None,
) -> Standing:
    issuer = association_id or _issuer(session, person_id, place)
    done = _done(session, person_id, place, issuer)
    passed = _passed(session, person_id, place, issuer)
    quota = rules_for(registered.province, on).quota(place.is_main)
    known = replace(
        _known(session, person_id, place, quota, done, passed),
        revoked=_revoked(session, person_id, place),
    )
    return Standing(
        specialty=place.code,
        is_main=place.is_main,
        period_from=place.valid_from,
        period_until=place.valid_until,
        association_id=issuer,
        association=catalogue.association(session, issuer).name if issuer else None,
        needs=needs(known, on),
        required=known.required,
        elective=known.elective,
        score=known.score,
        passed_on=legal_day(passed.passed_at) if passed else None,
        certificate=valid_one(session, person_id, place.code, place.valid_from, on),
        in_print_queue=_queued(session, person_id, place),
    )


def _known(
    session: Session,
    person_id: PersonId,
    place: RegisteredSpecialty,
    quota: Quota,
    done: dict[Track, Credit],
    passed: exams.PassCard | None,
) -> Evidence:
    profile = people.profile(session, person_id)
    return Evidence(
        profile_missing=len(profile.completeness.missing),
        photo_accepted=_accepted(profile),
        period_from=place.valid_from,
        period_until=place.valid_until,
        required=done[Track.REQUIRED],
        elective=done[Track.ELECTIVE],
        asked={track: quota.asked(track) for track in Track},
        score=passed.score if passed else None,
    )


def _accepted(profile: people.ProfileCard) -> bool:
    return profile.photo is not None and profile.photo.state is PhotoState.ACCEPTED


def _passed(
    session: Session,
    person_id: PersonId,
    place: RegisteredSpecialty,
    issuer: AssociationId | None,
) -> exams.PassCard | None:
    if issuer is None:
        return None
    return exams.passed(
        session,
        person_id,
        place.code,
        since=place.valid_from,
        until=place.valid_until,
        association_id=issuer,
    )


def _done(
    session: Session,
    person_id: PersonId,
    place: RegisteredSpecialty,
    issuer: AssociationId | None,
) -> dict[Track, Credit]:
    tally = (
        hours.tally(
            session,
            person_id,
            since=place.valid_from,
            until=place.valid_until,
            association_id=issuer,
        )
        if issuer
        else {}
    )
    return {track: tally.get((place.code, track), Credit(0)) for track in Track}


def _issuer(
    session: Session, person_id: PersonId, place: RegisteredSpecialty
) -> AssociationId | None:
    """Choose the association where the person studied most in the period."""
    totals: dict[AssociationId, int] = {}
    for posting in hours.postings(
        session,
        person_id,
        since=place.valid_from,
        until=place.valid_until,
        specialty=place.code,
    ):
        totals[posting.association_id] = (
            totals.get(posting.association_id, 0) + posting.credit
        )
    return max(totals, key=lambda one: (totals[one], one), default=None)


def valid_one(
    session: Session,
    person_id: UUID,
    specialty: Specialty,
    period_from: date,
    on: date,
) -> CertificateCard | None:
    """Find the one certificate that stands for a specialty and period."""
    row = session.execute(
        chosen().where(
            CertificateStanding.person_id == person_id,
            CertificateStanding.specialty == specialty,
            CertificateStanding.period_from == period_from,
            CertificateStanding.state == State.VALID,
            Certificate.person_id == person_id,
        )
    ).first()
    return card(row, on) if row else None


def _revoked(session: Session, person_id: PersonId, place: RegisteredSpecialty) -> bool:
    """Tell whether a certificate of the period was revoked and none stands for it."""
    states = set(
        session.scalars(
            select(CertificateStanding.state).where(
                CertificateStanding.person_id == person_id,
                CertificateStanding.specialty == place.code,
                CertificateStanding.period_from == place.valid_from,
            )
        )
    )
    return State.REVOKED in states and State.VALID not in states


def _queued(session: Session, person_id: PersonId, place: RegisteredSpecialty) -> bool:
    found = session.scalar(
        select(PrintQueue.id).where(
            PrintQueue.person_id == person_id,
            PrintQueue.specialty == place.code,
            PrintQueue.period_from == place.valid_from,
            PrintQueue.solved_at.is_(None),
        )
    )
    return found is not None

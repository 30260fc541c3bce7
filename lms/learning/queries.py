"""Read enrolments and progress."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.catalogue import queries as catalogue
from lms.kernel import pii
from lms.kernel.errors import NotFound
from lms.kernel.ids import (
    AccountId,
    AssociationId,
    EnrolmentId,
    LessonId,
    PersonId,
    VersionId,
)
from lms.learning.models import (
    Enrolment,
    Lease,
    PresenceCheck,
    PresencePicture,
    Study,
)
from lms.learning.rules.presence import PICTURE_SUBJECT, CheckKind, Missed, Outcome
from lms.policy.model import Specialty


@dataclass(frozen=True, slots=True)
class EnrolmentCard:
    """A person's right to study a version, and how far it has come."""

    id: EnrolmentId
    version_id: VersionId
    association_id: AssociationId
    specialty: Specialty | None
    source: str
    enrolled_at: datetime
    lessons_total: int
    lessons_done: int
    last_at: datetime | None
    completed_at: datetime | None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StudyCard:
    """How far one lesson has come. Units: seconds."""

    id: UUID
    lesson_id: LessonId
    credited_seconds: int
    furthest: int
    position: int
    answered: frozenset[str]
    questions_open: int
    last_at: datetime
    completed_at: datetime | None


Studies = Mapping[LessonId, StudyCard]


@dataclass(frozen=True, slots=True)
class ResumeCard:
    """Where a person stopped, to the second."""

    enrolment_id: EnrolmentId
    version_id: VersionId
    lesson_id: LessonId
    position: int
    credited_seconds: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class CheckCard:
    """A presence check as it went. `picture` says that one is kept still."""

    id: UUID
    lease_id: UUID
    study_id: UUID
    kind: CheckKind
    asked_at: datetime
    ended_at: datetime | None
    excused: bool
    tries: int
    outcome: Outcome | None
    why: Missed | None
    picture: bool


_ENROLMENT = (
    Enrolment.id,
    Enrolment.version_id,
    Enrolment.association_id,
    Enrolment.specialty,
    Enrolment.source,
    Enrolment.enrolled_at,
    Enrolment.lessons_total,
    Enrolment.lessons_done,
    Enrolment.last_at,
    Enrolment.completed_at,
    Enrolment.closed_at,
)


OPEN = and_(Lease.study_id == Study.id, Lease.ended_at.is_(None))
"""Joins a study to the lease that holds its progress while it is open."""
CREDITED = func.coalesce(Lease.study_seconds, Study.credited_seconds).label(
    "credited_seconds"
)
FURTHEST = func.coalesce(Lease.furthest, Study.furthest).label("furthest")
POSITION = func.coalesce(Lease.position, Study.position).label("position")
LAST_AT = func.coalesce(Lease.last_beat_at, Study.last_at).label("last_at")


def enrolments(session: Session, person_id: PersonId) -> tuple[EnrolmentCard, ...]:
    """List a person's enrolments, the newest first."""
    rows = session.execute(
        select(*_ENROLMENT)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id)
    )
    return tuple(EnrolmentCard(**row._asdict()) for row in rows)


def enrolment(
    session: Session, person_id: PersonId, enrolment_id: EnrolmentId
) -> EnrolmentCard:
    """Find one of a person's enrolments.

    Raises: NotFound, also for another person's.
    """
    row = session.execute(
        select(*_ENROLMENT).where(
            Enrolment.id == enrolment_id, Enrolment.person_id == person_id
        )
    ).first()
    if row is None:
        raise NotFound("enrolment.unknown")
    return EnrolmentCard(**row._asdict())


def is_enrolled(
    session: Session, person_id: PersonId, version_id: VersionId
) -> EnrolmentId | None:
    """Find the enrolment of a person in a version, if any."""
    found = session.scalar(
        select(Enrolment.id).where(
            Enrolment.person_id == person_id, Enrolment.version_id == version_id
        )
    )
    return EnrolmentId(found) if found else None


def progress(session: Session, enrolment_id: EnrolmentId) -> Studies:
    """Map each begun lesson to how far it has come."""
    rows = session.execute(
        select(
            Study.id,
            Study.lesson_id,
            CREDITED,
            FURTHEST,
            POSITION,
            Study.answered,
            Study.questions_open,
            LAST_AT,
            Study.completed_at,
        )
        .outerjoin(Lease, OPEN)
        .where(Study.enrolment_id == enrolment_id)
    )
    cards = (
        StudyCard(**row._asdict() | {"answered": frozenset(row.answered)})
        for row in rows
    )
    return {card.lesson_id: card for card in cards}


def resume(session: Session, person_id: PersonId) -> ResumeCard | None:
    """Find where a person stopped, or the first lesson of the newest course."""
    row = session.execute(
        select(
            Enrolment.id,
            Enrolment.version_id,
            Study.lesson_id,
            POSITION,
            CREDITED,
        )
        .select_from(Enrolment)
        .join(Study, Study.enrolment_id == Enrolment.id)
        .outerjoin(Lease, OPEN)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.closed_at.is_(None),
            Study.completed_at.is_(None),
        )
        .order_by(LAST_AT.desc())
        .limit(1)
    ).first()
    if row is not None:
        return ResumeCard(
            EnrolmentId(row[0]),
            VersionId(row[1]),
            LessonId(row[2]),
            row[3],
            row[4],
            fresh=False,
        )
    return _next_fresh(session, person_id)


def picture_consent(
    session: Session, account_id: AccountId
) -> accounts.ConsentCard | None:
    """Find what an account last said about pictures as an answer to checks."""
    for one in accounts.consents(session, account_id):
        if one.subject == PICTURE_SUBJECT:
            return one
    return None


def checks(session: Session, person_id: PersonId) -> tuple[CheckCard, ...]:
    """List a person's presence checks, the newest first."""
    rows = session.execute(
        select(
            PresenceCheck.id,
            PresenceCheck.lease_id,
            PresenceCheck.study_id,
            PresenceCheck.kind,
            PresenceCheck.asked_at,
            PresenceCheck.ended_at,
            PresenceCheck.excused,
            PresenceCheck.tries,
            PresenceCheck.outcome,
            PresenceCheck.why,
            PresencePicture.check_id.is_not(None).label("picture"),
        )
        .outerjoin(PresencePicture, PresencePicture.check_id == PresenceCheck.id)
        .where(PresenceCheck.person_id == person_id)
        .order_by(PresenceCheck.asked_at.desc(), PresenceCheck.after_misses.desc())
    )
    return tuple(CheckCard(**row._asdict()) for row in rows)


def open_picture(session: Session, check_id: UUID) -> tuple[PersonId, bytes]:
    """Open the picture that answered a check, while it is kept. Shape: whose, JPEG.

    Whoever shows it writes down who looked, and why.

    Raises: NotFound.
    """
    row = session.get(PresencePicture, check_id)
    if row is None:
        raise NotFound("check.no_picture")
    key = accounts.data_key(session, PersonId(row.person_id))
    aad = f"presence_pictures|picture|{check_id}"
    return PersonId(row.person_id), pii.unseal(key, row.picture, aad)


def _next_fresh(session: Session, person_id: PersonId) -> ResumeCard | None:
    for card in enrolments(session, person_id):
        if card.completed_at is not None or card.closed_at is not None:
            continue
        done = progress(session, card.id)
        for lesson in catalogue.version(session, card.version_id).lessons:
            if lesson.id not in done:
                return ResumeCard(card.id, card.version_id, lesson.id, 0, 0, fresh=True)
    return None

"""Give a person the right to study a version of a course."""

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from lms.accounts import services as accounts
from lms.catalogue import queries as catalogue
from lms.evidence import services as evidence
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import AssociationId, EnrolmentId, PersonId, VersionId, new_id
from lms.kernel.work import Work
from lms.learning.models import Enrolment, Study
from lms.learning.services.stages import restage
from lms.policy.model import Specialty


def enrol(
    work: Work,
    person_id: PersonId,
    version_id: VersionId,
    *,
    source: str,
    specialty: Specialty | None = None,
) -> EnrolmentId:
    """Enrol a person once, by source and by version, and say which enrolment it is.

    `specialty` says where a 公共 course counts; a course of a specialty counts there.

    Raises: NotFound for an unknown version.
    """
    found = _existing(work, person_id, version_id, source)
    if found:
        _open_again(work, found, source)
        return found
    version = catalogue.version(work.session, version_id)
    enrolment = Enrolment(
        id=new_id(),
        person_id=person_id,
        version_id=version_id,
        association_id=version.association_id,
        specialty=version.specialty or specialty,
        source=source,
        enrolled_at=work.now,
        lessons_total=len(version.lessons),
    )
    return _add(work, enrolment)


def _open_again(work: Work, enrolment_id: EnrolmentId, source: str) -> None:
    """Open an enrolment that was closed when its money went back: it is bought anew."""
    row = work.session.get_one(Enrolment, enrolment_id)
    if row.closed_at is None:
        return
    row.closed_at, row.source = None, source
    work.session.flush()
    evidence.note(
        work,
        f"person:{row.person_id}",
        "enrolment.opened",
        enrolment=enrolment_id,
        version=row.version_id,
        source=source,
    )
    restage(work, PersonId(row.person_id), AssociationId(row.association_id))


def _add(work: Work, enrolment: Enrolment) -> EnrolmentId:
    """Add an enrolment, or give the one that another hand added meanwhile."""
    person_id, version_id = enrolment.person_id, enrolment.version_id
    source, enrolment_id = enrolment.source, enrolment.id
    try:
        with work.session.begin_nested():
            work.session.add(enrolment)
    except IntegrityError:
        found = _existing(work, PersonId(person_id), VersionId(version_id), source)
        if found is None:
            raise
        return found
    # The book before the learner's row, as whoever finishes a course comes to them.
    evidence.note(
        work,
        f"person:{person_id}",
        "enrolment.made",
        enrolment=enrolment_id,
        version=version_id,
        source=source,
        specialty=enrolment.specialty,
    )
    here = AssociationId(enrolment.association_id)
    accounts.know_learner(work, PersonId(person_id), here)
    restage(work, PersonId(person_id), here)
    return EnrolmentId(enrolment_id)


def assign_specialty(
    work: Work, person_id: PersonId, enrolment_id: EnrolmentId, specialty: Specialty
) -> None:
    """Choose where a 公共 course counts, while nothing of it is credited.

    Raises: NotFound; Refused for a course of one specialty, or once credited.
    """
    enrolment = work.session.scalar(
        select(Enrolment)
        .where(Enrolment.id == enrolment_id, Enrolment.person_id == person_id)
        .with_for_update()
    )
    if enrolment is None:
        raise NotFound("enrolment.unknown")
    if enrolment.specialty is specialty:
        return
    version = catalogue.version(work.session, VersionId(enrolment.version_id))
    if version.specialty is not None:
        raise Refused("enrolment.specialty_fixed")
    done = work.session.scalar(
        select(func.count())
        .select_from(Study)
        .where(Study.enrolment_id == enrolment_id, Study.completed_at.is_not(None))
    )
    if done:
        raise Refused("enrolment.already_credited")
    enrolment.specialty = specialty
    evidence.note(
        work,
        f"person:{person_id}",
        "enrolment.assigned",
        enrolment=enrolment_id,
        specialty=specialty,
    )


def _existing(
    work: Work, person_id: PersonId, version_id: VersionId, source: str
) -> EnrolmentId | None:
    found = work.session.scalar(
        select(Enrolment.id).where(
            Enrolment.person_id == person_id,
            or_(Enrolment.version_id == version_id, Enrolment.source == source),
        )
    )
    return EnrolmentId(found) if found else None

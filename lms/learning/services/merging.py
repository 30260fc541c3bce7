"""What was studied under two accounts of one person becomes one record."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.evidence import services as evidence
from lms.kernel.errors import Refused
from lms.kernel.ids import AssociationId, PersonId, VersionId, new_id
from lms.kernel.moving import move
from lms.kernel.work import Work
from lms.learning.models import (
    Enrolment,
    Lease,
    PresenceCheck,
    PresencePicture,
    Study,
    StudyHead,
)
from lms.learning.services.heads import lock
from lms.learning.services.stages import restage

_CARRIED = (
    "watched",
    "watched_seconds",
    "credited_seconds",
    "furthest",
    "position",
    "answered",
    "questions_open",
    "begun_at",
    "last_at",
    "completed_at",
)


@dataclass(frozen=True, slots=True)
class Folded:
    """What came of two records. `counted` says how the ledger's sources go on.

    Shape: of a source, what it is called for who stays; None for what counted already.
    """

    courses: int
    twice: int
    counted: dict[str, str | None]


def take_over(work: Work, goes: PersonId, stays: PersonId) -> Folded:
    """Give who stays what the other has studied; a course had in both counts once.

    Raises: Refused while somebody studies under one of them, and where two versions of
        one course were both begun to be credited.
    """
    _still(work, goes, stays)
    _share_head(work, goes, stays)
    counted: dict[str, str | None] = {}
    pairs = _pairs(work, goes, stays)
    for theirs, ours in pairs:
        if theirs.version_id == ours.version_id:
            counted |= _fold(work, theirs, ours)
        else:
            _close_idle(work, theirs, ours)
    moved = _move(work, goes, stays, [one.id for one, _ours in pairs])
    for table in (Lease, PresenceCheck, PresencePicture):
        move(work, table, goes, stays)
    return Folded(moved, len(pairs), counted)


def restage_all(work: Work, person_id: PersonId, at: list[AssociationId]) -> None:
    """Count anew how far somebody has come at some associations."""
    for association_id in at:
        restage(work, person_id, association_id)


def at_once(work: Work, goes: PersonId, stays: PersonId) -> int:
    """Count the times of study under one account while the other studied too."""
    mine, theirs = Lease.__table__.c, Lease.__table__.alias("theirs")
    both = select(func.count(func.distinct(mine.id))).where(
        mine.person_id == goes,
        theirs.c.person_id == stays,
        mine.credited_seconds > 0,
        theirs.c.credited_seconds > 0,
        mine.started_at < theirs.c.last_beat_at,
        theirs.c.started_at < mine.last_beat_at,
    )
    return work.session.scalar(both) or 0


def _still(work: Work, goes: PersonId, stays: PersonId) -> None:
    for person_id in sorted((goes, stays)):
        lock(work, person_id)
    if studying(work.session, goes, stays):
        raise Refused("merge.studying")


def studying(session: Session, *persons: PersonId) -> frozenset[PersonId]:
    """Name who of some persons is studying."""
    found = session.scalars(
        select(Lease.person_id).where(
            Lease.person_id.in_(persons), Lease.ended_at.is_(None)
        )
    )
    return frozenset(PersonId(one) for one in found)


def two_versions(session: Session, goes: PersonId, stays: PersonId) -> bool:
    """Tell whether two versions of one course were both begun to be credited."""
    held = {one: session.scalars(_held(one)).all() for one in (goes, stays)}
    return any(
        theirs.version_id != ours.version_id
        and theirs.lessons_done > 0 < ours.lessons_done
        for theirs, ours in _paired(session, held[goes], held[stays])
    )


def _share_head(work: Work, goes: PersonId, stays: PersonId) -> None:
    """No instant earns again, and a day's cap counts what both earned on it."""
    theirs = work.session.get_one(StudyHead, goes, populate_existing=True)
    ours = work.session.get_one(StudyHead, stays, populate_existing=True)
    ours.credited_until = max(ours.credited_until, theirs.credited_until)
    if theirs.day == ours.day:
        ours.day_seconds += theirs.day_seconds
    elif theirs.day > ours.day:
        ours.day, ours.day_seconds = theirs.day, theirs.day_seconds
    work.session.flush()


def _pairs(
    work: Work, goes: PersonId, stays: PersonId
) -> list[tuple[Enrolment, Enrolment]]:
    """Pair what both have of one course, in whatever versions; locked."""
    held = {
        person_id: work.session.scalars(_held(person_id).with_for_update()).all()
        for person_id in (goes, stays)
    }
    return _paired(work.session, held[goes], held[stays])


def _held(person_id: PersonId) -> Select[Enrolment]:
    return (
        select(Enrolment)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.enrolled_at, Enrolment.id)
    )


def _paired(
    session: Session, goes: Sequence[Enrolment], stays: Sequence[Enrolment]
) -> list[tuple[Enrolment, Enrolment]]:
    pairs = []
    for theirs in goes:
        version_id = VersionId(theirs.version_id)
        beside = catalogue.versions_beside(session, {version_id}) | {version_id}
        same = [one for one in stays if VersionId(one.version_id) in beside]
        same.sort(key=lambda one: one.version_id != theirs.version_id)
        if same:
            pairs.append((theirs, same[0]))
    return pairs


def _fold(work: Work, theirs: Enrolment, ours: Enrolment) -> dict[str, str | None]:
    """Put a course that both have together, lesson by lesson; who came further counts.

    A lesson that both completed was credited to who stays already.
    """
    counted: dict[str, str | None] = {}
    kept = {one.lesson_id: one for one in _studies(work, ours.id)}
    for study in _studies(work, theirs.id):
        mine = kept.get(study.lesson_id)
        if study.completed_at is None:
            continue
        if mine is not None and mine.completed_at is not None:
            counted[f"study:{study.id}"] = None
            continue
        if mine is None:
            mine = Study(id=new_id(), enrolment_id=ours.id, lesson_id=study.lesson_id)
            work.session.add(mine)
        for name in _CARRIED:
            setattr(mine, name, getattr(study, name))
        counted[f"study:{study.id}"] = f"study:{mine.id}"
    ours.specialty = ours.specialty or theirs.specialty
    work.session.flush()
    _count(work, ours)
    _shut(work, theirs, ours)
    return counted


def _close_idle(work: Work, theirs: Enrolment, ours: Enrolment) -> None:
    """Of two versions of one course only one may ever have been credited.

    Raises: Refused when both were: then the hours must be put right first.
    """
    if theirs.lessons_done and ours.lessons_done:
        raise Refused("merge.two_versions")
    if theirs.lessons_done:
        # The better one comes over; what was never studied here earns no more.
        _shut(work, ours, theirs)
        theirs.person_id = ours.person_id
        work.session.flush()
    else:
        _shut(work, theirs, ours)


def _shut(work: Work, one: Enrolment, other: Enrolment) -> None:
    one.closed_at = one.closed_at or work.now
    evidence.note(
        work,
        f"person:{one.person_id}",
        "enrolment.folded",
        enrolment=one.id,
        into=other.id,
    )
    work.session.flush()


def _count(work: Work, row: Enrolment) -> None:
    done = [one for one in _studies(work, row.id) if one.completed_at is not None]
    row.lessons_done = len(done)
    row.last_at = max((one.last_at for one in _studies(work, row.id)), default=None)
    if row.lessons_total and len(done) >= row.lessons_total and not row.completed_at:
        row.completed_at = max(one.completed_at for one in done if one.completed_at)
    work.session.flush()


def _move(work: Work, goes: PersonId, stays: PersonId, left: list[UUID]) -> int:
    """Move the courses that only who goes had."""
    moving = (
        update(Enrolment)
        .where(Enrolment.person_id == goes, Enrolment.id.not_in(left))
        .values(person_id=stays)
        .execution_options(synchronize_session=False)
    )
    count: int = work.session.execute(moving).rowcount  # type: ignore[attr-defined]  # an UPDATE gives a cursor
    work.session.expire_all()
    return count


def _studies(work: Work, enrolment_id: UUID) -> list[Study]:
    return list(
        work.session.scalars(select(Study).where(Study.enrolment_id == enrolment_id))
    )

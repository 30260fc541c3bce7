"""Call the roll: who scans the room's code in time came in, was there, or went."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from lms.classes import queries
from lms.classes.models import ClassPlace, ClassSession, ClassSpot
from lms.classes.queries import PlaceCard, SpotCard
from lms.classes.rules import (
    EARLY,
    LATE,
    SPOT_LIFE,
    How,
    Mode,
    PlaceState,
    SessionState,
)
from lms.classes.services.rows import lock_places, lock_session, note
from lms.classes.services.settling import settle
from lms.evidence import services as evidence
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import AssociationId, LessonId, PersonId, new_id
from lms.kernel.work import Work, fail_point
from lms.learning import services as learning


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a scan came to. `new` is false for one that was there already."""

    place: PlaceCard
    mode: Mode
    new: bool
    credited: bool = False


def check(
    work: Work, person_id: PersonId, session_id: UUID, mode: Mode, device: str
) -> Arrival:
    """Write down that somebody is there, with the telephone they hold; once.

    Raises: Refused with why not.
    """
    learning.hold_head(work, person_id)
    place = _place(work, person_id, session_id)
    row = work.session.get(ClassSession, session_id, populate_existing=True)
    if row is None or row.state is not SessionState.PLANNED:
        raise Refused("class.over")
    if place.state is PlaceState.HELD:
        raise Refused("class.unpaid")
    new = {Mode.IN: _came, Mode.OUT: _went, Mode.SPOT: _was_there}[mode](
        work, row, place, device
    )
    credited = mode is Mode.OUT and new and settle(work, row, place)
    fail_point("classes.checked")
    card = queries.place(work.session, place.id)
    return Arrival(card, mode, new, credited)


def _place(work: Work, person_id: PersonId, session_id: UUID) -> ClassPlace:
    found = lock_places(
        work,
        ClassPlace.session_id == session_id,
        ClassPlace.person_id == person_id,
        ClassPlace.state != PlaceState.FREED,
    )
    if not found:
        raise Refused("class.no_place")
    return found[0]


def _came(work: Work, row: ClassSession, place: ClassPlace, device: str) -> bool:
    if place.in_at is not None:
        return False
    if work.now < row.starts_at - EARLY:
        raise Refused("class.not_yet")
    if work.now >= row.ends_at:
        raise Refused("class.over")
    person_id = PersonId(place.person_id)
    _counts_somewhere(work, row, person_id)
    if learning.away_until(work, person_id) is not None:
        raise Refused("class.elsewhere")
    _with(work, place, device)
    place.in_at, place.in_how = work.now, How.CODE
    work.session.flush()
    learning.come_in(work, person_id, row.ends_at)
    learning.begin_class(work, person_id, LessonId(row.lesson_id))
    note(work, place, "class.in", how=How.CODE, device=device)
    return True


def _counts_somewhere(work: Work, row: ClassSession, person_id: PersonId) -> None:
    """Insist that the course is still theirs, and that its 学时 have a specialty."""
    enrolment = learning.enrolment_with(work, person_id, row.version_id)
    if enrolment is None:
        raise Refused("class.no_place")
    if enrolment.specialty is None:
        raise Refused("enrolment.no_specialty")


def _went(work: Work, row: ClassSession, place: ClassPlace, device: str) -> bool:
    if place.out_at is not None:
        return False
    if place.in_at is None:
        raise Refused("class.not_in")
    if work.now > row.ends_at + LATE:
        raise Refused("class.out_late")
    _with(work, place, device)
    place.out_at, place.out_how = work.now, How.CODE
    work.session.flush()
    if work.now < row.ends_at:
        learning.go_out(work, PersonId(place.person_id))
    note(work, place, "class.out", how=How.CODE, device=device)
    return True


def _was_there(work: Work, row: ClassSession, place: ClassPlace, device: str) -> bool:
    if place.in_at is None or place.out_at is not None:
        raise Refused("class.not_in")
    spot = open_spot_of(work, row.id)
    if spot is None:
        raise Refused("class.spot_over")
    if spot.n in place.spots:
        return False
    _with(work, place, device)
    place.spots = [*place.spots, spot.n]
    work.session.flush()
    note(work, place, "class.spot", n=spot.n, device=device)
    return True


def _with(work: Work, place: ClassPlace, device: str) -> None:
    """Bind a place to a telephone; one that checked somebody else in is refused."""
    if place.device == device:
        return
    other = work.session.scalar(
        select(ClassPlace.id).where(
            ClassPlace.session_id == place.session_id,
            ClassPlace.device == device,
            ClassPlace.id != place.id,
        )
    )
    if other is not None:
        raise Refused("class.device")
    if place.device is not None:
        # Another telephone of the same person; the first stays theirs.
        return
    try:
        with work.session.begin_nested():
            place.device = device
            work.session.flush()
    except IntegrityError as error:
        raise Refused("class.device") from error


def open_spot_of(work: Work, session_id: UUID) -> SpotCard | None:
    """Find the spot roll call that waits for answers now."""
    for spot in queries.spots(work.session, session_id):
        if spot.opened_at <= work.now < spot.until:
            return spot
    return None


def open_spot(work: Work, association_id: AssociationId, session_id: UUID) -> int:
    """Call a spot roll in a session that runs; give its number.

    Raises: NotFound; Conflict when it does not run, or a call is waiting already.
    """
    row = lock_session(work, session_id, association_id)
    runs = row.starts_at <= work.now < row.ends_at
    if row.state is not SessionState.PLANNED or not runs:
        raise Conflict("class.not_running")
    if open_spot_of(work, row.id) is not None:
        raise Conflict("class.spot_open")
    last = work.session.scalar(
        select(func.max(ClassSpot.n)).where(ClassSpot.session_id == row.id)
    )
    spot = ClassSpot(
        id=new_id(),
        session_id=row.id,
        n=(last or 0) + 1,
        opened_at=work.now,
        until=work.now + SPOT_LIFE,
    )
    work.session.add(spot)
    work.session.flush()
    stream = f"association:{row.association_id}"
    evidence.note(work, stream, "class.spot_opened", session=row.id, n=spot.n)
    return spot.n

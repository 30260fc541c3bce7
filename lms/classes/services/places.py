"""Take a place, hold it for an order, give it back: one row counts, and is locked."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select

from lms.catalogue import queries as catalogue
from lms.catalogue.rules import LessonKind
from lms.classes import queries
from lms.classes.models import ClassChoice, ClassPlace, ClassSession
from lms.classes.rules import (
    Freed,
    PlaceState,
    makeup_objection,
    may_leave,
    signup_objection,
)
from lms.classes.services.line import seize, set_free, signup_problem
from lms.classes.services.rows import (
    count,
    live_place,
    lock_places,
    lock_session,
    lock_sessions,
    note,
)
from lms.classes.services.telling import tell
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId, VersionId, new_id
from lms.kernel.work import Work, fail_point
from lms.learning import services as learning


def choose(work: Work, person_id: PersonId, session_id: UUID) -> None:
    """Keep in mind which session somebody wants; nothing is taken by it.

    Raises: NotFound; Refused when nobody takes a place in it now.
    """
    row = lock_session(work, session_id)
    _insist(signup_problem(work, person_id, row))
    key = (person_id, row.lesson_id)
    wish = work.session.get(ClassChoice, key)
    if wish is None:
        wish = ClassChoice(person_id=person_id, lesson_id=row.lesson_id)
        work.session.add(wish)
    wish.session_id, wish.chosen_at = session_id, work.now
    work.session.flush()


def lock_chosen(
    work: Work, person_id: PersonId, version_ids: Iterable[VersionId]
) -> None:
    """Lock every session that a purchase will take a place in, in one order."""
    lessons = [one for each in version_ids for one in _lessons(work, each)]
    if lessons:
        lock_sessions(work, queries.choices(work.session, person_id, lessons).values())


def _lessons(work: Work, version_id: VersionId) -> list[UUID]:
    """Name the lessons of a version that meet."""
    return [
        line.id
        for line in catalogue.lesson_lines(work.session, version_id)
        if line.kind is LessonKind.CLASS
    ]


def hold(
    work: Work,
    person_id: PersonId,
    order_id: UUID,
    version_ids: Iterable[VersionId],
) -> int:
    """Hold the chosen places for an order that is being placed; say how many.

    Raises: Refused where none was chosen, and when the last place has just gone.
    """
    held = 0
    for version_id in version_ids:
        lessons = _lessons(work, version_id)
        if not lessons or learning.enrolment_with(work, person_id, version_id):
            # Whose course it is already takes a place with it, beside any order.
            continue
        for lesson_id in lessons:
            wanted = queries.choices(work.session, person_id, [lesson_id])
            if lesson_id not in wanted:
                raise Refused("class.choose", title=_title(work, version_id))
            if live_place(work, person_id, lesson_id) is None:
                _occupy(work, person_id, wanted[lesson_id], order_id)
                held += 1
            _forget_choice(work, person_id, lesson_id)
    if held:
        fail_point("classes.held")
    return held


def _title(work: Work, version_id: VersionId) -> str:
    return catalogue.version(work.session, version_id).title


def _forget_choice(work: Work, person_id: PersonId, lesson_id: UUID) -> None:
    work.session.execute(
        delete(ClassChoice).where(
            ClassChoice.person_id == person_id, ClassChoice.lesson_id == lesson_id
        )
    )


def _occupy(
    work: Work, person_id: PersonId, session_id: UUID, order_id: UUID | None
) -> ClassPlace:
    """Take one place of a session: locked, looked at, and counted."""
    row = lock_session(work, session_id)
    seize(work, person_id, row)
    place = ClassPlace(
        id=new_id(),
        session_id=session_id,
        lesson_id=row.lesson_id,
        person_id=person_id,
        order_id=order_id,
        state=PlaceState.TAKEN if order_id is None else PlaceState.HELD,
        taken_at=work.now,
        spots=[],
        present_seconds=0,
    )
    work.session.add(place)
    work.session.flush()
    note(work, place, "class.placed", state=place.state.value)
    return place


def _insist(problem: str | None) -> None:
    if problem is not None:
        raise Refused(problem)


def confirm(work: Work, order_id: UUID) -> None:
    """Make what a paid order holds its buyer's own; again changes nothing."""
    held = ClassPlace.state == PlaceState.HELD
    for place in lock_places(work, ClassPlace.order_id == order_id, held):
        place.state = PlaceState.TAKEN
        work.session.flush()
        note(work, place, "class.taken")


def free_order(work: Work, order_id: UUID) -> None:
    """Give back the places that an order held, because it ended unpaid."""
    mine = (ClassPlace.order_id == order_id, ClassPlace.state == PlaceState.HELD)
    _free(work, Freed.UNPAID, *mine)


def free_unowned(
    work: Work, person_id: PersonId, version_ids: Iterable[VersionId]
) -> None:
    """Give back places in courses that a person has no right to any more.

    What was sat through stays.
    """
    for version_id in version_ids:
        lessons = _lessons(work, version_id)
        if lessons and learning.enrolment_with(work, person_id, version_id) is None:
            mine = ClassPlace.person_id == person_id
            taken = ClassPlace.state == PlaceState.TAKEN
            there = ClassPlace.lesson_id.in_(lessons)
            _free(work, Freed.REFUNDED, mine, taken, there)


def _free(work: Work, why: Freed, *which: ColumnElement[bool]) -> None:
    ids = work.session.scalars(select(ClassPlace.session_id).where(*which)).all()
    lock_sessions(work, ids)
    for place in lock_places(work, *which):
        set_free(work, place, why)


def gone(work: Work, order_id: UUID) -> bool:
    """Tell whether an ended order's places cannot be taken again by late money."""
    lost = _lost(work, order_id)
    rooms = lock_sessions(work, [one.session_id for one in lost])
    return any(
        _shut(work, rooms[one.session_id])
        or live_place(work, PersonId(one.person_id), one.lesson_id) is not None
        for one in lost
    )


def _shut(work: Work, row: ClassSession) -> bool:
    """Tell whether late money is too late: who ordered in time has until the start."""
    room = replace(queries.room_of(row), closes_at=row.starts_at)
    return signup_objection(room, work.now) is not None


def _lost(work: Work, order_id: UUID) -> list[ClassPlace]:
    return list(
        work.session.scalars(
            select(ClassPlace).where(
                ClassPlace.order_id == order_id,
                ClassPlace.freed_why == Freed.UNPAID,
            )
        )
    )


def retake(work: Work, order_id: UUID) -> None:
    """Take again what an order gave back when it ended: its money came late.

    Raises: Refused (class.full) when a place has gone to somebody else meanwhile.
    """
    lost = _lost(work, order_id)
    lock_sessions(work, [one.session_id for one in lost])
    for place in lost:
        if not count(work, place.session_id, 1):
            raise Refused("class.full")
        place.state, place.freed_at, place.freed_why = PlaceState.HELD, None, None
        work.session.flush()
        note(work, place, "class.placed", state="again")


def take(work: Work, person_id: PersonId, session_id: UUID) -> UUID:
    """Take a place with what somebody has already: a seat, a later or another session.

    A place in another session of the lesson is given back first, while there is time
    for leave; who missed one may come again as often as the association says.

    Raises: NotFound; Refused with why not.
    """
    aim = work.session.get(ClassSession, session_id)
    if aim is None:
        raise NotFound("class.unknown")
    enrolment = learning.enrolment_with(work, person_id, aim.version_id)
    if enrolment is None:
        raise Refused("class.not_yours")
    if learning.done_lessons(work, person_id, [aim.lesson_id]):
        raise Refused("class.done")
    order_id = _give_up_older(work, person_id, aim)
    terms = queries.terms(work.session, aim.association_id, aim.starts_at)
    missed = queries.missed(work.session, person_id, aim.lesson_id)
    _insist(makeup_objection(missed, terms, aim.starts_at))
    place = _occupy(work, person_id, session_id, None)
    place.order_id = order_id
    work.session.flush()
    fail_point("classes.taken")
    return place.id


def pick(work: Work, person_id: PersonId, session_id: UUID, company: str) -> UUID:
    """Take a place for one of a company's people who has chosen none, and tell them.

    Raises: NotFound; Refused (class.their_choice) for who chose for themselves, and
        with why not.
    """
    aim = work.session.get(ClassSession, session_id)
    if aim is None:
        raise NotFound("class.unknown")
    if live_place(work, person_id, aim.lesson_id) is not None:
        raise Refused("class.their_choice")
    place_id = take(work, person_id, session_id)
    tell(
        work,
        aim,
        lock_places(work, ClassPlace.id == place_id),
        "class_picked",
        "",
        company=company,
    )
    return place_id


def _give_up_older(work: Work, person_id: PersonId, aim: ClassSession) -> UUID | None:
    """Give back the place that somebody has in another session of the same lesson."""
    older = queries.live(work.session, person_id, aim.lesson_id)
    if older is None:
        return None
    rooms = lock_sessions(work, {older.session_id, aim.id})
    place = live_place(work, person_id, aim.lesson_id)
    if place is None:
        return None
    if place.session_id == aim.id:
        raise Refused("class.yours")
    if place.state is PlaceState.HELD:
        raise Refused("class.unpaid")
    _insist_leave(work, rooms[place.session_id], place)
    set_free(work, place, Freed.MOVED)
    return place.order_id


def leave(work: Work, person_id: PersonId, place_id: UUID) -> None:
    """Give a place up in time: it counts as no absence, and somebody else may have it.

    Raises: NotFound; Refused when it is too late, or the place is an unpaid order's.
    """
    session_id = work.session.scalar(
        select(ClassPlace.session_id).where(
            ClassPlace.id == place_id, ClassPlace.person_id == person_id
        )
    )
    if session_id is None:
        raise NotFound("class.unknown")
    row = lock_session(work, session_id)
    (place,) = lock_places(work, ClassPlace.id == place_id)
    if place.state is PlaceState.FREED:
        return
    if place.state is PlaceState.HELD:
        raise Refused("class.unpaid")
    _insist_leave(work, row, place)
    set_free(work, place, Freed.LEAVE)


def _insist_leave(work: Work, row: ClassSession, place: ClassPlace) -> None:
    terms = queries.terms(work.session, row.association_id, row.starts_at)
    taken = place.state is PlaceState.TAKEN and place.in_at is None
    if not taken or not may_leave(row.starts_at, terms, work.now):
        raise Refused("class.leave_late", hours=terms.leave_hours)

"""The line before a full session: what is given back goes to who waits first.

An offered place is counted as taken until it is used or lapses, so that nobody who
comes by meanwhile has it. The session's row guards its line as it guards its places.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from lms.catalogue import queries as catalogue
from lms.catalogue.rules import VersionState
from lms.classes import queries
from lms.classes.models import ClassPlace, ClassSession, ClassWait
from lms.classes.rules import (
    IN_LINE,
    LIVE,
    Freed,
    PlaceState,
    WaitState,
    makeup_objection,
    offer_until,
    open_objection,
    signup_objection,
)
from lms.classes.services.rows import count, live_place, lock_session, note
from lms.classes.services.telling import tell
from lms.kernel.clock import SHANGHAI
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import PersonId, new_id
from lms.kernel.work import Work, fail_point
from lms.learning import services as learning


def line_up(work: Work, person_id: PersonId, session_id: UUID) -> UUID:
    """Get into line for a full session; again is the same place in it.

    Raises: NotFound; Refused while there is room, when nobody signs up, and for who has
        a place there, has the lesson, or may not make it up any more.
    """
    row = lock_session(work, session_id)
    _insist_theirs(work, person_id, row)
    there = _in_line(work, person_id, session_id)
    if there is not None:
        return there.id
    problem = signup_objection(queries.room_of(row), work.now)
    if problem != "class.full":
        raise Refused(problem or "class.has_room")
    wait = ClassWait(
        id=new_id(),
        session_id=row.id,
        lesson_id=row.lesson_id,
        person_id=person_id,
        state=WaitState.WAITING,
        since=work.now,
    )
    work.session.add(wait)
    work.session.flush()
    note(work, wait, "class.waits")
    return wait.id


def _insist_theirs(work: Work, person_id: PersonId, row: ClassSession) -> None:
    """Insist that a place there would be of use to somebody."""
    mine = live_place(work, person_id, row.lesson_id)
    if mine is not None and mine.session_id == row.id:
        raise Refused("class.yours")
    if learning.enrolment_with(work, person_id, row.version_id) is None:
        on_sale = catalogue.version(work.session, row.version_id).state
        if on_sale is not VersionState.PUBLISHED:
            raise NotFound("class.unknown")
        return
    if learning.done_lessons(work, person_id, [row.lesson_id]):
        raise Refused("class.done")
    terms = queries.terms(work.session, row.association_id, row.starts_at)
    missed = queries.missed(work.session, person_id, row.lesson_id)
    problem = makeup_objection(missed, terms, row.starts_at)
    if problem is not None:
        raise Refused(problem)


def step_out(work: Work, person_id: PersonId, session_id: UUID) -> None:
    """Leave a line, also with a place offered; who is in none changes nothing.

    Raises: NotFound.
    """
    row = lock_session(work, session_id)
    wait = _in_line(work, person_id, session_id)
    if wait is not None:
        _let_go(work, row, wait, WaitState.LEFT)


def offered_to(work: Work, person_id: PersonId, row: ClassSession) -> ClassWait | None:
    """Find the place that is kept for somebody in a locked session.

    One that was kept long enough goes to the next in line.
    """
    wait = _in_line(work, person_id, row.id)
    if wait is None or wait.state is not WaitState.OFFERED:
        return None
    if wait.until is None or wait.until <= work.now:
        _let_go(work, row, wait, WaitState.LAPSED)
        work.session.refresh(row)
        return None
    return wait


def signup_problem(work: Work, person_id: PersonId, row: ClassSession) -> str | None:
    """Say why somebody takes no place in a locked session now, or nothing."""
    kept = offered_to(work, person_id, row)
    judge = signup_objection if kept is None else open_objection
    return judge(queries.room_of(row), work.now)


def seize(work: Work, person_id: PersonId, row: ClassSession) -> None:
    """Count a place of a locked session for somebody: the one kept for them, or any.

    Raises: Refused with why not.
    """
    problem = signup_problem(work, person_id, row)
    if problem is not None:
        raise Refused(problem)
    wait = _in_line(work, person_id, row.id)
    kept = wait is not None and wait.state is WaitState.OFFERED
    if not kept and not count(work, row.id, 1):
        raise Refused("class.full")
    if wait is not None:
        _end(work, wait, WaitState.TAKEN)


def set_free(work: Work, place: ClassPlace, why: Freed) -> None:
    """Give a locked place back to its locked session, and on to who waits first."""
    if place.state is PlaceState.FREED:
        return
    counted = place.state in LIVE
    if counted:
        count(work, place.session_id, -1)
    place.state, place.freed_at, place.freed_why = PlaceState.FREED, work.now, why
    place.device = None
    work.session.flush()
    note(work, place, "class.freed", why=why.value)
    if counted:
        pass_on(work, work.session.get_one(ClassSession, place.session_id))


def pass_on(work: Work, row: ClassSession) -> int:
    """Offer what is free in a locked session to those in line; say to how many."""
    if open_objection(queries.room_of(row), work.now) is not None:
        return 0
    offered = 0
    for wait in _line(work, row.id, WaitState.WAITING):
        person_id = PersonId(wait.person_id)
        if learning.done_lessons(work, person_id, [row.lesson_id]):
            _end(work, wait, WaitState.ENDED)
            continue
        if not count(work, row.id, 1):
            break
        _offer(work, row, wait)
        offered += 1
    return offered


def _offer(work: Work, row: ClassSession, wait: ClassWait) -> None:
    until = offer_until(row.closes_at, work.now)
    wait.state, wait.offered_at, wait.until = WaitState.OFFERED, work.now, until
    work.session.flush()
    note(work, wait, "class.offered", until=until)
    said = f"{until.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    tell(work, row, [wait], "class_offered", "", until=said)
    fail_point("classes.offered")


def lapse_offers(work: Work) -> int:
    """Pass the lapsed offers of one session on; say whether there was one."""
    found = work.session.scalar(
        select(ClassWait.session_id)
        .where(ClassWait.state == WaitState.OFFERED, ClassWait.until <= work.now)
        .order_by(ClassWait.until)
        .limit(1)
    )
    if found is None:
        return 0
    row = lock_session(work, found)
    for wait in _line(work, row.id, WaitState.OFFERED):
        if wait.until is not None and wait.until <= work.now:
            _let_go(work, row, wait, WaitState.LAPSED)
    return 1


def end_lines(work: Work) -> int:
    """End the line of one session that nobody signs up for any more; say if one was."""
    found = work.session.scalar(
        select(ClassWait.session_id)
        .join(ClassSession, ClassSession.id == ClassWait.session_id)
        .where(ClassWait.state == WaitState.WAITING, ClassSession.closes_at <= work.now)
        .order_by(ClassWait.session_id)
        .limit(1)
    )
    if found is None:
        return 0
    end_line(work, lock_session(work, found))
    return 1


def end_line(work: Work, row: ClassSession) -> None:
    """Send everybody in line for a locked session home."""
    for wait in _line(work, row.id, *IN_LINE):
        if wait.state is WaitState.OFFERED:
            count(work, row.id, -1)
        _end(work, wait, WaitState.ENDED)


def _let_go(work: Work, row: ClassSession, wait: ClassWait, state: WaitState) -> None:
    offered = wait.state is WaitState.OFFERED
    _end(work, wait, state)
    if offered:
        count(work, row.id, -1)
        pass_on(work, row)


def _end(work: Work, wait: ClassWait, state: WaitState) -> None:
    wait.state, wait.ended_at = state, work.now
    work.session.flush()
    note(work, wait, f"class.wait_{state.value}")


def _in_line(work: Work, person_id: PersonId, session_id: UUID) -> ClassWait | None:
    return work.session.scalar(
        select(ClassWait)
        .where(
            ClassWait.session_id == session_id,
            ClassWait.person_id == person_id,
            ClassWait.state.in_(IN_LINE),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _line(work: Work, session_id: UUID, *states: WaitState) -> Sequence[ClassWait]:
    return work.session.scalars(
        select(ClassWait)
        .where(ClassWait.session_id == session_id, ClassWait.state.in_(states))
        .order_by(ClassWait.since, ClassWait.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()

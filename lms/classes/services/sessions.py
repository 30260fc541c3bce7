"""Plan a session, change it, cancel it, end it, and tell everybody who has a place."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from lms.catalogue import queries as catalogue
from lms.catalogue.rules import LessonKind
from lms.classes import queries
from lms.classes.models import ClassPlace, ClassSession, ClassTerms
from lms.classes.rules import (
    LIVE,
    Facts,
    Freed,
    PlaceState,
    SessionState,
    Terms,
    plan_objections,
)
from lms.classes.services.line import end_line, pass_on, set_free
from lms.classes.services.rows import lock_places, lock_session, note
from lms.classes.services.telling import tell
from lms.evidence import services as evidence
from lms.kernel.clock import legal_day
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import AssociationId, new_id
from lms.kernel.text import normal
from lms.kernel.work import Work

EVE = timedelta(days=1)
"""So long before the start everybody is reminded."""

ENDS_ITSELF = timedelta(days=3)
"""A session that nobody ends is ended so long after its end."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a desk says of a session."""

    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    places: int
    address: str = ""
    room: str = ""
    link: str = ""
    teacher: str = ""


def plan_session(
    work: Work, association_id: AssociationId, lesson_id: UUID, plan: Plan
) -> UUID:
    """Plan a session of a class lesson.

    Raises: NotFound for another's lesson, and for one that does not meet; Refused.
    """
    lesson = catalogue.lesson(work.session, lesson_id)
    version = catalogue.version(work.session, lesson.version_id)
    if version.association_id != association_id or lesson.kind is not LessonKind.CLASS:
        raise NotFound("lesson.unknown")
    _insist(work, plan, lesson.required_seconds, 0)
    row = ClassSession(
        id=new_id(),
        association_id=association_id,
        version_id=lesson.version_id,
        lesson_id=lesson_id,
        taken=0,
        state=SessionState.PLANNED,
        made_by=work.actor.person_id,
        made_at=work.now,
        **_clean(plan),
    )
    work.session.add(row)
    work.session.flush()
    _note(work, row, "class.planned")
    return row.id


def _clean(plan: Plan) -> dict[str, object]:
    return {
        key: normal(value) if isinstance(value, str) else value
        for key, value in asdict(plan).items()
    }


def _insist(work: Work, plan: Plan, needed_seconds: int, taken: int) -> None:
    facts = Facts(
        plan.starts_at,
        plan.ends_at,
        plan.opens_at,
        plan.closes_at,
        plan.places,
        needed_seconds,
        taken,
        plan.address.strip(),
        plan.link.strip(),
    )
    problems = plan_objections(facts, work.now)
    if problems:
        raise Refused("class.unsound", reasons=problems)


def change_session(
    work: Work, association_id: AssociationId, session_id: UUID, plan: Plan
) -> None:
    """Change a session that has not begun; who has a place is told of time and place.

    Raises: NotFound; Conflict when it has begun or ended; Refused.
    """
    row = _planned(work, association_id, session_id)
    if row.starts_at <= work.now:
        raise Conflict("class.begun")
    lesson = catalogue.lesson(work.session, row.lesson_id)
    _insist(work, plan, lesson.required_seconds, row.taken)
    before = (row.starts_at, row.ends_at, row.address, row.room, row.link)
    for key, value in _clean(plan).items():
        setattr(row, key, value)
    if row.from_register:
        row.teacher = ""
    work.session.flush()
    _note(work, row, "class.changed")
    if before != (row.starts_at, row.ends_at, row.address, row.room, row.link):
        tell(
            work,
            row,
            _holders(work, row.id),
            "class_changed",
            str(int(work.now.timestamp())),
        )
    pass_on(work, row)


def _planned(work: Work, association_id: UUID, session_id: UUID) -> ClassSession:
    row = lock_session(work, session_id, association_id)
    if row.state is not SessionState.PLANNED:
        raise Conflict("class.ended")
    return row


def cancel_session(
    work: Work, association_id: AssociationId, session_id: UUID, reason: str
) -> int:
    """Cancel a session: its places are free, and everybody may choose another.

    Raises: NotFound; Conflict when it has ended, or somebody has come in; Refused
        without a reason.
    """
    row = _planned(work, association_id, session_id)
    if not reason.strip():
        raise Refused("class.no_reason")
    places = _live(work, row.id)
    if any(place.in_at is not None for place in places):
        raise Conflict("class.begun")
    taken = [place for place in places if place.state is PlaceState.TAKEN]
    row.state, row.cancelled_for = SessionState.CANCELLED, normal(reason)
    row.ended_at = work.now
    work.session.flush()
    for place in places:
        set_free(work, place, Freed.CANCELLED)
    end_line(work, row)
    _note(work, row, "class.cancelled")
    tell(work, row, taken, "class_cancelled", "", reason=normal(reason))
    return len(taken)


def _live(work: Work, session_id: UUID) -> list[ClassPlace]:
    here = ClassPlace.session_id == session_id
    return list(lock_places(work, here, ClassPlace.state.in_(LIVE)))


def _holders(work: Work, session_id: UUID) -> list[ClassPlace]:
    return [one for one in _live(work, session_id) if one.state is PlaceState.TAKEN]


def close_session(work: Work, association_id: UUID, session_id: UUID) -> int:
    """End a session that is over: who has not earned it has missed it. Say how many.

    What was earned was credited when they checked out.

    Raises: NotFound; Conflict before its end, and again.
    """
    row = _planned(work, association_id, session_id)
    if row.ends_at > work.now:
        raise Conflict("class.not_over")
    end_line(work, row)
    missed = []
    for place in _live(work, row.id):
        if place.state is PlaceState.HELD:
            set_free(work, place, Freed.UNPAID)
            continue
        place.state, place.settled_at = PlaceState.MISSED, work.now
        work.session.flush()
        note(work, place, "class.missed", absent=place.in_at is None)
        missed.append(place)
    row.state, row.ended_at = SessionState.HELD, work.now
    work.session.flush()
    _note(work, row, "class.held")
    tell(work, row, missed, "class_missed", "")
    return len(missed)


def close_forgotten(work: Work) -> int:
    """End one session that nobody ended for days; say whether there was one."""
    found = work.session.execute(
        select(ClassSession.id, ClassSession.association_id)
        .where(
            ClassSession.state == SessionState.PLANNED,
            ClassSession.ends_at < work.now - ENDS_ITSELF,
        )
        .order_by(ClassSession.ends_at)
        .limit(1)
    ).first()
    if found is None:
        return 0
    close_session(work, found.association_id, found.id)
    return 1


def remind(work: Work, *, limit: int = 200) -> int:
    """Remind those whose class is within a day, once each; say how many."""
    due = work.session.execute(
        select(ClassPlace.id, ClassPlace.session_id)
        .join(ClassSession, ClassSession.id == ClassPlace.session_id)
        .where(
            ClassSession.state == SessionState.PLANNED,
            ClassSession.starts_at > work.now,
            ClassSession.starts_at <= work.now + EVE,
            ClassPlace.state == PlaceState.TAKEN,
            ClassPlace.reminded_at.is_(None),
        )
        .order_by(ClassPlace.id)
        .limit(limit)
    ).all()
    rows = lock_places(work, ClassPlace.id.in_([one.id for one in due]))
    for place in rows:
        place.reminded_at = work.now
    work.session.flush()
    for session_id in {place.session_id for place in rows}:
        session = work.session.get_one(ClassSession, session_id)
        there = [one for one in rows if one.session_id == session_id]
        tell(work, session, there, "class_tomorrow", "")
    return len(rows)


def set_terms(
    work: Work, association_id: AssociationId, from_on: date, terms: Terms
) -> None:
    """Say how classes are held from a day on, today at the earliest.

    Raises: Refused; Conflict when something stands for that day already.
    """
    wrong = {
        "class.percent": not 50 <= terms.present_percent <= 100,  # noqa: PLR2004 - percent
        "class.leave": not 0 <= terms.leave_hours <= 30 * 24,
        "class.times": not 0 <= terms.makeup_times <= 9,  # noqa: PLR2004 - a digit
        "class.days": not 1 <= terms.makeup_days <= 3 * 366,
        "class.from": from_on < legal_day(work.now),
    }
    problems = tuple(code for code, is_so in wrong.items() if is_so)
    if problems:
        raise Refused("class.terms", reasons=problems)
    if any(
        day == from_on for day, _old in queries.terms_book(work.session, association_id)
    ):
        raise Conflict("class.terms_there")
    work.session.add(
        ClassTerms(
            id=new_id(),
            association_id=association_id,
            from_on=from_on,
            made_by=work.actor.person_id,
            made_at=work.now,
            **asdict(terms),
        )
    )
    work.session.flush()
    evidence.note(
        work,
        f"association:{association_id}",
        "class.terms",
        from_on=from_on,
        **asdict(terms),
    )


def _note(work: Work, row: ClassSession, deed: str) -> None:
    evidence.note(
        work,
        f"association:{row.association_id}",
        deed,
        session=row.id,
        lesson=row.lesson_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        places=row.places,
        taken=row.taken,
    )

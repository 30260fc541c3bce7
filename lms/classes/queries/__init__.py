"""Sessions, places and the roll, as pages and other rooms see them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.classes import rules
from lms.classes.models import (
    ClassChoice,
    ClassPlace,
    ClassSession,
    ClassSpot,
    ClassTerms,
)
from lms.classes.rules import (
    LIVE,
    Freed,
    How,
    Missed,
    PlaceState,
    Room,
    SessionState,
    Terms,
)
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound
from lms.kernel.ids import AssociationId, LessonId, PersonId, VersionId


@dataclass(frozen=True, slots=True)
class SessionCard:
    """One session. Units: persons."""

    id: UUID
    association_id: AssociationId
    version_id: VersionId
    lesson_id: LessonId
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    address: str
    room: str
    link: str
    teacher: str
    places: int
    taken: int
    state: SessionState
    cancelled_for: str | None
    ended_at: datetime | None
    from_register: bool

    @property
    def left(self) -> int:
        """Count the places that are free."""
        return self.places - self.taken

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Give start and end."""
        return self.starts_at, self.ends_at

    def problem(self, now: datetime) -> str | None:
        """Say why nobody takes a place in it now."""
        return rules.signup_objection(room_of(self), now)

    def shows_link(self, now: datetime) -> bool:
        """Tell whether who has a place sees the link now."""
        return bool(self.link) and (
            self.starts_at - rules.LINK_BEFORE <= now <= self.ends_at
        )


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """One person's place, and how they were there. Units: seconds."""

    id: UUID
    session_id: UUID
    lesson_id: LessonId
    person_id: PersonId
    order_id: UUID | None
    state: PlaceState
    taken_at: datetime
    freed_at: datetime | None
    freed_why: Freed | None
    in_at: datetime | None
    in_how: How | None
    out_at: datetime | None
    out_how: How | None
    spots: tuple[int, ...]
    present_seconds: int
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class SpotCard:
    """One spot roll call."""

    n: int
    opened_at: datetime
    until: datetime


def room_of(row: ClassSession | SessionCard) -> Room:
    """Say what signing up looks at."""
    return Room(
        row.state, row.starts_at, row.opens_at, row.closes_at, row.places, row.taken
    )


def _sessions() -> Select[*tuple[object, ...]]:
    return select(*(getattr(ClassSession, each) for each in SessionCard.__slots__))


def _places() -> Select[*tuple[object, ...]]:
    return select(*(getattr(ClassPlace, each) for each in PlaceCard.__slots__))


def session_card(
    session: Session, session_id: UUID, association_id: UUID | None = None
) -> SessionCard:
    """Give one session, of an association where one is named.

    Raises: NotFound.
    """
    row = session.execute(_sessions().where(ClassSession.id == session_id)).first()
    if row is None or association_id not in {None, row.association_id}:
        raise NotFound("class.unknown")
    return SessionCard(**row._asdict())


@dataclass(frozen=True, slots=True)
class Filters:
    """What a desk looks for. `when` is "coming", "past" or whatever."""

    when: str = ""
    lesson_id: UUID | None = None
    state: str = ""


def of_association(
    session: Session, association_id: UUID, filters: Filters, now: datetime
) -> tuple[SessionCard, ...]:
    """List an association's sessions: what comes next first, else the newest."""
    chosen = _sessions().where(ClassSession.association_id == association_id)
    if filters.when == "coming":
        chosen = chosen.where(ClassSession.ends_at >= now)
    elif filters.when == "past":
        chosen = chosen.where(ClassSession.ends_at < now)
    if filters.lesson_id is not None:
        chosen = chosen.where(ClassSession.lesson_id == filters.lesson_id)
    if filters.state:
        chosen = chosen.where(ClassSession.state == filters.state)
    order = ClassSession.starts_at
    rows = session.execute(
        chosen.order_by(order if filters.when == "coming" else order.desc()).limit(500)
    )
    return tuple(SessionCard(**row._asdict()) for row in rows)


def of_lessons(
    session: Session, lesson_ids: Collection[UUID], now: datetime
) -> dict[LessonId, list[SessionCard]]:
    """List the planned sessions of lessons that have not begun, by lesson."""
    rows = session.execute(
        _sessions()
        .where(
            ClassSession.lesson_id.in_(lesson_ids),
            ClassSession.state == SessionState.PLANNED,
            ClassSession.starts_at > now,
        )
        .order_by(ClassSession.starts_at)
    )
    found: dict[LessonId, list[SessionCard]] = {}
    for row in rows:
        card = SessionCard(**row._asdict())
        found.setdefault(card.lesson_id, []).append(card)
    return found


def choices(
    session: Session, person_id: PersonId, lesson_ids: Collection[UUID]
) -> dict[UUID, UUID]:
    """Map lessons to the session that a person wants."""
    rows = session.execute(
        select(ClassChoice.lesson_id, ClassChoice.session_id).where(
            ClassChoice.person_id == person_id, ClassChoice.lesson_id.in_(lesson_ids)
        )
    )
    return {row.lesson_id: row.session_id for row in rows}


def place(session: Session, place_id: UUID) -> PlaceCard:
    """Give one place.

    Raises: NotFound.
    """
    row = session.execute(_places().where(ClassPlace.id == place_id)).first()
    if row is None:
        raise NotFound("class.unknown")
    return _place(row._asdict())


def _place(facts: Mapping[str, Any]) -> PlaceCard:
    return PlaceCard(**{**facts, "spots": tuple(facts["spots"] or ())})


def live(session: Session, person_id: PersonId, lesson_id: UUID) -> PlaceCard | None:
    """Find the place that a person has in a lesson, paid or not."""
    row = session.execute(
        _places().where(
            ClassPlace.person_id == person_id,
            ClassPlace.lesson_id == lesson_id,
            ClassPlace.state.in_(LIVE),
        )
    ).first()
    return _place(row._asdict()) if row else None


def of_person(
    session: Session, person_id: PersonId, lesson_ids: Collection[UUID] | None = None
) -> tuple[tuple[PlaceCard, SessionCard], ...]:
    """List a person's places with their sessions, the newest session first."""
    chosen = select(ClassPlace, ClassSession).join(
        ClassSession, ClassSession.id == ClassPlace.session_id
    )
    chosen = chosen.where(ClassPlace.person_id == person_id)
    if lesson_ids is not None:
        chosen = chosen.where(ClassPlace.lesson_id.in_(lesson_ids))
    rows = session.execute(
        chosen.order_by(ClassSession.starts_at.desc(), ClassPlace.taken_at.desc())
    )
    return tuple((read_place(one), read_session(other)) for one, other in rows)


def read_place(row: ClassPlace) -> PlaceCard:
    """Give a place's row as a card."""
    return _place({each: getattr(row, each) for each in PlaceCard.__slots__})


def read_session(row: ClassSession) -> SessionCard:
    """Give a session's row as a card."""
    return SessionCard(**{each: getattr(row, each) for each in SessionCard.__slots__})


def roster(session: Session, session_id: UUID) -> tuple[PlaceCard, ...]:
    """List who has a place in a session, or had one and gave it up."""
    rows = session.execute(
        _places()
        .where(
            ClassPlace.session_id == session_id,
            or_(ClassPlace.freed_why.is_(None), ClassPlace.freed_why != Freed.UNPAID),
        )
        .order_by(ClassPlace.taken_at, ClassPlace.id)
    )
    return tuple(_place(row._asdict()) for row in rows)


def in_session(
    session: Session, person_id: PersonId, session_id: UUID
) -> PlaceCard | None:
    """Find the place that a person has in a session, whatever became of it."""
    row = session.execute(
        _places().where(
            ClassPlace.person_id == person_id,
            ClassPlace.session_id == session_id,
            ClassPlace.state != PlaceState.FREED,
        )
    ).first()
    return _place(row._asdict()) if row else None


def spots(session: Session, session_id: UUID) -> tuple[SpotCard, ...]:
    """List the spot roll calls of a session."""
    rows = session.execute(
        select(ClassSpot.n, ClassSpot.opened_at, ClassSpot.until)
        .where(ClassSpot.session_id == session_id)
        .order_by(ClassSpot.n)
    )
    return tuple(SpotCard(**row._asdict()) for row in rows)


def counts(session: Session, session_ids: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """Count, for each session, who came in, went out, earned it, and missed it."""
    rows = session.execute(
        select(
            ClassPlace.session_id,
            func.count(ClassPlace.in_at),
            func.count(ClassPlace.out_at),
            func.count().filter(ClassPlace.state == PlaceState.CREDITED),
            func.count().filter(ClassPlace.state == PlaceState.MISSED),
        )
        .where(
            ClassPlace.session_id.in_(session_ids),
            ClassPlace.state != PlaceState.FREED,
        )
        .group_by(ClassPlace.session_id)
    )
    return {
        row[0]: {"came": row[1], "went": row[2], "credited": row[3], "missed": row[4]}
        for row in rows
    }


def missed(
    session: Session, person_id: PersonId, lesson_id: UUID
) -> tuple[Missed, ...]:
    """List the sessions of a lesson that a person missed."""
    rows = session.scalars(
        select(ClassSession.ends_at)
        .join(
            ClassPlace,
            and_(
                ClassPlace.session_id == ClassSession.id,
                ClassPlace.person_id == person_id,
                ClassPlace.state == PlaceState.MISSED,
            ),
        )
        .where(ClassPlace.lesson_id == lesson_id)
    )
    return tuple(Missed(one) for one in rows)


def terms(session: Session, association_id: UUID, at: datetime) -> Terms:
    """Say how an association holds classes on the legal day of an instant."""
    row = session.scalar(
        select(ClassTerms)
        .where(
            ClassTerms.association_id == association_id,
            ClassTerms.from_on <= legal_day(at),
        )
        .order_by(ClassTerms.from_on.desc())
        .limit(1)
    )
    if row is None:
        return rules.USUAL
    return Terms(
        row.present_percent, row.leave_hours, row.makeup_times, row.makeup_days
    )


def terms_book(
    session: Session, association_id: UUID
) -> tuple[tuple[date, Terms], ...]:
    """List an association's rules of classes by their first day, the newest first."""
    rows = session.scalars(
        select(ClassTerms)
        .where(ClassTerms.association_id == association_id)
        .order_by(ClassTerms.from_on.desc())
    )
    return tuple(
        (
            row.from_on,
            Terms(
                row.present_percent, row.leave_hours, row.makeup_times, row.makeup_days
            ),
        )
        for row in rows
    )

"""Write down by hand who was there without a telephone: one says it, another decides.

Nobody alone makes hours: the desk's word counts once a second person has confirmed it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lms.approvals import queries as approvals_queries
from lms.approvals import services as approvals
from lms.approvals.queries import ApprovalCard
from lms.approvals.rules import ApprovalState, Terms
from lms.classes import queries
from lms.classes.models import ClassPlace, ClassSession
from lms.classes.rules import EARLY, LATE, Freed, How, PlaceState, SessionState
from lms.classes.services.line import set_free
from lms.classes.services.rows import lock_places, lock_session, lock_sessions, note
from lms.classes.services.settling import settle, unanswered
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import ApprovalId, AssociationId, LessonId, PersonId
from lms.kernel.work import Work
from lms.learning import services as learning

KIND = "class_mark"
_MARKABLE = frozenset({PlaceState.TAKEN, PlaceState.MISSED})


@dataclass(frozen=True, slots=True)
class Mark:
    """When somebody came and went; `excused`: spot roll calls count as answered."""

    came: datetime | None = None
    went: datetime | None = None
    excused: bool = False


def ask_mark(
    work: Work, association_id: AssociationId, place_id: UUID, mark: Mark, reason: str
) -> ApprovalId:
    """Put it to a second person that somebody was there.

    Raises: NotFound; Refused for times that cannot be, and without a reason; Conflict
        when the place has ended, or something about it waits already.
    """
    card = queries.place(work.session, place_id)
    row = lock_session(work, card.session_id, association_id)
    (place,) = lock_places(work, ClassPlace.id == place_id)
    _insist(work, row, place, mark)
    if not reason.strip():
        raise Refused("class.no_reason")
    if waiting(work, association_id, place_id):
        raise Conflict("class.mark_waits")
    return approvals.ask(
        work,
        KIND,
        f"person:{place.person_id}",
        {
            "place": str(place_id),
            "session": str(row.id),
            "came": mark.came.isoformat() if mark.came else "",
            "went": mark.went.isoformat() if mark.went else "",
            "excused": mark.excused,
        },
        reason.strip(),
        terms=Terms(association_id=association_id, last_role="clerk|manager"),
    )


def waiting(work: Work, association_id: UUID, place_id: UUID) -> bool:
    """Tell whether a word about a place waits for the second person."""
    return any(
        card.payload["place"] == str(place_id)
        for card in approvals_queries.queue(work.session, association_id, KIND)
    )


def _insist(work: Work, row: ClassSession, place: ClassPlace, mark: Mark) -> None:
    if row.state is SessionState.CANCELLED or place.state not in _MARKABLE:
        raise Conflict("class.ended")
    came, went = mark.came or place.in_at, mark.went or place.out_at
    if not (mark.came or mark.went or mark.excused) or came is None:
        raise Refused("class.no_mark")
    if not row.starts_at - EARLY <= came < row.ends_at or came > work.now:
        raise Refused("class.mark_times")
    if went is not None and not came < went <= min(row.ends_at + LATE, work.now):
        raise Refused("class.mark_times")


def decide_mark(
    work: Work,
    association_id: AssociationId,
    approval_id: UUID,
    answer: tuple[bool, str],
) -> ApprovalCard:
    """Say whether somebody was there, as a second person; yes is written down.

    Raises: NotFound; Refused for who asked; Conflict.
    """
    approved, comment = answer
    asked = approvals_queries.approval(
        work.session, approval_id, association_id=association_id
    )
    if asked.kind != KIND:
        raise NotFound("approval.unknown")
    card = approvals.decide(
        work, approval_id, approved, comment, association_id=association_id
    )
    if card.state is ApprovalState.APPROVED:
        _write(work, card)
    return card


def _write(work: Work, card: ApprovalCard) -> None:
    seen = queries.place(work.session, UUID(card.payload["place"]))
    learning.hold_head(work, seen.person_id)
    later = queries.live(work.session, seen.person_id, seen.lesson_id)
    rooms = lock_sessions(
        work, {seen.session_id, *([later.session_id] if later else [])}
    )
    row = rooms[seen.session_id]
    (place,) = lock_places(work, ClassPlace.id == seen.id)
    mark = Mark(
        _instant(card.payload["came"]),
        _instant(card.payload["went"]),
        bool(card.payload["excused"]),
    )
    _insist(work, row, place, mark)
    _mark(work, row, place, mark, card.id)
    if settle(work, row, place) and later is not None and later.id != place.id:
        # They had a place in a later session to make up for what they have now.
        (other,) = lock_places(work, ClassPlace.id == later.id)
        if other.state is PlaceState.TAKEN:
            set_free(work, other, Freed.MOVED)


def _mark(
    work: Work, row: ClassSession, place: ClassPlace, mark: Mark, by: ApprovalId
) -> None:
    person_id = PersonId(place.person_id)
    if mark.came is not None:
        place.in_at, place.in_how = mark.came, How.HAND
        learning.begin_class(work, person_id, LessonId(row.lesson_id))
        note(work, place, "class.in", how=How.HAND, at=mark.came, approval=by)
        if mark.went is None and row.ends_at > work.now:
            learning.come_in(work, person_id, row.ends_at)
    if mark.went is not None:
        place.out_at, place.out_how = mark.went, How.HAND
        note(work, place, "class.out", how=How.HAND, at=mark.went, approval=by)
        if row.ends_at > work.now:
            learning.go_out(work, person_id)
    if mark.excused:
        place.spots = sorted({*place.spots, *unanswered(work, place)})
        note(work, place, "class.excused", approval=by)
    work.session.flush()


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

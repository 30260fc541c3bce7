"""Which session of each class goes with what is in a cart."""

from dataclasses import dataclass
from uuid import UUID

from lms.classes import queries
from lms.classes.queries import SessionCard, lines
from lms.commerce.queries import CartCard
from lms.learning import queries as learning
from lms.reports import classes as report
from lms.web import desk


@dataclass(frozen=True, slots=True)
class Wanted:
    """One class of something in a cart, with the session that was chosen."""

    lesson_id: UUID
    title: str
    session: SessionCard | None
    problem: str | None


def of_cart(shown: CartCard) -> dict[UUID, list[Wanted]]:
    """List, for each thing in a cart, its classes."""
    session = desk.reading()
    versions = {each for item in shown.ready for each in item.version_ids}
    classes = report.of_versions(session, versions) if versions else {}
    if not classes:
        return {}
    lessons = [lesson_id for each in classes.values() for lesson_id, _title in each]
    chosen = queries.choices(session, desk.me(), lessons)
    owned = {
        one.version_id
        for one in learning.enrolments(session, desk.me())
        if one.closed_at is None
    }
    return {
        item.id: [
            _wanted(lesson_id, title, chosen.get(lesson_id))
            for each in item.version_ids
            if each not in owned
            for lesson_id, title in classes.get(each, ())
        ]
        for item in shown.ready
    }


def _wanted(lesson_id: UUID, title: str, session_id: UUID | None) -> Wanted:
    if session_id is None:
        return Wanted(lesson_id, title, None, None)
    session, now = desk.reading(), desk.now()
    card = queries.session_card(session, session_id)
    why = card.problem(now)
    mine = lines.of_person(session, desk.me(), [session_id]).get(session_id)
    if why == "class.full" and mine is not None and mine.kept(now):
        why = None
    return Wanted(lesson_id, title, card, why)

"""The classes of what a company's seats hold: who sits in which session."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, request
from flask_babel import gettext as _

from lms.classes import queries as classes
from lms.classes.queries import PlaceCard, SessionCard, sitting
from lms.commerce import queries
from lms.commerce.queries import SeatLineCard
from lms.commerce.services.seat_classes import pick_session
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import EmployerId
from lms.reports import classes as report
from lms.reports.seats import SeatRow
from lms.web import desk
from lms.web.messages import words


@dataclass(frozen=True, slots=True)
class SeatClass:
    """One class of one who has a seat: the session, if one was chosen.

    PII: the name.
    """

    seat_id: UUID
    name: str
    lesson_id: UUID
    title: str
    place: PlaceCard | None
    session: SessionCard | None


@dataclass(frozen=True, slots=True)
class SeatClasses:
    """The classes of a line: who sits where, and the sessions that can be chosen."""

    rows: tuple[SeatClass, ...]
    open: dict[UUID, list[SessionCard]]


def of_line(
    employer_id: EmployerId, line: SeatLineCard, rows: Sequence[SeatRow]
) -> SeatClasses:
    """Gather the classes of those who sit on the seats of a line."""
    session, now = desk.reading(), desk.now()
    lessons = [
        one
        for each in report.of_versions(session, line.version_ids).values()
        for one in each
    ]
    if not lessons:
        return SeatClasses((), {})
    cards = queries.seats_of_line(session, employer_id, line.line_id)
    seated = {one.id: one.person_id for one in cards if one.person_id is not None}
    ids = [lesson_id for lesson_id, _title in lessons]
    there = sitting.standing_in(session, set(seated.values()), ids)
    found = classes.of_lessons(session, ids, now)
    return SeatClasses(
        tuple(
            SeatClass(row.id, row.name, lesson_id, title, *_at(there, who, lesson_id))
            for row in rows
            if (who := seated.get(row.id)) is not None
            for lesson_id, title in lessons
        ),
        {
            key: [one for one in some if one.problem(now) is None]
            for key, some in found.items()
        },
    )


def _at(
    there: dict[tuple[UUID, UUID], tuple[PlaceCard, SessionCard]],
    who: UUID,
    lesson_id: UUID,
) -> tuple[PlaceCard | None, SessionCard | None]:
    return there.get((who, lesson_id), (None, None))


def pick(employer_id: EmployerId, seat_id: UUID) -> None:
    """Choose the session that was named in the form, or say why not.

    Raises: NotFound.
    """
    try:
        chosen = UUID(request.form.get("session", ""))
    except ValueError:
        flash(words("class.unknown", {}), "warn")
        return
    try:
        with desk.begin() as work:
            pick_session(work, employer_id, seat_id, chosen)
    except (NotFound, Refused, Conflict) as no:
        if no.code == "seat.unknown":
            raise
        flash(words(no.code, no.facts), "warn")
    else:
        flash(_("场次已选好，已发信息告知本人。"), "ok")

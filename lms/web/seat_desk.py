"""Seats as both desks handle them: who is ticked, and what came of it."""

from collections.abc import Iterable
from uuid import UUID

from flask import flash, request
from flask_babel import gettext as _

from lms.commerce import queries, services
from lms.commerce.queries import SeatLineCard
from lms.commerce.services import Assigned
from lms.kernel.errors import Conflict, NotFound, Refused
from lms.kernel.ids import EmployerId
from lms.reports import seats as reports
from lms.reports.seats import CandidatePage, SeatRow
from lms.web import desk
from lms.web.messages import words

_SHOWN = 8


def ticked() -> list[UUID]:
    """Read which people were ticked; what is no id is nobody."""
    found = []
    for text in request.form.getlist("link"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def line_page(
    employer_id: EmployerId, line_id: UUID
) -> tuple[SeatLineCard, tuple[SeatRow, ...], CandidatePage]:
    """Give a line with its seats, and who else could sit there.

    Raises: NotFound.
    """
    session = desk.reading()
    line = queries.seat_line(session, employer_id, line_id)
    return (
        line,
        reports.seat_rows(session, employer_id, line_id),
        reports.candidates(
            session,
            line,
            words=request.args.get("words", "").strip()[:30],
            page=request.args.get("page", 1, int),
        ),
    )


def assign(employer_id: EmployerId, line_id: UUID) -> None:
    """Seat who was ticked, and say who was not and why.

    Raises: NotFound.
    """
    try:
        with desk.begin() as work:
            done = services.assign(work, employer_id, line_id, ticked())
    except Refused as no:
        flash(words(no.code, no.facts), "warn")
    else:
        _tell(done)


def _tell(done: Assigned) -> None:
    if done.count:
        told = _("已为 %(count)s 人开通，已分别发信息告知本人。", count=done.count)
        flash(told, "ok")
    if done.passed:
        flash(_("没有分配：%(people)s", people=_people(done.passed)), "warn")


def _people(passed: Iterable[tuple[str, str, int]]) -> str:
    """Name who was passed over and why, the first few of them."""
    every = [
        f"{name}（{words(code, {'percent': percent})}）"
        for name, code, percent in passed
    ]
    more = _("等 %(count)s 人", count=len(every)) if len(every) > _SHOWN else ""
    return "、".join(every[:_SHOWN]) + more


def take_back(employer_id: EmployerId, seat_id: UUID) -> None:
    """Free a seat, or say why not.

    Raises: NotFound.
    """
    try:
        with desk.begin() as work:
            services.take_back(work, employer_id, seat_id)
    except (Refused, Conflict) as no:
        flash(words(no.code, no.facts), "warn")
    else:
        flash(_("席位已收回，可以分配给别人。"), "ok")


def move(employer_id: EmployerId, seat_id: UUID) -> None:
    """Give a seat to who was chosen, or say why not.

    Raises: NotFound.
    """
    chosen = ticked()
    if not chosen:
        flash(words("seat.nobody", {}), "warn")
        return
    try:
        with desk.begin() as work:
            services.reassign(work, employer_id, seat_id, chosen[0])
    except (NotFound, Refused, Conflict) as no:
        if no.code == "seat.unknown":
            raise
        flash(words(no.code, no.facts), "warn")
    else:
        flash(_("席位已改派，已发信息告知本人。"), "ok")

"""The company's board: who ends when, with how many hours; reminders and a table."""

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import Refused
from lms.people import services
from lms.people.rules.roster import NudgeKind
from lms.people.services import Nudged, NudgeWish
from lms.reports import board as reports
from lms.reports.board import BoardAsk, BoardRow, Due, HoursKind, SeatUse
from lms.web import board_words, company_words, desk, seat_desk
from lms.web.board_words import sheet
from lms.web.doors import staff
from lms.web.employer.parts import acting_company, acting_for, bp
from lms.web.limits import limiter
from lms.web.messages import words

Choice = TypeVar("Choice", Due, HoursKind, SeatUse)
_SHOWN = 8


def asked(said: Mapping[str, str]) -> BoardAsk:
    """Read by what the board is narrowed; what is unknown narrows nothing."""
    return BoardAsk(
        _one_of(Due.ALL, said.get("due", "")),
        _one_of(HoursKind.ALL, said.get("hours", "")),
        _one_of(SeatUse.ALL, said.get("seats", "")),
        said.get("words", "").strip()[:30],
    )


def _one_of(all_: Choice, typed: str) -> Choice:
    kind = type(all_)
    return kind(typed) if typed in {each.value for each in kind} else all_


@bp.get("/board")
@staff("employer")
def board() -> ResponseReturnValue:
    """Show the company's people by deadline."""
    employer_id, ask = acting_company(), asked(request.args)
    return render_template(
        "employer/board.html",
        acting=acting_for(),
        page=reports.board(
            desk.reading(),
            employer_id,
            ask,
            now=desk.now(),
            page=request.args.get("page", 1, int),
        ),
        ask=ask,
        told=board_words,
        said=company_words,
    )


@bp.post("/board/export.xlsx")
@staff("employer")
def board_export() -> ResponseReturnValue:
    """Give the board as a table, with the filter in the file."""
    employer_id, ask = acting_company(), asked(request.form)
    on = desk.today()
    every = reports.everyone(desk.reading(), employer_id, on=on, now=desk.now())
    rows = reports.narrowed(every, ask, on=on)
    return sheet(rows, ask, f"employer:{employer_id}")


@bp.post("/board/nudge")
@staff("employer")
@limiter.limit("60/hour")
def nudge() -> ResponseReturnValue:
    """Remind who was ticked, by fixed words."""
    employer_id, back = acting_company(), _back()
    try:
        told = _nudged(employer_id, NudgeKind(request.form.get("kind", "")))
    except ValueError:
        flash(words("nudge.kind", {}), "warn")
    except Refused as no:
        flash(words(no.code, no.facts), "warn")
    else:
        _tell(told)
    return redirect(back, 303)


def _back() -> str:
    if request.form.get("kind") == NudgeKind.INVITATION.value:
        return url_for("employer.people", tab="waiting")
    ask = asked(request.form)
    return url_for(
        "employer.board",
        due=ask.due.value,
        hours=ask.hours.value,
        seats=ask.seats.value,
        words=ask.words,
    )


def _nudged(employer_id: UUID, kind: NudgeKind) -> Nudged:
    links, until = seat_desk.ticked(), {}
    if kind is not NudgeKind.INVITATION:
        rows = _fitting(employer_id, kind, links)
        links = [row.link_id for row in rows]
        until = {row.link_id: row.ends_on.isoformat() for row in rows if row.ends_on}
    wish = NudgeWish(kind, desk.settings().base_url, until)
    with desk.begin() as work:
        return services.nudge(work, employer_id, links, wish)


def _fitting(employer_id: UUID, kind: NudgeKind, links: list[UUID]) -> list[BoardRow]:
    """Keep those whom the words are true of: nobody is told of hours that are full."""
    on, wanted = desk.today(), set(links)
    every = reports.everyone(desk.reading(), employer_id, on=on, now=desk.now())
    chosen = [row for row in every if row.link_id in wanted]
    spared = [row.name for row in chosen if not _fits(row, kind)]
    if spared:
        names = "、".join(spared[:_SHOWN])
        flash(_("不需要这项提醒，没有发送：%(names)s", names=names), "info")
    return [row for row in chosen if _fits(row, kind)]


def _fits(row: BoardRow, kind: NudgeKind) -> bool:
    if kind is NudgeKind.HOURS:
        return row.short
    return kind is not NudgeKind.SEAT or row.idle > 0


def _tell(done: Nudged) -> None:
    if done.told:
        flash(_("已提醒 %(count)s 人。", count=done.told), "ok")
    if done.passed:
        named = [f"{name}（{words(code, {})}）" for name, code in done.passed]
        more = _("等 %(count)s 人", count=len(named)) if len(named) > _SHOWN else ""
        people = "、".join(named[:_SHOWN]) + more
        flash(_("没有提醒：%(people)s", people=people), "info")

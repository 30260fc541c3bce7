"""What a clerk does for a company at the counter: its list, and who sits where."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.commerce import queries
from lms.commerce.queries import SeatLineCard
from lms.kernel.errors import NotFound, Refused
from lms.people.rules.roster import MOST_ROWS
from lms.web import company_words, desk, roster_desk, seat_desk
from lms.web.console.companies import customer
from lms.web.doors import staff
from lms.web.limits import limiter
from lms.web.messages import words

bp = Blueprint(
    "console_company",
    __name__,
    url_prefix="/console/companies/<uuid:employer_id>",
)


# -- seats ---------------------------------------------------------------------------


def _line(employer_id: UUID, line_id: UUID) -> SeatLineCard:
    """Find a line of seats that this association sold.

    Raises: NotFound.
    """
    line = queries.seat_line(desk.reading(), customer(employer_id).id, line_id)
    if line.association_id != desk.association():
        raise NotFound("seat.unknown")
    return line


@bp.get("/seats/<uuid:bought_id>")
@staff("clerk", "manager")
def seats(employer_id: UUID, bought_id: UUID) -> ResponseReturnValue:
    """Show the seats of a line, and the people who could have one."""
    company = customer(employer_id)
    _line(employer_id, bought_id)
    line, rows, page = seat_desk.line_page(company.id, bought_id)
    return render_template(
        "console/company_seats.html",
        company=company,
        line=line,
        rows=rows,
        page=page,
        asked=request.args.get("words", "")[:30],
        said=company_words,
    )


@bp.post("/seats/<uuid:bought_id>/assign")
@staff("clerk")
def seats_assign(employer_id: UUID, bought_id: UUID) -> ResponseReturnValue:
    """Seat the people who were ticked, for the company."""
    line = _line(employer_id, bought_id)
    seat_desk.assign(line.employer_id, bought_id)
    return _to_line(employer_id, bought_id)


@bp.post("/seat/<uuid:seat_id>/free")
@staff("clerk")
def seat_free(employer_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Take a seat back of which nothing was studied."""
    line = _line_of_seat(employer_id, seat_id)
    seat_desk.take_back(line.employer_id, seat_id)
    return _to_line(employer_id, line.line_id)


@bp.post("/seat/<uuid:seat_id>/move")
@staff("clerk")
def seat_move(employer_id: UUID, seat_id: UUID) -> ResponseReturnValue:
    """Give a seat of which nothing was studied to another."""
    line = _line_of_seat(employer_id, seat_id)
    seat_desk.move(line.employer_id, seat_id)
    return _to_line(employer_id, line.line_id)


def _line_of_seat(employer_id: UUID, seat_id: UUID) -> SeatLineCard:
    card = queries.seat(desk.reading(), customer(employer_id).id, seat_id)
    return _line(employer_id, card.line_id)


def _to_line(employer_id: UUID, line_id: UUID) -> ResponseReturnValue:
    there = url_for("console_company.seats", employer_id=employer_id, bought_id=line_id)
    return redirect(there, 303)


# -- rosters -------------------------------------------------------------------------


@bp.get("/roster")
@staff("clerk")
def roster(employer_id: UUID) -> ResponseReturnValue:
    """Show how a company's list is handed in."""
    return _roster(employer_id)


def _roster(employer_id: UUID, fault: str = "") -> str:
    return render_template(
        "console/company_roster.html",
        company=customer(employer_id),
        fault=fault,
        most=MOST_ROWS,
    )


@bp.get("/roster/model.xlsx")
@staff("clerk")
def roster_model(employer_id: UUID) -> ResponseReturnValue:
    """Give an empty list to fill in."""
    customer(employer_id)
    return roster_desk.model()


@bp.post("/roster")
@staff("clerk")
@limiter.limit("20/hour")
def roster_send(employer_id: UUID) -> ResponseReturnValue:
    """Take a company's list in, sealed, and show what is wrong with it."""
    company = customer(employer_id)
    try:
        draft_id, ignored = roster_desk.draft(company.id)
    except Refused as no:
        return _roster(employer_id, words(no.code, no.facts)), 422
    if ignored:
        flash(_("这些列没有用到：%(names)s", names="、".join(ignored[:8])), "info")
    return _to_draft(employer_id, draft_id)


def _to_draft(employer_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    there = url_for(
        "console_company.roster_show", employer_id=employer_id, draft_id=draft_id
    )
    return redirect(there, 303)


@bp.get("/roster/<uuid:draft_id>")
@staff("clerk")
def roster_show(employer_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Show a list row by row, before anybody is invited."""
    company = customer(employer_id)
    card, page = roster_desk.shown(company.id, draft_id)
    if card.taken:
        return redirect(url_for("console_companies.show", employer_id=company.id), 303)
    return render_template(
        "console/company_roster_draft.html",
        company=company,
        draft=card,
        page=page,
        fate=roster_desk.fate,
    )


@bp.get("/roster/<uuid:draft_id>/report.xlsx")
@staff("clerk")
def roster_report(employer_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Give the report on a list."""
    return roster_desk.report(customer(employer_id).id, draft_id)


@bp.post("/roster/<uuid:draft_id>/take")
@staff("clerk")
def roster_take(employer_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Invite everybody of a list, all or nobody."""
    company = customer(employer_id)
    try:
        count = roster_desk.take(company.id, draft_id)
    except Refused as no:
        flash(words(no.code, no.facts), "warn")
        return _to_draft(employer_id, draft_id)
    flash(_("已代企业向 %(count)s 人发出邀请。", count=count), "ok")
    return redirect(url_for("console_companies.show", employer_id=company.id), 303)


@bp.post("/roster/<uuid:draft_id>/drop")
@staff("clerk")
def roster_drop(employer_id: UUID, draft_id: UUID) -> ResponseReturnValue:
    """Throw a list away."""
    roster_desk.drop(customer(employer_id).id, draft_id)
    flash(_("名册已删除，内容没有保留。"), "ok")
    return redirect(url_for("console_company.roster", employer_id=employer_id), 303)

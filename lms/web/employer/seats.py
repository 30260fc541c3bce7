"""The seats of one line: who sits there, and who is to."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.commerce import queries
from lms.web import class_words, company_words, desk, seat_classes, seat_desk
from lms.web.doors import staff
from lms.web.employer.parts import acting_company, acting_for, bp


@bp.get("/seats/<uuid:line_id>")
@staff("employer")
def seats(line_id: UUID) -> ResponseReturnValue:
    """Show the seats of a line, and the people who could have one."""
    employer_id = acting_company()
    line, rows, page = seat_desk.line_page(employer_id, line_id)
    return render_template(
        "employer/seats.html",
        acting=acting_for(),
        line=line,
        rows=rows,
        page=page,
        asked=request.args.get("words", "")[:30],
        said=company_words,
        classes=seat_classes.of_line(employer_id, line, rows),
        placed=class_words.place_words,
    )


@bp.post("/seats/<uuid:line_id>/assign")
@staff("employer")
def seats_assign(line_id: UUID) -> ResponseReturnValue:
    """Seat the people who were ticked."""
    seat_desk.assign(acting_company(), line_id)
    return redirect(url_for("employer.seats", line_id=line_id), 303)


@bp.post("/seat/<uuid:seat_id>/session")
@staff("employer")
def seat_session(seat_id: UUID) -> ResponseReturnValue:
    """Choose the session of a class for who sits there."""
    employer_id = acting_company()
    card = queries.seat(desk.reading(), employer_id, seat_id)
    seat_classes.pick(employer_id, seat_id)
    return redirect(
        url_for("employer.seats", line_id=card.line_id, _anchor="classes"), 303
    )


@bp.post("/seat/<uuid:seat_id>/free")
@staff("employer")
def seat_free(seat_id: UUID) -> ResponseReturnValue:
    """Take a seat back of which nothing was studied."""
    employer_id = acting_company()
    card = queries.seat(desk.reading(), employer_id, seat_id)
    seat_desk.take_back(employer_id, seat_id)
    return redirect(url_for("employer.seats", line_id=card.line_id), 303)


@bp.post("/seat/<uuid:seat_id>/move")
@staff("employer")
def seat_move(seat_id: UUID) -> ResponseReturnValue:
    """Give a seat of which nothing was studied to another."""
    employer_id = acting_company()
    card = queries.seat(desk.reading(), employer_id, seat_id)
    seat_desk.move(employer_id, seat_id)
    return redirect(url_for("employer.seats", line_id=card.line_id), 303)

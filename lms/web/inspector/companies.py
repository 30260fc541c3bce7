"""Companies that buy of the associations inspected: what, and how far people are."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from lms.commerce import queries
from lms.kernel.errors import NotFound
from lms.people import queries as people
from lms.reports import board as boards
from lms.reports import companies as reports
from lms.reports import inspection
from lms.web import desk, order_words
from lms.web.doors import staff
from lms.web.inspector.blueprint import bp, scope


@bp.get("/companies")
@staff("inspector")
def companies() -> ResponseReturnValue:
    """List the companies that deal with the associations inspected."""
    session, here = desk.reading(), scope()
    said = request.args.get("words", "").strip()[:60]
    page = request.args.get("page", 1, int)
    return render_template(
        "inspector/companies.html",
        names=inspection.names(session, here),
        page=reports.companies(session, here, words=said, page=page),
        asked=said,
    )


@bp.get("/companies/<uuid:employer_id>")
@staff("inspector")
def company(employer_id: UUID) -> ResponseReturnValue:
    """Show a company's orders, its seats, and its people with names masked."""
    session, here = desk.reading(), scope()
    if not queries.dealt_with(session, here, employer_id):
        raise NotFound("employer.unknown")
    page = boards.board(
        session,
        employer_id,
        boards.BoardAsk(),
        now=desk.now(),
        page=request.args.get("page", 1, int),
    )
    return render_template(
        "inspector/company.html",
        names=inspection.names(session, here),
        company=people.company(session, employer_id),
        orders=[
            one
            for one in queries.company_orders(session, employer_id)
            if one.association_id in here
        ],
        lines=[
            one
            for one in queries.seat_lines(session, employer_id)
            if one.association_id in here
        ],
        page=page,
        rows=[boards.masked(row) for row in page.rows],
        words=order_words,
    )

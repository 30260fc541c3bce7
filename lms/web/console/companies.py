"""Companies that buy here: their orders, quotes and seats, and their people, masked."""

from collections.abc import Iterable
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.commerce import queries, services
from lms.kernel import pii
from lms.kernel.clock import legal_day
from lms.kernel.errors import NotFound, Refused
from lms.kernel.ids import EmployerId
from lms.people import queries as people
from lms.people import services as people_services
from lms.people.queries import CompanyCard, LinkCard
from lms.people.rules import LinkState, folded
from lms.reports import board as boards
from lms.reports import companies as reports
from lms.reports import seats as seat_reports
from lms.web import (
    board_words,
    company_words,
    desk,
    employer_words,
    order_words,
    quote_desk,
)
from lms.web.console.sheets import Column, exported, yuan_cell
from lms.web.doors import staff
from lms.web.employer.parts import LeaveForm
from lms.web.messages import words

bp = Blueprint("console_companies", __name__, url_prefix="/console/companies")


def known(employer_id: UUID) -> CompanyCard:
    """Find a company that has dealt with the clerk's association.

    Raises: NotFound, for any other company too.
    """
    session = desk.reading()
    if not reports.known_here(session, (desk.association(),), employer_id):
        raise NotFound("employer.unknown")
    return people.company(session, employer_id)


def customer(employer_id: UUID) -> CompanyCard:
    """Find a company that has ordered here: its people may be seen, masked.

    Raises: NotFound.
    """
    card = known(employer_id)
    if not queries.dealt_with(desk.reading(), (desk.association(),), employer_id):
        raise NotFound("employer.unknown")
    return card


@bp.get("")
@staff("clerk", "manager")
def index() -> ResponseReturnValue:
    """List the companies with quotes or orders here."""
    said = request.args.get("words", "").strip()[:60]
    return render_template(
        "console/companies.html",
        page=reports.companies(
            desk.reading(),
            (desk.association(),),
            words=said,
            page=request.args.get("page", 1, int),
        ),
        asked=said,
    )


@bp.post("/export.xlsx")
@staff("clerk", "manager")
def export() -> ResponseReturnValue:
    """Give the list as a table; the export goes on the record."""
    said = request.form.get("words", "").strip()[:60]
    columns = (
        Column(_("企业"), width=36), Column(_("统一社会信用代码"), width=22),
        Column(_("订单"), "count"), Column(_("待付款"), "count"),
        Column(_("已付金额"), "money"), Column(_("席位"), "count"),
        Column(_("已分配"), "count"), Column(_("最近往来"), "day"),
    )  # fmt: skip
    rows = (
        (
            one.name, one.uscc, one.orders, one.waiting, yuan_cell(one.paid_fen),
            one.seats, one.assigned, legal_day(one.last_at),
        )
        for one in reports.every(desk.reading(), (desk.association(),), said)
    )  # fmt: skip
    filters = ((_("查找"), said),)
    return exported(_("企业客户"), columns, rows, "companies.exported", filters)


@bp.get("/quote")
@staff("clerk", "manager")
def quote_new() -> ResponseReturnValue:
    """Show the form for a quote: for which company, by its code, and how many."""
    return _quote_page(request.args.get("uscc", ""), ())


def _quote_page(uscc: str, faults: tuple[str, ...]) -> str:
    company = people.company_called(desk.reading(), folded(uscc)) if uscc else None
    if uscc and (company is None or not company.proved):
        company = None
        faults = (*faults, words("quote.no_company", {}))
    return render_template(
        "console/company_quote.html",
        uscc=uscc[:24],
        company=company,
        offers=quote_desk.offers(desk.association(), request.form) if company else [],
        once=request.form.get("once", "")[:36] or uuid4(),
        faults=faults,
    )


@bp.post("/quote")
@staff("clerk", "manager")
def quote_make() -> ResponseReturnValue:
    """Make a quote for a company; its agents hear of it."""
    uscc = request.form.get("uscc", "")
    company = people.company_called(desk.reading(), folded(uscc)) if uscc else None
    if company is None:
        return _quote_page(uscc, ()), 422
    done = quote_desk.made(company.id, quote_desk.typed(), desk.association())
    if isinstance(done, tuple):
        return _quote_page(uscc, done), 422
    flash(_("报价单已发给企业经办人。"), "ok")
    return redirect(url_for("console_companies.show", employer_id=company.id), 303)


@bp.get("/<uuid:employer_id>")
@staff("clerk", "manager")
def show(employer_id: UUID) -> ResponseReturnValue:
    """Show a company: what it bought here, and who of its people is how far."""
    return _page(employer_id, LeaveForm.blank(left_on=desk.today()))


def _page(employer_id: UUID, form: LeaveForm) -> str:
    company, session, here = known(employer_id), desk.reading(), desk.association()
    customers = queries.dealt_with(session, (here,), employer_id)
    return render_template(
        "console/company.html",
        company=company,
        customer=customers,
        orders=[
            one
            for one in queries.company_orders(session, employer_id)
            if one.association_id == here
        ],
        quotes=queries.quotes_for(
            session, employer_id, desk.today(), association_id=here
        ),
        lines=queries.seat_lines(session, employer_id, association_id=here),
        use=seat_reports.in_use(session, employer_id, association_id=here),
        board=_board(company.id) if customers else None,
        links=_links(company.id) if customers else [],
        form=form,
        said=company_words,
        words=order_words,
        told=employer_words,
    )


def _board(employer_id: EmployerId) -> boards.BoardPage:
    """Give a page of the company's people with the family name alone."""
    page = boards.board(
        desk.reading(),
        employer_id,
        boards.BoardAsk(),
        now=desk.now(),
        page=request.args.get("page", 1, int),
    )
    rows = tuple(boards.masked(row) for row in page.rows)
    return boards.BoardPage(rows, page.number, page.pages, page.total, page.summary)


@bp.post("/<uuid:employer_id>/board.xlsx")
@staff("clerk", "manager")
def board_export(employer_id: UUID) -> ResponseReturnValue:
    """Give how far a customer's people are, masked, as a table; it is noted."""
    company, session, on = customer(employer_id), desk.reading(), desk.today()
    every = boards.everyone(session, company.id, on=on, now=desk.now())
    rows = map(boards.masked, every)
    return board_words.sheet(rows, boards.BoardAsk(), whose=company.name)


_OPEN = {LinkState.INVITED, LinkState.ASKED, LinkState.ACTIVE}


def _links(employer_id: EmployerId) -> list[tuple[LinkCard, str]]:
    """List who is bound or asked, masked, the newest first."""
    cards = people.links_of(desk.reading(), employer_id)
    return [*_masked(card for card in cards if card.state in _OPEN)][:200]


def _masked(cards: Iterable[LinkCard]) -> Iterable[tuple[LinkCard, str]]:
    for card in cards:
        named = card.name or card.called
        yield card, pii.mask_name(named) if named else card.shown


@bp.post("/<uuid:employer_id>/links/<uuid:link_id>/end")
@staff("manager")
def link_end(employer_id: UUID, link_id: UUID) -> ResponseReturnValue:
    """Part a person from a company for cause, for the association."""
    company, form = customer(employer_id), LeaveForm.sent()
    people.link_of(desk.reading(), company.id, link_id)
    if not form.validate() or form.left_on.data is None:
        return _page(employer_id, form), 422
    try:
        with desk.begin() as work:
            people_services.part_for_cause(
                work, company.id, link_id, form.left_on.data, str(form.reason.data)
            )
    except Refused as no:
        form.blame(no.reasons)
        return _page(employer_id, form), 422
    flash(_("已解除关联，双方的记录都已写明原因。"), "ok")
    return redirect(url_for("console_companies.show", employer_id=employer_id), 303)


@bp.get("/<uuid:employer_id>/quotes/<uuid:quote_id>/quote.pdf")
@staff("clerk", "manager")
def quote_pdf(employer_id: UUID, quote_id: UUID) -> ResponseReturnValue:
    """Give a quote as PDF."""
    card = queries.quote_by(desk.reading(), desk.association(), quote_id, desk.today())
    if card.employer_id != employer_id:
        raise NotFound("quote.unknown")
    return quote_desk.sent_pdf(card)


@bp.post("/<uuid:employer_id>/quotes/<uuid:quote_id>/withdraw")
@staff("clerk", "manager")
def quote_withdraw(employer_id: UUID, quote_id: UUID) -> ResponseReturnValue:
    """Take a quote back."""
    known(employer_id)
    card = queries.quote_by(desk.reading(), desk.association(), quote_id, desk.today())
    if card.employer_id != employer_id:
        raise NotFound("quote.unknown")
    with desk.begin() as work:
        services.withdraw_quote(work, quote_id)
    flash(_("报价单已作废。"), "ok")
    return redirect(url_for("console_companies.show", employer_id=employer_id), 303)

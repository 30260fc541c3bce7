"""The company's quotes: asked for, printed, ordered."""

from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.catalogue import queries as catalogue
from lms.catalogue.queries import AssociationCard
from lms.commerce import queries, services
from lms.commerce.rules.seats import LONGEST_NUMBER
from lms.kernel.errors import NotFound, Refused
from lms.web import company_words, desk, quote_desk
from lms.web.doors import staff
from lms.web.employer.parts import acting_company, acting_for, bp
from lms.web.limits import limiter
from lms.web.messages import words


@bp.get("/quotes/new")
@staff("employer")
def quote_new() -> ResponseReturnValue:
    """Show what an association sells, with room for how many."""
    return _new_page(())


def _new_page(faults: tuple[str, ...]) -> str:
    acting_company()
    houses = catalogue.associations(desk.reading())
    house = _chosen(houses)
    return render_template(
        "employer/quote_new.html",
        acting=acting_for(),
        houses=houses,
        house=house,
        offers=quote_desk.offers(house.id, request.form) if house else [],
        once=request.form.get("once", "")[:36] or uuid4(),
        faults=faults,
    )


def _chosen(houses: tuple[AssociationCard, ...]) -> AssociationCard | None:
    """Find the association that is asked; the first one that sells, without a word."""
    asked = request.values.get("association", type=UUID)
    if asked is not None:
        for house in houses:
            if house.id == asked:
                return house
        raise NotFound("association.unknown")
    selling = {one.association_id for one in catalogue.packages(desk.reading())}
    preferred = [house for house in houses if house.id in selling]
    return next(iter([*preferred, *houses]), None)


@bp.post("/quotes")
@staff("employer")
@limiter.limit("60/hour")
def quote_make() -> ResponseReturnValue:
    """Freeze today's prices for what was typed."""
    done = quote_desk.made(acting_company(), quote_desk.typed())
    if isinstance(done, tuple):
        return _new_page(done), 422
    return redirect(url_for("employer.quote", quote_id=done), 303)


@bp.get("/quotes/<uuid:quote_id>")
@staff("employer")
def quote(quote_id: UUID) -> ResponseReturnValue:
    """Show a quote, and how to order it."""
    return _page(quote_id, "", "")


def _page(quote_id: UUID, number: str, fault: str) -> str:
    session = desk.reading()
    card = queries.quote_for(session, acting_company(), quote_id, desk.today())
    return render_template(
        "employer/quote.html",
        acting=acting_for(),
        quote=card,
        house=catalogue.association(session, card.association_id),
        number=number,
        fault=fault,
        longest=LONGEST_NUMBER,
        said=company_words,
    )


@bp.get("/quotes/<uuid:quote_id>/quote.pdf")
@staff("employer")
def quote_pdf(quote_id: UUID) -> ResponseReturnValue:
    """Give a quote as PDF."""
    card = queries.quote_for(desk.reading(), acting_company(), quote_id, desk.today())
    return quote_desk.sent_pdf(card)


@bp.post("/quotes/<uuid:quote_id>/withdraw")
@staff("employer")
def quote_withdraw(quote_id: UUID) -> ResponseReturnValue:
    """Take a quote back."""
    employer_id = acting_company()
    with desk.begin() as work:
        services.withdraw_quote(work, quote_id, employer_id=employer_id)
    flash(_("报价单已作废。"), "ok")
    return redirect(url_for("employer.buying"), 303)


@bp.post("/quotes/<uuid:quote_id>/order")
@staff("employer")
def quote_order(quote_id: UUID) -> ResponseReturnValue:
    """Order what was quoted, under the company's own number."""
    employer_id, number = acting_company(), request.form.get("number", "")[:200]
    try:
        with desk.begin() as work:
            order_id = services.order_quote(work, employer_id, quote_id, number)
    except Refused as no:
        return _page(quote_id, number, words(no.code, no.facts)), 422
    flash(_("已下单，请付款。付款后开通席位。"), "ok")
    return redirect(url_for("employer.order", order_id=order_id), 303)

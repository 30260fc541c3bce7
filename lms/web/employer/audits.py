"""核查, for the company: what is asked of one of its people, and its own word."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import NotFound
from lms.people import queries as people
from lms.people.rules import Side
from lms.registration.queries import audits as queries
from lms.registration.queries.audits import CaseCard
from lms.registration.services.audits import Giver
from lms.web import audit_desk, desk
from lms.web.audit_desk import HandForm, SayForm
from lms.web.doors import staff
from lms.web.employer.parts import acting_company, bp
from lms.web.limits import limiter


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint == "employer.audit_say":
        request.max_content_length = audit_desk.UPLOAD_BYTES


def _ours(audit_id: UUID) -> CaseCard:
    """Give a check that concerns the company. Raises: NotFound, for another's too."""
    for one in queries.of_employer(desk.reading(), acting_company()):
        if one.id == audit_id:
            return one
    raise NotFound("audit.unknown")


def _giver() -> Giver:
    return Giver(Side.EMPLOYER, acting_company())


@bp.get("/audits/<uuid:audit_id>")
@staff("employer")
def audit(audit_id: UUID) -> ResponseReturnValue:
    """Show what a check asks, and what the company keeps of a period."""
    return _page(_ours(audit_id), HandForm.blank(), SayForm.blank())


def _page(card: CaseCard, hand: HandForm, say: SayForm) -> str:
    session = desk.reading()
    shelves = queries.shelves(session, card, Side.EMPLOYER)
    link_id = shelves[0].link_id if shelves else None
    return render_template(
        "employer/audit.html",
        name=people.name(session, card.person_id),
        paper="",  # The decision is handed to the person.
        shelf=url_for("employer.shelf", link_id=link_id) if link_id else "",
        **audit_desk.shown(card, Side.EMPLOYER, hand, say),
    )


@bp.post("/audits/<uuid:audit_id>")
@staff("employer")
@limiter.limit("60/hour")
def audit_hand(audit_id: UUID) -> ResponseReturnValue:
    """Hand over what the company keeps of a period."""
    card, form = _ours(audit_id), HandForm.sent()
    count = audit_desk.handed(card, _giver(), form)
    if not count:
        return _page(card, form, SayForm.blank()), 422
    flash(_("已交付 %(count)s 份资料，等窗口核查。", count=count), "ok")
    return redirect(url_for("employer.audit", audit_id=audit_id), 303)


@bp.post("/audits/<uuid:audit_id>/statements")
@staff("employer")
@limiter.limit("60/hour")
def audit_say(audit_id: UUID) -> ResponseReturnValue:
    """State the company's case, with papers."""
    card, form = _ours(audit_id), SayForm.sent()
    if not audit_desk.stated(card, _giver(), form):
        return _page(card, HandForm.blank(), form), 422
    flash(_("陈述申辩已收到，作决定的人会看到。"), "ok")
    return redirect(url_for("employer.audit", audit_id=audit_id, _anchor="said"), 303)

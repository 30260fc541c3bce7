"""核查, for the company: what is asked of one of its people, and handing it over."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import NotFound
from lms.people import queries as people
from lms.people.rules import Side
from lms.registration.queries import audits as queries
from lms.registration.queries.audits import CaseCard
from lms.registration.services import audits as services
from lms.web import audit_words, desk
from lms.web.doors import staff
from lms.web.employer.parts import acting_company, bp
from lms.web.employer_words import SORTS
from lms.web.limits import limiter


def _ours(audit_id: UUID) -> CaseCard:
    """Give a check that concerns the company. Raises: NotFound, for another's too."""
    for one in queries.of_employer(desk.reading(), acting_company()):
        if one.id == audit_id:
            return one
    raise NotFound("audit.unknown")


@bp.get("/audits/<uuid:audit_id>")
@staff("employer")
def audit(audit_id: UUID) -> ResponseReturnValue:
    """Show what a check asks, and what the company keeps."""
    card, session = _ours(audit_id), desk.reading()
    shelves = queries.shelves(session, card, Side.EMPLOYER)
    link_id = shelves[0].link_id if shelves else None
    return render_template(
        "employer/audit.html",
        one=card,
        name=people.name(session, card.person_id),
        side=Side.EMPLOYER,
        files=queries.kept(session, card, Side.EMPLOYER),
        shelf=url_for("employer.shelf", link_id=link_id) if link_id else "",
        states=audit_words.STATES,
        asked=audit_words.ASKED,
        sorts=SORTS,
        today=desk.today(),
    )


@bp.post("/audits/<uuid:audit_id>")
@staff("employer")
@limiter.limit("60/hour")
def audit_hand(audit_id: UUID) -> ResponseReturnValue:
    """Hand over what the company keeps."""
    employer_id = acting_company()
    with desk.begin() as work:
        count = services.hand_over(work, audit_id, Side.EMPLOYER, employer_id)
    flash(_("已交付 %(count)s 份资料，等窗口核查。", count=count), "ok")
    return redirect(url_for("employer.audit", audit_id=audit_id), 303)

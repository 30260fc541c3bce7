"""核查, for the person: what is asked, what is kept, and handing it over."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import NotFound
from lms.people.rules import Side
from lms.registration.queries import audits as queries
from lms.registration.queries.audits import CaseCard
from lms.registration.services import audits as services
from lms.web import audit_words, desk
from lms.web.account.profile_parts import by_account
from lms.web.doors import learner
from lms.web.employer_words import SORTS
from lms.web.limits import limiter
from lms.web.records.application_parts import bp, page


def shown() -> tuple[CaseCard, ...]:
    """Give the checks that the page of registrations names: open, or revoked."""
    mine = queries.of_person(desk.reading(), desk.me())
    return tuple(one for one in mine if one.is_open or one.state == "revoked")


def _mine(audit_id: UUID) -> CaseCard:
    """Give one of the visitor's own checks. Raises: NotFound, for another's too."""
    for one in queries.of_person(desk.reading(), desk.me()):
        if one.id == audit_id:
            return one
    raise NotFound("audit.unknown")


@bp.get("/audits/<uuid:audit_id>")
@learner
def audit(audit_id: UUID) -> ResponseReturnValue:
    """Show what a check asks, and what is kept."""
    card = _mine(audit_id)
    return page(
        "audit",
        one=card,
        side=Side.PERSON,
        files=queries.kept(desk.reading(), card, Side.PERSON),
        states=audit_words.STATES,
        asked=audit_words.ASKED,
        sorts=SORTS,
        today=desk.today(),
    )


@bp.post("/audits/<uuid:audit_id>")
@learner
@limiter.limit("30/hour", key_func=by_account)
def audit_hand(audit_id: UUID) -> ResponseReturnValue:
    """Hand over what is kept."""
    with desk.begin() as work:
        count = services.hand_over(work, audit_id, Side.PERSON, desk.me())
    flash(_("已交付 %(count)s 份资料，等窗口核查。", count=count), "ok")
    return redirect(url_for("applications.audit", audit_id=audit_id), 303)

"""核查, for the person: what is asked, what is kept, handing it over, being heard."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import NotFound
from lms.people.rules import Side
from lms.registration.queries import audits as queries
from lms.registration.queries.audits import CaseCard
from lms.registration.services.audits import Giver
from lms.web import audit_desk, audit_words, desk
from lms.web.account.profile_parts import by_account
from lms.web.audit_desk import HandForm, SayForm
from lms.web.doors import learner
from lms.web.limits import limiter
from lms.web.records.application_parts import bp, page


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint == "applications.audit_say":
        request.max_content_length = audit_desk.UPLOAD_BYTES


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


def _giver() -> Giver:
    return Giver(Side.PERSON, desk.me())


@bp.get("/audits/<uuid:audit_id>")
@learner
def audit(audit_id: UUID) -> ResponseReturnValue:
    """Show what a check asks, what is kept of a period, and what was handed over."""
    return _page(_mine(audit_id), HandForm.blank(), SayForm.blank())


def _page(card: CaseCard, hand: HandForm, say: SayForm) -> str:
    paper = audit_words.decision(desk.reading(), card)
    letter = ""
    if paper is not None:
        letter = url_for(
            "applications.letter",
            application_id=card.application_id,
            letter_id=paper.id,
        )
    return page("audit", paper=letter, **audit_desk.shown(card, Side.PERSON, hand, say))


@bp.post("/audits/<uuid:audit_id>")
@learner
@limiter.limit("30/hour", key_func=by_account)
def audit_hand(audit_id: UUID) -> ResponseReturnValue:
    """Hand over what is kept of a period."""
    card, form = _mine(audit_id), HandForm.sent()
    count = audit_desk.handed(card, _giver(), form)
    if not count:
        return _page(card, form, SayForm.blank()), 422
    flash(_("已交付 %(count)s 份资料，等窗口核查。", count=count), "ok")
    return redirect(url_for("applications.audit", audit_id=audit_id), 303)


@bp.post("/audits/<uuid:audit_id>/statements")
@learner
@limiter.limit("30/hour", key_func=by_account)
def audit_say(audit_id: UUID) -> ResponseReturnValue:
    """State one's case, with papers."""
    card, form = _mine(audit_id), SayForm.sent()
    if not audit_desk.stated(card, _giver(), form):
        return _page(card, HandForm.blank(), form), 422
    flash(_("陈述申辩已收到，作决定的人会看到。"), "ok")
    return redirect(
        url_for("applications.audit", audit_id=audit_id, _anchor="said"), 303
    )

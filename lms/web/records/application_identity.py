"""Prove to be oneself before each application: password and code, or a company's QR."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import queries as accounts
from lms.accounts import services as account_services
from lms.accounts.rules import CodeVerdict
from lms.kernel.errors import NotFound, Refused
from lms.people import queries as people
from lms.policy.flow import Need, Party
from lms.registration import services
from lms.registration.queries import applications
from lms.registration.queries.applications import ApplicationCard
from lms.registration.rules.states import Act
from lms.registration.services import Doing
from lms.web import application_words, desk, scanning
from lms.web.account import entry
from lms.web.account.profile_parts import by_account
from lms.web.doors import learner
from lms.web.limits import limiter
from lms.web.records.application_parts import (
    IdentityForm,
    SeenForm,
    bp,
    mine,
    my_account,
    page,
)


@bp.get("/<uuid:application_id>/identity")
@learner
def identity(application_id: UUID) -> ResponseReturnValue:
    """Say how one may prove to be oneself."""
    card = _waiting(application_id)
    return _page(card, IdentityForm.blank(seen=str(card.version)))


@bp.post("/<uuid:application_id>/identity/code")
@learner
@limiter.limit("10/hour", key_func=by_account)
def identity_code(application_id: UUID) -> ResponseReturnValue:
    """Send the code."""
    card = _waiting(application_id)
    with desk.begin() as work:
        sent = account_services.send_identity_code(work, my_account())
    if sent:
        flash(_("验证码已发送，10 分钟内有效。"), "ok")
    else:
        flash(entry.too_soon_words(), "info")
    where = url_for("applications.identity", application_id=card.id, _anchor="check")
    return redirect(where, 303)


@bp.post("/<uuid:application_id>/identity")
@learner
@limiter.limit("30/hour", key_func=by_account)
def identity_check(application_id: UUID) -> ResponseReturnValue:
    """Take password and code, and note in the application that both were right."""
    card = _waiting(application_id)
    form = IdentityForm.sent()
    if not form.validate():
        return _page(card, form), 422
    fault = entry.proof_fault(form.password.data or "")
    if fault:
        form.password.errors = [fault]
        return _page(card, form), 422
    with desk.begin() as work:
        typed = form.code.data or ""
        verdict = account_services.prove_identity(work, my_account(), typed)
        if verdict is CodeVerdict.RIGHT:
            services.prove(work, _proved(card, form.version, "code"), Need.IDENTITY)
    if verdict is not CodeVerdict.RIGHT:
        form.code.errors = [entry.code_words(verdict)]
        return _page(card, form), 422
    flash(_("身份核验通过。"), "ok")
    return redirect(url_for("applications.show", application_id=card.id), 303)


def _proved(card: ApplicationCard, seen: int, method: str) -> Doing:
    return Doing(card.id, Act.PROVE, Party.PERSON, seen, facts={"method": method})


def _waiting(application_id: UUID) -> ApplicationCard:
    """Give an application that asks for the identity now.

    Raises: NotFound; Refused where it does not.
    """
    card = mine(application_id)
    if card.closed_at is not None:
        raise Refused("application.ended")
    if Need.IDENTITY not in card.step.needs:
        raise Refused("application.not_needed")
    return card


def _page(card: ApplicationCard, form: IdentityForm) -> str:
    return page(
        "application_identity",
        card=card,
        form=form,
        contact=accounts.contact(desk.reading(), my_account()),
        done=Need.IDENTITY.value in card.met,
        said=application_words,
    )


@bp.get("/scan/<ticket>")
@learner
def scanned(ticket: str) -> ResponseReturnValue:
    """Show what the company filed, to whom its code was meant for."""
    card = _scanned(ticket)
    return page(
        "application_scan",
        card=card,
        ticket=ticket,
        company=_company(card),
        form=SeenForm.blank(seen=str(card.version)),
        said=application_words,
    )


@bp.post("/scan/<ticket>")
@learner
def confirm_scan(ticket: str) -> ResponseReturnValue:
    """Note that the holder has scanned it; the code is used up by that."""
    card = _scanned(ticket)
    with desk.begin() as work:
        services.prove(work, _proved(card, card.version, "scan"), Need.SCAN)
    flash(_("已扫码。请接着核验身份并确认。"), "ok")
    return redirect(url_for("applications.show", application_id=card.id), 303)


def _scanned(ticket: str) -> ApplicationCard:
    """Read a ticket for the visitor.

    Raises: NotFound for another person's; Refused when it is late or was used.
    """
    application_id, version = scanning.opened(ticket)
    try:
        card = mine(application_id)
    except NotFound as other:
        # An agent who opens it on the company's telephone is told whose turn it is.
        raise NotFound("scan.not_yours") from other
    events = applications.history(desk.reading(), card.id)
    if not scanning.good(card, version, events):
        raise Refused("scan.spent")
    return card


def _company(card: ApplicationCard) -> str:
    if card.employer_id is None:
        return ""
    return people.company(desk.reading(), card.employer_id).name

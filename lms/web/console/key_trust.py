"""What the platform's operators answer for: names that differ, and the house's roots.

Two managers may not bring a certificate or a seal with another's name alone: an
operator looks, and says why. The house's own roots are renewed by two operators.
"""

from base64 import b64encode
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.kernel.errors import Conflict, NotFound, Refused
from lms.signing import queries, services
from lms.signing.ports import KeyMaker
from lms.signing.queries import QuestionCard
from lms.signing.rules import HOUSE, HOUSE_NAME, Owner, Purpose, Root, fingerprint
from lms.signing.services import Answer
from lms.web import desk, key_words
from lms.web.console.key_desk import called
from lms.web.console.key_forms import DecideForm, RenewForm, VouchForm
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint("console_trust", __name__, url_prefix="/console/keys")

_RENEWABLE = {Root.DOCUMENT: Purpose.DOCUMENT, Root.SEAL: Purpose.SEAL}


def house() -> Owner:
    """Say that the house itself is looked after, by its operators."""
    demo = desk.settings().demo
    return Owner(HOUSE, HOUSE_NAME, role="operator", demonstration=demo)


def pictured(card: QuestionCard) -> str:
    """Give the picture of a seal that was brought, as an address; "" without one."""
    if not card.foreign_seal:
        return ""
    media, data = desk.port(KeyMaker).seal_picture(card.material)
    return f"data:{media};base64,{b64encode(data).decode()}" if media else ""


# -- another name ---------------------------------------------------------------------


@bp.get("/vouch/<uuid:asked_id>")
@staff("operator")
def look(asked_id: UUID) -> ResponseReturnValue:
    """Show what two managers want, for the operator to compare."""
    return _vouch_page(_waiting(asked_id), VouchForm.blank())


@bp.post("/vouch/<uuid:asked_id>")
@staff("operator")
def vouch(asked_id: UUID) -> ResponseReturnValue:
    """Say the operator's word, with a reason that everybody may read."""
    card, form = _waiting(asked_id), VouchForm.sent()
    if not form.validate():
        return _vouch_page(card, form), 422
    approved = request.form.get("answer") == "yes"
    answer = Answer(approved, form.comment.data or "")
    maker = desk.port(KeyMaker)
    try:
        with desk.begin() as work:
            services.vouch(work, maker, asked_id, answer)
    except (Refused, Conflict) as no:
        form.comment.errors = [words(code, {}) for code in no.reasons or (no.code,)]
        return _vouch_page(card, form), 422
    flash(_("已同意，密钥即时启用，理由已公开。") if approved else _("已退回。"), "ok")
    return redirect(url_for("console_keys.index"), 303)


def _waiting(asked_id: UUID) -> QuestionCard:
    for card in queries.waiting_for_operator(desk.reading()):
        if card.id == asked_id:
            return card
    raise NotFound("signing.unknown")


def _vouch_page(card: QuestionCard, form: VouchForm) -> str:
    return render_template(
        "console/keys_vouch.html",
        one=card,
        form=form,
        picture=pictured(card),
        called=called(desk.reading(), [card.approval]),
        fingerprint=fingerprint,
        said=key_words,
    )


# -- the house's roots ----------------------------------------------------------------


@bp.get("/house")
@staff("operator")
def roots() -> ResponseReturnValue:
    """Show the house's roots, and what is asked about them."""
    return _roots_page()


@bp.post("/house/renew/<purpose>")
@staff("operator")
def renew(purpose: str) -> ResponseReturnValue:
    """Ask that a root is replaced."""
    if purpose not in {one.value for one in _RENEWABLE.values()}:
        raise NotFound("signing.unknown")
    form = RenewForm.sent()
    if not form.validate():
        return _roots_page(renew=form, of=purpose), 422
    with desk.begin() as work:
        services.renew(work, house(), Purpose(purpose), form.reason.data or "")
    flash(_("已提出。请另一位运维人员登录后核对、同意，才会更换。"), "ok")
    return redirect(url_for("console_trust.roots"), 303)


@bp.post("/house/questions/<uuid:asked_id>")
@staff("operator")
def decide(asked_id: UUID) -> ResponseReturnValue:
    """Say the second operator's word."""
    form, approved = DecideForm.sent(), request.form.get("answer") == "yes"
    answer = Answer(approved, form.comment.data or "")
    maker = desk.port(KeyMaker)
    try:
        with desk.begin() as work:
            services.decide(work, maker, house(), asked_id, answer)
    except (Refused, Conflict) as no:
        form.comment.errors = [words(code, {}) for code in no.reasons or (no.code,)]
        return _roots_page(form=form, answered=asked_id), 422
    flash(_("已更换，今后由新的根证书签发。") if approved else _("已退回。"), "ok")
    return redirect(url_for("console_trust.roots"), 303)


@bp.post("/house/questions/<uuid:asked_id>/withdraw")
@staff("operator")
def withdraw(asked_id: UUID) -> ResponseReturnValue:
    """Take back what one asked oneself."""
    with desk.begin() as work:
        services.withdraw(work, house(), asked_id)
    flash(_("已撤回。"), "ok")
    return redirect(url_for("console_trust.roots"), 303)


def _roots_page(
    *,
    form: DecideForm | None = None,
    answered: UUID | None = None,
    renew: RenewForm | None = None,
    of: str = "",
) -> str:
    session, demo = desk.reading(), desk.settings().demo
    waiting = queries.questions(session, HOUSE, open_only=True)
    cards = [one for one in queries.roots(session) if one.demonstration is demo]
    return render_template(
        "console/keys_roots.html",
        roots=cards,
        purposes=_RENEWABLE,
        waiting=waiting,
        asked={one.purpose for one in waiting},
        form=form or DecideForm.blank(),
        blank=DecideForm.blank(),
        answered=answered,
        renew=renew or RenewForm.blank(),
        of=of,
        me=desk.me(),
        called=called(session, [one.approval for one in waiting]),
        fingerprint=fingerprint,
        now=desk.now(),
        said=key_words,
    )

"""Take up a post that two managers offer: by a link that works for some days."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts.queries import inviting as queries
from lms.accounts.queries.inviting import InvitationCard
from lms.accounts.rules import PRIVACY_TEXT_ON
from lms.accounts.services import SignedIn, inviting, prepare_password
from lms.catalogue import queries as catalogue
from lms.kernel.errors import Conflict, Refused
from lms.kernel.ids import AccountId
from lms.web import desk
from lms.web.account import entry
from lms.web.account.blueprint import bp
from lms.web.account.forms import JoinForm
from lms.web.doors import public
from lms.web.limits import limiter
from lms.web.messages import words

_TRIES = "30/minute"


@bp.get("/join/<token>")
@public
def join(token: str) -> ResponseReturnValue:
    """Show who invites, to what, and what to do about it."""
    card = queries.by_token(desk.reading(), token, desk.now())
    name = card.opened.name if card and card.opened else ""
    return _page(token, card, JoinForm.blank(name=name))


@bp.post("/join/<token>")
@public
@limiter.limit(_TRIES)
def take_up(token: str) -> ResponseReturnValue:
    """Take the post up: with the account of the address, or with a new one."""
    card = queries.by_token(desk.reading(), token, desk.now())
    if card is None or not card.stands or entry.only_shown():
        return _page(token, card, JoinForm.sent())
    form, known = JoinForm.sent(), _account(card)
    if known is None and not form.validate():
        return _page(token, card, form, status=422)
    try:
        signed_in, faults = _taken(token, form, known)
    except (Conflict, Refused) as no:
        again = queries.by_token(desk.reading(), token, desk.now())
        return _page(token, again, form, words(no.code, no.facts), 409)
    if signed_in is None:
        form.password.errors = [words(_short(fault), {}) for fault in faults]
        return _page(token, card, form, status=422)
    answer = entry.step_in(signed_in, "")
    flash(_("岗位已生效。请按提示设置两步验证，然后开始工作。"), "ok")
    return answer


def _taken(
    token: str, form: JoinForm, known: AccountId | None
) -> tuple[SignedIn | None, tuple[str, ...]]:
    """Take the post up in one unit of work; the hashing is behind us."""
    if known is None:
        password = prepare_password(form.password.data or "")
        with desk.begin() as work:
            done = inviting.join_new(
                work, token, form.name.data or "", password, entry.visit()
            )
            if done.signed_in is not None:
                entry.finish(work, done.signed_in)
        return done.signed_in, done.faults
    visitor = desk.visitor()
    if visitor is None:
        raise Refused("staff.sign_in_first")
    mine = AccountId(visitor.account_id)
    with desk.begin() as work:
        done = inviting.join_known(work, token, mine, entry.visit())
        if done.signed_in is not None:
            # Its sessions have ended, this one as well.
            entry.show_code(work, done.signed_in)
    return done.signed_in, done.faults


def _short(fault: str) -> str:
    return "password.short_new" if fault == "password.short" else fault


def _account(card: InvitationCard) -> AccountId | None:
    if card.opened is None:
        return None
    return queries.account_at(desk.reading(), card.opened.place)


def _page(
    token: str,
    card: InvitationCard | None,
    form: JoinForm,
    failed: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    if card is None or not card.stands:
        status = 410 if card else 404
        return render_template("account/join_over.html", there=card is not None), status
    known, visitor = _account(card), desk.visitor()
    page = render_template(
        "account/join.html",
        card=card,
        form=form,
        failed=failed,
        ticket=token,
        known=known is not None,
        own=visitor is not None and visitor.account_id == known,
        house=catalogue.association(desk.reading(), card.association_id),
        here=request.path,
        text_on=PRIVACY_TEXT_ON,
    )
    return page, status

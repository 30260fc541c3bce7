"""Open an account: an address, then its code with name, password and consent."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import services
from lms.accounts.rules import (
    ALONE_CHARACTERS,
    PRIVACY_TEXT_ON,
    CodePurpose,
    CodeVerdict,
)
from lms.accounts.services import Newcomer, SignUp
from lms.web import desk
from lms.web.account import entry
from lms.web.account.blueprint import bp
from lms.web.account.forms import AddressForm, SignUpForm
from lms.web.doors import public
from lms.web.limits import limiter
from lms.web.messages import words

_CODES = "10/minute;60/hour"
_TRIES = "30/minute"


@bp.get("/sign-up")
@public
def sign_up() -> ResponseReturnValue:
    """Ask for a mobile number or an e-mail address."""
    wanted = request.args.get("next", "")
    if current_user.is_authenticated and current_user.state == "full":
        return redirect(entry.destination(wanted), 303)
    return _first(AddressForm.blank(next=wanted)), 200


@bp.post("/sign-up")
@public
@limiter.limit(_CODES)
def send_sign_up_code() -> ResponseReturnValue:
    """Send a code, and ask for it and the rest. Known addresses look no different."""
    form = AddressForm.sent()
    if not form.validate():
        return _first(form), 422
    with desk.begin() as work:
        sent = services.send_code(
            work, CodePurpose.SIGN_UP, form.identifier, locale=str(get_locale())
        )
    asked = SignUpForm.blank(known_as=form.identifier.value, next=form.next.data)
    return _second(asked, sent=sent), 200


@bp.post("/sign-up/finish")
@public
@limiter.limit(_TRIES)
def finish_sign_up() -> ResponseReturnValue:
    """Open the account and sign in."""
    form = SignUpForm.sent()
    if entry.only_shown():
        return _second(form), 200
    if not form.validate():
        _name_short(form)
        return _second(form), 422
    newcomer = Newcomer(
        known_as=form.identifier,
        name=form.name.data or "",
        password=services.prepare_password(form.password.data or ""),
        locale=str(get_locale())[:2],
    )
    with desk.begin() as work:
        done = services.sign_up(work, newcomer, form.code.data or "", entry.visit())
        if done.signed_in is not None:
            entry.finish(work, done.signed_in)
    if done.signed_in is None:
        return _refused(form, done), 422
    # The third step that the page promised: who signs up has a profile to fill in.
    answer = entry.step_in(done.signed_in, form.next.data or url_for("me.profile"))
    # After the cookie was begun afresh: older words went with the old one.
    flash(_("欢迎，%(name)s！账号已开通。", name=newcomer.name), "ok")
    return answer


def _refused(form: SignUpForm, done: SignUp) -> str:
    if done.code is not CodeVerdict.RIGHT:
        form.code.errors = [entry.code_words(done.code)]
    form.password.errors = [_fault_words(fault) for fault in done.faults]
    return _second(form)


def _name_short(form: SignUpForm) -> None:
    """Say beside the form's other faults what the rule would say of the password."""
    typed = form.password.data or ""
    if typed and len(typed) < ALONE_CHARACTERS:
        form.password.errors = [*form.password.errors, _fault_words("password.short")]


def _fault_words(fault: str) -> str:
    """Say a fault of a password to somebody who never heard of a second factor."""
    return words("password.short_new" if fault == "password.short" else fault, {})


def _first(form: AddressForm) -> str:
    return render_template("account/sign_up.html", form=form)


def _second(form: SignUpForm, *, sent: bool = True) -> str:
    return render_template(
        "account/sign_up_finish.html",
        form=form,
        told="" if sent else entry.too_soon_words(),
        text_on=PRIVACY_TEXT_ON,
    )

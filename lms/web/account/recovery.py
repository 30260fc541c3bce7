"""A forgotten password: an address, then its code with a new password."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from lms.accounts import services
from lms.accounts.rules import CodePurpose, CodeVerdict
from lms.web import desk
from lms.web.account import entry
from lms.web.account.blueprint import bp
from lms.web.account.forms import AddressForm, ResetForm
from lms.web.doors import public
from lms.web.limits import limiter
from lms.web.messages import words

_CODES = "10/minute;60/hour"
_TRIES = "30/minute"


@bp.get("/forgot")
@public
def forgot() -> ResponseReturnValue:
    """Ask where to send a code."""
    return _first(AddressForm.blank()), 200


@bp.post("/forgot")
@public
@limiter.limit(_CODES)
def send_reset_code() -> ResponseReturnValue:
    """Send a code, and ask for it. Unknown addresses look no different."""
    form = AddressForm.sent()
    if not form.validate():
        return _first(form), 422
    with desk.begin() as work:
        sent = services.send_code(
            work, CodePurpose.RESET, form.identifier, locale=str(get_locale())
        )
    return _second(ResetForm.blank(known_as=form.identifier.value), sent=sent), 200


@bp.get("/reset")
@public
def reset_start() -> ResponseReturnValue:
    """Send whoever comes without a code to the first step."""
    return redirect(url_for("account.forgot"), 303)


@bp.post("/reset")
@public
@limiter.limit(_TRIES)
def reset() -> ResponseReturnValue:
    """Set the new password; every session ends."""
    form = ResetForm.sent()
    if entry.only_shown():
        return _second(form), 200
    if not form.validate():
        return _second(form), 422
    new = services.prepare_password(form.password.data or "")
    with desk.begin() as work:
        verdict, faults = services.reset_password(
            work, form.identifier, form.code.data or "", new
        )
    if verdict is not CodeVerdict.RIGHT:
        form.code.errors = [entry.code_words(verdict)]
        return _second(form), 422
    if faults:
        form.password.errors = [words(fault, {}) for fault in faults]
        return _second(form), 422
    flash(_("密码已重设，请用新密码登录。"), "ok")
    return redirect(url_for("account.sign_in"), 303)


def _first(form: AddressForm) -> str:
    return render_template("account/forgot.html", form=form)


def _second(form: ResetForm, *, sent: bool = True) -> str:
    told = "" if sent else entry.too_soon_words()
    return render_template("account/reset.html", form=form, told=told)

"""Change the number or the address: password, then a code to the new one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import queries, services
from lms.accounts.rules import CodePurpose, CodeVerdict
from lms.web import desk
from lms.web.account import entry
from lms.web.account.blueprint import bp
from lms.web.account.forms import CodeForm, ContactForm
from lms.web.doors import signed_in
from lms.web.limits import limiter

_CODES = "10/minute;60/hour"
_TRIES = "30/minute"


@bp.get("/security/contact")
@signed_in
def contact() -> ResponseReturnValue:
    """Ask for the new number or address."""
    return _first(ContactForm.blank()), 200


@bp.post("/security/contact")
@signed_in
@limiter.limit(_CODES)
def send_contact_code() -> ResponseReturnValue:
    """Send a code to the new address. One that is taken looks no different."""
    form = ContactForm.sent()
    if not form.validate():
        return _first(form), 422
    fault = entry.proof_fault(form.current.data or "")
    if fault:
        form.current.errors = [fault]
        return _first(form), 422
    with desk.begin() as work:
        sent = services.send_code(
            work, CodePurpose.NEW_CONTACT, form.identifier, locale=str(get_locale())
        )
    return _second(CodeForm.blank(known_as=form.identifier.value), sent=sent), 200


@bp.post("/security/contact/finish")
@signed_in
@limiter.limit(_TRIES)
def finish_contact() -> ResponseReturnValue:
    """Take the new number or address; the old one is told."""
    form = CodeForm.sent()
    if entry.only_shown():
        return _second(form), 200
    if not form.validate():
        return _second(form), 422
    with desk.begin() as work:
        verdict = services.change_contact(
            work, current_user.account_id, form.identifier, form.code.data or ""
        )
    if verdict is not CodeVerdict.RIGHT:
        form.code.errors = [entry.code_words(verdict)]
        return _second(form), 422
    flash(_("联系方式已更新，下次可以用它登录。"), "ok")
    return redirect(url_for("account.settings"), 303)


def _first(form: ContactForm) -> str:
    card = queries.contact(desk.reading(), current_user.account_id)
    return render_template("account/contact.html", form=form, contact=card)


def _second(form: CodeForm, *, sent: bool = True) -> str:
    told = "" if sent else entry.too_soon_words()
    return render_template("account/contact_finish.html", form=form, told=told)

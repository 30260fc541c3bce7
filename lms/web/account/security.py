"""Keep an account safe: password, sessions, the end; and the privacy text."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import queries, services
from lms.accounts.rules import PRIVACY_TEXT_ON, SENSITIVE, SENSITIVE_TEXT_ON
from lms.kernel.errors import Refused
from lms.people import queries as people_queries
from lms.people import services as people
from lms.web import desk
from lms.web import session as browser_session
from lms.web.account import entry
from lms.web.account.blueprint import bp
from lms.web.account.forms import CloseForm, PasswordForm
from lms.web.doors import public, signed_in
from lms.web.limits import limiter
from lms.web.messages import words

_TRIES = "30/minute"


@bp.get("/security")
@signed_in
def settings() -> ResponseReturnValue:
    """Show all that keeps the account safe."""
    reading, account_id = desk.reading(), current_user.account_id
    return render_template(
        "account/settings.html",
        contact=queries.contact(reading, account_id),
        factor=queries.factor(reading, account_id),
        sessions=queries.sessions(reading, account_id),
        consents=queries.consents(reading, account_id),
        withdrawable=_withdrawable(),
        here=current_user.card.session_id,
    )


@bp.get("/security/password")
@signed_in
def password() -> ResponseReturnValue:
    """Ask for a new password."""
    return _password_page(PasswordForm.blank()), 200


@bp.post("/security/password")
@signed_in
@limiter.limit(_TRIES)
def change_password() -> ResponseReturnValue:
    """Set a new password; every other session ends."""
    form = PasswordForm.sent()
    if not form.validate():
        return _password_page(form), 422
    fault = entry.proof_fault(form.current.data or "")
    if fault:
        form.current.errors = [fault]
        return _password_page(form), 422
    new = services.prepare_password(form.password.data or "")
    card = current_user.card
    with desk.begin() as work:
        faults = services.change_password(
            work, card.account_id, new, keep=card.session_id
        )
        token = None if faults else services.promote_session(work, card.session_id)
    if token is None:
        form.password.errors = [words(code, {}) for code in faults]
        return _password_page(form), 422
    browser_session.begin(token)
    flash(_("密码已更改，其他设备均已退出登录。"), "ok")
    return redirect(url_for("account.settings"), 303)


@bp.post("/security/sessions/<uuid:session_id>/end")
@signed_in
def end_session(session_id: UUID) -> ResponseReturnValue:
    """End one session of one's own."""
    with desk.begin() as work:
        services.close_session(work, current_user.account_id, session_id)
    if session_id == current_user.card.session_id:
        browser_session.end()
        return redirect(url_for("account.sign_in"), 303)
    flash(_("该设备已退出登录。"), "ok")
    return redirect(url_for("account.settings"), 303)


@bp.post("/security/sessions/end-others")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    """End every session but this one."""
    card = current_user.card
    with desk.begin() as work:
        services.close_other_sessions(work, card.account_id, card.session_id)
    flash(_("其他设备均已退出登录。"), "ok")
    return redirect(url_for("account.settings"), 303)


@bp.post("/security/sensitive/withdraw")
@signed_in
def withdraw_sensitive() -> ResponseReturnValue:
    """Take the consent to ID number and photo back, and erase both.

    Raises: Refused after the first payment, and where nothing was agreed to.
    """
    account_id = current_user.account_id
    if not queries.agreed(desk.reading(), account_id, SENSITIVE, SENSITIVE_TEXT_ON):
        raise Refused("consent.none")
    with desk.begin() as work:
        people.forget_sensitive(work, current_user.person_id)
        services.consent(
            work, account_id, SENSITIVE, text_on=SENSITIVE_TEXT_ON, agreed=False
        )
    flash(_("已撤回同意，身份证号码和照片已删除。"), "ok")
    return redirect(url_for("account.settings"), 303)


def _withdrawable() -> bool:
    reading = desk.reading()
    given = queries.agreed(
        reading, current_user.account_id, SENSITIVE, SENSITIVE_TEXT_ON
    )
    if not given:
        return False
    return people_queries.profile(reading, current_user.person_id).locked_at is None


@bp.get("/security/close")
@signed_in
def close() -> ResponseReturnValue:
    """Say what closing means, and ask."""
    return _close_page(CloseForm.blank()), 200


@bp.post("/security/close")
@signed_in
@limiter.limit(_TRIES)
def close_for_good() -> ResponseReturnValue:
    """Close the account."""
    form = CloseForm.sent()
    if not form.validate():
        return _close_page(form), 422
    fault = entry.proof_fault(form.current.data or "")
    if fault:
        form.current.errors = [fault]
        return _close_page(form), 422
    with desk.begin() as work:
        services.close_account(work, current_user.account_id)
    browser_session.end()
    flash(_("账号已注销，联系方式已删除。"), "ok")
    return redirect(url_for("account.sign_in"), 303)


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """Show the privacy text in force, with its date."""
    return render_template("account/privacy.html", text_on=PRIVACY_TEXT_ON)


def _password_page(form: PasswordForm) -> str:
    card = queries.factor(desk.reading(), current_user.account_id)
    return render_template("account/password.html", form=form, factor=card)


def _close_page(form: CloseForm) -> str:
    return render_template("account/close.html", form=form)

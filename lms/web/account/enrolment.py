"""Set up, renew and take away the second factor."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import queries, services
from lms.web import desk
from lms.web import session as browser_session
from lms.web.account import entry, qr
from lms.web.account.blueprint import bp
from lms.web.account.forms import ConfirmForm, FactorForm
from lms.web.doors import half, signed_in
from lms.web.limits import limiter

_TRIES = "30/minute"


@bp.get("/factor/enrol")
@half
def enrol() -> ResponseReturnValue:
    """Show the secret to scan, once it was asked for.

    A half session of an account that has a factor never gets here: it must prove it.
    """
    wanted = request.args.get("next", "")
    card = queries.factor(desk.reading(), current_user.account_id)
    if card.confirmed:
        full = current_user.state == "full"
        return redirect(url_for("account.settings" if full else "account.factor"), 303)
    if not card.begun:
        return _intro(ConfirmForm.blank()), 200
    return _scan(FactorForm.blank(next=wanted)), 200


@bp.post("/factor/enrol")
@half
@limiter.limit(_TRIES)
def begin_enrol() -> ResponseReturnValue:
    """Mint the secret. A full session proves the password again first."""
    if current_user.state == "full":
        form = ConfirmForm.sent()
        if not form.validate():
            return _intro(form), 422
        fault = entry.proof_fault(form.current.data or "")
        if fault:
            form.current.errors = [fault]
            return _intro(form), 422
    with desk.begin() as work:
        services.enrol_totp(work, current_user.account_id)
    wanted = request.form.get("next") or None
    return redirect(url_for("account.enrol", next=wanted), 303)


@bp.post("/factor/confirm")
@half
@limiter.limit(_TRIES)
def confirm_enrol() -> ResponseReturnValue:
    """Take the first code, show the spare codes once, and let the visitor in."""
    form = FactorForm.sent()
    card = queries.factor(desk.reading(), current_user.account_id)
    if card.confirmed or not card.begun:
        return redirect(url_for("account.factor"), 303)
    if not form.validate():
        return _scan(form), 422
    token = None
    with desk.begin() as work:
        codes = services.confirm_totp(
            work, current_user.account_id, form.code.data or ""
        )
        if codes is not None and current_user.state != "full":
            token = services.promote_session(work, current_user.card.session_id)
    if codes is None:
        form.code.errors = [_("验证码不正确。请核对手机时间，用最新的 6 位数字再试。")]
        return _scan(form), 422
    if token is not None:
        browser_session.begin(token)
    return _spares(codes, entry.destination(form.next.data or "")), 200


@bp.get("/security/factor")
@signed_in
def factor_settings() -> ResponseReturnValue:
    """Show what can be done about the second factor."""
    return _settings(ConfirmForm.blank()), 200


@bp.post("/security/factor")
@signed_in
@limiter.limit(_TRIES)
def change_factor() -> ResponseReturnValue:
    """Give new spare codes, or take the factor away."""
    form = ConfirmForm.sent()
    if not form.validate():
        return _settings(form), 422
    fault = entry.proof_fault(form.current.data or "")
    if fault:
        form.current.errors = [fault]
        return _settings(form), 422
    if request.form.get("deed") == "remove":
        with desk.begin() as work:
            services.remove_totp(work, current_user.account_id)
        flash(_("两步验证已关闭。"), "ok")
        return redirect(url_for("account.settings"), 303)
    with desk.begin() as work:
        codes = services.renew_recovery_codes(work, current_user.account_id)
    return _spares(codes, url_for("account.settings")), 200


def _intro(form: ConfirmForm) -> str:
    return render_template(
        "account/factor_intro.html",
        form=form,
        entering=current_user,
        next=request.values.get("next", ""),
    )


def _scan(form: FactorForm) -> str:
    enrolment = services.enrolment(desk.reading(), current_user.account_id)
    return render_template(
        "account/factor_enrol.html",
        form=form,
        picture=qr.picture(enrolment.uri),
        uri=enrolment.uri,
        secret=enrolment.secret,
    )


def _spares(codes: tuple[str, ...], onward: str) -> str:
    return render_template("account/factor_spares.html", codes=codes, onward=onward)


def _settings(form: ConfirmForm) -> str:
    card = queries.factor(desk.reading(), current_user.account_id)
    return render_template("account/factor_settings.html", form=form, factor=card)

"""Sign in by password or by code; sign out."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import services
from lms.accounts.queries import merging
from lms.accounts.rules import CodePurpose
from lms.accounts.services import Candidate, SignedIn
from lms.web import desk
from lms.web import session as browser_session
from lms.web.account import entry
from lms.web.account.blueprint import bp
from lms.web.account.forms import AddressForm, CodeForm, SignInForm
from lms.web.doors import public
from lms.web.limits import limiter

_TRIES = "60/minute"
_CODES = "10/minute;60/hour"


@bp.get("/sign-in")
@public
def sign_in() -> ResponseReturnValue:
    """Show the way in."""
    wanted = request.args.get("next", "")
    if current_user.is_authenticated and current_user.state == "full":
        return redirect(entry.destination(wanted), 303)
    form = SignInForm.blank(known_as=entry.kept_name(), next=wanted)
    return _page(form), 200


@bp.post("/sign-in")
@public
@limiter.limit(_TRIES)
def try_sign_in() -> ResponseReturnValue:
    """Let somebody in who knows the password, or say no in the same words to all."""
    form = SignInForm.sent()
    if not form.validate():
        return _page(form), 422
    visit = entry.visit()
    with desk.begin() as work:
        candidate = services.admit(work, form.identifier, visit)
    if candidate.wait_seconds:
        return _page(form, entry.wait_words(candidate.wait_seconds)), 429
    password = form.password.data or ""
    if not services.password_matches(candidate, password):
        return _page(form, _("账号或密码不正确。")), 422
    signed_in = _enter(candidate, password)
    if signed_in is None:
        return _page(form, _shut_words(candidate)), 422
    return entry.step_in(signed_in, form.next.data or "")


def _shut_words(candidate: Candidate) -> str:
    """Say to who knows the password why the account is not entered."""
    there = None
    if candidate.account_id is not None:
        there = merging.where_to(desk.reading(), candidate.account_id)
    if there is None:
        return str(_("此账号已停用，请联系协会。"))
    return str(
        _("此账号已并入您的另一个账号（%(known_as)s），请用那个账号登录。",
          known_as=there.known_as or _("柜台账号"))
    )  # fmt: skip


def _enter(candidate: Candidate, password: str) -> SignedIn | None:
    """Open the session in a second unit of work; the hashing is behind us."""
    old = services.outdated(candidate.password_hash)
    rehashed = services.prepare_password(password) if old else None
    with desk.begin() as work:
        signed_in = services.sign_in(work, candidate, entry.visit(), rehashed=rehashed)
        if signed_in is not None:
            entry.finish(work, signed_in)
    return signed_in


@bp.get("/sign-in/code")
@public
def sign_in_code() -> ResponseReturnValue:
    """Ask where to send a code."""
    return _ask_page(AddressForm.blank(next=request.args.get("next", ""))), 200


@bp.post("/sign-in/code")
@public
@limiter.limit(_CODES)
def send_sign_in_code() -> ResponseReturnValue:
    """Send a code, and ask for it."""
    form = AddressForm.sent()
    if not form.validate():
        return _ask_page(form), 422
    with desk.begin() as work:
        sent = services.send_code(
            work, CodePurpose.SIGN_IN, form.identifier, locale=str(get_locale())
        )
    asked = CodeForm.blank(known_as=form.identifier.value, next=form.next.data)
    return _code_page(asked, sent=sent), 200


@bp.post("/sign-in/code/finish")
@public
@limiter.limit(_TRIES)
def finish_sign_in_code() -> ResponseReturnValue:
    """Let somebody in who received the code."""
    form = CodeForm.sent()
    if entry.only_shown():
        return _code_page(form), 200
    if not form.validate():
        return _code_page(form), 422
    with desk.begin() as work:
        verdict, signed_in = services.sign_in_by_code(
            work, form.identifier, form.code.data or "", entry.visit()
        )
        if signed_in is not None:
            entry.finish(work, signed_in)
    if signed_in is None:
        form.code.errors = [entry.code_words(verdict)]
        return _code_page(form), 422
    return entry.step_in(signed_in, form.next.data or "")


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this session, here and in the database."""
    if current_user.is_authenticated:
        card = current_user.card
        with desk.begin() as work:
            services.close_session(work, card.account_id, card.session_id)
        browser_session.end()
    flash(_("您已退出登录。"), "ok")
    return redirect(url_for("account.sign_in"), 303)


def _page(form: SignInForm, fault: str = "") -> str:
    return render_template("account/sign_in.html", form=form, fault=fault)


def _ask_page(form: AddressForm) -> str:
    return render_template("account/sign_in_code.html", form=form)


def _code_page(form: CodeForm, *, sent: bool = True) -> str:
    told = "" if sent else entry.too_soon_words()
    return render_template("account/sign_in_finish.html", form=form, told=told)

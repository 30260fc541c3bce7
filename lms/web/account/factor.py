"""The second half of signing in: the code of the authenticator."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from lms.accounts import queries, services
from lms.web import desk
from lms.web import session as browser_session
from lms.web.account import entry
from lms.web.account.blueprint import bp
from lms.web.account.forms import FactorForm
from lms.web.doors import half
from lms.web.limits import limiter

_TRIES = "30/minute"


@bp.get("/factor")
@half
def factor() -> ResponseReturnValue:
    """Ask for the code; whoever has no second factor yet sets one up."""
    wanted = request.args.get("next", "")
    if current_user.state == "full":
        return redirect(entry.destination(wanted), 303)
    card = queries.factor(desk.reading(), current_user.account_id)
    if not card.confirmed:
        return redirect(url_for("account.enrol", next=wanted or None), 303)
    return _page(FactorForm.blank(next=wanted)), 200


@bp.post("/factor")
@half
@limiter.limit(_TRIES)
def prove_factor() -> ResponseReturnValue:
    """Let a half session become a full one."""
    form = FactorForm.sent()
    if not form.validate():
        return _page(form), 422
    if current_user.state == "full":
        return redirect(entry.destination(form.next.data or ""), 303)
    with desk.begin() as work:
        proof = services.prove_factor(
            work,
            current_user.account_id,
            current_user.card.session_id,
            form.code.data or "",
        )
    if proof.token is None:
        seconds = proof.wait_seconds
        fault = entry.wait_words(seconds) if seconds else _("验证码不正确或已用过。")
        form.code.errors = [fault]
        return _page(form), 429 if seconds else 422
    browser_session.begin(proof.token)
    return redirect(entry.destination(form.next.data or ""), 303)


def _page(form: FactorForm) -> str:
    return render_template("account/factor.html", form=form)

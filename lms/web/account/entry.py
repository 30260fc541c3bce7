"""What every way in has in common: where from, where to, and the cookie."""

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError, RequestRedirect

from lms.accounts import queries as accounts
from lms.accounts import services
from lms.accounts.rules import CodeVerdict, SessionState
from lms.accounts.services import SignedIn, Visit
from lms.kernel.work import Work
from lms.web import desk
from lms.web import session as browser_session
from lms.web.account.redirects import own_path

_DEVICE = "device"
_NAME = "name_to_fill_in"
_HOMES = {
    "staff": ("console.home", "public.home"),
    "employer": ("employer.home",),
    "learner": ("learn.home",),
}


def visit() -> Visit:
    """Describe where this request comes from."""
    return Visit(
        user_agent=request.user_agent.string,
        ip=request.remote_addr,
        device=session.get(_DEVICE),
    )


def finish(work: Work, signed_in: SignedIn) -> None:
    """Do what belongs to the transaction of a sign-in: the old session ends."""
    if current_user.is_authenticated:
        card = current_user.card
        services.close_session(work, card.account_id, card.session_id)
    show_code(work, signed_in)


def show_code(work: Work, signed_in: SignedIn) -> None:
    """Let the demonstration's outbox show the code that a half session waits for."""
    half = signed_in.state is SessionState.HALF
    if half and desk.settings().demo and _enrolled(work, signed_in):
        services.owe_demo_code(work, signed_in.account_id)


def _enrolled(work: Work, signed_in: SignedIn) -> bool:
    return accounts.factor(work.session, signed_in.account_id).confirmed


def step_in(signed_in: SignedIn, wanted: str) -> ResponseReturnValue:
    """Hand the browser its new session and send it on."""
    browser_session.begin(signed_in.token)
    session[_DEVICE] = signed_in.device
    if signed_in.state is SessionState.HALF:
        return redirect(url_for("account.factor", next=own_path(wanted) or None), 303)
    return redirect(destination(wanted), 303)


def destination(wanted: str) -> str:
    """Choose where a visitor goes now: a page of ours that they wanted, or home."""
    path = own_path(wanted)
    if path is not None and _is_page(path):
        return path
    acts = "employer" if "employer" in current_user.roles else "learner"
    homes = _HOMES["staff" if current_user.is_staff else acts]
    for endpoint in (*homes, "public.home"):
        try:
            return url_for(endpoint)
        except BuildError:
            continue
    return "/"


def _is_page(path: str) -> bool:
    """Tell whether a path leads to a page that can be read, outside these doors."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        endpoint, _values = adapter.match(path.partition("?")[0], method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return endpoint not in {"account.sign_in", "account.sign_up", "account.factor"}


def keep_name(known_as: str) -> None:
    """Keep the name that a slip gave, for the sign-in page that comes next."""
    session[_NAME] = known_as


def kept_name() -> str:
    """Give that name, once: nobody else at this browser finds it."""
    return str(session.pop(_NAME, ""))


def only_shown() -> bool:
    """Tell whether a step is shown again and not meant: in another language, say."""
    return request.form.get("step") == "edit"


def wait_words(seconds: int) -> str:
    """Say how long to wait; beyond a day only a reset helps."""
    if seconds > 24 * 3600:
        return str(_("错误次数过多，密码登录已锁定。请用“忘记密码”重设密码。"))
    if seconds >= 60:  # noqa: PLR2004 - a minute
        return str(_("尝试次数过多，请 %(n)d 分钟后再试。", n=-(-seconds // 60)))
    return str(_("尝试次数过多，请 %(n)d 秒后再试。", n=seconds))


def code_words(verdict: CodeVerdict) -> str:
    """Say what is wrong with a code."""
    said: dict[CodeVerdict, str] = {
        CodeVerdict.RIGHT: "",
        CodeVerdict.WRONG: _("验证码不正确，请核对最新一条短信或邮件。"),
        CodeVerdict.EXPIRED: _("验证码已过期或已用过，请重新获取。"),
        CodeVerdict.SPENT: _("验证码输错次数过多，请重新获取。"),
    }
    return said[verdict]


def too_soon_words() -> str:
    """Say that a code went out a moment ago."""
    return str(_("验证码刚刚发送过，请查收最近一条；如需重发，请 1 分钟后再试。"))


def proof_fault(password: str) -> str | None:
    """Check the password of the signed-in visitor again; say what is wrong."""
    with desk.begin() as work:
        candidate = services.admit_owner(work, current_user.account_id)
    if candidate.wait_seconds:
        return wait_words(candidate.wait_seconds)
    if not services.password_matches(candidate, password):
        return str(_("密码不正确。"))
    with desk.begin() as work:
        services.forgive(work, candidate)
        services.step_up(work, current_user.card.session_id)
    return None

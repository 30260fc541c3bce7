"""Where somebody goes from an error: the page before, one's own first page, home."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BuildError, RequestRedirect

from lms.web import desk
from lms.web.account.redirects import own_path

_STARTS: tuple[tuple[str, str, LazyString], ...] = (
    ("inspector", "inspect.index", _l("回到监督检查")),
    ("teller", "office.index", _l("回到注册窗口")),
    ("approver", "office.index", _l("回到注册窗口")),
    ("reviewer", "console_claims.index", _l("回到申诉复核")),
    ("employer", "employer.home", _l("回到单位工作台")),
    ("learner", "learn.home", _l("回到学习中心")),
)
"""The first page of each role; all other staff begin at the console."""
_NO_PLACE = frozenset({"static", "account.sign_in", "account.factor"})


@dataclass(frozen=True, slots=True)
class Way:
    """A link that leads on: where to, in words, with an icon."""

    href: str
    words: str
    icon: str


def ways(status: int) -> tuple[Way, ...]:
    """List the ways on from an error, the best first; there is always one."""
    found: dict[str, Way] = {}
    for way in _ways(status):
        found.setdefault(way.href, way)
    return tuple(found.values())


def _ways(status: int) -> Iterator[Way]:
    user, before = desk.user(), previous()
    if not user.is_authenticated and status == 401:  # noqa: PLR2004 - not signed in
        yield _sign_in(before)
    if before is not None:
        yield Way(before, _("返回刚才的页面"), "arrow-left")
    if user.is_authenticated and user.state == "full":
        yield _start(user.roles)
    elif user.is_authenticated:
        yield Way(_address("account.factor"), _("继续完成两步验证"), "lock")
    yield Way(_address("public.home"), _("回到首页"), "home")
    if not user.is_authenticated:
        yield _sign_in(before)


def _start(roles: frozenset[str]) -> Way:
    for role, endpoint, words in _STARTS:
        if role in roles:
            return Way(_address(endpoint), str(words), "arrow-right")
    return Way(_address("console.home"), _("回到工作台"), "arrow-right")


def _sign_in(before: str | None) -> Way:
    """Lead to the sign-in, and from there back to where somebody wanted to be."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else before
    return Way(_address("account.sign_in", next=wanted), _("登录"), "user")


def _address(endpoint: str, **values: object) -> str:
    try:
        return url_for(endpoint, **values)  # type: ignore[arg-type]  # an address takes any value
    except BuildError:
        return "/"


def previous() -> str | None:
    """Name the page of ours that somebody came from, if it can be opened again."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or parts.netloc != request.host:
        return None
    path = own_path(f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")
    if path is None or not _opens(path):
        return None
    here = request.full_path.rstrip("?")
    return None if request.method == "GET" and path == here else path


def _opens(path: str) -> bool:
    """Tell whether an address leads to a page, and not to a step of a form."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return False
    try:
        endpoint, _values = adapter.match(path.partition("?")[0], method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return endpoint not in _NO_PLACE

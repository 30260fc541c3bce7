"""Say no by the link in a mail, without signing in (RFC 8058).

The token names account, kind and channel, and is the house's own: it opens nothing
else. Looking changes nothing, for mail programs fetch what a link leads to.
"""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from lms.evidence import services as evidence
from lms.notify import leaving
from lms.web import desk
from lms.web import notice_words as said
from lms.web.doors import api, public
from lms.web.limits import limiter

bp = Blueprint("leave", __name__, url_prefix="/leave")

_each = limiter.shared_limit("60/minute", scope="leave")


@bp.get("/<token>")
@public
@_each
def ask(token: str) -> ResponseReturnValue:
    """Say what will no longer come, and what still does."""
    return _page(token, done=False)


@bp.post("/<token>")
@api
@_each
def done(token: str) -> ResponseReturnValue:
    """Keep that no more is wanted: the page's button, or the mail program's POST."""
    account_id, wish, channel = leaving.read(token)
    with desk.begin() as work:
        leaving.leave(work, account_id, wish, channel)
        evidence.note(
            work, f"account:{account_id}", "messages.left", wish=wish, channel=channel
        )
    return _page(token, done=True)


def _page(token: str, *, done: bool) -> str:
    _account, wish, channel = leaving.read(token)
    return render_template(
        "public/leave.html",
        token=token,
        what=said.WISH[wish],
        way=said.CHANNEL[channel],
        done=done,
    )

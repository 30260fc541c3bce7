"""亮证: a certificate held up on site, with a code that lives for a minute."""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, make_response, render_template
from flask.typing import ResponseReturnValue

from lms.credentials import queries
from lms.credentials.rules import shown_code
from lms.kernel.errors import NotFound
from lms.people import queries as people
from lms.people.rules import PaperKind
from lms.web import desk
from lms.web.doors import learner
from lms.web.records.qr import printed_words, qr_path

bp = Blueprint("present", __name__, url_prefix="/certificates")

_MINUTE = 60


@bp.get("/<uuid:certificate_id>/present")
@learner
def show(certificate_id: UUID) -> ResponseReturnValue:
    """Show one certificate over the whole screen, as of this minute."""
    session, me, now = desk.reading(), desk.me(), desk.now()
    held = queries.holding(session, me, certificate_id, desk.today())
    code = shown_code(desk.settings().secrets.cookie, held.token, now)
    link = f"{desk.settings().base_url}/v/{held.token}?at={code}"
    page = render_template(
        "records/wallet_present.html",
        held=held,
        code=qr_path(link + printed_words(held)),
        has_photo=_has_photo(),
        now=now,
        left=_left(now),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


def _has_photo() -> bool:
    try:
        people.picture(desk.reading(), desk.me(), PaperKind.PHOTO)
    except NotFound:
        return False
    return True


def _left(now: datetime) -> int:
    """Say for how long the code is fresh. Units: seconds."""
    return _MINUTE - now.second

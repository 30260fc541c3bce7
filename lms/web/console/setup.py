"""开通设置: what a new association still lacks, and how it shows itself."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from lms.catalogue import queries as catalogue
from lms.catalogue.queries import faces
from lms.catalogue.rules.faces import HOUSE_COLOUR, LONGEST, MOST_TOPICS, Face
from lms.catalogue.services import faces as services
from lms.credentials.ports import LogoStudio
from lms.kernel.errors import Refused
from lms.reports import setup
from lms.web import desk
from lms.web.doors import staff
from lms.web.messages import words

bp = Blueprint("console_setup", __name__, url_prefix="/console/setup")

_LOGO_UPLOAD = 2**20


@bp.url_value_preprocessor
def _make_room(endpoint: str | None, values: dict[str, Any] | None) -> None:
    # Runs before CSRF reads the form, which is where the general limit would bite.
    if endpoint == "console_setup.logo":
        request.max_content_length = 2 * _LOGO_UPLOAD


@bp.get("")
@staff("manager")
def index() -> ResponseReturnValue:
    """Show what is there and what is missing, each with where it is done."""
    session, house = desk.reading(), desk.association()
    found = setup.progress(session, house, desk.now(), desk.today())
    return render_template(
        "console/setup.html",
        found=found,
        steps=tuple(setup.Step),
        own=faces.face(session, house),
        association=catalogue.association(session, house),
    )


@bp.get("/face")
@staff("manager")
def face() -> ResponseReturnValue:
    """Show the front page's form."""
    return _face()


def _face(typed: Face | None = None, problems: tuple[str, ...] = ()) -> str:
    session, house = desk.reading(), desk.association()
    own = faces.face(session, house)
    shown = typed or (own.face if own else Face("", "", HOUSE_COLOUR))
    spare = MOST_TOPICS - len(shown.topics)
    return render_template(
        "console/setup_face.html",
        own=own,
        face=shown,
        topics=[*shown.topics, *[("", "")] * min(spare, 3)],
        longest=LONGEST,
        problems=[words(code, {}) for code in problems],
        association=catalogue.association(session, house),
    )


@bp.post("/face")
@staff("manager")
def save() -> ResponseReturnValue:
    """Keep the front page."""
    typed = _typed()
    try:
        with desk.begin() as work:
            services.save_face(work, desk.association(), typed)
    except Refused as refused:
        return _face(typed, refused.reasons or (refused.code,)), 422
    flash(_("已保存。"), "ok")
    return redirect(url_for("console_setup.index"), 303)


def _typed() -> Face:
    told = request.form
    pairs = zip(told.getlist("topic"), told.getlist("told"), strict=False)
    topics = tuple((a.strip(), b.strip()) for a, b in pairs if a.strip() or b.strip())
    return Face(
        told.get("slug", "").strip().lower(),
        told.get("short_name", "").strip(),
        told.get("colour", "").strip().lower(),
        told.get("welcome", "").strip(),
        topics[: MOST_TOPICS + 1],
        told.get("shown") == "y",
    )


@bp.post("/logo")
@staff("manager")
def logo() -> ResponseReturnValue:
    """Redraw an uploaded logo and show it on the front page."""
    sent: FileStorage | None = request.files.get("logo")
    if sent is None or not sent.filename:
        raise Refused("photo.none")
    with sent.stream as stream:
        upload = stream.read(_LOGO_UPLOAD + 1)
    if len(upload) > _LOGO_UPLOAD:
        raise Refused("logo.too_big")
    png = desk.port(LogoStudio).logo(upload)
    with desk.begin() as work:
        services.set_face_logo(work, desk.association(), png)
    flash(_("标识已更换。"), "ok")
    return redirect(url_for("console_setup.face"), 303)

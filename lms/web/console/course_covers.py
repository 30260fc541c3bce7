"""A draft's cover: uploaded and redrawn, or the drawn one again."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from lms.catalogue import services
from lms.catalogue.ports import CoverStudio, MediaStore
from lms.catalogue.rules import VersionState
from lms.kernel.errors import Conflict, Refused
from lms.web import desk
from lms.web.console.course_scope import back, mine
from lms.web.doors import staff

bp = Blueprint(
    "console_covers", __name__, url_prefix="/console/courses/<uuid:version_id>/cover"
)

_PICTURE_BYTES = 11 * 2**20


@bp.url_value_preprocessor
def _let_pictures_in(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow an author, and nobody else, the body that a picture makes."""
    visitor = desk.visitor()
    if endpoint == "console_covers.save" and visitor and "author" in visitor.roles:
        request.max_content_length = _PICTURE_BYTES


@bp.post("")
@staff("author")
def save(version_id: UUID) -> ResponseReturnValue:
    """Redraw an uploaded picture and make it the cover."""
    if mine(version_id).state is not VersionState.DRAFT:
        raise Conflict("course.not_a_draft")
    sent: FileStorage | None = request.files.get("picture")
    if sent is None or not sent.filename:
        raise Refused("cover.none")
    # The ports are Protocols: mypy cannot see that they are only keys here.
    jpeg = desk.port(CoverStudio).cover(sent.stream.read())
    store = desk.port(MediaStore)
    key = store.put_picture(jpeg)
    try:
        with desk.begin() as work:
            services.set_cover(work, desk.association(), version_id, key)
    except BaseException:
        store.drop(key)
        raise
    flash(_("封面已更换。"), "ok")
    return back(version_id)


@bp.post("/remove")
@staff("author")
def remove(version_id: UUID) -> ResponseReturnValue:
    """Go back to the drawn cover."""
    with desk.begin() as work:
        services.set_cover(work, desk.association(), version_id, None)
    return back(version_id)

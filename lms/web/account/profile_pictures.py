"""Photo and signature: uploaded, checked, shown to their owner."""

from typing import cast

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.people import queries, services
from lms.people.ports import PhotoStudio
from lms.people.rules import PaperKind, PhotoState, Section
from lms.web import desk
from lms.web.account.profile_files import PhotoForm, PictureForm
from lms.web.account.profile_parts import (
    bp,
    by_account,
    card,
    consents,
    keep_consent,
    own_form,
    page,
    saved,
)
from lms.web.doors import learner
from lms.web.limits import limiter
from lms.web.messages import words


@bp.get("/photo")
@learner
def photo() -> ResponseReturnValue:
    """Show the photo and the form for a new one."""
    return page(Section.PHOTO)


@bp.post("/photo")
@learner
@limiter.limit("20/minute", key_func=by_account)
def photo_save() -> ResponseReturnValue:
    """Check a photo and keep it; a refused one stays as a draft beside its reason."""
    form = cast("PhotoForm", own_form(Section.PHOTO, card()))
    studio, framed = desk.port(PhotoStudio), form.framed.data == "1"
    developed = form.developed(lambda raw: studio.portrait(raw, framed=framed))
    if not consents(form) or not developed:
        return page(Section.PHOTO, form), 422
    with desk.begin() as work:
        keep_consent(work)
        state = services.save_photo(work, desk.me(), form.made)
    if state is not PhotoState.ACCEPTED:
        return redirect(url_for("me.photo"), 303)
    for hint in form.made.hints:
        flash(words(hint, {}), "warning")
    return saved(Section.PHOTO)


@bp.post("/photo/review")
@learner
def photo_review() -> ResponseReturnValue:
    """Hand the refused photo to the association's eyes."""
    with desk.begin() as work:
        services.ask_photo_review(work, desk.me())
    return saved(Section.PHOTO, to_review=True)


@bp.get("/signature")
@learner
def signature() -> ResponseReturnValue:
    """Show the signature and the form for a new one."""
    return page(Section.SIGNATURE)


@bp.post("/signature")
@learner
@limiter.limit("20/minute", key_func=by_account)
def signature_save() -> ResponseReturnValue:
    """Keep a signature, drawn or uploaded."""
    form = cast("PictureForm", own_form(Section.SIGNATURE, card()))
    if not form.developed(desk.port(PhotoStudio).signature):
        return page(Section.SIGNATURE, form), 422
    with desk.begin() as work:
        services.save_signature(work, desk.me(), form.made)
    return saved(Section.SIGNATURE)


@bp.get("/photo.jpg")
@learner
def photo_file() -> ResponseReturnValue:
    """Serve the owner's photo."""
    return _own(PaperKind.PHOTO, "image/jpeg")


@bp.get("/photo-draft.jpg")
@learner
def photo_draft_file() -> ResponseReturnValue:
    """Serve the owner's refused photo."""
    return _own(PaperKind.PHOTO_DRAFT, "image/jpeg")


@bp.get("/signature.png")
@learner
def signature_file() -> ResponseReturnValue:
    """Serve the owner's signature."""
    return _own(PaperKind.SIGNATURE, "image/png")


def _own(kind: PaperKind, content: str) -> Response:
    body = queries.picture(desk.reading(), desk.me(), kind)
    answer = Response(body, content_type=content)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
